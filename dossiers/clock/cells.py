"""The small calendar beside a due date: whole weeks, Monday to Sunday, each date with what it means."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import get_language

from agencies.calendar import Calendar, legal_date
from dossiers.clock.derive import ClockState
from dossiers.clock.limits import Limit, nominal_end

CellKind = Literal["accepted", "counted", "off", "waiting", "due", "plain"]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayCell:
    """One date: `number` is its number in the count, None when it is not counted; the names are those of a day off."""

    date: date
    number: int | None
    kind: CellKind
    name_vi: str = ""
    name_en: str = ""

    @property
    def name(self) -> str:
        """The name of the day off in the reader's language, empty for weekends and working dates."""
        return self.name_vi if (get_language() or "vi").startswith("vi") else self.name_en


Week = tuple[DayCell, ...]


@dataclass(frozen=True)
class Frame:
    """What the drawing needs of a state, as dates. `due` is None while the clock waits; `last` ends the counted
    stretch."""

    limit: Limit
    started: date
    counted_from: date
    due: date | None
    last: date
    rolled_end: date | None
    waits: tuple[tuple[date, date], ...]

    @property
    def by_calendar(self) -> bool:
        return self.limit.unit in ("calendar_day", "month")

    def is_waiting(self, day: date) -> bool:
        """Whether this date lies after a request, up to and including its completion."""
        return any(requested < day <= completed for requested, completed in self.waits)


def weeks_of(state: ClockState, calendar: Calendar) -> tuple[Week, ...]:
    """The weeks from the start to the due date (or to the open request, while the clock waits); empty without a
    limit."""
    frame = _frame(state)
    if frame is None:
        return ()
    numbers = _numbers(state, frame, calendar)
    first = frame.started - DAY * frame.started.weekday()
    end = max((frame.last, *(completed for _, completed in frame.waits)))
    weeks = (end - first).days // 7 + 1
    return tuple(
        tuple(_cell(frame, numbers, calendar, first + DAY * (7 * week + weekday)) for weekday in range(7))
        for week in range(weeks)
    )


def _frame(state: ClockState) -> Frame | None:
    if state.started_at is None or state.counted_from is None or state.limit is None or state.due_date is None:
        return None
    counted_from = legal_date(state.counted_from)
    rolled_end = None
    if state.limit.unit in ("calendar_day", "month"):
        rolled_end = nominal_end(state.limit, counted_from, state.moves)
    return Frame(
        limit=state.limit,
        started=legal_date(state.started_at),
        counted_from=counted_from,
        due=None if state.paused_since else state.due_date,
        last=legal_date(state.paused_since) if state.paused_since else state.due_date,
        rolled_end=rolled_end,
        waits=tuple(
            (legal_date(wait.requested_at), legal_date(wait.completed_at)) for wait in state.waits if wait.completed_at
        ),
    )


def _cell(frame: Frame, numbers: dict[date, int], calendar: Calendar, day: date) -> DayCell:
    kind = _kind(frame, numbers, calendar, day)
    number = numbers.get(day) if kind in ("counted", "due", "off") else None
    return DayCell(day, number, kind, calendar.name_of(day, "vi") or "", calendar.name_of(day, "en") or "")


def _kind(frame: Frame, numbers: dict[date, int], calendar: Calendar, day: date) -> CellKind:
    """The first of these that holds."""
    waiting = frame.is_waiting(day)
    rules: tuple[tuple[CellKind, bool], ...] = (
        ("due", day == frame.due),
        ("accepted", day == frame.started),
        ("plain", not frame.started < day <= frame.last and not waiting),
        ("off", day == frame.rolled_end and not calendar.is_working(day)),
        ("counted", day in numbers),
        ("waiting", waiting and frame.by_calendar),
        ("off", not calendar.is_working(day) and frame.limit.unit != "month"),
        ("waiting", waiting),
        ("counted", day > frame.counted_from),
    )
    return next((kind for kind, holds in rules if holds), "plain")


def _numbers(state: ClockState, frame: Frame, calendar: Calendar) -> dict[date, int]:
    """The number of each counted date, from the start or the last time the limit was counted anew."""
    if frame.limit.unit not in ("working_day", "calendar_day"):
        return {}
    added = (entry.limit for entry in (*state.extensions, *state.shifts))
    total = frame.limit.amount + sum(more.amount for more in added if more and more.unit == frame.limit.unit)
    numbers: dict[date, int] = {}
    day = frame.counted_from
    while day < frame.last and len(numbers) < total:
        day += DAY
        if (frame.by_calendar or calendar.is_working(day)) and not frame.is_waiting(day):
            numbers[day] = len(numbers) + 1
    return numbers
