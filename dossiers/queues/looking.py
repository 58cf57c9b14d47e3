"""What an officer has not seen yet of each row: read with the rows, in one statement."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.expressions import RawSQL

from dossiers.models import Arrival, Dossier, DossierEvent, Look

_LOOKS, _EVENTS, _ARRIVALS, _DOSSIERS = (model._meta.db_table for model in (Look, DossierEvent, Arrival, Dossier))
# NULL: never looked at. Else the names of the acts of others since the look, and the kinds of what arrived since.
_GLIMPSE = f"""(SELECT
  coalesce((SELECT string_agg(DISTINCT e.name, ',') FROM {_EVENTS} e
    WHERE e.dossier_id = l.dossier_id AND e.seq > l.seq AND e.actor_id IS DISTINCT FROM l.user_id), '') || '|' ||
  coalesce((SELECT string_agg(DISTINCT a.kind, ',') FROM {_ARRIVALS} a
    WHERE a.dossier_id = l.dossier_id AND a.id > l.arrival AND a.by_id IS DISTINCT FROM l.user_id), '')
  FROM {_LOOKS} l WHERE l.user_id = %s AND l.dossier_id = {_DOSSIERS}.id)"""  # noqa: S608 - names of our own tables


def glimpse(user_id: int) -> RawSQL:
    """An annotation for rows of `Dossier`: what happened since this officer's last look; read it with `News.of`."""
    return RawSQL(_GLIMPSE, (user_id,), output_field=TextField())  # noqa: S611 - the text above is our own


@dataclass(frozen=True)
class News:
    """What an officer has not seen of a dossier. `is_known`: whether the row was read with its glimpse at all."""

    is_known: bool = False
    is_first: bool = False  # never looked at
    acts: frozenset[str] = frozenset()
    arrivals: frozenset[str] = frozenset()

    @classmethod
    def of(cls, dossier: Dossier) -> "News":
        """The news of a row that was annotated with `glimpse`; nothing for other rows."""
        found: Any = dossier.__dict__.get("glimpse", NOT_READ)
        if found is NOT_READ:
            return NOTHING
        if found is None:
            return FIRST
        acts, _bar, arrivals = found.partition("|")
        return SEEN if found == "|" else cls(True, False, _words(acts), _words(arrivals))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()


NOT_READ = object()
NOTHING, FIRST, SEEN = News(), News(is_known=True, is_first=True), News(is_known=True)


def unseen_by(user_id: int) -> Q:
    """Rows this officer never looked at, or to which others did something since."""
    acts = DossierEvent.objects.filter(dossier=OuterRef("dossier"), seq__gt=OuterRef("seq")).exclude(actor=user_id)
    arrivals = Arrival.objects.filter(dossier=OuterRef("dossier"), pk__gt=OuterRef("arrival")).exclude(by=user_id)
    seen = Look.objects.filter(user=user_id, dossier=OuterRef("pk")).exclude(Exists(acts)).exclude(Exists(arrivals))
    return ~Q(Exists(seen))
