"""Budgets of the steps of a route."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from agencies.calendar import Calendar, legal_date
from dossiers.clock.limits import ROUTE_DAY_HOURS


def step_time(hours: int | Decimal | Fraction, calendar: Calendar, on: date | None = None) -> timedelta:
    """Opening time a step of so many route hours has: routes are written in 8-hour days, so 8 route hours are one real
    working day (7.5 hours for 07:30-11:30, 13:30-17:00), by the hours in force on the date `on`. Raises ValueError below
    0."""
    if hours < 0:
        raise ValueError("A step cannot have less than no time.")
    length = calendar.day_length_on(on) if on else calendar.day_length
    return length * Fraction(hours).numerator / (Fraction(hours).denominator * ROUTE_DAY_HOURS)


def step_due(
    started_at: datetime, hours: int | Decimal | Fraction, calendar: Calendar, given_back: timedelta = timedelta()
) -> datetime:
    """The moment, in UTC, at which a step of so many route hours is due; it runs on opening hours.

    `given_back`: opening time that an outage took from it.
    """
    return calendar.add_working_time(started_at, step_time(hours, calendar, legal_date(started_at)) + given_back)
