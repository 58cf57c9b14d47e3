"""A calendar corrected afterwards: which open dossiers it moves, and moving them.

Planning writes nothing. Applying plans each dossier again under its own lock, so that whatever happened in between counts;
dossiers that are done are skipped, so it may be stopped and started again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.calendar import legal_date
from agencies.calendar.changes import difference
from agencies.models import Agency, CalendarRevision, key_of
from audit.services import record
from dossiers import clock
from dossiers.clock import ClockError, Entry
from dossiers.errors import Invalid
from dossiers.models import Dossier, StepRun
from dossiers.services import clockwork
from dossiers.services.consulting import waited_for
from dossiers.services.corrections import tracks
from dossiers.services.corrections.inner import of_question
from dossiers.services.corrections.tracks import Moved
from dossiers.services.performing import SYSTEM, lock, perform
from dossiers.services.routing import WARN_AFTER
from dossiers.workflow.corrections import TIMED


@dataclass(frozen=True)
class Recount:
    """What another revision does to one dossier. `why`: the changed days between its beginning and its end, in words.

    `fault`: its ledger cannot be read; it stays as it is and must be looked at.
    """

    dossier_id: int
    code: str
    moves: tuple[Moved, ...] = ()
    why: tuple[str, ...] = ()
    fault: str = ""

    @property
    def is_shorter(self) -> bool:
        """Whether some date would come earlier: never done silently."""
        return any(move.is_shorter for move in self.moves)


@dataclass(frozen=True)
class Outcome:
    """What was done with one dossier: moved, pinned (no date moves), kept (would be shorter), gone, fault."""

    what: str
    recount: Recount


def newest(number: int) -> CalendarRevision:
    """The revision of that number; raises Invalid unless it is the newest, with which everything new is computed."""
    last = CalendarRevision.objects.latest("number")
    if last.number != number:
        text = _("Revision %(n)d is not the newest calendar; the newest is %(last)d.")
        raise Invalid({"revision": text % {"n": number, "last": last.number}})
    return last


def affected(revision: CalendarRevision, agencies: Iterable[Agency] = ()) -> "QuerySet[Dossier]":
    """Open dossiers pinned to another revision, perhaps only those of some agencies, oldest first."""
    rows = Dossier.objects.filter(state__in=TIMED).exclude(calendar=revision).order_by("pk")
    wanted = [agency.pk for agency in agencies]
    return rows.filter(deciding_agency__in=wanted) | rows.filter(receiving_agency__in=wanted) if wanted else rows


def plan(revision: CalendarRevision, agencies: Iterable[Agency] = (), *, after: int = 0) -> Iterator[Recount]:
    """What the revision does to every affected dossier (behind the id `after`), whether or not a date moves."""
    rows, last = affected(revision, agencies), after
    while batch := list(rows.filter(pk__gt=last)[: tracks.BATCH]):
        last = batch[-1].pk
        ledgers = tracks.ledgers(batch)
        for dossier in batch:
            yield recount(dossier, ledgers[dossier.pk], revision)


def recount(dossier: Dossier, entries: list[Entry], revision: CalendarRevision) -> Recount:
    """What the revision does to one dossier."""
    try:
        moves = tuple(_moves(dossier, entries, revision.pk))
    except ClockError as error:
        return Recount(dossier.pk, dossier.code or "", fault=str(error))
    return Recount(dossier.pk, dossier.code or "", moves, _why(dossier, moves, revision))


def _moves(dossier: Dossier, entries: list[Entry], revision: int) -> Iterator[Moved]:
    for track, state in tracks.running(dossier, entries):
        calendar, _own = tracks.calendar_under(dossier, track, revision)
        due = clock.derive_track(entries, track, calendar).due_at  # type: ignore[arg-type]
        if due and state.due_at and due != state.due_at:
            yield Moved(track, state.due_at, due)
    asked = tracks.fee_asked_at(dossier, entries)
    if asked and dossier.answer_by:
        limit = tracks.fee_limit(dossier)
        old, new = (clockwork.pay_by(dossier, limit, asked, number) for number in (dossier.calendar_id, revision))
        if old == dossier.answer_by != new:  # one that an outage has moved already stays
            yield Moved("fee", old, new)


def _why(dossier: Dossier, moves: tuple[Moved, ...], revision: CalendarRevision) -> tuple[str, ...]:
    if not moves or dossier.filed_at is None:
        return ()
    first, last = legal_date(dossier.filed_at), max(legal_date(max(move.old, move.new)) for move in moves)
    own = {"", *(key_of(pk) for pk in (dossier.receiving_agency_id, dossier.deciding_agency_id) if pk)}
    return tuple(
        line.words
        for line in _changes(dossier.calendar_id, revision.pk, get_language())
        if line.agency in own and line.until(first, last)
    )


@dataclass(frozen=True)
class Changed:
    """One changed day or new hours, with its date for comparing."""

    day: date
    agency: str
    words: str
    lasts: bool  # new hours hold from the day on

    def until(self, first: date, last: date) -> bool:
        """Whether it touches the dates between two days."""
        return self.day <= last and (self.lasts or self.day >= first)


@lru_cache(maxsize=64)
def _changes(old: int, new: int, language: str | None) -> tuple[Changed, ...]:
    """The difference of two revisions, told once per process and language (revisions never change)."""
    contents = CalendarRevision.objects.in_bulk([old, new])
    return tuple(
        Changed(line.day, line.agency, line.words if line.is_new else _("no longer: %(what)s") % {"what": line.words},
                line.lasts)
        for line in difference(contents[old].content, contents[new].content)
    )  # fmt: skip


def apply(
    revision: CalendarRevision,
    *,
    agencies: Iterable[Agency] = (),
    by: User | None,
    at: datetime,
    shorten: str = "",
) -> Iterator[Outcome]:
    """Move the pin of every affected dossier, each in its own transaction; says what was done with each.

    `shorten`: the reason why dates may come earlier; without it such dossiers keep their calendar and are named.
    """
    ids = affected(revision, agencies).values_list("pk", flat=True)
    for pk in list(ids):
        yield apply_one(pk, revision, by=by, at=at, shorten=shorten)


def apply_one(
    dossier_id: int, revision: CalendarRevision, *, by: User | None, at: datetime, shorten: str = ""
) -> Outcome:
    """Move one dossier's pin, or say why not. Running it again changes nothing."""
    with transaction.atomic():
        dossier = lock(dossier_id)
        if dossier.calendar_id == revision.pk or dossier.state not in TIMED:
            return Outcome("gone", Recount(dossier.pk, dossier.code or ""))
        entries = clockwork.ledger(dossier)
        found = recount(dossier, entries, revision)
        if found.fault:
            return Outcome("fault", found)
        if found.is_shorter and not shorten.strip():
            return Outcome("kept", found)
        _perform(dossier, entries, found, revision, by, at, shorten)
    return Outcome("moved" if found.moves else "pinned", found)


def _perform(
    dossier: Dossier,
    entries: list[Entry],
    found: Recount,
    revision: CalendarRevision,
    by: User | None,
    at: datetime,
    shorten: str,
) -> None:
    inner = [*_move_step(dossier, entries, revision.pk), *_move_questions(dossier, entries, revision.pk)]
    marks = [*_marks(dossier, entries, found, revision.pk), *inner]
    fee = next((move.new for move in found.moves if move.track == "fee"), None)
    data = {
        "revision": revision.number,
        "by": by.pk if by else None,
        "shorter": found.is_shorter,
        **tracks.told(found.moves),
    }

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        if fee is not None:
            dossier.answer_by = fee
        return {"marks": marks, "source": revision.source[:200], "revision": revision.pk}

    reason = shorten.strip() if found.is_shorter else "; ".join(found.why)
    perform(
        dossier.pk, "recompute_calendar", actor=SYSTEM, at=at, reason=reason, data=data, prepare=prepare, locked=dossier
    )
    tracks.note_limit(dossier, found.moves)
    record(
        "dossier.calendar_recomputed", actor_id=by.pk if by else None, subject_type="dossier", subject_id=dossier.pk,
        agency_code=dossier.handling_agency.code if dossier.handling_agency else "", data=data,
    )  # fmt: skip


def _marks(
    dossier: Dossier, entries: list[Entry], found: Recount, revision: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    moved = {move.track: move for move in found.moves}
    for track, _state in tracks.running(dossier, entries):
        _calendar, own = tracks.calendar_under(dossier, track, revision)
        data: dict[str, Any] = {"revision": revision, "was": dossier.calendar_id, "moved": track in moved, **own}
        if track in moved:
            data |= {"old": moved[track].old.isoformat(), "new": moved[track].new.isoformat()}
        yield track, data


def _move_step(dossier: Dossier, entries: list[Entry], revision: int) -> list[tuple[str, dict[str, Any]]]:
    """The budget of the open step runs on the new calendar, too; it is internal and told to nobody."""
    run = StepRun.objects.filter(dossier=dossier, ended_at=None).exclude(due_at=None).first()
    if run is None:
        return []
    calendar = clockwork.calendar_of(revision, run.agency_id)
    waits = clock.derive_track(entries, "handling", calendar).waits
    run.warn_at, run.due_at = clock.step_warned_and_due(
        run.started_at, run.hours, WARN_AFTER, calendar,
        given_back=clock.derive_track(entries, "step", calendar).moves.time,  # what an outage took
        waits=[wait for wait in waits if wait.completed_at and wait.requested_at >= run.started_at],
    )  # fmt: skip
    run.save(update_fields=["warn_at", "due_at"])
    own = clockwork.hours_of(dossier, run.agency_id, revision)
    return [("step", {"revision": revision, "was": dossier.calendar_id, "moved": False, **own})]


def _move_questions(dossier: Dossier, entries: list[Entry], revision: int) -> list[tuple[str, dict[str, Any]]]:
    """Other agencies get the time to answer that the new calendar gives them, never less than they were told."""
    marks = []
    for asked in waited_for(dossier):
        calendar = clockwork.calendar_of(revision, asked.agency_id)
        due = clock.derive_track(of_question(entries, asked), "consultation", calendar).due_at
        asked.due_at = max(asked.due_at, due or asked.due_at)
        asked.save(update_fields=["due_at"])
        own = clockwork.hours_of(dossier, asked.agency_id, revision)
        data = {"revision": revision, "was": dossier.calendar_id, "moved": False, "consultation": asked.pk, **own}
        marks.append(("consultation", data))
    return marks
