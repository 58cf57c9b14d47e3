"""Load the demo province: people and some 300 dossiers in every state."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dossiers.models import Dossier
from portal.demo.loading import load
from reports.models import DossierFact, PublishedFigure
from reports.services.rebuilding import rebuild
from reports.services.usual import write_ranks, write_usual


class Command(BaseCommand):
    """Refused outside demo and test mode; a second load adds only what is missing."""

    help = "Load the demonstration data (demo and test mode only)."

    def add_arguments(self, parser: Any) -> None:
        """`--people` stops before the dossiers."""
        parser.add_argument("--people", action="store_true", help="accounts only, no dossiers")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say what was added."""
        if settings.MODE not in {"demo", "test"}:
            raise CommandError("Demonstration data are refused outside demo mode.")
        added = load(with_dossiers=not options["people"], progress=self.stdout.write)
        self.stdout.write(f"{added} dossiers of the demo were added.")
        if not options["people"]:
            _count()


def _count() -> None:
    """The figures show the demo at once, also in a database that an older version has loaded."""
    if Dossier.objects.filed().count() != DossierFact.objects.count():
        rebuild()
    write_usual(at=timezone.now())
    write_ranks(at=timezone.now())
    if not PublishedFigure.objects.exists():
        call_command("load_published_figures", verbosity=0)
