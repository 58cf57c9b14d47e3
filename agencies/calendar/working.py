"""Arithmetic on working dates and opening hours.

Nothing here walks day by day. Working dates are numbered along the whole time line by arithmetic on weeks, corrected
by bisection in the two short sorted lists of exceptions; opening hours are a second axis laid along the first. Both
directions (date to number, number to date) are therefore exact for any year at the same small cost.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any, TypeVar

from agencies.calendar.content import (
    AgencyRules,
    DatedHours,
    DayOff,
    HalfDay,
    Hours,
    WorkedDay,
    open_microseconds,
    parse,
)
from agencies.calendar.storing import stored
from agencies.calendar.time import MICROSECOND, legal_datetime, microseconds_of_day, moment

MOST_KNOWN = 256  # dates and moments kept per calendar, and there is one per agency with hours of its own
K = TypeVar("K", date, datetime)
V = TypeVar("V", int, datetime)


def _keep(table: dict[K, V], key: K, value: V) -> V:
    """Remember what was found; two threads may find the same."""
    if len(table) >= MOST_KNOWN:
        table.clear()
    table[key] = value
    return value


@dataclass(frozen=True)
class Calendar:
    """A working calendar, built from its stored document and never changed: the province's, or one agency's.

    `agencies` holds what differs at single agencies; `for_agency` lays it over the province's calendar.
    """

    off: tuple[DayOff, ...]
    worked: tuple[WorkedDay, ...]
    hours: Hours
    weekdays: tuple[int, ...]
    half_days: tuple[HalfDay, ...] = ()
    source: str = ""
    dated_hours: tuple[DatedHours, ...] = ()
    agencies: tuple[AgencyRules, ...] = ()
    province: "Calendar | None" = field(default=None, compare=False, repr=False)  # what an agency's is laid over

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> "Calendar":
        """The calendar of a stored document; raises ValueError that names the field that is wrong."""
        parts = parse(content)
        return cls(**{item.name: getattr(parts, item.name) for item in fields(parts)})

    def content(self) -> dict[str, Any]:
        """The document this calendar is stored as; `from_content` gives the same calendar back."""
        return stored(self)

    def for_agency(self, key: str) -> "Calendar":
        """The calendar with the hours and closures of one agency laid over it; itself where nothing differs there."""
        return self._of_agency.get(key, self)

    def of_agency(self, key: str) -> "Calendar":
        """The calendar of any agency of the province, asked of the province's or of another agency's calendar."""
        return (self.province or self).for_agency(key)

    # ── dates ──

    def is_working(self, day: date) -> bool:
        """Whether the agency works on this date (a half day is a working date)."""
        if day in self._off_by_date:
            return False
        return day.isoweekday() in self.weekdays or day in self._worked_dates

    def is_usual(self, day: date) -> bool:
        """Whether this date falls on a day of the usual working week, holiday or not."""
        return day.isoweekday() in self.weekdays

    def is_makeup(self, day: date) -> bool:
        """Whether this is a weekend date that is worked in exchange for another."""
        return day in self._worked_dates

    def covers(self, day: date) -> bool:
        """Whether days off were entered for the year of this date; if not, only weekends are known."""
        return day.year in self._years

    def name_of(self, day: date, lang: str) -> str | None:
        """The name of a day off or half day in `vi` or `en`, None for any other date."""
        named = self._off_by_date.get(day) or self._half_by_date.get(day)
        if named is None:
            return None
        return named.vi if lang == "vi" else named.en

    def next_working_date(self, day: date) -> date:
        """The first working date after this date."""
        return self._nth(self._count(day.toordinal()) + 1)

    def roll_forward(self, day: date) -> date:
        """This date if it is worked, else the next working date (Civil Code 2015 art. 148.5)."""
        return day if self.is_working(day) else self.next_working_date(day)

    def add_working_days(self, day: date, n: int) -> date:
        """The nth working date after `day`, which itself does not count; before it when n is negative; `day` for 0."""
        if n == 0:
            return day
        if n > 0:
            return self._nth(self._count(day.toordinal()) + n)
        return self._nth(self._count(day.toordinal() - 1) + n + 1)

    def working_dates_between(self, a: date, b: date) -> int:
        """How many working dates lie after `a` up to and including `b`; negative when b is before a."""
        return self._counted(b) - self._counted(a)

    # ── hours ──

    @cached_property
    def day_length(self) -> timedelta:
        """Opening time of a usual day before any dated change of hours (7.5 hours for 07:30-11:30, 13:30-17:00)."""
        return open_microseconds(self.hours) * MICROSECOND

    def day_length_on(self, day: date) -> timedelta:
        """Opening time of a usual day by the hours in force on this date, worked or not."""
        if not self.dated_hours:
            return self.day_length
        return open_microseconds(self._usual_hours(day.toordinal())) * MICROSECOND

    def hours_of(self, day: date) -> Hours:
        """Opening hours of this date on the clocks of Viet Nam, empty when nobody works or the agency is closed."""
        if not self.is_working(day):
            return ()
        half = self._half_by_date.get(day)
        return half.hours if half else self._usual_hours(day.toordinal())

    def intervals(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """Opening intervals of this date, in UTC; empty when it is not worked."""
        return tuple(
            (moment(day, microseconds_of_day(opens)), moment(day, microseconds_of_day(closes)))
            for opens, closes in self.hours_of(day)
        )

    def opening(self, day: date) -> datetime:
        """When the counters open on this date, in UTC; raises ValueError when it is not worked."""
        return moment(day, microseconds_of_day(self._hours_or_error(day)[0][0]))

    def closing(self, day: date) -> datetime:
        """When the counters close on this date, in UTC; raises ValueError when it is not worked.

        On a working date on which the agency keeps closed: when it usually closes, because limits in days end there too.
        """
        return moment(day, microseconds_of_day(self._hours_or_error(day)[-1][1]))

    def next_open(self, at: datetime) -> datetime:
        """`at` itself during opening hours (both ends included), else the next opening moment, in UTC."""
        local = legal_datetime(at)
        day, passed = local.date(), microseconds_of_day(local.time())
        for opens, closes in self.hours_of(day):
            if passed <= microseconds_of_day(closes):
                return moment(day, max(passed, microseconds_of_day(opens)))
        return self._openings.get(day) or _keep(self._openings, day, self.opening(self._next_open_date(day)))

    def add_working_time(self, at: datetime, delta: timedelta) -> datetime:
        """The moment at which `delta` of opening time has passed since `at`, in UTC.

        Time outside opening hours does not run: what comes in after closing counts from the next opening. A sum that
        ends exactly at closing ends there, not at the next opening. Raises ValueError for a negative or naive
        argument.
        """
        if delta < timedelta():
            raise ValueError("Working time can only be added forward.")
        start = self.next_open(at)
        if not delta:
            return start
        day = legal_datetime(start).date()
        target = self._position(start) + delta // MICROSECOND
        return self._at_position(self._date_reaching(day, target), target)

    def working_time_between(self, a: datetime, b: datetime) -> timedelta:
        """Opening time between two moments; negative when b is before a. Raises ValueError for a naive moment."""
        return (self._position(b) - self._position(a)) * MICROSECOND

    def used_share(self, a: datetime, at: datetime, b: datetime) -> float:
        """The share of the opening time between `a` and `b` that has passed at a moment, 0 to 1; 1 where there is none."""
        start = self._position(a)
        whole = self._position(b) - start
        return min(1.0, max(0.0, (self._position(at) - start) / whole)) if whole else 1.0

    # ── the two axes ──

    @cached_property
    def _off_by_date(self) -> dict[date, DayOff]:
        return {day.date: day for day in self.off}

    @cached_property
    def _half_by_date(self) -> dict[date, HalfDay]:
        return {day.date: day for day in self.half_days}

    @cached_property
    def _worked_dates(self) -> frozenset[date]:
        return frozenset(day.date for day in self.worked)

    @cached_property
    def _years(self) -> frozenset[int]:
        return frozenset(day.date.year for day in self.off)

    @cached_property
    def _added(self) -> list[int]:
        """Ordinals of worked dates outside the usual week."""
        return sorted(day.toordinal() for day in self._worked_dates)

    @cached_property
    def _removed(self) -> list[int]:
        """Ordinals of days off inside the usual week."""
        return sorted(day.toordinal() for day in self._off_by_date if day.isoweekday() in self.weekdays)

    @cached_property
    def _week_counts(self) -> list[int]:
        """Usual working days among the first 0…6 days of a week (date ordinal 1 was a Monday)."""
        return [sum(1 for weekday in self.weekdays if weekday <= days) for days in range(7)]

    def _count(self, ordinal: int) -> int:
        """The number of working dates up to and including this ordinal."""
        weeks, days = divmod(ordinal, 7)
        usual = weeks * len(self.weekdays) + self._week_counts[days]
        return usual + bisect_right(self._added, ordinal) - bisect_right(self._removed, ordinal)

    @cached_property
    def _counts(self) -> dict[date, int]:
        """Numbers of dates asked for lately: the rows of a list share their today, and many their due date."""
        return {}

    def _counted(self, day: date) -> int:
        found = self._counts.get(day)
        return _keep(self._counts, day, self._count(day.toordinal())) if found is None else found

    def _nth(self, number: int) -> date:
        """The date of the working date with this number: the inverse of `_count`."""
        # Exceptions can shift the count by no more than there are of them, and a week holds len(weekdays) usual dates.
        low = (number - len(self._added)) // len(self.weekdays) * 7 - 7
        high = (number + len(self._removed)) // len(self.weekdays) * 7 + 7
        return date.fromordinal(low + bisect_left(range(low, high + 1), number, key=self._count))

    @cached_property
    def _era_starts(self) -> list[int]:
        """Ordinals from which other usual hours are in force; the first era has no beginning."""
        return [1, *(item.since.toordinal() for item in self.dated_hours)]

    @cached_property
    def _era_hours(self) -> list[Hours]:
        return [self.hours, *(item.hours for item in self.dated_hours)]

    @cached_property
    def _eras(self) -> list[tuple[int, int, int]]:
        """Of every era: working dates and microseconds before it, and microseconds of its usual day."""
        found, numbers, passed, length = [], 0, 0, 0
        for start, hours in zip(self._era_starts, self._era_hours, strict=True):
            before = self._count(start - 1)
            passed += (before - numbers) * length
            numbers, length = before, open_microseconds(hours)
            found.append((numbers, passed, length))
        return found

    def _usual_hours(self, ordinal: int) -> Hours:
        if not self.dated_hours:
            return self.hours
        return self._era_hours[bisect_right(self._era_starts, ordinal) - 1]

    @cached_property
    def _half_ordinals(self) -> list[int]:
        return [day.date.toordinal() for day in self.half_days]

    @cached_property
    def _shortenings(self) -> list[int]:
        """Microseconds that days with other hours take away, summed up to each of them."""
        missing = (
            open_microseconds(self._usual_hours(day.date.toordinal())) - open_microseconds(day.hours)
            for day in self.half_days
        )
        return list(accumulate(missing, initial=0))

    def _time_through(self, day: date) -> int:
        """Microseconds of opening time up to the end of this date."""
        ordinal = day.toordinal()
        numbers, passed, length = self._eras[bisect_right(self._era_starts, ordinal) - 1]
        shortened = self._shortenings[bisect_right(self._half_ordinals, ordinal)]
        return passed + (self._count(ordinal) - numbers) * length - shortened

    def _date_reaching(self, day: date, target: int) -> date:
        """The first date from this one on by whose end the axis of opening time reaches `target`."""
        usual = open_microseconds(self._usual_hours(day.toordinal()))
        whole_days = -((target - self._time_through(day)) // -usual)
        if whole_days > 0:
            day = self._nth(self._count(day.toordinal()) + whole_days)
            while self._time_through(day) < target:  # only where shorter days lie between
                day = self.next_working_date(day)
            while self._has_longer_days and self._time_through(before := self.add_working_days(day, -1)) >= target:
                day = before
        return day

    @cached_property
    def _has_longer_days(self) -> bool:
        """Whether a day may be longer than those before it, so that whole days are guessed too many."""
        return bool(self.dated_hours) or any(
            open_microseconds(day.hours) > open_microseconds(self.hours) for day in self.half_days
        )

    def _next_open_date(self, day: date) -> date:
        day = self.next_working_date(day)
        while not self.hours_of(day):  # the agency keeps closed on a working date
            day = self.next_working_date(day)
        return day

    @cached_property
    def _openings(self) -> dict[date, datetime]:
        """When the counters open next after the end of a date, asked for lately: of what comes in by night."""
        return {}

    @cached_property
    def _positions(self) -> dict[datetime, int]:
        """Positions found lately: the rows of a list share their now, and most ends of a limit."""
        return {}

    def _position(self, at: datetime) -> int:
        """Microseconds of opening time up to this moment."""
        found = self._positions.get(at)
        return _keep(self._positions, at, self._position_of(at)) if found is None else found

    def _position_of(self, at: datetime) -> int:
        local = legal_datetime(at)
        day, passed = local.date(), microseconds_of_day(local.time())
        remaining = 0
        for opens, closes in self.hours_of(day):
            remaining += max(0, microseconds_of_day(closes) - max(passed, microseconds_of_day(opens)))
        return self._time_through(day) - remaining

    def _at_position(self, day: date, target: int) -> datetime:
        """The moment on `day` at which the axis of opening time reaches `target`."""
        left = target - self._time_through(day)  # zero or negative: time that must still be open after it
        for opens, closes in reversed(self.hours_of(day)):
            length = microseconds_of_day(closes) - microseconds_of_day(opens)
            if length + left > 0:
                return moment(day, microseconds_of_day(closes) + left)
            left += length
        raise AssertionError("The target lies on no opening interval of the day.")

    def _hours_or_error(self, day: date) -> Hours:
        if not self.is_working(day):
            raise ValueError(f"{day} is not a working date.")
        return self.hours_of(day) or self._usual_hours(day.toordinal())

    # ── one agency ──

    @cached_property
    def _of_agency(self) -> dict[str, "Calendar"]:
        return {rules.key: self._laid_over(rules) for rules in self.agencies}

    def _laid_over(self, rules: AgencyRules) -> "Calendar":
        closures = [closure for closure in rules.closures if self.is_working(closure.date)]
        off = {one.date: DayOff(one.date, one.vi, one.en, one.source) for one in closures if one.moves_limits}
        half = {day.date: day for day in self.half_days if day.date not in off} | {
            one.date: HalfDay(one.date, one.hours, one.vi, one.en, one.source)
            for one in closures
            if not one.moves_limits
        }
        own_since = rules.dated_hours[0].since if rules.dated_hours else date.max
        return Calendar(
            off=tuple(sorted((*self.off, *off.values()), key=lambda day: day.date)),
            worked=tuple(day for day in self.worked if day.date not in off),
            hours=self.hours,
            weekdays=self.weekdays,
            half_days=tuple(half[day] for day in sorted(half)),
            source=self.source,
            dated_hours=(*(item for item in self.dated_hours if item.since < own_since), *rules.dated_hours),
            province=self,
        )
