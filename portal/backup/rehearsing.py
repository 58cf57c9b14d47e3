"""A rehearsal of the restore: into a fresh database and folder beside the real ones, by the command an operator types."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2.errors import InsufficientPrivilege, ObjectInUse
from psycopg2.sql import SQL, Identifier

from portal.backup.programs import BackupError

TRIES = 10
MANAGE = Path(settings.BASE_DIR) / "manage.py"


def restore_beside(folder: Path, data: Path, database: str) -> str:
    """Run `manage.py restore` on a backup with another database and another folder; returns the table it printed."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(MANAGE), "restore", str(folder)], env=_environment(data, database),
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        words = (done.stderr.strip() or "it said nothing").splitlines()
        raise BackupError(f"{done.stdout}\nThe restore failed: {words[-1]}")
    return done.stdout


@contextmanager
def fresh_database(name: str) -> Iterator[None]:
    """An empty database of this name, dropped at the end; the role of the settings needs the right to make one."""
    _maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _maintain("CREATE DATABASE {} TEMPLATE template0", name)
    try:
        yield
    finally:
        _maintain("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _maintain(statement: str, name: str) -> None:
    """CREATE and DROP DATABASE run outside transactions, hence a connection of their own."""
    parameters = {**connection.get_connection_params()}
    parameters.pop("cursor_factory", None)
    link = psycopg2.connect(**parameters)
    try:
        link.autocommit = True
        with link.cursor() as cursor:
            _patiently(cursor, SQL(statement).format(Identifier(name)))
    except psycopg2.Error as error:
        raise BackupError(f"PostgreSQL refused: {(error.pgerror or str(error)).splitlines()[0]}") from None
    finally:
        link.close()


def _patiently(cursor: Any, statement: Any) -> None:
    """A vacuum of the server's own, which we may not end, can be at work in the database for a moment."""
    for _pause in range(TRIES - 1):
        try:
            cursor.execute(statement)
            return
        except (InsufficientPrivilege, ObjectInUse):
            time.sleep(1)
    cursor.execute(statement)


def _environment(data: Path, database: str) -> dict[str, str]:
    """Ours, with another database and data folder; the keys stay where they are, for no backup holds them."""
    address = _address(database)
    changed = {
        "DATABASE_URL": address, "OWNER_DATABASE_URL": address, "MOTCUA_DB_ROLE": "owner", "MOTCUA_MODE": settings.MODE,
        "DB_APP_ROLE": settings.DB_APP_ROLE, "DATA_DIR": str(data), "SECRETS_DIR": str(settings.SECRETS_DIR),
        "SIGNING_KEY_FILE": str(settings.SIGNING_KEY_FILE), "SEAL_KEY_FILE": str(settings.SEAL_KEY_FILE),
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if name not in {f"{one}_FILE" for one in changed}}
    return kept | changed


def _address(database: str) -> str:
    """The address of the settings with another database; every part stands in the query, so that nothing needs quoting."""
    found = connection.settings_dict
    parts = {"host": found["HOST"], "port": found["PORT"], "sslmode": found["OPTIONS"].get("sslmode", "")}
    query = urlencode({name: value for name, value in parts.items() if value})
    return f"postgresql://{_quoted(found['USER'])}:{_quoted(found['PASSWORD'])}@/{_quoted(database)}?{query}"


def _quoted(text: object) -> str:
    return quote(str(text or ""), safe="")
