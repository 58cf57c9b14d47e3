"""Budgets of the steps of a route."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from agencies.calendar import Calendar, legal_date
from dossiers.clock.limits import ROUTE_DAY_HOURS
from dossiers.clock.waits import Wait


def step_time(hours: int | Decimal | Fraction, calendar: Calendar, on: date | None = None) -> timedelta:
    """Opening time a step of so many route hours has: routes are written in 8-hour days, so 8 route hours are one real
    working day (7.5 hours for 07:30-11:30, 13:30-17:00), by the hours in force on the date `on`. Raises ValueError below
    0."""
    if hours < 0:
        raise ValueError("A step cannot have less than no time.")
    return _route_time(hours, calendar.day_length_on(on) if on else calendar.day_length)


@lru_cache(maxsize=256)
def _route_time(hours: int | Decimal | Fraction, day: timedelta) -> timedelta:
    """So many route hours where a working day has this length."""
    return day * Fraction(hours).numerator / (Fraction(hours).denominator * ROUTE_DAY_HOURS)


def step_due(
    started_at: datetime, hours: int | Decimal | Fraction, calendar: Calendar, given_back: timedelta = timedelta()
) -> datetime:
    """The moment, in UTC, at which a step of so many route hours is due; it runs on opening hours.

    `given_back`: opening time that an outage took from it.
    """
    return calendar.add_working_time(started_at, step_time(hours, calendar, legal_date(started_at)) + given_back)


def step_warned_and_due(
    started_at: datetime,
    hours: Decimal,
    share: Decimal,
    calendar: Calendar,
    *,
    given_back: timedelta = timedelta(),
    waits: Iterable[Wait] = (),
) -> tuple[datetime, datetime]:
    """When that share of a step's time (0 to 1) is used up, and when it is due: `step_due` of both.

    `waits`: those of the step that are over, in which its time stood still (see `after_wait`).
    """
    begins, day, over = calendar.next_open(started_at), legal_date(started_at), tuple(waits)

    def ends(part: Decimal) -> datetime:
        moment = calendar.add_working_time(begins, step_time(part, calendar, day) + given_back)
        for wait in over:
            moment = after_wait(moment, wait.requested_at, wait.completed_at or wait.requested_at, calendar)
        return moment

    return ends(hours * share), ends(hours)


def after_wait(moment: datetime, since: datetime, until: datetime, calendar: Calendar) -> datetime:
    """A moment of a step whose time stood still in between: what was left then is left now. What was over then stays."""
    if moment <= since or until <= since:
        return moment
    return calendar.add_working_time(until, calendar.working_time_between(since, moment))
