"""A private clamd: with our own test signature always, with Debian's signatures when freshclam has fetched them."""

from pathlib import Path

from launcher.places import Home, find, write_file
from launcher.processes import Child

SYSTEM_SIGNATURES = Path("/var/lib/clamav")
# The standard test file of virus scanners, in two halves so that this source is not taken for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SETTINGS = """\
LocalSocket {socket}
LocalSocketMode 600
FixStaleSocket yes
Foreground yes
DatabaseDirectory {signatures}
TemporaryDirectory {temporary}
StreamMaxLength 30M
MaxFileSize 30M
MaxScanSize 120M
MaxThreads 4
ReadTimeout 30
ExitOnOOM yes
OfficialDatabaseOnly no
"""


class Clamd:
    """clamd on a socket in the run folder; `with_real` also loads the signatures of the machine."""

    def __init__(self, home: Home, program: str, *, with_real: bool) -> None:
        self.home, self.with_real = home, with_real
        self.socket = home.run_folder() / "clamd.sock"
        self.configuration = home / "clamd.conf"
        command = [program, "--foreground", f"--config-file={self.configuration}"]
        self.child = Child("clamd", command, {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}, home, home.account)

    @property
    def address(self) -> str:
        return f"unix:{self.socket}"

    def start(self) -> None:
        """Write the configuration and start; loading the machine's signatures may take half a minute more."""
        signatures = self.home.folder("signatures")
        for old in signatures.iterdir():
            old.unlink()
        write_file(signatures / "local.ndb", f"Motcua.Test.EICAR:0:*:{EICAR[:48].hex()}\n", self.home.account)
        for file in real_signatures() if self.with_real else []:
            (signatures / file.name).symlink_to(file)
        temporary = self.home.folder("tmp")
        text = SETTINGS.format(socket=self.socket, signatures=signatures, temporary=temporary)
        write_file(self.configuration, text, self.home.account)
        self.socket.unlink(missing_ok=True)
        self.child.start()

    @property
    def is_ready(self) -> bool:
        return self.socket.exists()


def real_signatures() -> list[Path]:
    """What freshclam keeps on this machine, if it has run."""
    try:
        return [file for file in SYSTEM_SIGNATURES.iterdir() if file.suffix in {".cvd", ".cld", ".cud"}]
    except OSError:
        return []


def program() -> str | None:
    return find("clamd")
