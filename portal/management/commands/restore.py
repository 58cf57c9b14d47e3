"""Restore a backup into an empty database and an empty folder, and prove it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseError

from portal.backup import manifest
from portal.backup.comparing import compare, table_of
from portal.backup.programs import BackupError
from portal.backup.restoring import restore


class Command(BaseCommand):
    """Run as the owner of the database (MOTCUA_DB_ROLE=owner)."""

    help = "Restore a backup into an empty database and an empty folder of files, then compare it with its manifest."

    def add_arguments(self, parser: Any) -> None:
        """The folder of the backup; `--compare-only` reads and compares what is there already."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--compare-only", action="store_true", help="restore nothing, only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, compare, print the table; ends with an error when anything differs."""
        folder: Path = options["folder"]
        try:
            made = manifest.read(folder) if options["compare_only"] else restore(folder, progress=self.stderr.write)
            self.stderr.write("comparing with the manifest")
            lines = list(compare(folder, made))
        except (BackupError, OSError, DatabaseError) as error:
            raise CommandError(str(error).splitlines()[0]) from None
        self.stdout.write(table_of(lines))
        wrong = [line.what for line in lines if not line.is_right]
        if wrong:
            raise CommandError(f"This is not what the backup promised: {', '.join(wrong)}.")
        self.stdout.write(f"Everything of {made.made_at} is there.")
