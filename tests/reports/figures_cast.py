"""Dossiers made for counting: rows put in as a bulk load would, so that a whole province fits into a test."""

import uuid
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pgtrigger

from agencies.models import Agency, CalendarRevision
from dossiers.models import Dossier
from procedures.models import Procedure
from reports.measures import KEYS
from reports.models import Due, Rollup
from reports.services.folding import fold_all

_numbers = count(1)
CULTURE, TRADE = "svhttdl", "sct"
TENNIS = "sports-business-certificate-tennis"


def at(day: str, time: str = "09:00") -> datetime:
    """A moment in Viet Nam (UTC+7) as UTC."""
    return datetime.fromisoformat(f"{day}T{time}:00+07:00").astimezone(UTC)


def dossier(agency: str = CULTURE, procedure: Procedure | None = None, **values: Any) -> Dossier:
    """A filed dossier of that agency; what is not said is a plain one, received on 5/1/2026 online by the citizen."""
    place = Agency.objects.get(key=agency)
    procedure = procedure or Procedure.objects.get(key=TENNIS)
    number = next(_numbers)
    values = {
        "state": "processing", "intake": "own", "filed_by": "self", "service_level": "full", "case_key": "x",
        "accepted_at": at("2026-01-05"), "head_seq": 1, "version": 1,
    } | values  # fmt: skip
    with pgtrigger.ignore():
        return Dossier.objects.create(
            public_id=uuid.uuid4(), code=f"{place.code}-260105-{number:04d}", procedure=procedure,
            procedure_version_id=procedure.current_version_id, calendar=CalendarRevision.objects.latest("number"),
            receiving_agency=place, handling_agency=place, deciding_agency=place, **values,
        )  # fmt: skip


def ended(due: str, end: str, **values: Any) -> Dossier:
    """A dossier whose limit ran until the closing time of `due` and that ended at `end` ("2026-01-20 16:00")."""
    day, _, time = end.partition(" ")
    due_at = at(due, "17:00") if due else None
    return dossier(
        **{"state": "resolved", "outcome": "granted", "due_at": due_at, "finished_at": at(day, time), **values}
    )


def change(dossier: Dossier, **values: Any) -> None:
    """Another state of the same dossier, as a later act would leave it."""
    with pgtrigger.ignore():
        Dossier.objects.filter(pk=dossier.pk).update(**values)


def tell(*dossiers: Dossier) -> None:
    """News about each of them, noted but not folded."""
    for one in dossiers:
        Due.objects.create(outbox_id=next(_numbers) + 10_000_000, dossier=one, noted_at=at("2026-01-05"))


def folded(*dossiers: Dossier) -> dict[str, int]:
    """Tell, fold, and the sums of the whole province that are not nothing."""
    tell(*dossiers)
    fold_all()
    return province()


def province(grain: int = 0) -> dict[str, int]:
    """The sums of all months at that grain, without what is nothing."""
    rows = list(Rollup.objects.filter(grain=grain).values(*KEYS))
    sums = {key: sum(row[key] for row in rows) for key in KEYS}
    return {key: number for key, number in sums.items() if number}


def everything() -> list[tuple[Any, ...]]:
    """All rollups that are not nothing, in a fixed order: two worlds are equal when these lists are."""
    rows = Rollup.objects.values_list("grain", "month", "agency_id", "field_id", "procedure_id", *KEYS)
    return sorted((row for row in rows if any(row[5:])), key=str)
