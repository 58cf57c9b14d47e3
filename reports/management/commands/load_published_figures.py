"""Load figures that were published elsewhere, with their sums, to be shown at /thong-ke/da-cong-bo/."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.services.published import load, read

OWN = Path(__file__).resolve().parents[2] / "data" / "published_figures.json"


class Command(BaseCommand):
    """Loading again replaces what was loaded before."""

    help = "Load records of published figures (JSON: {figures: [{province, period, measure, numerator, …}]})."

    def add_arguments(self, parser: Any) -> None:
        """Without a file the records that come with the product are loaded."""
        parser.add_argument("file", nargs="?", type=Path, default=OWN)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, check, load; a bad file changes nothing."""
        try:
            text = options["file"].read_text(encoding="utf-8")
            records = read(json.loads(text, parse_float=Decimal))
        except (OSError, ValueError) as error:  # pydantic's and json's errors are ValueErrors
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(f"{load(records)} published figures")
