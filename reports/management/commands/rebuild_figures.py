"""Count the figures again from the dossiers and report every difference."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.services.rebuilding import rebuild


class Command(BaseCommand):
    """Needed once after an upgrade that brings new counts; otherwise a proof that the folded figures are right."""

    help = "Recompute the public figures from the dossiers in batches, compare, and mend what differs."

    def add_arguments(self, parser: Any) -> None:
        """`--check` changes nothing and ends with an error when something differs."""
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, mend unless told otherwise, and say what was found."""
        found = rebuild(repair=not options["check"], progress=self.stdout.write)
        text = (
            f"{found.dossiers} dossiers: {found.wrong_dossiers} differed; {found.wrong_rows} rows of figures differed"
        )
        if options["check"] and not found.is_right:
            raise CommandError(text)
        self.stdout.write(text)
