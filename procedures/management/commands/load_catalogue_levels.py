"""Load records of the levels services had before the portal, so that counts of past dates come out of records."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procedures.services.history import load_levels


class Command(BaseCommand):
    """All rows or none; the same file twice changes nothing."""

    help = "Load levels of past days (CSV or JSON rows: code, name, level, valid_from, valid_to)."

    def add_arguments(self, parser: Any) -> None:
        """`--source` is kept with every record; the name of the file unless given."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check every row, load."""
        file: Path = options["file"]
        try:
            rows = _rows(file)
        except (OSError, ValueError, csv.Error) as error:
            raise CommandError(f"{file}: {error}") from error
        loaded = load_levels(rows, source=options["source"] or file.name)
        if loaded.errors:
            raise CommandError("\n".join(loaded.errors))
        self.stdout.write(f"{loaded.created} records created, {loaded.changed} changed")


def _rows(file: Path) -> list[Mapping[str, Any]]:
    text = file.read_text(encoding="utf-8-sig")
    if file.suffix.lower() == ".json":
        rows = json.loads(text)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise ValueError("a list of records is expected")
        return rows
    return list(csv.DictReader(io.StringIO(text)))
