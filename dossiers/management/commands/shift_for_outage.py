"""Give back the time an outage took from running limits."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dossiers.management.commands.recompute_calendar import _local, _user
from dossiers.models import Outage
from dossiers.services.corrections import outages


class Command(BaseCommand):
    """Outages are recorded on the page /quan-tri/su-co/; without `--apply` every dossier that would move is listed."""

    help = "Lengthen the limits that ran during a recorded outage: dry run, or with --apply."

    def add_arguments(self, parser: Any) -> None:
        """`outage`: its number on the page of outages."""
        parser.add_argument("outage", type=int)
        parser.add_argument("--apply", action="store_true", help="write it")
        parser.add_argument("--by", default="", metavar="USERNAME", help="the officer who orders it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List or apply; ends with 1 when a dossier could not be read."""
        outage = Outage.objects.filter(pk=options["outage"]).first()
        if outage is None:
            raise CommandError(f"There is no outage {options['outage']}.")
        is_applied = options["apply"]
        by = _user(options["by"])
        found = outages.apply(outage, by=by, at=timezone.now()) if is_applied else outages.plan(outage)
        dossiers = faults = 0
        for one in found:
            faults += bool(one.fault)
            dossiers += not one.fault
            for move in one.moves:
                self.stdout.write(f"{one.code}\t{move.key}\t{_local(move.old)}\t{_local(move.new)}")
        self.stdout.write(f"{dossiers} dossiers {'moved' if is_applied else 'would move'}, {faults} unreadable.")
        if not is_applied:
            self.stdout.write("Nothing was written. Add --apply to write it.")
        if faults:
            raise CommandError("Some ledgers could not be read; those dossiers keep their dates.")
