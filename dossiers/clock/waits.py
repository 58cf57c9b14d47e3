"""Waiting for somebody outside the agency, and how far it moves the end of a limit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from agencies.calendar import Calendar, legal_date
from dossiers.clock.entries import Policy
from dossiers.clock.limits import Limit, Moves


@dataclass(frozen=True)
class Wait:
    """One pause: asked for at `requested_at`, over at `completed_at` (None while it lasts or when it never ended)."""

    requested_at: datetime
    completed_at: datetime | None
    reason_code: str
    policy: Policy
    source: str = ""

    def elapsed(self) -> timedelta:
        """Time from request to completion on the wall clock, nights and weekends included; zero while it lasts."""
        return self.completed_at - self.requested_at if self.completed_at else timedelta()


def waiting_days(limit: Limit, wait: Wait, calendar: Calendar) -> int:
    """Dates after the request up to and including completion: working dates, or all dates for limits in calendar days
    and months. Zero for limits in hours and for a wait that is not over."""
    if wait.completed_at is None or limit.unit == "hour":
        return 0
    requested, completed = legal_date(wait.requested_at), legal_date(wait.completed_at)
    if limit.unit in ("calendar_day", "month"):
        return (completed - requested).days
    return calendar.working_dates_between(requested, completed)


def waiting_time(limit: Limit, wait: Wait, calendar: Calendar) -> timedelta:
    """Opening time between request and completion for limits in hours; zero for others."""
    if wait.completed_at is None or limit.unit != "hour":
        return timedelta()
    return calendar.working_time_between(wait.requested_at, wait.completed_at)


def moves_of_waits(limit: Limit, waits: Iterable[Wait], calendar: Calendar) -> Moves:
    """How far these waits move the end of the limit, in the unit of the limit."""
    found = list(waits)
    days = sum(waiting_days(limit, wait, calendar) for wait in found)
    time = sum((waiting_time(limit, wait, calendar) for wait in found), timedelta())
    if limit.unit in ("calendar_day", "month"):
        return Moves(calendar_days=days)
    return Moves(working_days=days, time=time)
