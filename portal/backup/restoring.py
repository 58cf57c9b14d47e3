"""Restoring a backup into an empty database and an empty folder; nothing that exists is ever written over."""

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from portal.backup import manifest as promised
from portal.backup import programs
from portal.backup.manifest import DUMP, FILES, LISTING, Manifest
from portal.backup.programs import BackupError
from portal.backup.saving import listed

# Only a superuser may make these; the operator's empty database or the next start brings what is needed of them.
SKIPPED = (" EXTENSION - plpgsql", " EXTENSION - pg_stat_statements", " COMMENT - EXTENSION", " SCHEMA - public")
TRUSTED = ("unaccent", "pg_trgm", "btree_gist")
Progress = Callable[[str], object]


def restore(folder: Path, *, progress: Progress) -> Manifest:
    """Bring database and files back; raises BackupError before anything is written when they could not be used."""
    manifest = promised.read(folder)
    refuse_unusable(folder, manifest)
    progress("restoring the database")
    _database(folder)
    call_command("setup_roles")
    progress("restoring the files")
    _files(folder)
    return manifest


def refuse_unusable(folder: Path, manifest: Manifest) -> None:
    """Raise BackupError for a damaged backup, missing keys, a database with tables or a folder with files."""
    for name, digest in ((DUMP, manifest.dump_sha256), (LISTING, manifest.listing_sha256)):
        if not (folder / name).is_file() or promised.sha256_of(folder / name) != digest:
            raise BackupError(f"{folder / name} is not the file that the manifest names.")
    lacking = promised.missing_keys(manifest)
    if lacking:
        raise BackupError(
            f"{', '.join(lacking)}: the keys this backup was written with are missing; put them back first."
        )
    if connection.introspection.table_names():
        raise BackupError(f"The database {connection.settings_dict['NAME']} is not empty; restore into a new one.")
    if has_files(""):
        raise BackupError(f"{default_storage.location} is not empty; restore into a new folder.")  # type: ignore[attr-defined]


def has_files(folder: str) -> bool:
    """Whether the storage holds any file."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return False
    return bool(files) or any(has_files(f"{folder}/{name}".lstrip("/")) for name in folders)


def _database(folder: Path) -> None:
    with connection.cursor() as cursor:
        for extension in TRUSTED:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    contents = programs.run("pg_restore", "--list", str(folder / DUMP))
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".list") as entries:
        entries.write(programs.wanted_entries(contents, SKIPPED))
        entries.flush()
        programs.run(
            "pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--single-transaction",
            f"--use-list={entries.name}", f"--dbname={connection.settings_dict['NAME']}", str(folder / DUMP),
        )  # fmt: skip
    connection.close()  # nothing this process believed of the empty database stays


def _files(folder: Path) -> None:
    for digest, name in listed(folder / LISTING):
        path = folder / FILES / name
        if not path.is_file():
            raise BackupError(f"{path} is missing from the backup.")
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                raise BackupError(f"{path} is damaged: it does not have the digest that {LISTING} names.")
            stream.seek(0)
            if default_storage.save(name, File(stream)) != name:
                raise BackupError(f"The storage renamed {name}.")
