"""Load the reference data of the province: agencies, calendar, catalogue, forms. Running it again changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from agencies.services import load_reference
from dossiers.services.paper_forms import load_forms
from procedures.services import load_catalogue


class Command(BaseCommand):
    """Reference data are no migrations: they are published again whenever the sources change."""

    help = "Load agencies, the working calendar, the catalogue of procedures and the forms of papers (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything and say what is new."""
        self.stdout.write(f"{load_reference()}")
        self.stdout.write(f"{load_catalogue()}")
        self.stdout.write(f"{load_forms()}")
