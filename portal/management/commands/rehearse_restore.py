"""Rehearse the restore: back up, restore beside, compare, clear away."""

import shutil
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from portal.backup.manifest import DUMP
from portal.backup.programs import BackupError
from portal.backup.rehearsing import fresh_database, restore_beside
from portal.backup.saving import save


class Command(BaseCommand):
    """Touches nothing of the running house but reads; needs the right to create a database and room on the disk."""

    help = "Back up, restore into a fresh database and folder beside the real ones, compare, print the table."

    def add_arguments(self, parser: Any) -> None:
        """`--keep` leaves the backup and the restored files; the database is dropped in any case."""
        parser.add_argument("--keep", action="store_true", help="keep backup and restored files")
        parser.add_argument("--to", type=Path, default=settings.DATA_DIR / "rehearsal", help="the folder to work in")

    def handle(self, *args: Any, **options: Any) -> None:
        """The whole rehearsal with its times; ends with an error when anything differs."""
        place: Path = options["to"] / f"{timezone.now():%Y%m%d-%H%M%S}"
        database = f"{connection.settings_dict['NAME']}_rehearsal"
        try:
            self.stdout.write(self._rehearse(place, database))
        except (BackupError, OSError, DatabaseError) as error:
            raise CommandError(str(error).strip()) from None
        finally:
            if not options["keep"]:
                shutil.rmtree(place, ignore_errors=True)

    def _rehearse(self, place: Path, database: str) -> str:
        started = time.monotonic()
        folder, made = save(place / "backup", at=timezone.now(), progress=self.stderr.write)
        saved = time.monotonic()
        dump = (folder / DUMP).stat().st_size / 1e6
        self.stderr.write("restoring beside")
        with fresh_database(database):
            table = restore_beside(folder, place / "restored", database)
        restored = time.monotonic()
        return (
            f"{table}backup {saved - started:.1f} s (dump {dump:.1f} MB, files {made.bytes / 1e6:.1f} MB), "
            f"restore and comparison {restored - saved:.1f} s"
        )
