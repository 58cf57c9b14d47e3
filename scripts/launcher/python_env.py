"""The Python environment in .venv: made once, kept equal to the hashed lock, rebuilt only when the lock changes."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.console import LauncherError, step
from launcher.debian import install_packages
from launcher.places import ROOT, VENV, VENV_PYTHON, Account, can_run, find, is_root

BOOTSTRAP = ROOT / "requirements" / "bootstrap.txt"
LOCK = ROOT / "requirements" / "dev.txt"
STAMP = VENV / ".motcua-stamp"
ASK_PYTHON = "import sys; print(sys.version_info >= (3, 11))"


def prepare(account: Account) -> None:
    """Make .venv hold exactly the packages of the lock; does nothing when it already does."""
    if _is_current():
        return
    os.umask(0o022)  # the service account has to read what root installs here
    with exclusive():
        if _is_current():
            return
        if not _works(VENV_PYTHON):
            _make_environment(account)
        _install_packages()
        STAMP.write_text(_fingerprint(), encoding="ascii")


def _is_current() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="ascii") == _fingerprint() and VENV_PYTHON.exists()


def _fingerprint() -> str:
    content = LOCK.read_bytes() + BOOTSTRAP.read_bytes()
    return hashlib.sha256(content).hexdigest()


@contextmanager
def exclusive() -> Iterator[None]:
    """One launcher at a time installs into this checkout."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _works(python: Path) -> bool:
    try:
        done = subprocess.run([python, "-c", ASK_PYTHON], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.stdout.strip() == "True"


def _base_python(account: Account) -> str:
    """The Python to build on: the one that runs us, unless the service account cannot run it and the system's will do."""
    mine = Path(sys.executable).resolve()
    if account.is_me or can_run(mine, account):
        return str(mine)
    system = Path("/usr/bin/python3")
    return str(system) if system.exists() and _works(system) else str(mine)


def _make_environment(account: Account) -> None:
    """Make .venv with uv in it. Debian's python3 comes without ensurepip, so there is more than one way."""
    base = _base_python(account)
    step(f"making the Python environment .venv with {base}")
    if _venv(base) or _venv_with_our_pip(base) or _venv_after_apt(base) or _venv_by_uv(base):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    raise LauncherError("Python's venv module is incomplete here; type: sudo apt-get install python3-venv")


def _venv(base: str) -> bool:
    return _quiet([base, "-m", "venv", "--clear", str(VENV)]) and _bootstrap([str(VENV_PYTHON), "-m", "pip"])


def _venv_with_our_pip(base: str) -> bool:
    """Without ensurepip: the pip of the Python that runs us can install into another environment (pip 22.3)."""
    if not _quiet([sys.executable, "-m", "pip", "--version"]):
        return False
    bare = _quiet([base, "-m", "venv", "--clear", "--without-pip", str(VENV)])
    return bare and _bootstrap([sys.executable, "-m", "pip", "--python", str(VENV_PYTHON)])


def _venv_after_apt(base: str) -> bool:
    if not is_root() or not find("apt-get") or _quiet([base, "-c", "import ensurepip"]):
        return False
    return install_packages(["python3-venv"]) and _venv(base)


def _venv_by_uv(base: str) -> bool:
    uv = shutil.which("uv")
    return bool(uv) and _quiet([str(uv), "venv", "--clear", "--python", base, str(VENV)])


def _bootstrap(pip: list[str]) -> bool:
    """Install uv by its own hashed lock; no network is told apart from a broken pip."""
    command = [
        *pip,
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--require-hashes",
        "-r",
        str(BOOTSTRAP),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    if done.returncode and "No module named" not in done.stderr:
        raise LauncherError(f"cannot install uv from the package registry (no network?): {_reason(done.stderr)}")
    return done.returncode == 0


def _install_packages() -> None:
    """Bring .venv to the lock: with uv, with uv trusting the system's certificates, with pip and its own configuration."""
    step("installing the Python packages of requirements/dev.txt")
    own = VENV / "bin" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv")
    sync = [str(uv), "pip", "sync", "--quiet", "--require-hashes", "--python", str(VENV_PYTHON)]
    ways = [sync, [*sync, "--system-certs"]] if uv else []
    ways.append([str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "-r"])
    complaint = ""
    for way in ways:
        command = [*way, str(LOCK)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment(), cwd=ROOT)
        if done.returncode == 0:
            return
        complaint = complaint or done.stderr
    raise LauncherError(f"cannot install the Python packages (no network?): {_reason(complaint)}")


def _environment() -> dict[str, str]:
    """uv must never fetch a Python of its own."""
    return {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _reason(text: str) -> str:
    """The telling line of a package client's complaint."""
    lines = [line.strip(" ×╰─▶├│") for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if not line.lower().startswith(("warning", "hint", "[notice]"))]
    return telling[-1][:300] if telling else "it said nothing"


def _quiet(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, env=_environment()).returncode == 0
    except OSError:
        return False
