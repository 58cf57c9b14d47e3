"""The smaller targets: manage.py with the right surroundings, fresh locks, a clean checkout, help."""

import json
import os
import re
import shlex
import shutil
import subprocess

from launcher import python_env, services
from launcher.console import LauncherError, say, step
from launcher.engines import locate
from launcher.places import ROOT, VENV, VENV_PYTHON, Home
from launcher.processes import run_as

HELP = """\
make run      start the demo province (PORT=8000 SANDBOX_PORT=8001 DATA_DIR=… DATABASE_URL=… REDIS_URL=…)
make test     set up what is needed and run every test (ARGS="tests/dossiers -x" for some)
make check    style, types, layers, migrations, translations, sizes
make manage   one command of manage.py (ARGS="shell")
make rehearse back up, restore beside, compare (ARGS="--keep")
make bench    measure against the floor (SIZE=200000), writes $DATA_DIR/bench.json
make drills   break things on purpose, writes $DATA_DIR/drills.json
make lock     compile requirements/*.in anew (ARGS="--upgrade")
make clean    remove what was installed or compiled in the checkout; data stays"""
OWNER_COMMANDS = {
    "migrate", "setup_roles", "load_reference", "load_demo", "flush", "sqlmigrate", "showmigrations",
    "backup", "restore", "rehearse_restore",
}  # fmt: skip
WRITES_CHECKOUT = {"makemigrations", "makemessages", "startapp", "squashmigrations"}
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", "test-results")


def help_() -> int:
    """Print the targets."""
    say(HELP)
    return 0


def manage() -> int:
    """Run manage.py beside a running demo, or with database and Redis started for it alone."""
    arguments = shlex.split(os.environ.get("ARGS", "")) or ["help"]
    home = services.ready_home()
    lock = services.try_lock(home)
    if lock is None:
        noted = home / "run" / "environment.json"
        if not noted.exists():
            raise LauncherError("the demo is just starting or stopping; try again in a moment")
        stack = services.Stack(home, "demo", environment=json.loads(noted.read_text(encoding="utf-8")))
        return _manage(stack, arguments)
    lock.close()
    stack = services.take(home, "demo")
    try:
        services.start_backing(stack)
        services.start_scanner(stack, with_real=False)
        return _manage(stack, arguments)
    finally:
        stack.stop()


def rehearse() -> int:
    """Rehearse the restore on the demo's data, whether it runs or not."""
    os.environ["ARGS"] = f"rehearse_restore {os.environ.get('ARGS', '')}"
    return manage()


def _manage(stack: services.Stack, arguments: list[str]) -> int:
    environment = dict(stack.environment)
    account = services.serving_account(stack.home)
    if arguments[0] in WRITES_CHECKOUT:
        account = services.Account(os.geteuid(), os.getegid(), "me")
    environment |= services.serving_environment(stack, account)
    default = "owner" if arguments[0] in OWNER_COMMANDS | WRITES_CHECKOUT else "app"
    environment["MOTCUA_DB_ROLE"] = os.environ.get("MOTCUA_DB_ROLE") or default
    environment["PATH"] += f"{os.pathsep}{locate(stack.home).postgres_bin}"  # psql, for dbshell
    command = [str(VENV_PYTHON), str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, **run_as(account)).returncode


def lock() -> int:
    """Compile requirements/*.in into hashed, universal locks that name no registry."""
    python_env.prepare(services.open_home().account)
    for name in ("base", "dev"):
        _compile(f"requirements/{name}.in", f"requirements/{name}.txt")
    found = re.search(r"^uv==(\S+)", (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise LauncherError("requirements/dev.in must name uv")
    (ROOT / "requirements" / "bootstrap.in").write_text(f"uv=={found[1]}\n", encoding="utf-8")
    _compile("requirements/bootstrap.in", "requirements/bootstrap.txt")
    return 0


def _compile(source: str, target: str) -> None:
    step(f"compiling {target}")
    command = [str(VENV / "bin" / "uv"), "pip", "compile", "--quiet", "--no-header", "--no-emit-index-url"]
    command += ["--no-emit-find-links", "--universal", "--generate-hashes", "--python-version", "3.11"]
    command += ["--output-file", target, *shlex.split(os.environ.get("ARGS", "")), source]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LauncherError(f"cannot compile {target}: {(done.stderr.strip() or 'it said nothing').splitlines()[-1]}")


def clean() -> int:
    """Remove what `make` installed or compiled in the checkout; the data folder is left alone."""
    home = services.open_home()
    _refuse_while_running(home)
    for name in (".venv", "node_modules", "static/vendor", *CACHES):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for compiled in ROOT.glob("locale/*/LC_MESSAGES/*.mo"):
        compiled.unlink()
    for cache in ROOT.rglob("__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)
    say(f"data and secrets are left in {home.path}; remove that folder yourself to begin anew")
    return 0


def _refuse_while_running(home: Home) -> None:
    held = services.try_lock(home)
    if held is None:
        raise LauncherError("the demo is running; stop it first")
    held.close()
