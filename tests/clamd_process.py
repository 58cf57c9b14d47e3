"""A real clamd for tests: the one of `make test` when there is one, else a private one that can be stopped and started."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# The standard test file of virus scanners, in two halves so that this source is not taken for it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIGURATION = """\
LocalSocket {folder}/s
FixStaleSocket yes
Foreground yes
DatabaseDirectory {folder}/db
TemporaryDirectory {folder}
StreamMaxLength 30M
MaxFileSize 30M
MaxScanSize 120M
MaxThreads 2
"""


class ClamdProcess:
    """clamd with one signature, on a socket in a folder of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clamd-"))
        self.folder.chmod(0o755)
        (self.folder / "db").mkdir(mode=0o755)
        (self.folder / "db" / "local.ndb").write_text(f"Motcua.Test.EICAR:0:*:{EICAR[:48].hex()}\n")
        (self.folder / "clamd.conf").write_text(CONFIGURATION.format(folder=self.folder))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"unix:{self.folder}/s"

    def start(self) -> None:
        program = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        assert program, "clamd is missing: apt-get install clamav-daemon"
        command = [program, "--foreground", f"--config-file={self.folder}/clamd.conf"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while not (self.folder / "s").exists():
            assert self.process.poll() is None and time.monotonic() < until, "clamd did not start"
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
        (self.folder / "s").unlink(missing_ok=True)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def clamd_address() -> Iterator[str]:
    """Where a running clamd answers."""
    given = os.environ.get("CLAMD_ADDRESS")
    if given:
        yield given
        return
    own = ClamdProcess()
    own.start()
    yield own.address
    own.remove()


@pytest.fixture
def own_clamd() -> Iterator[ClamdProcess]:
    """A clamd, not yet started, that a test may stop and start as it likes."""
    own = ClamdProcess()
    yield own
    own.remove()
