"""Making a backup: the database in one snapshot, then the files that the snapshot names."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction

from documents.models import StoredFile
from portal.backup import manifest as promised
from portal.backup import programs
from portal.backup.manifest import DUMP, FILES, LEFT_OUT, LISTING, MANIFEST, Manifest
from portal.backup.programs import BackupError

CHUNK = 1024 * 1024
WANTED = "files.wanted"
WITHOUT_BYTES = (StoredFile.State.ERASED, StoredFile.State.STORING)
Progress = Callable[[str], object]


@dataclass
class _Copied:
    files: int = 0
    bytes: int = 0
    erased: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def save(destination: Path, *, at: datetime, progress: Progress) -> tuple[Path, Manifest]:
    """Write `<destination>/motcua-<UTC time>`; returns the folder and its manifest. Raises BackupError, OSError.

    The folder has its final name only when it is complete. Files that an earlier backup beside it holds are linked, not
    copied: their bytes never change.
    """
    os.umask(0o077)  # dump and files hold personal data
    folder = destination / f"motcua-{at:%Y%m%d-%H%M%S}"
    half = folder.with_name(f"{folder.name}.partial")
    if folder.exists() or half.exists():
        raise BackupError(f"{folder} is there already.")
    previous = latest(destination)
    (half / FILES).mkdir(parents=True)
    facts = _dump(half, progress)
    progress("copying the files")
    copied = _copy_files(half, previous)
    manifest = Manifest(
        made_at=at.isoformat(),
        files=copied.files,
        bytes=copied.bytes,
        erased_meanwhile=copied.erased,
        damaged=copied.damaged,
        dump_sha256=promised.sha256_of(half / DUMP),
        listing_sha256=promised.sha256_of(half / LISTING),
        keys=promised.key_fingerprints(),
        **facts,
    )
    promised.write(half, manifest)
    half.rename(folder)
    return folder, manifest


def latest(destination: Path) -> Path | None:
    """The newest complete backup in a folder."""
    found = sorted(path.parent for path in destination.glob(f"motcua-*/{MANIFEST}") if path.parent.suffix != ".partial")
    return found[-1] if found else None


def _dump(half: Path, progress: Progress) -> dict[str, Any]:
    """Dump, counts and list of files from one snapshot, so that they agree while people go on working."""
    sequences = promised.sequence_values()  # numbers only grow: the dump has these or later ones
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, version = cursor.fetchone()
        progress("dumping the database")
        left_out = [f"--exclude-table-data=public.{table}" for table in LEFT_OUT]
        programs.run("pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-owner", "--no-privileges",
                     "--schema=public", *left_out, f"--file={half / DUMP}")  # fmt: skip
        progress("counting rows and digests")
        _note_files(half)
        facts = {"tables": promised.table_facts(), "heads": promised.chain_heads()}
    return {"postgres": version, "sequences": sequences, **facts}


def _note_files(half: Path) -> None:
    rows = StoredFile.objects.exclude(state__in=WITHOUT_BYTES).order_by("pk").values_list("sha256", "storage_name")
    with (half / WANTED).open("w", encoding="utf-8") as wanted:
        wanted.writelines(f"{digest}  {name}\n" for digest, name in rows.iterator())


def listed(path: Path) -> Iterator[tuple[str, str]]:
    """(sha256, name) of each line, as `sha256sum` writes them."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            digest, _, name = line.rstrip("\n").partition("  ")
            yield digest, name.removeprefix(f"{FILES}/")


def _copy_files(half: Path, previous: Path | None) -> _Copied:
    copied = _Copied()
    with (half / LISTING).open("w", encoding="utf-8") as listing:
        for digest, name in listed(half / WANTED):
            target = half / FILES / name
            try:
                found = _copy(name, target, previous)
            except FileNotFoundError:
                was_erased = not StoredFile.objects.filter(storage_name=name).exclude(state__in=WITHOUT_BYTES).exists()
                (copied.erased if was_erased else copied.damaged).append(name)
                continue
            if found != digest:
                copied.damaged.append(name)
            listing.write(f"{found}  {FILES}/{name}\n")
            copied.files += 1
            copied.bytes += target.stat().st_size
    (half / WANTED).unlink()
    return copied


def _copy(name: str, target: Path, previous: Path | None) -> str:
    """Copy one file, or link it where the backup before holds the same bytes; returns the digest of what was read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with default_storage.open(name) as source, target.open("wb") as stream:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            stream.write(chunk)
    older = previous / FILES / name if previous else None
    if older and older.is_file() and promised.sha256_of(older) == digest.hexdigest():
        target.unlink()
        os.link(older, target)
    return digest.hexdigest()
