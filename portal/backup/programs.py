"""PostgreSQL's own programs: found where PATH leads, of the server's version or later, run without a password on view."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection


class BackupError(Exception):
    """Why a backup or a restore stopped, in one sentence for the operator."""


def run(name: str, *arguments: str) -> str:
    """Run one program against the database of the settings; returns what it printed. Raises BackupError."""
    command = [str(program(name, _server_version())), *arguments]
    done = subprocess.run(  # noqa: S603 - the program was found by name, the arguments are ours
        command, env=_environment(), capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        words = (done.stderr.strip() or "it said nothing").splitlines()
        # The first complaint is the cause; "warning: errors ignored" and the like come after it.
        raise BackupError(f"{name} failed: {next((line for line in words if 'error' in line), words[-1])}")
    return done.stdout


@cache
def program(name: str, at_least: int) -> Path:
    """The first program of this name in PATH whose major version is the server's or later; raises BackupError."""
    for path in _candidates(name):
        done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        found = re.search(r"(\d+)", done.stdout)
        if done.returncode == 0 and found and int(found[1]) >= at_least:
            return path
    raise BackupError(f"no {name} of PostgreSQL {at_least} or later in PATH; install the client programs of the server")


def _candidates(name: str) -> Iterator[Path]:
    folders = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    for folder in [*folders, *sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]:
        if os.access(folder / name, os.X_OK):
            yield folder / name


def _server_version() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10000


def _environment() -> dict[str, str]:
    """The connection of the settings in libpq's variables: a command line can be read by everybody on the machine."""
    database: dict[str, Any] = connection.settings_dict
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    found = {variable: str(database[key]) for variable, key in names.items() if database.get(key)}
    if "sslmode" in database.get("OPTIONS", {}):
        found["PGSSLMODE"] = str(database["OPTIONS"]["sslmode"])
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"} | found


def wanted_entries(listing: str, skipped: Sequence[str]) -> str:
    """pg_restore's table of contents without the entries that only a superuser could restore."""
    return "\n".join(line for line in listing.splitlines() if not any(words in line for words in skipped)) + "\n"
