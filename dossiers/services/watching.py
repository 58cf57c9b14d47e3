"""The watch over time: no filing stays silent, steps warn before they are late, apologies lie before the leader in time.

A sweep finds what has reached a rung by partial indexes on what is open, locks it (passing by what somebody works on
right now: the next sweep finds it), writes one row per dossier and rung and its news in one transaction. Two sweeps at
once share the work; one that dies midway leaves whole rungs behind, and the next goes on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from agencies.calendar import LEGAL_ZONE, Calendar, legal_date
from agencies.models import CalendarRevision, Role, calendar_of
from common import outbox
from dossiers.clock import APOLOGY_DRAFT_WORKING_DAYS
from dossiers.models import Alarm, Dossier, StepRun
from dossiers.services import apologies, consulting
from dossiers.terms import INTAKE_LIMIT
from dossiers.workflow import State

Ladder, Rung = Alarm.Ladder, Alarm.Rung
BATCH = 100
INTAKE_HOURS = {Rung.WARNED: 4, Rung.ESCALATED: 6}  # working hours after filing; breached when the 8 have passed


@dataclass(frozen=True)
class Reached:
    """What has reached one rung of one ladder; `due` is the column that is watched."""

    ladder: str
    rung: str
    found: QuerySet[Any]
    due: str = "due_at"


def watch(at: datetime | None = None) -> int:
    """Go through all ladders; returns how many rungs were written."""
    at = at or timezone.now()
    consulting.count_silences(at)
    ladders = (*_filings(at), *_steps(at), *_apologies(at), *_opinions(at))
    return sum(_raise_all(reached, at) for reached in ladders)


def still_stands(alarm: Alarm) -> bool:
    """Whether what the alarm speaks of is still so: nobody answered, the step is still open, no apology was sent."""
    dossier = alarm.dossier
    if alarm.ladder == Ladder.INTAKE:
        return bool(dossier.state == State.NEW and dossier.intake_due_at == alarm.due_at)
    if alarm.ladder == Ladder.OPINION:
        return dossier.consultations.open().filter(seq=alarm.seq).exists()
    if dossier.state != State.PROCESSING:
        return False
    if alarm.ladder == Ladder.STEP:
        return dossier.steps.filter(seq=alarm.seq, due_at=alarm.due_at, ended_at=None).exists()
    return dossier.appointment_at is None and dossier.due_at == alarm.due_at


# ── what has reached a rung ──
def _calendars() -> Iterator[tuple[int, Calendar]]:
    """Every revision: a dossier keeps the one it is pinned to."""
    for key in CalendarRevision.objects.order_by("pk").values_list("pk", flat=True):
        yield key, calendar_of(key)


def _filings(at: datetime) -> Iterator[Reached]:
    """Filings nobody has answered. A rung is reached when so much of the 8 hours is left: a wait for a fee moves it."""
    for key, calendar in _calendars():
        waiting = Dossier.objects.filter(state=State.NEW, calendar=key)
        for rung, hours in INTAKE_HOURS.items():
            last = calendar.add_working_time(at, timedelta(hours=INTAKE_LIMIT.amount - hours))
            yield Reached(Ladder.INTAKE, rung, waiting.filter(intake_due_at__lte=last), "intake_due_at")
        yield Reached(Ladder.INTAKE, Rung.BREACHED, waiting.filter(intake_due_at__lt=at), "intake_due_at")


def _steps(at: datetime) -> Iterator[Reached]:
    """Open steps of dossiers that are being worked on: while the citizen is waited for, no step is late."""
    running = StepRun.objects.filter(ended_at=None, dossier__state=State.PROCESSING).select_related("dossier")
    yield Reached(Ladder.STEP, Rung.WARNED, running.filter(warn_at__lte=at))
    yield Reached(Ladder.STEP, Rung.BREACHED, running.filter(due_at__lt=at))


def _apologies(at: datetime) -> Iterator[Reached]:
    """Drafts two working days before the due date, an alarm one day before; what is late without one is noted."""
    today = legal_date(at)
    for key, calendar in _calendars():
        silent = Dossier.objects.whole().filter(state=State.PROCESSING, appointment_at=None, calendar=key)
        tomorrow = calendar.add_working_days(today, 1)
        for due in _due_dates(calendar, today):
            # Accepted on that day or later, there never was a day on which it could have been drafted (same-day limits).
            drafted_on = calendar.add_working_days(due, -APOLOGY_DRAFT_WORKING_DAYS)
            near = silent.filter(due_at__gte=max(at, _midnight(due)), due_at__lt=_midnight(due + timedelta(days=1)))
            near = near.filter(accepted_at__lt=_midnight(drafted_on))
            yield Reached(Ladder.APOLOGY, Rung.WARNED, near)
            if due <= tomorrow:
                yield Reached(Ladder.APOLOGY, Rung.ESCALATED, near)
        yield Reached(Ladder.APOLOGY, Rung.BREACHED, silent.filter(due_at__lt=at))


def _opinions(at: datetime) -> Iterator[Reached]:
    """Agencies that have not answered in time, where no law makes their silence agreement: somebody has to decide."""
    yield Reached(
        Ladder.OPINION, Rung.BREACHED, consulting.over(at).exclude(consulting.is_binding()).select_related("dossier")
    )


def _due_dates(calendar: Calendar, today: date) -> list[date]:
    """The working dates from today up to the last for which an apology is drafted today."""
    coming = [calendar.add_working_days(today, days) for days in range(1, APOLOGY_DRAFT_WORKING_DAYS + 1)]
    return [today, *coming] if calendar.is_working(today) else coming


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LEGAL_ZONE).astimezone(UTC)


# ── writing it down ──
def _raise_all(reached: Reached, at: datetime) -> int:
    written = 0
    while taken := _raise_some(reached, at):
        written += taken
    return written


def _raise_some(reached: Reached, at: datetime) -> int:
    """One batch, in its own transaction; 0 when nothing (or only what others hold) is left."""
    with transaction.atomic():
        rows = list(_unwritten(reached)[:BATCH])
        alarms = [_alarm(reached, row, at) for row in rows]
        known = _written_meanwhile(reached, alarms)
        alarms = [alarm for alarm in alarms if _key(alarm) not in known]
        if (reached.ladder, reached.rung) == (Ladder.APOLOGY, Rung.WARNED):
            apologies.draft_for([alarm.dossier for alarm in alarms], at=at)
        for alarm in Alarm.objects.bulk_create(alarms):
            _publish(alarm)
    return len(alarms)


def _unwritten(reached: Reached) -> QuerySet[Any]:
    """What has no row yet, locked as it stands now: whoever answers it meanwhile comes before or after, never between."""
    is_part = reached.found.model is not Dossier  # a step, a question: several may belong to one dossier
    rows = Alarm.objects.filter(ladder=reached.ladder, rung=reached.rung, due_at=OuterRef(reached.due))
    rows = (
        rows.filter(dossier=OuterRef("dossier"), seq=OuterRef("seq"))
        if is_part
        else rows.filter(dossier=OuterRef("pk"))
    )
    locked = ("self", "dossier") if is_part else ("self",)
    found = reached.found.exclude(Exists(rows)).order_by(reached.due, "pk")
    return found.select_for_update(of=locked, skip_locked=True, no_key=True)


def _alarm(reached: Reached, row: Any, at: datetime) -> Alarm:
    is_part = not isinstance(row, Dossier)
    dossier = row.dossier if is_part else row
    at_counter = reached.ladder == Ladder.INTAKE
    return Alarm(
        dossier=dossier,
        ladder=reached.ladder,
        rung=reached.rung,
        seq=row.seq if is_part else 0,
        due_at=getattr(row, reached.due),
        agency_id=row.agency_id if isinstance(row, StepRun) else _agency(dossier, at_counter=at_counter),
        role=Role.RECEPTION if at_counter else dossier.step_role,
        holder_id=dossier.assignee_id,
        at=at,
    )


def _agency(dossier: Dossier, *, at_counter: bool) -> int:
    return (dossier.receiving_agency_id if at_counter else dossier.handling_agency_id) or 0  # only drafts have none


def _key(alarm: Alarm) -> tuple[int, int, datetime]:
    return alarm.dossier_id, alarm.seq, alarm.due_at


def _written_meanwhile(reached: Reached, alarms: list[Alarm]) -> set[tuple[int, int, datetime]]:
    """Rows of another sweep that ended between our look and our lock."""
    keys = [alarm.dossier_id for alarm in alarms]
    rows = Alarm.objects.filter(dossier__in=keys, ladder=reached.ladder, rung=reached.rung)
    return set(rows.values_list("dossier_id", "seq", "due_at"))


def _publish(alarm: Alarm) -> None:
    news = {
        ("intake", "warned"): "dossier.intake_warned",
        ("intake", "escalated"): "dossier.intake_escalated",
        ("intake", "breached"): "dossier.intake_breached",
        ("step", "warned"): "dossier.step_warned",
        ("step", "breached"): "dossier.step_breached",
        ("apology", "warned"): "dossier.apology_warned",
        ("apology", "escalated"): "dossier.apology_escalated",
        ("apology", "breached"): "dossier.apology_breached",
        ("opinion", "breached"): "dossier.opinion_breached",
    }[alarm.ladder, alarm.rung]
    outbox.publish(
        news,
        subject_type="dossier",
        subject_id=alarm.dossier_id,
        agency_code=alarm.agency.code,
        data={"alarm": alarm.pk},
    )
