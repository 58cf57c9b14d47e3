"""An independent oracle of the legal clock that walks minute by minute.

Shares no code with the product: it reads the raw calendar document and local wall-clock times, and knows nothing but
"is this minute open". Slow and plain on purpose.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MINUTES_OF_DAY = 1440


@dataclass(frozen=True)
class Case:
    """One dossier in local wall-clock time (naive). `waits` are (asked, complete, policy), one after the other."""

    unit: str
    amount: int
    start: datetime
    waits: tuple[tuple[datetime, datetime, str], ...] = ()
    added: tuple[tuple[int, str], ...] = ()
    route_hours: bool = False


@dataclass
class Oracle:
    """Walks the minutes of one calendar document."""

    content: dict[str, Any]
    opened: dict[date, list[bool]] = field(default_factory=dict)
    patterns: dict[tuple[tuple[int, int], ...], list[bool]] = field(default_factory=dict)

    def minutes(self, day: date) -> list[bool]:
        """For every minute of a date whether the counter is open."""
        if day not in self.opened:
            hours = tuple(self._hours(day))
            if hours not in self.patterns:
                self.patterns[hours] = [any(a <= minute < b for a, b in hours) for minute in range(MINUTES_OF_DAY)]
            self.opened[day] = self.patterns[hours]
        return self.opened[day]

    def _hours(self, day: date) -> list[tuple[int, int]]:
        text = day.isoformat()
        works = day.weekday() + 1 in self.content["weekdays"]
        if any(item["date"] == text for item in self.content["worked"]):
            works = True
        if any(item["date"] == text for item in self.content["off"]):
            works = False
        if not works:
            return []
        hours = self.content["hours"]
        for item in self.content["half_days"]:
            if item["date"] == text:
                hours = item["hours"]
        return [(minute_of(opens), minute_of(closes)) for opens, closes in hours]

    # ── walking ──

    def works(self, day: date) -> bool:
        """Whether any minute of the date is open."""
        return any(self.minutes(day))

    def last_open(self, day: date) -> datetime:
        """The end of the last open minute of the date."""
        end = None
        for minute, is_open in enumerate(self.minutes(day)):
            if is_open:
                end = minute + 1
        assert end is not None
        return datetime(day.year, day.month, day.day) + end * MINUTE

    def nth_date(self, start: date, n: int, *, only_worked: bool) -> date:
        """Walk the minutes after `start` until n dates (with an open minute, or all) have been met."""
        day, met = start, 0
        while met < n:
            day += DAY
            for is_open in self.minutes(day):
                if is_open or not only_worked:
                    met += 1
                    break
        return day

    def worked_date_from(self, day: date) -> date:
        """The first date from this one on that has an open minute."""
        while True:
            for is_open in self.minutes(day):
                if is_open:
                    return day
            day += DAY

    def months_later(self, start: date, n: int) -> date:
        """Walk the dates until the same day of the nth month after, or its last day where it has no such day."""
        day = start
        while True:
            in_month = (day.year * 12 + day.month) - (start.year * 12 + start.month) == n
            if in_month and (day.day == start.day or (day + DAY).month != day.month):
                return day
            day += DAY

    def run_open(self, start: datetime, work: timedelta) -> datetime:
        """Walk open minutes from `start` until `work` has passed."""
        now, left = start, work
        while True:
            whole = now.replace(second=0, microsecond=0)
            step = whole + MINUTE - now
            if self.minutes(now.date())[now.hour * 60 + now.minute]:
                if left <= step:
                    return now + left
                left -= step
            now += step

    def open_between(self, a: datetime, b: datetime) -> timedelta:
        """Walk from a to b and add up what was open."""
        now, total = a, timedelta()
        while now < b:
            whole = now.replace(second=0, microsecond=0)
            step = min(whole + MINUTE, b) - now
            if self.minutes(now.date())[now.hour * 60 + now.minute]:
                total += step
            now += step
        return total

    def dates_between(self, a: date, b: date, *, only_worked: bool) -> int:
        """Dates after a up to and including b (with an open minute, or all)."""
        day, met = a, 0
        while day < b:
            day += DAY
            if not only_worked or self.works(day):
                met += 1
        return met

    # ── the rules ──

    def due(self, case: Case) -> datetime:
        """The moment the case ends, in local time."""
        start, counted = case.start, []
        for asked, complete, policy in case.waits:
            if policy == "restart":
                start, counted = complete, []
            else:
                counted.append((asked, complete))
        own = sum(n for n, unit in case.added if unit == case.unit)
        more = {unit: sum(n for n, of in case.added if of == unit and of != case.unit) for _, unit in case.added}
        if case.unit == "hour":
            return self._hours_due(case, start, counted, own)
        if case.unit in ("calendar_day", "month"):
            return self._calendar_due(case, start.date(), counted, own, more)
        return self._working_due(case, start, counted, more, own)

    def _hours_due(self, case: Case, start: datetime, counted: list[tuple[datetime, datetime]], own: int) -> datetime:
        hour = timedelta(hours=1)
        if case.route_hours:
            usual = sum(minute_of(closes) - minute_of(opens) for opens, closes in self.content["hours"])
            hour = timedelta(minutes=usual) / 8
        waited = sum((self.open_between(a, b) for a, b in counted), timedelta())
        return self.run_open(start, (case.amount + own) * hour + waited)

    def _calendar_due(
        self, case: Case, start: date, counted: list[tuple[datetime, datetime]], own: int, more: dict[str, int]
    ) -> datetime:
        waited = sum(self.dates_between(a.date(), b.date(), only_worked=False) for a, b in counted)
        if case.unit == "month":
            end = self.months_later(start, case.amount + own)
            end = self.nth_date(end, waited + more.get("calendar_day", 0), only_worked=False)
        else:
            end = self.nth_date(start, case.amount + own + waited, only_worked=False)
            end = self.months_later(end, more.get("month", 0))
        end = self.worked_date_from(end)
        return self.last_open(self.nth_date(end, more.get("working_day", 0), only_worked=True))

    def _working_due(
        self, case: Case, start: datetime, counted: list[tuple[datetime, datetime]], more: dict[str, int], own: int
    ) -> datetime:
        waited = sum(self.dates_between(a.date(), b.date(), only_worked=True) for a, b in counted)
        if case.unit == "same_day":
            end = self._same_day(start)
            waited += more.get("working_day", 0)
            end = self.nth_date(end, waited, only_worked=True)
        else:
            end = self.nth_date(start.date(), case.amount + own + waited, only_worked=True)
        end = self.months_later(end, more.get("month", 0))
        end = self.nth_date(end, more.get("calendar_day", 0), only_worked=False)
        return self.last_open(self.worked_date_from(end))

    def _same_day(self, start: datetime) -> date:
        day = start.date()
        in_time = start <= datetime(day.year, day.month, day.day, 15)
        if in_time and self.works(day) and start <= self.last_open(day):
            return day
        return self.worked_date_from(day + DAY)


def minute_of(text: str) -> int:
    """Minutes from midnight of a time written HH:MM."""
    return int(text[:2]) * 60 + int(text[3:])
