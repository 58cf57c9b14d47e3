"""Check the chain of events of every dossier."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dossiers.models import Dossier
from dossiers.proof import broken_chains

SHOWN = 20


class Command(BaseCommand):
    """Ends with 1 and the first broken chains when any event was changed, taken away or put in."""

    help = "Walk the events of all dossiers in batches and name the chains that do not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk, say how far it has come on stderr, and what was found."""
        counts: list[int] = [0]
        broken = [str(one) for one in islice(broken_chains(progress=counts.append), SHOWN)]
        if broken:
            raise CommandError("\n".join(broken))
        self.stdout.write(f"{counts[-1]} dossiers: every chain of events is whole ({_heads()} have events).")


def _heads() -> int:
    return Dossier.objects.filter(head_seq__gt=0).count()
