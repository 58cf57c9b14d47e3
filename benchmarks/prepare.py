"""`python -m benchmarks.prepare SIZE`, within the product on one database: stock it, sign people in, print the plan as JSON."""

import json
import sys
from datetime import datetime, timedelta
from typing import Any

import django

from benchmarks import database

NUMBERS = {"regular": 10, "filing": 40, "rich": 60}  # fields of the forms
PAPERS = {"regular": 3, "filing": 1, "rich": 10}


def main(size: int) -> None:
    """Everything a run of that size needs."""
    django.setup()
    from benchmarks import people
    from benchmarks.procedures import ensure
    from procedures.models import Procedure

    now = django.utils.timezone.now()
    agency = Procedure.objects.select_related("owner").get(key="criminal-record-certificate").owner
    versions = {key: ensure(f"bench-{key}", fields=NUMBERS[key], papers=PAPERS[key], at=now) for key in NUMBERS}
    staff, citizens = people.officers(agency), people.citizens()
    cast = Cast(versions, agency, staff, citizens, now)
    templates = _templates(cast)
    _load(size, cast, templates)
    database.stamp(django.db.connection.settings_dict["NAME"])
    print(json.dumps(_plan(cast, size)))


class Cast:
    """Who and what the stock is made of."""

    def __init__(
        self, versions: dict[str, Any], agency: Any, staff: list[Any], citizens: list[Any], now: datetime
    ) -> None:
        self.versions, self.agency, self.citizens, self.now = versions, agency, citizens, now
        self.reception, self.specialist, self.head = staff


# ── templates: made by the services themselves ──
def _templates(cast: Cast) -> dict[str, int]:
    from benchmarks.stock import FIRST_CLONE
    from dossiers.models import Dossier

    known = dict(
        Dossier.objects.filter(pk__lt=FIRST_CLONE).exclude(external_code="").values_list("external_code", "pk")
    )
    makers = {"draft": _draft, "new": _new, "claimed": _claimed, "forward": _forward, "closed": _forward, "rich": _rich}
    for name, make in makers.items():
        if name not in known:
            known[name] = make(cast)
            Dossier.objects.filter(pk=known[name]).update(external_code=name)
    return known


def _draft(cast: Cast, key: str = "filing") -> int:
    from benchmarks.procedures import answers
    from documents.services import store_bytes
    from dossiers.models import Paper, PaperFile
    from dossiers.services import filing
    from tests.cast import PDF

    user, at = cast.citizens[0], cast.now - timedelta(days=4)
    dossier = filing.start(user=user, version=cast.versions[key], at=at)
    filing.save_answers(dossier.pk, user=user, answers=answers(NUMBERS[key]), at=at)
    for number in range(PAPERS[key]):
        file = store_bytes(PDF, room="dossiers", purpose="paper", name=f"{number}.pdf", owner=user, at=at, pages=1)
        paper = Paper.objects.create(dossier=dossier, key=f"paper{number}", position=number)
        PaperFile.objects.create(paper=paper, file=file, added_at=at)
    return int(dossier.pk)


def _new(cast: Cast, key: str = "regular") -> int:
    from dossiers.services import filing

    number = _draft(cast, key)
    filing.submit(number, user=cast.citizens[0], undertaking=True, at=cast.now - timedelta(days=4))
    return number


def _claimed(cast: Cast, key: str = "regular") -> int:
    from dossiers.services import intake

    number = _new(cast, key)
    intake.claim_intake(number, user=cast.reception, at=cast.now - timedelta(days=3))
    return number


def _forward(cast: Cast, key: str = "regular") -> int:
    """Received, taken by the specialist, its result drafted: ready to be handed on."""
    from dossiers.services import intake, results, routing

    number = _claimed(cast, key)
    intake.receive(number, user=cast.reception, at=cast.now - timedelta(days=3))
    routing.claim(number, user=cast.specialist, at=cast.now - timedelta(days=2))
    decision = results.Decision("granted", "Đủ điều kiện theo quy định.")
    results.draft(number, user=cast.specialist, decision=decision, at=cast.now - timedelta(days=2))
    return number


def _rich(cast: Cast) -> int:
    """Twelve events: the draft is written again and again."""
    from dossiers.models import Dossier
    from dossiers.services import results

    number = _forward(cast, "rich")
    while Dossier.objects.get(pk=number).head_seq < 12:
        decision = results.Decision("granted", "Đủ điều kiện theo quy định, đã soát lại.")
        results.draft(number, user=cast.specialist, decision=decision, at=cast.now - timedelta(days=1))
    return number


# ── the mass: cloned by SQL with the triggers off ──
def _load(size: int, cast: Cast, templates: dict[str, int]) -> None:
    from benchmarks import mass, stock

    connection = django.db.connection
    name = connection.settings_dict["NAME"]
    if stock.is_empty():
        mass.load(name, size, cast, templates)
    connection.close()
    settings, own = connection.settings_dict, dict(connection.settings_dict)
    settings["USER"] = "postgres"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        stock.wipe_open()
        _open(cast, templates)
    finally:
        connection.close()
        settings.update(own)
    with database.connect(name).cursor() as cursor:
        # What the last run's rows left in the indexes goes too: the new ones stand under the same keys, and each look at
        # one would pass by all that stood there before. PostgreSQL leaves so few in place unless it is told.
        cursor.execute("VACUUM (ANALYZE, INDEX_CLEANUP ON)")


def _open(cast: Cast, templates: dict[str, int]) -> None:
    """What a run uses up."""
    from benchmarks import mass, stock

    first = stock.FIRST_OPEN
    due = {"queue_at": stock.due(cast.now)}
    for name, count in {**stock.OPEN, "rich": stock.RICH}.items():
        stock.clone(templates[name], first, count, mass.changes(cast, name[0].upper(), first) | due)
        first += count
    applicant = {"applicant_id": stock.spread([user.pk for user in cast.citizens])}
    stock.clone(templates["draft"], first, stock.DRAFTS, {"code": "NULL", "external_code": "''"} | applicant)


# ── the plan of the requests ──
def _plan(cast: Cast, size: int) -> dict[str, Any]:
    from agencies.models import Agency
    from benchmarks import people, stock
    from dossiers.models import Dossier

    def codes(letter: str) -> list[tuple[str, int]]:
        found = Dossier.objects.filter(pk__gt=stock.FIRST_OPEN, code__startswith=letter).order_by("pk")
        return [(code, version) for code, version in found.values_list("code", "version")]

    mine = Dossier.objects.filter(handling_agency=cast.agency, state="returned", pk__gt=stock.FIRST_CLONE)
    closed = mine.order_by("-pk")
    return {
        "token": people.TOKEN,
        "reception": people.cookies(cast.reception),
        "specialist": people.cookies(cast.specialist),
        "citizens": [people.cookies(user) for user in cast.citizens],
        "new": codes("N1-"), "claimed": codes("C1-"), "forward": codes("F1-"), "rich": codes("R1-"),
        "largest": people.cookies(people.of_the_largest(Agency.objects.get(pk=stock.others(cast.agency.pk)[0]))),
        "closed": list(closed.values_list("code", flat=True)[:400]),
        "drafts": _drafts(cast),
        "people": list(closed.values_list("party__phone", "party__folded_name")[:300:3]),
        "marks": _marks(cast),
        "total": size,
    }  # fmt: skip


def _drafts(cast: Cast) -> list[tuple[str, int]]:
    """(address of the draft, which citizen) of every draft."""
    from benchmarks.stock import FIRST_OPEN
    from dossiers.models import Dossier

    number_of = {user.pk: number for number, user in enumerate(cast.citizens)}
    code = cast.versions["filing"].procedure.code
    rows = Dossier.objects.drafts().filter(pk__gt=FIRST_OPEN).order_by("pk").values_list("public_id", "applicant_id")
    return [(f"/nop/{code}/{public_id}/", number_of[applicant]) for public_id, applicant in rows]


def _marks(cast: Cast) -> dict[str, str]:
    """Addresses of the first, the next and the last page of the queue."""
    from dossiers import queues

    found = list(queues.of_tab(queues.viewer_of(cast.reception, cast.now), "all"))
    first = "/can-bo/ho-so/?tab=all"
    return {
        "first": first,
        "next": f"{first}&after={queues.mark_of(found[19])}",
        "last": f"{first}&after={queues.mark_of(found[-21])}",
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
