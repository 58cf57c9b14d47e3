"""Walks the chains of events of all dossiers and names those that do not fit."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from dossiers import chain
from dossiers.models import Dossier, DossierEvent

BATCH = 500  # dossiers read at once


@dataclass(frozen=True)
class Broken:
    """A chain that does not fit: the dossier and the number of the first event that is wrong, missing or too many."""

    dossier: int
    code: str
    seq: int

    def __str__(self) -> str:
        return f"dossier {self.code or self.dossier}: event {self.seq} does not fit"


def broken_chains(*, batch: int = BATCH, progress: Callable[[int], object] = lambda count: None) -> Iterator[Broken]:
    """Every dossier whose chain is broken, in order of their ids; `progress` hears how many were looked at."""
    last = looked_at = 0
    while rows := list(
        Dossier.objects.filter(pk__gt=last).order_by("pk").values("pk", "code", "head_seq", "head_hash")[:batch]
    ):
        last, looked_at = rows[-1]["pk"], looked_at + len(rows)
        events = DossierEvent.objects.filter(dossier__in=[row["pk"] for row in rows]).order_by("dossier", "seq")
        chains = {pk: list(found) for pk, found in groupby(events.iterator(), key=lambda event: event.dossier_id)}
        for row in rows:
            seq = _first_broken(chains.get(row["pk"], []), row["head_seq"], row["head_hash"])
            if seq is not None:
                yield Broken(row["pk"], row["code"] or "", seq)
        progress(looked_at)


def _first_broken(events: list[DossierEvent], head_seq: int, head_hash: str) -> int | None:
    try:
        return chain.first_broken(events, head_seq=head_seq, head_hash=head_hash)
    except KeyError:
        # The event names a key that CHAIN_KEYS does not hold: either it was lost, or the event was forged.
        return next(event.seq for event in events if not chain.knows_key(event.key_id))
