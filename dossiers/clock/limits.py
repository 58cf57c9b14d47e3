"""Legal limits and the date or moment they end.

Limits in days step by dates, never by hours (a 10-day limit is not 80 nor 75 hours). Civil Code 2015, art. 147.2: the
day of the event does not count; art. 148.5: a limit that would end on a day off ends on the next working day. An act
outside opening hours still bears its own date, so for limits in days only the date of acceptance matters; opening
hours matter to limits in hours and to same-day procedures.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from agencies.calendar import LEGAL_ZONE, Calendar, legal_date
from agencies.calendar.time import legal_datetime

Unit = Literal["working_day", "calendar_day", "month", "hour", "same_day", "minute"]
# `minute` measures what an outage took from a limit in hours; no law sets a limit in minutes.
UNITS: tuple[Unit, ...] = ("working_day", "calendar_day", "month", "hour", "same_day", "minute")

# As Decree 23/2015 art. 7 says for certification: what is accepted after 15:00:00 is due on the next working day.
SAME_DAY_UNTIL = time(15)
ROUTE_DAY_HOURS = 8  # routes are written in eighths of a working day


@dataclass(frozen=True)
class Limit:
    """A legal limit, for instance 5 working days; raises ValueError for an amount below 1 or an unknown unit."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.unit!r} is not a unit of a limit.")
        if type(self.amount) is not int or self.amount < 1:
            raise ValueError("The amount of a limit must be a whole number above 0.")


@dataclass(frozen=True)
class Moves:
    """Everything that moves an end, summed by unit. Sums have no order, so neither have independent pauses."""

    months: int = 0
    calendar_days: int = 0
    working_days: int = 0
    time: timedelta = timedelta()

    def __add__(self, other: "Moves") -> "Moves":
        return Moves(
            self.months + other.months,
            self.calendar_days + other.calendar_days,
            self.working_days + other.working_days,
            self.time + other.time,
        )


UNMOVED = Moves()


def due_date(limit: Limit, accepted_at: datetime, calendar: Calendar) -> date:
    """The date in Viet Nam on which a limit that starts with `accepted_at` ends."""
    return legal_date(due_at(limit, accepted_at, calendar))


def due_at(limit: Limit, accepted_at: datetime, calendar: Calendar) -> datetime:
    """The moment, in UTC, at which a limit that starts with `accepted_at` ends: for limits in days, months and same-day
    procedures the closing time of the due date. Raises ValueError for a naive moment."""
    return moved_due_at(limit, accepted_at, calendar, UNMOVED)


def moved_due_at(
    limit: Limit, accepted_at: datetime, calendar: Calendar, moves: Moves, *, route_hours: bool = False
) -> datetime:
    """`due_at` with pauses and extensions in `moves`. With `route_hours` an hour is an eighth of the real working day.

    Moves in the unit of the limit lengthen the limit itself; those in other units are laid behind it. Raises
    ValueError when a limit in days is to be moved by hours.
    """
    if limit.unit in ("hour", "minute"):
        return _hours_due(limit, accepted_at, calendar, moves, route_hours)
    if moves.time:
        raise ValueError("A limit in days cannot be moved by hours.")
    return calendar.closing(_date_due(limit, legal_datetime(accepted_at), calendar, moves))


def nominal_end(limit: Limit, accepted: date, moves: Moves) -> date:
    """Where a limit in calendar days or months ends before it is moved off a day off."""
    if limit.unit == "month":
        return add_months(accepted, limit.amount + moves.months) + timedelta(days=moves.calendar_days)
    return add_months(accepted + timedelta(days=limit.amount + moves.calendar_days), moves.months)


def moves_of(limit: Limit, calendar: Calendar, *, on: date | None = None, route_hours: bool = False) -> Moves:
    """An extension or shift as moves; raises ValueError for the unit `same_day`, which lengthens nothing.

    Route hours are those of the working day in force on the date `on`.
    """
    if limit.unit == "month":
        return Moves(months=limit.amount)
    if limit.unit == "calendar_day":
        return Moves(calendar_days=limit.amount)
    if limit.unit == "working_day":
        return Moves(working_days=limit.amount)
    if limit.unit == "hour":
        return Moves(time=hours_of_work(limit.amount, calendar, on, route_hours=route_hours))
    if limit.unit == "minute":
        return Moves(time=timedelta(minutes=limit.amount))
    raise ValueError("A limit cannot be extended by 'same day'.")


def hours_of_work(hours: int, calendar: Calendar, on: date | None = None, *, route_hours: bool) -> timedelta:
    """So many hours as opening time; route hours are eighths of the calendar's usual day on the date `on`."""
    if not route_hours:
        return timedelta(hours=hours)
    return hours * (calendar.day_length_on(on) if on else calendar.day_length) / ROUTE_DAY_HOURS


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it has no such day (31/01 and 1 month:
    28/02)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def same_day_date(accepted: datetime, calendar: Calendar) -> date:
    """The working date on which a same-day procedure accepted at this local time must be answered.

    Accepted until 15:00:00 of a working date: that date. Accepted later, after closing or on a date that is not
    worked: the next working date (the dossier is treated as received when the counter opens again).
    """
    day = accepted.date()
    hours = calendar.hours_of(day)
    if hours and accepted.time() <= min(SAME_DAY_UNTIL, hours[-1][1]):
        return day
    return calendar.next_working_date(day)


def _date_due(limit: Limit, accepted: datetime, calendar: Calendar, moves: Moves) -> date:
    if limit.unit in ("calendar_day", "month"):
        end = calendar.roll_forward(nominal_end(limit, accepted.date(), moves))
        return calendar.add_working_days(end, moves.working_days)
    if limit.unit == "same_day":
        end = calendar.add_working_days(same_day_date(accepted, calendar), moves.working_days)
    else:
        end = calendar.add_working_days(accepted.date(), limit.amount + moves.working_days)
    return calendar.roll_forward(add_months(end, moves.months) + timedelta(days=moves.calendar_days))


def _hours_due(limit: Limit, accepted_at: datetime, calendar: Calendar, moves: Moves, route_hours: bool) -> datetime:
    began = legal_datetime(accepted_at).date()
    own = moves_of(limit, calendar, on=began, route_hours=route_hours)
    work = own.time + moves.time
    end = calendar.add_working_time(accepted_at, work)
    if not (moves.months or moves.calendar_days or moves.working_days):
        return end
    local = legal_datetime(end)
    day = calendar.roll_forward(add_months(local.date(), moves.months) + timedelta(days=moves.calendar_days))
    day = calendar.add_working_days(day, moves.working_days)
    same_time = datetime.combine(day, local.time(), tzinfo=LEGAL_ZONE).astimezone(UTC)
    return min(calendar.next_open(same_time), calendar.closing(day))
