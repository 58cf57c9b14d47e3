"""Make a backup of database and files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError
from django.utils import timezone

from portal.backup.programs import BackupError
from portal.backup.saving import save


class Command(BaseCommand):
    """Runs while people work; docs/operations.md says when, where to and what else has to be kept."""

    help = "Dump the database and copy the files into a new folder, with a sealed list of what must be there again."

    def add_arguments(self, parser: Any) -> None:
        """`--to FOLDER` (default: DATA_DIR/backups)."""
        parser.add_argument("--to", type=Path, default=settings.DATA_DIR / "backups", help="where the folder is made")

    def handle(self, *args: Any, **options: Any) -> None:
        """Save, and end with an error when bytes were missing or damaged (the backup is kept all the same)."""
        try:
            folder, made = save(options["to"], at=timezone.now(), progress=self.stderr.write)
        except (BackupError, OSError, DatabaseError) as error:
            raise CommandError(str(error).splitlines()[0]) from None
        megabytes = made.bytes / 1e6
        self.stdout.write(
            f"{folder}: {len(made.tables)} tables, {made.rows} rows, {made.files} files ({megabytes:.1f} MB)"
        )
        if made.damaged:
            raise CommandError(f"{len(made.damaged)} files are missing or damaged, the first is {made.damaged[0]}")
