"""What an outage gives back inside a dossier: to the step it is at, and to the agencies that were asked for an opinion.

A step is a share of the legal limit: it gets the opening time back that its agency lost, but never runs past the end of
the limit. A question has a limit of its own, of the agency that was asked; the limit of the dossier never moves by it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agencies.calendar import Calendar, legal_date
from dossiers import clock
from dossiers.clock import Entry, Limit
from dossiers.models import Consultation, Dossier, Outage, StepRun
from dossiers.services import clockwork
from dossiers.services.corrections.lost import lost, minutes, open_time, running_spans
from dossiers.services.corrections.tracks import Moved
from dossiers.workflow import State


@dataclass(frozen=True)
class Shift:
    """An entry of the ledger to be: so much longer runs this track. `data`: which question, where there may be several."""

    track: str
    limit: Limit
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Inside:
    """The open step of a dossier and the questions that are waited for."""

    step: StepRun | None = None
    asked: tuple[Consultation, ...] = ()


@dataclass(frozen=True)
class InnerMove:
    """A step or a question that moves; `row` bears the new moments already and is not saved yet."""

    shift: Shift
    move: Moved
    row: StepRun | Consultation


def inside(dossiers: Iterable[Dossier]) -> dict[int, Inside]:
    """Of several dossiers, by id, in two queries."""
    ids = [dossier.pk for dossier in dossiers]
    steps = {run.dossier_id: run for run in StepRun.objects.filter(dossier__in=ids, ended_at=None)}
    asked: dict[int, list[Consultation]] = {pk: [] for pk in ids}
    for one in Consultation.objects.open().filter(dossier__in=ids).select_related("agency").order_by("due_at", "pk"):
        asked[one.dossier_id].append(one)
    return {pk: Inside(steps.get(pk), tuple(asked[pk])) for pk in ids}


def moves(
    dossier: Dossier, entries: list[Entry], outage: Outage, hit: set[int], found: Inside, ends: datetime | None
) -> Iterator[InnerMove]:
    """What moves; `hit` empty: everybody was down. `ends`: when the legal limit ends, after it got its own time back."""
    if found.step is not None and (not hit or found.step.agency_id in hit):
        step = _step(dossier, entries, outage, found.step, ends)
        yield from [step] if step else []
    for one in found.asked:
        question = _question(dossier, entries, outage, one) if not hit or one.agency_id in hit else None
        yield from [question] if question else []


def write(found: Iterable[InnerMove]) -> None:
    """Save the new moments."""
    for one in found:
        one.row.save(update_fields=["due_at", "warn_at"] if isinstance(one.row, StepRun) else ["due_at"])


# ── the step ──
def _step(
    dossier: Dossier, entries: list[Entry], outage: Outage, run: StepRun, ends: datetime | None
) -> InnerMove | None:
    """The step gets its opening time back. After a supplement it begins anew, so nothing is owed to it until then."""
    if run.due_at is None or run.due_at < outage.began_at or dossier.state == State.SUPPLEMENT:
        return None
    calendar = clockwork.calendar_of(dossier.calendar_id, run.agency_id)
    handling = clock.derive_track(entries, "handling", clockwork.calendar_for(dossier, "handling", entries))
    taken = minutes(open_time(running_spans(outage, run.started_at, handling.waits), calendar))
    if taken is None:
        return None
    old, new = run.due_at, _longer(run.due_at, taken, calendar)
    if ends is not None and old <= ends < new:
        new = ends
    given = minutes(calendar.working_time_between(old, new))
    if given is None:
        return None
    if run.warn_at is not None and run.warn_at >= outage.began_at:
        run.warn_at = min(_longer(run.warn_at, given, calendar), new)
    run.due_at = new
    return InnerMove(Shift("step", given), Moved("step", old, new), run)


# ── a question ──
def _question(dossier: Dossier, entries: list[Entry], outage: Outage, asked: Consultation) -> InnerMove | None:
    own = of_question(entries, asked)
    calendar = clockwork.calendar_for(dossier, "consultation", own)
    state = replace(clock.derive_track(own, "consultation", calendar), due_at=asked.due_at)
    limit = lost(state, outage, calendar, is_citizens=False)
    if limit is None:
        return None
    old, new = asked.due_at, _longer(asked.due_at, limit, calendar)
    asked.due_at = new
    shift = Shift("consultation", limit, {"consultation": asked.pk})
    return InnerMove(shift, Moved("consultation", old, new, asked.pk, asked.agency.code), asked)


def of_question(entries: Iterable[Entry], asked: Consultation) -> list[Entry]:
    """The lines of the ledger about one question: several may run side by side, each is derived from its own."""
    return [one for one in entries if one.track == "consultation" and one.data.get("consultation") == asked.pk]


def _longer(moment: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """A moment laid back by opening minutes or by working dates, in UTC."""
    moves = clock.moves_of(limit, calendar)
    if limit.unit == "minute":
        return calendar.add_working_time(moment, moves.time)
    return calendar.closing(calendar.add_working_days(legal_date(moment), moves.working_days))
