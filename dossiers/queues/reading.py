"""One dossier for its page, and what lists can be narrowed to."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from accounts.models import User
from accounts.querysets import unshown
from agencies.models import COUNTER_ROLES, HANDLING_ROLES
from agencies.standing import standing_of
from common.cache import for_a_moment
from common.prepared import Prepared
from dossiers.models import Dossier, Look
from dossiers.querysets import DossierQuerySet
from procedures.models import Procedure

# Long, or of no use to the page of one dossier.
UNREAD = (
    *unshown("assignee"), "procedure__search_text", "procedure__sort_key", "procedure__card", "procedure__usual_days",
    "procedure__use_rank", "procedure__unverified", "procedure__is_free", "party__sort_key", "party__folded_name",
    "party__national_id_index", "party__erase_after",
    *(f"{agency}__{column}" for agency in ("receiving_agency", "handling_agency", "deciding_agency")
      for column in ("sort_key", "is_verified", "shares_at_once")),
)  # fmt: skip


def one(user: User, code: str, *, is_bare: bool = False) -> Dossier | None:
    """The dossier of that code with all that its page shows, by the rule of `visible_to`; None for what is not theirs.

    Its `looked_to`: the event up to which this person has read, None for who never opened it. `is_bare`: the row alone, for
    an act that reads it once more under its lock and draws no page.
    """
    return _found(user, code, "bare" if is_bare else "whole")


def locked(user: User, code: str) -> Dossier | None:
    """The same row with its agencies, locked until the transaction ends, for an act that is done at once: who waited for the
    lock sees the row, and whether it is still theirs, as the other one left it. None for what is not theirs.
    """
    return _found(user, code, "locked")


def _found(user: User, code: str, kind: str) -> Dossier | None:
    standing = standing_of(user)
    counters, handlers = standing.agency_ids(COUNTER_ROLES), standing.agency_ids(HANDLING_ROLES)
    reader = {"user": user.pk} if kind == "whole" else {}
    return _one(len(counters), len(handlers), kind).first(code=code, **reader, **_named(counters, handlers))


@lru_cache(maxsize=256)
def _one(counters: int, handlers: int, kind: str) -> Prepared[Dossier]:
    """For somebody who works at so many counters and so many handling agencies."""

    def build(code: str, user: int = 0, **agencies: int) -> DossierQuerySet:
        ids = list(agencies.values())
        found = Dossier.objects.seen_from(ids[:counters], ids[counters:]).filter(code=code)
        if kind == "bare":
            return found
        if kind == "locked":
            return found.under_lock()
        related = ("party", "procedure", "assignee", "receiving_agency", "handling_agency", "deciding_agency")
        look = Look.objects.filter(user=user, dossier=OuterRef("pk")).values("seq")[:1]
        return found.select_related(*related).defer(*UNREAD).annotate(looked_to=Subquery(look))

    types: dict[str, Any] = dict.fromkeys(_named(range(counters), range(handlers)), int)
    if kind == "whole":
        types["user"] = int
    return Prepared(build, code=str, **types)


def _named(counters: Iterable[int], handlers: Iterable[int]) -> dict[str, int]:
    """A name for each agency of a standing, counters first."""
    found = {f"counter{number}": pk for number, pk in enumerate(counters)}
    return found | {f"handler{number}": pk for number, pk in enumerate(handlers)}


def _open_at(agencies: tuple[int, ...]) -> Any:
    """Each procedure of the open dossiers once. Without DISTINCT the planner asks procedure by procedure whether one is
    open and walks through all finished ones of those that have none: seconds at 3.3 million.
    """
    found = Dossier.objects.open().filter(Q(receiving_agency__in=agencies) | Q(handling_agency__in=agencies))
    return found.order_by().values("procedure").distinct()


@for_a_moment
def procedures_open_at(agencies: tuple[int, ...]) -> list[Procedure]:
    """Procedures with open dossiers at these agencies."""
    procedures = Procedure.objects.filter(pk__in=_open_at(agencies)).select_related("field").order_by("sort_key")
    return list(
        procedures.only(
            "pk", "short_name_vi", "short_name_en", "name_vi", "name_en", "field__name_vi", "field__name_en"
        )
    )
