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


@dataclass(frozen=True)
class Line:
    """One line of a history in local time: kind, moment, and what the kind needs."""

    kind: str
    at: datetime
    unit: str = ""
    amount: int = 0
    policy: str = ""
    appointment: datetime | None = None


@dataclass(frozen=True)
class Ending:
    """What a history amounts to: `state`, the end of the limit, the appointment given, the first end."""

    state: str
    due: datetime
    appointment: datetime | None = None
    ended: datetime | None = None


@dataclass
class Oracle:
    """Walks the minutes of one calendar document, for the whole province or with the rules of one agency."""

    content: dict[str, Any]
    agency: str = ""
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

    @property
    def own(self) -> dict[str, Any]:
        """What the document says of this agency alone."""
        found: dict[str, Any] = self.content.get("agencies", {}).get(self.agency, {})
        return found

    def closure(self, day: date) -> dict[str, Any] | None:
        """The agency's own closure of a date, if it has one."""
        for item in self.own.get("closures", []):
            if item["date"] == day.isoformat():
                return dict(item)
        return None

    def works(self, day: date) -> bool:
        """Whether limits in days count the date: locking the door changes nothing, an order of the province does."""
        text = day.isoformat()
        works = day.weekday() + 1 in self.content["weekdays"]
        if any(item["date"] == text for item in self.content["worked"]):
            works = True
        if any(item["date"] == text for item in self.content["off"]):
            works = False
        closed = self.closure(day)
        if works and closed is not None and closed.get("moves_limits"):
            works = False
        return works

    def usual(self, day: date) -> list[list[str]]:
        """The usual opening hours in force on a date: the agency's own as soon as it has some, else the province's."""
        hours: list[list[str]] = self.content["hours"]
        for source in (self.content.get("dated_hours", []), self.own.get("dated_hours", [])):
            for item in sorted(source, key=lambda item: str(item["from"])):
                if item["from"] <= day.isoformat():
                    hours = item["hours"]
        return hours

    def usual_minutes(self, day: date) -> int:
        """How long the usual day lasts, in minutes."""
        return sum(minute_of(closes) - minute_of(opens) for opens, closes in self.usual(day))

    def _hours(self, day: date) -> list[tuple[int, int]]:
        if not self.works(day):
            return []
        hours = self.usual(day)
        for item in self.content["half_days"]:
            if item["date"] == day.isoformat():
                hours = item["hours"]
        closed = self.closure(day)
        if closed is not None:
            hours = closed["hours"]
        return [(minute_of(opens), minute_of(closes)) for opens, closes in hours]

    # ── walking ──

    def last_open(self, day: date) -> datetime:
        """The end of the last open minute of the date; of its usual hours where the agency keeps closed."""
        end = None
        for minute, is_open in enumerate(self.minutes(day)):
            if is_open:
                end = minute + 1
        if end is None:
            end = minute_of(self.usual(day)[-1][1])
        return datetime(day.year, day.month, day.day) + end * MINUTE

    def nth_date(self, start: date, n: int, *, only_worked: bool) -> date:
        """Walk the dates after `start` until n (that are worked, or all) have been met."""
        day, met = start, 0
        while met < n:
            day += DAY
            if self.works(day) or not only_worked:
                met += 1
        return day

    def worked_date_from(self, day: date) -> date:
        """The first date from this one on that is worked."""
        while not self.works(day):
            day += DAY
        return day

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
        """Dates after a up to and including b (that are worked, or all)."""
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
            hour = timedelta(minutes=self.usual_minutes(start.date())) / 8
        waited = sum((self.open_between(a, b) for a, b in counted), timedelta())
        waited += timedelta(minutes=sum(n for n, unit in case.added if unit == "minute"))
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
        if in_time and any(self.minutes(day)) and start <= self.last_open(day):
            return day
        return self.worked_date_from(day + DAY)

    # ── a whole history, line by line ──

    def ending(self, history: tuple[Line, ...], corrected: "Oracle") -> Ending:
        """What the lines amount to; from a line `calendar_recomputed` on the corrected calendar is the one that counts."""
        begin, unit, amount, state = history[0].at, history[0].unit, history[0].amount, "running"
        waits: list[tuple[datetime, datetime, str]] = []
        granted: list[tuple[int, str]] = []
        lost: list[tuple[int, str]] = []
        asked, policy, walker = begin, "", self
        appointment = ended = None
        for line in history[1:]:
            anew = line.kind in ("restart", "filing_moved") or (
                line.kind == "resume" and state == "paused" and policy == "restart"
            )
            if anew:
                begin, waits, lost, state = line.at, [], [], "running"
                unit, amount = line.unit or unit, line.amount or amount
            elif line.kind == "resume":
                waits += [(asked, line.at, "pause")] if state == "paused" else []
                state = "running"
            elif line.kind == "pause":
                asked, policy, state = line.at, line.policy, "paused"
            elif line.kind == "legal_extension":
                granted.append((line.amount, line.unit))
            elif line.kind == "outage_shift":
                lost.append((line.amount, line.unit))
            elif line.kind == "reappoint":
                appointment = line.appointment
            elif line.kind == "calendar_recomputed":
                walker = corrected
            elif line.kind == "stop":
                ended, state = ended or line.at, "stopped"
        case = Case(unit, amount, begin, tuple(waits), (*granted, *lost))
        return Ending(state, walker.due(case), appointment, ended)

    def budget(self, start: datetime, halves: int, lost: int) -> datetime:
        """The end of a step of so many half route hours: sixteenths of the usual day on its first date.

        `lost`: opening minutes an outage took, which it gets back.
        """
        usual = timedelta(minutes=self.usual_minutes(start.date()))
        return self.run_open(start, usual * halves / 16 + lost * MINUTE)


def minute_of(text: str) -> int:
    """Minutes from midnight of a time written HH:MM."""
    return int(text[:2]) * 60 + int(text[3:])
