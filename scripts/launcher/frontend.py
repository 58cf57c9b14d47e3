"""What is made from the checkout before the first page: messages, static files, the database's content."""

import hashlib
import subprocess
from collections.abc import Mapping
from pathlib import Path

from launcher import python_env
from launcher.console import LauncherError, step, warn
from launcher.places import ROOT, VENV_PYTHON, Account
from launcher.processes import run_as
from launcher.services import Stack, serving_environment

ROOMS = (
    "portal", "reports", "payments", "postal", "dossiers", "procedures",
    "agencies", "accounts", "documents", "notifications", "audit", "common",
)  # fmt: skip


UNDER_WAY: set["subprocess.Popen[str]"] = set()


def tool(
    command: list[str],
    environment: Mapping[str, str],
    what: str,
    account: Account | None = None,
    *,
    aloud: bool = False,
) -> None:
    """Run one step to its end; raises LauncherError with its last line. `aloud` lets it print its progress."""
    out = None if aloud else subprocess.PIPE
    who = run_as(account) if account else {}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, **who,
    )  # fmt: skip
    UNDER_WAY.add(process)
    try:
        said, complaint = process.communicate()
    finally:
        process.kill()
        UNDER_WAY.discard(process)
    if process.returncode:
        said = complaint.strip() or (said or "").strip() or "it said nothing"
        raise LauncherError(f"{what} failed: {said.splitlines()[-1].strip()}{_keep(said, environment)}")


def abandon() -> None:
    """End the steps that are still under way, those of other threads too."""
    for process in list(UNDER_WAY):
        process.kill()
        process.wait()


def _keep(said: str, environment: Mapping[str, str]) -> str:
    """Put the whole complaint into a log; returns the words that say where."""
    folder = Path(environment.get("DATA_DIR", "/nonexistent")) / "logs"
    if not folder.is_dir():
        return ""
    (folder / "setup.log").write_text(said + "\n", encoding="utf-8")
    return f" (all of it: {folder / 'setup.log'})"


def manage(arguments: list[str], environment: Mapping[str, str], account: Account, *, aloud: bool = False) -> None:
    """One command of manage.py, as the owner of the database."""
    command = [str(VENV_PYTHON), str(ROOT / "manage.py"), *arguments]
    tool(command, {**environment, "MOTCUA_DB_ROLE": "owner"}, f"manage.py {arguments[0]}", account, aloud=aloud)


def compile_messages(environment: Mapping[str, str]) -> None:
    """Compile the translations when they changed; the compiled files are not in the repository."""
    script = ROOT / "scripts" / "translations.py"
    sources = list(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
    if script.exists() and any(_is_older(source.with_suffix(".mo"), source) for source in sources):
        tool([str(VENV_PYTHON), str(script), "--compile"], environment, "compiling the translations")


def _is_older(target: Path, source: Path) -> bool:
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def build_static(environment: Mapping[str, str]) -> None:
    """Fetch and cut the front-end packages and fonts into static/vendor; the script skips what is unchanged."""
    script = ROOT / "scripts" / "build_static.py"
    if script.exists():
        with python_env.exclusive():
            tool([str(VENV_PYTHON), str(script)], environment, "fetching the front-end packages (no network?)")


def collect_static(stack: Stack, account: Account) -> None:
    """Gather and compress the static files for the web processes, when any of them changed."""
    files = sorted(file for file in (ROOT / "static").rglob("*") if file.is_file())
    mark = _listing_mark([*files, ROOT / "requirements" / "dev.txt"])
    stamp = stack.home.folder("static") / ".stamp"
    if _is_stamped(stamp, mark) or not files:
        return
    step("collecting the static files")
    # The complete fonts under ttf/ are for papers and are read from the checkout; nobody downloads them.
    command = ["collectstatic", "--noinput", "--clear", "--verbosity", "0", "--ignore", "ttf"]
    manage(command, serving_environment(stack, account), account)
    stamp.write_text(mark, encoding="ascii")


def load_database(stack: Stack, account: Account, *, with_demo: bool) -> None:
    """Migrate, set up the application's role, load reference data and the demo province; skipped when nothing changed."""
    sources = [file for room in ROOMS for file in (ROOT / room).rglob("*") if _is_source(file)]
    mark = _listing_mark([*sorted(sources), ROOT / "requirements" / "dev.txt"])
    # The stamp lies in the cluster and goes with it; somebody else's database is looked at every time.
    stamp = stack.database.cluster / "motcua-loaded" if stack.database else None
    if stamp and _is_stamped(stamp, mark):
        return
    environment = serving_environment(stack, account)
    step("migrating the database")
    manage(["migrate", "--noinput", "--verbosity", "0"], environment, account)
    wanted = {"setup_roles": "", "load_reference": "loading the reference data"}
    wanted |= {"load_demo": "loading the demo province (this happens once and takes a while)"} if with_demo else {}
    for command, words in wanted.items():
        if not any(ROOT.glob(f"*/management/commands/{command}.py")):
            warn(f"there is no command {command} yet")
            continue
        if words:
            step(words)
        manage([command], environment, account, aloud=command == "load_demo")
    if stamp:
        stamp.write_text(mark, encoding="ascii")


def _is_source(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc"


def _listing_mark(files: list[Path]) -> str:
    """Names, sizes and times: quick enough to look at on every start."""
    lines = [f"{file} {found.st_size} {found.st_mtime_ns}" for file in files if (found := file.stat())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _is_stamped(stamp: Path, mark: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == mark
