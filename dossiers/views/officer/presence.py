"""Who has a dossier open, and from where each of them began to read: hints in the cache, ids and numbers only.

Without Redis nobody is seen and a second look shows nothing as changed; the first look is kept by `dossiers.services.looks`.
"""

import time
from dataclasses import dataclass

from django.core.cache import caches
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from dossiers.models import Dossier
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.frame import address

HERE = 120  # seconds after which somebody is not taken to have the dossier open any more
VISIT = 1800  # seconds during which what was new at the first look stays marked
FRESH = 60  # seconds for which a visit need not be written anew: an open page says each minute that it is open
Visits = dict[int, tuple[int, int, int]]  # officer: (last seen here, began to read after, read up to)


@dataclass(frozen=True)
class Visit:
    """`since`: the event up to which the officer had read before this visit; `others`: ids of colleagues."""

    since: int
    others: tuple[int, ...]


def _key(dossier: Dossier) -> str:
    return f"here:{dossier.pk}"


def arrive(dossier: Dossier, user: User) -> Visit:
    """The officer reads the dossier as it stands; asked before the look is kept. Colleagues will see that it is open."""
    cache, now = caches["desk"], int(time.time())
    known: Visits = cache.get(_key(dossier)) or {}
    at, since, seen = known.get(user.pk, (0, dossier.head_seq, -1))
    if at <= now - VISIT:
        since = last_look(dossier)
    if at <= now - FRESH or seen != dossier.head_seq:
        cache.set(_key(dossier), _live(known, now) | {user.pk: (now, since, dossier.head_seq)}, VISIT)
    return Visit(since, _others(known, user, now))


def last_look(dossier: Dossier) -> int:
    """The event up to which the officer has read, as `queues.one` found it; who never opened it has nothing to compare."""
    found: int | None = dossier.__dict__["looked_to"]
    return dossier.head_seq if found is None else found


def _live(known: Visits, now: int) -> Visits:
    return {person: visit for person, visit in known.items() if visit[0] > now - VISIT}


def _others(known: Visits, user: User, now: int) -> tuple[int, ...]:
    return tuple(person for person, visit in known.items() if person != user.pk and visit[0] > now - HERE)


def stay(dossier: Dossier, user: User) -> tuple[int, ...]:
    """The page is still open: colleagues go on seeing it. Returns the others who have it open."""
    cache, now = caches["desk"], int(time.time())
    known: Visits = cache.get(_key(dossier)) or {}
    if mine := known.get(user.pk):
        cache.set(_key(dossier), _live(known, now) | {user.pk: (now, *mine[1:])}, VISIT)
    return _others(known, user, now)


def leave(dossier: Dossier, user: User) -> None:
    """The officer has carried out an act and goes on: nobody need be warned of them, the next look is a new one."""
    cache = caches["desk"]
    known: Visits = cache.get(_key(dossier)) or {}
    if known.pop(user.pk, None) is not None:
        cache.set(_key(dossier), known, VISIT)


def names(people: tuple[int, ...]) -> list[str]:
    """The names to these ids; no statement for nobody."""
    rows = User.objects.filter(pk__in=people, kind="officer").order_by("full_name") if people else ()
    return [person.display_name for person in rows]


@officers_only
@require_safe
def officer_presence(request: PersonRequest, code: str) -> HttpResponse:
    """The banner alone, asked for every minute by pages that stay open."""
    dossier = dossier_or_404(request, code)
    context = {"others_here": names(stay(dossier, request.user)), "whole_url": address(dossier.reference)}
    return render(request, "dossiers/officer/presence.html", context)
