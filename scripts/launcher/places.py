"""Where things lie: the checkout, the data folder, and the unprivileged user that owns it when root starts us."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.console import LauncherError

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
SERVICE_USER = "motcua"
NOBODY = 65534
SOCKET_PATH_MAX = 80  # PostgreSQL adds ".s.PGSQL.5432"; the kernels stop at 107 bytes (Linux) and 103 (macOS)
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Account:
    """An account of the machine that the services run under."""

    uid: int
    gid: int
    name: str

    @property
    def is_me(self) -> bool:
        return self.uid == os.geteuid()


@dataclass(frozen=True)
class Home:
    """One data folder with everything that belongs to one set of running services."""

    base: Path  # shared by every set: the copied engines, the installation log
    path: Path  # this set: database, secrets, media
    account: Account

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def folder(self, name: str, mode: int = 0o700) -> Path:
        """The folder `name`, made when missing, owned by the service account."""
        return make_folder(self.path / name, self.account, mode)

    def run_folder(self) -> Path:
        """A private folder with a path short enough for a Unix socket."""
        folder = self.path / "run"
        if len(os.fsencode(folder)) <= SOCKET_PATH_MAX:
            return self.folder("run")
        name = f"motcua-{self.account.uid}-{short_hash(str(self.path))}"
        folder = Path("/tmp") / name
        if folder.is_symlink():
            raise LauncherError(f"{folder} is a link; remove it, or choose a shorter DATA_DIR")
        return make_folder(folder, self.account, 0o700)


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def is_root() -> bool:
    return os.geteuid() == 0


def find(program: str) -> str | None:
    """The full path of a system program, looked for in PATH and where Debian keeps those of the administrator."""
    return shutil.which(program) or shutil.which(program, path=SYSTEM_PATH)


def service_account() -> Account:
    """Who the services run as: ourselves, or an unprivileged user when root starts us (PostgreSQL refuses root)."""
    if not is_root():
        return Account(os.geteuid(), os.getegid(), _own_name())
    entry = _look_up(SERVICE_USER) or _make_service_user()
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name) if entry else Account(NOBODY, NOBODY, "nobody")


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _make_service_user() -> pwd.struct_passwd | None:
    useradd = find("useradd")
    if not useradd:
        return None
    command = [useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/var/lib/motcua"]
    subprocess.run([*command, "--shell", "/usr/sbin/nologin", SERVICE_USER], capture_output=True, check=False)
    return _look_up(SERVICE_USER)


def _look_up(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def base_folder(account: Account) -> Path:
    """DATA_DIR, else var/ in the checkout, else (as root) a folder that the unprivileged user can reach."""
    given = os.environ.get("DATA_DIR")
    if given:
        path = Path(given).expanduser().absolute()
    elif is_root():
        path = Path("/var/lib/motcua") / short_hash(str(ROOT))
    else:
        path = ROOT / "var"
    make_folder(path, account, 0o700)
    if not account.is_me and not can_enter(path, account):
        raise LauncherError(f"the user {account.name} cannot enter {path}; choose another folder with DATA_DIR=")
    return path


def make_folder(path: Path, account: Account, mode: int) -> Path:
    """Make a folder owned by `account`; a folder that somebody else owns is only taken over while it is empty."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        path.mkdir(exist_ok=True, mode=mode)
        found = path.stat()
        if found.st_uid != account.uid:
            if any(path.iterdir()) or not is_root():
                raise LauncherError(f"{path} belongs to another user; choose another folder with DATA_DIR=")
            os.chown(path, account.uid, account.gid)
    except OSError as error:
        raise LauncherError(f"cannot write {error.filename or path}: {error.strerror}") from None
    return path


def can_enter(path: Path, account: Account) -> bool:
    """Whether `account` may pass through every folder down to `path` (by the permission bits)."""
    return all(_allows(folder, account, stat.S_IXUSR) for folder in [path, *path.parents])


def can_run(program: Path, account: Account) -> bool:
    """Whether `account` may run `program` and pass through the folders above it and above what it links to."""
    target = program.resolve()
    return (
        can_enter(program.parent, account)
        and can_enter(target.parent, account)
        and _allows(target, account, stat.S_IXUSR)
    )


def _allows(path: Path, account: Account, owner_bit: int) -> bool:
    found = path.stat()
    if account.uid == found.st_uid:
        return bool(found.st_mode & owner_bit)
    shift = 3 if account.gid == found.st_gid else 6
    return bool(found.st_mode & (owner_bit >> shift))


def write_file(path: Path, text: str, account: Account, mode: int = 0o600) -> None:
    """Write a file at once or not at all, owned by `account`."""
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(temporary, mode)
    if not account.is_me:
        os.chown(temporary, account.uid, account.gid)
    os.replace(temporary, path)


def give(path: Path, account: Account) -> None:
    """Make `account` the owner of a folder and all it holds."""
    if account.is_me:
        return
    for entry in [path, *path.rglob("*")]:
        os.chown(entry, account.uid, account.gid, follow_symlinks=False)
