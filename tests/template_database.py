"""One migrated database with its reference data, copied for each worker: migrating takes half a minute, a copy one second.

The name of the template carries a fingerprint of everything it is made from; another fingerprint builds another template.
"""

import hashlib
import io
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg2.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parent.parent
# Migrations and data of every room; the code of those rooms whose services load the reference data.
SOURCES = ("*/migrations/*.py", "*/data/**/*", "common/**/*.py", "agencies/**/*.py", "procedures/**/*.py", "requirements/dev.txt",
           "portal/management/commands/*.py", "portal/settings.py", "tests/template_database.py")  # fmt: skip
LOCK = 7_260_426_114


def fingerprint() -> str:
    """Changes whenever a migration, reference data or the code that loads it changes."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in SOURCES for path in ROOT.glob(pattern) if path.is_file()}):
        if path.suffix != ".pyc":
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def make(name: str) -> str:
    """Give the tests a fresh copy of the template under `name`; the name of the database that stood there before."""
    base = settings.DATABASES["default"]["NAME"]
    template = f"template_{base}_{fingerprint()}"
    with _maintenance(base) as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if not _exists(cursor, template):
            _build(cursor, base, template)
        _fresh(cursor, name, template)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    _point_at(name)
    return str(base)


def drop(name: str, base: str) -> None:
    """Take the copy away again."""
    connection.close()
    with _maintenance(base) as cursor:
        _drop(cursor, name)


class _maintenance:
    """A connection to the base database outside of transactions, as CREATE DATABASE asks for."""

    def __init__(self, base: str) -> None:
        params: dict[str, Any] = {**connection.get_connection_params(), "dbname": base}
        params.pop("cursor_factory", None)
        self.connection = psycopg2.connect(**params)
        self.connection.autocommit = True

    def __enter__(self) -> Any:
        return self.connection.cursor()

    def __exit__(self, *failure: object) -> None:
        self.connection.close()


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def _build(cursor: Any, base: str, template: str) -> None:
    """Build under another name first: a template that exists is a complete one. Older templates go."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"template_{base}_%"])
    for (old,) in cursor.fetchall():
        _drop(cursor, old)
    under_way = f"building_{base}"
    _fresh(cursor, under_way, "template1")  # where the extensions are
    _point_at(under_way)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("setup_roles")
    call_command("load_reference", stdout=io.StringIO())
    connection.close()
    cursor.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(under_way), Identifier(template)))


def _fresh(cursor: Any, name: str, template: str) -> None:
    _drop(cursor, name)
    cursor.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))


def _drop(cursor: Any, name: str) -> None:
    """Send away who is still connected, then drop. FORCE would stumble over the server's own vacuum; a plain DROP ends it."""
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
        [name],
    )
    cursor.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(name)))


def _point_at(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
