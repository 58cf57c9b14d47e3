"""What an outage took from one limit: of opening time to the minute, of limits in days by whole dates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agencies.calendar import LEGAL_ZONE, Calendar, legal_date
from dossiers.clock import ClockState, Limit, Wait
from dossiers.models import Outage

CITIZEN_HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Span:
    """From one moment to another."""

    since: datetime
    until: datetime

    def on(self, day: date) -> timedelta:
        """How much of it falls on a date of Viet Nam, day and night."""
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=LEGAL_ZONE)
        return max(min(self.until, midnight + timedelta(days=1)) - max(self.since, midnight), timedelta())

    def dates(self) -> Iterator[date]:
        """Every date it touches."""
        day = legal_date(self.since)
        while day <= legal_date(self.until):
            yield day
            day += timedelta(days=1)


def lost(state: ClockState, outage: Outage, calendar: Calendar, *, is_citizens: bool) -> Limit | None:
    """What the outage took from a limit while it ran, in the unit that moves it; None for nothing."""
    if state.began_at is None or state.due_at is None or state.limit is None or state.due_at < outage.began_at:
        return None
    spans = list(running_spans(outage, state.began_at, state.counted_waits))
    if state.limit.unit == "hour":
        return minutes(open_time(spans, calendar))
    by_calendar = state.limit.unit in ("calendar_day", "month")
    first = legal_date(state.began_at)
    days = sum(_is_lost(spans, day, outage, calendar, is_citizens, by_calendar) for day in _dates(spans) if day > first)
    return Limit(days, "calendar_day" if by_calendar else "working_day") if days else None


def running_spans(outage: Outage, began_at: datetime, waits: Iterable[Wait]) -> Iterator[Span]:
    """The parts of the outage in which a limit ran that began then: without the time it waited."""
    since = max(outage.began_at, began_at)
    for wait in waits:
        if since < min(wait.requested_at, outage.ended_at):
            yield Span(since, min(wait.requested_at, outage.ended_at))
        since = max(since, wait.completed_at or outage.ended_at)
    if since < outage.ended_at:
        yield Span(since, outage.ended_at)


def open_time(spans: Iterable[Span], calendar: Calendar) -> timedelta:
    """The opening time in them."""
    return sum((calendar.working_time_between(span.since, span.until) for span in spans), timedelta())


def minutes(time: timedelta) -> Limit | None:
    """Opening time as the ledger bears it, a begun minute as a whole one; None for none."""
    return Limit(-(time // -MINUTE), "minute") if time else None


def _dates(spans: Iterable[Span]) -> list[date]:
    return sorted({day for span in spans for day in span.dates()})


def _is_lost(
    spans: list[Span], day: date, outage: Outage, calendar: Calendar, is_citizens: bool, by_calendar: bool
) -> bool:
    if is_citizens:
        is_down = sum((span.on(day) for span in spans), timedelta()) >= CITIZEN_HOUR
        return is_down and (by_calendar or calendar.is_working(day))
    whole = sum((closes - opens for opens, closes in calendar.intervals(day)), timedelta())
    taken = sum((_open_on(span, day, calendar) for span in spans), timedelta())
    return bool(whole) and taken * 100 >= whole * outage.day_share


def _open_on(span: Span, day: date, calendar: Calendar) -> timedelta:
    return sum(
        (
            max(min(closes, span.until) - max(opens, span.since), timedelta())
            for opens, closes in calendar.intervals(day)
        ),
        timedelta(),
    )
