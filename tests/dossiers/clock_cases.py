"""Random dossiers on random calendars, the clock of the product against the oracle. `run_cases` is also for the
drills."""

import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from agencies.calendar import LEGAL_ZONE, Calendar
from agencies.calendar_seed import seed_content
from dossiers.clock import Entry, Limit, derive_track
from tests.dossiers.clock_oracle import Case, Ending, Line, Oracle

Calculate = Callable[[Case, Calendar], datetime]
AMOUNTS = {"working_day": 20, "calendar_day": 40, "month": 3, "hour": 40, "same_day": 1}
HOURS = (
    [["07:30", "11:30"], ["13:30", "17:00"]],
    [["07:00", "11:30"], ["13:30", "17:00"]],
    [["08:00", "12:00"], ["13:00", "17:00"]],
    [["07:45", "14:20"]],
    [["07:00", "09:10"], ["09:40", "11:55"], ["13:05", "16:35"]],
)
WEEKS = ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], [1, 3, 5], [2], [1, 2, 3, 4, 5, 6, 7])


def run_cases(n: int, seed: int, calculate: Calculate | None = None) -> list[str]:
    """Compares n random cases with the oracle; returns one line for each difference, so an empty list is success."""
    random, differences = Random(seed), []
    places = list(random_places(random))
    for number in range(n):
        pick = random.choice((0, 0, 0, *range(1, len(places))))
        (oracle, calendar), what = places[pick], f"seed {seed}, case {number}, calendar {pick}"
        shape = random.random()
        if calculate is None and shape < 0.5:
            corrected, corrected_calendar = random.choice(places)
            history = random_history(random)
            lines = sum(line.kind == "calendar_recomputed" for line in history)
            expected: Any = oracle.ending(history, corrected)
            got: Any = ending_with_the_clock(history, corrected_calendar if lines else calendar)
            case: Any = history
        elif calculate is None and shape < 0.6:
            case = (random_moment(random), random.randint(1, 60), random.choice((0, random.randint(1, 900))))
            expected, got = oracle.budget(*case), budget_with_the_clock(*case, calendar)
        else:
            case = random_case(random)
            expected, got = oracle.due(case), (calculate or with_the_clock)(case, calendar)
        if got != expected:
            differences.append(f"{what}: {case} → {got}, oracle {expected}")
    return differences


def random_places(random: Random) -> Iterator[tuple[Oracle, Calendar]]:
    """The demonstration province, and four strange ones, each with two agencies of other hours and closures."""
    contents = [seed_content()]
    contents += [random_content(random) for _ in range(4)]
    for content in contents:
        calendar = Calendar.from_content(content)
        for key in ("", *content.get("agencies", {})):
            yield Oracle(content, key), calendar.for_agency(key)


def ending_with_the_clock(history: tuple[Line, ...], calendar: Calendar) -> Ending:
    """What the product derives from a history, in local time without zone."""
    entries = [
        Entry(
            seq,
            "handling",
            line.kind,  # type: ignore[arg-type]
            _aware(line.at),
            Limit(line.amount, line.unit) if line.amount else None,  # type: ignore[arg-type]
            line.policy or None,  # type: ignore[arg-type]
            _aware(line.appointment) if line.appointment else None,
            reason_code="supplement" if line.kind == "pause" else "",
        )
        for seq, line in enumerate(history, start=1)
    ]
    state = derive_track(entries, "handling", calendar)
    assert state.due_at is not None
    return Ending(state.state, _local(state.due_at), _or_none(state.appointment_at), _or_none(state.ended_at))


def budget_with_the_clock(start: datetime, halves: int, lost: int, calendar: Calendar) -> datetime:
    """The end of a step with a budget in half route hours, after an earlier step it replaces; both lost opening minutes."""
    entries = [
        Entry(1, "step", "start", _aware(start - timedelta(days=3)), data={"hours": "8"}),
        Entry(2, "step", "outage_shift", _aware(start), Limit(30, "minute")),
        Entry(3, "step", "start", _aware(start), data={"hours": str(halves / 2)}),
    ]
    if lost:
        entries.append(Entry(4, "step", "outage_shift", _aware(start), Limit(lost, "minute")))
    due_at = derive_track(entries, "step", calendar).due_at
    assert due_at is not None
    return _local(due_at)


def random_history(random: Random) -> tuple[Line, ...]:
    """A limit that starts and up to nine lines after it, of every kind, each where the state allows it."""
    unit = random.choice(tuple(AMOUNTS))
    now = random_moment(random)
    lines, state = [Line("start", now, unit, random.randint(1, AMOUNTS[unit]))], "running"
    for _ in range(random.randint(0, 9)):
        now += timedelta(minutes=random.choice((random.randrange(600), random.randrange(3 * 1440))))
        kind = random.choice(ALLOWED[state])
        lines.append(_line(random, kind, now, lines[0].unit))
        state = AFTER.get(kind, state)
    return tuple(lines)


ALLOWED = {
    "running": ("pause", "pause", "restart", "filing_moved", "legal_extension", "reappoint", "calendar_recomputed",
                "outage_shift", "stop"),
    "paused": ("resume", "resume", "resume", "restart", "filing_moved", "legal_extension", "reappoint",
               "calendar_recomputed", "outage_shift", "stop"),
    "stopped": ("resume", "stop", "calendar_recomputed"),
}  # fmt: skip
AFTER = {"pause": "paused", "resume": "running", "restart": "running", "filing_moved": "running", "stop": "stopped"}


def _line(random: Random, kind: str, now: datetime, unit: str) -> Line:
    if kind == "pause":
        return Line(kind, now, policy=random.choice(("pause", "restart")))
    if kind == "reappoint":
        return Line(kind, now, appointment=now + timedelta(days=random.randint(1, 20)))
    if kind in ("restart", "filing_moved") and random.random() < 0.5:  # sometimes with another amount
        return Line(kind, now, unit, random.randint(1, AMOUNTS[unit]))
    if kind in ("legal_extension", "outage_shift"):
        units = ("working_day", "calendar_day", "month") if unit != "hour" else ("hour",)
        if kind == "outage_shift":
            units = ("minute",) if unit == "hour" else ("working_day", "calendar_day")
        return Line(kind, now, random.choice(units), random.randint(1, 200 if units == ("minute",) else 3))
    return Line(kind, now)


def with_the_clock(case: Case, calendar: Calendar) -> datetime:
    """The end of a case as the product derives it from its ledger, in local time without zone."""
    track = "step" if case.route_hours else "handling"
    entries = [Entry(1, track, "start", _aware(case.start), Limit(case.amount, case.unit))]  # type: ignore[arg-type]
    for asked, complete, policy in case.waits:
        seq = len(entries) + 1
        pause = Entry(seq, track, "pause", _aware(asked), policy=policy, reason_code="supplement")  # type: ignore[arg-type]
        entries += [pause, Entry(seq + 1, track, "resume", _aware(complete))]
    for amount, unit in case.added:
        more = Limit(amount, unit)  # type: ignore[arg-type]
        entries.append(Entry(len(entries) + 1, track, "legal_extension", _aware(case.start), more))
    due_at = derive_track(entries, track, calendar).due_at
    assert due_at is not None
    return _local(due_at)


def random_moment(random: Random) -> datetime:
    """Any minute of the years the calendar knows, the edges of the day often."""
    start = datetime(2019, 1, 1) + timedelta(minutes=random.randrange(8 * 365 * 1440))
    if random.random() < 0.3:
        start += timedelta(seconds=random.randrange(60))
    if random.random() < 0.2:  # opening, noon, 15:00, closing, one second before
        start = start.replace(hour=random.choice((7, 11, 13, 15, 17)), minute=random.choice((0, 30)), second=0)
        start -= timedelta(seconds=random.choice((0, 0, 1)))
    return start


def random_case(random: Random) -> Case:
    """Any unit, any minute of the years the calendar knows, up to three waits, sometimes an extension."""
    unit = random.choice(tuple(AMOUNTS))
    amount = random.randint(1, AMOUNTS[unit])
    start = random_moment(random)
    return Case(
        unit,
        amount,
        start,
        waits=tuple(_random_waits(random, start)),
        added=tuple(_random_extensions(random, unit)),
        route_hours=unit == "hour" and random.random() < 0.3,
    )


def _random_waits(random: Random, start: datetime) -> list[tuple[datetime, datetime, str]]:
    now, waits = start, []
    for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
        asked = now + timedelta(minutes=random.randrange(4 * 1440), seconds=random.choice((0, 0, 17)))
        now = asked + timedelta(minutes=random.choice((random.randrange(600), random.randrange(9 * 1440))))
        waits.append((asked, now, random.choice(("pause", "pause", "restart"))))
    return waits


def _random_extensions(random: Random, unit: str) -> list[tuple[int, str]]:
    if random.random() < 0.7:
        return []
    units = ("hour",) if unit == "hour" else ("working_day", "calendar_day", "month")
    return [(random.randint(1, 2), random.choice(units)) for _ in range(random.choice((1, 2)))]


def random_content(random: Random) -> dict[str, Any]:
    """A calendar no province has: odd weeks, odd hours, holidays, worked weekends and half days at random."""
    weekdays, hours = random.choice(WEEKS), random.choice(HOURS)
    days = [date(2019, 1, 1) + timedelta(days=number) for number in random.sample(range(9 * 365), 300)]
    off = [day for day in days[:150]]
    worked = [day for day in days[150:220] if day.isoweekday() not in weekdays]
    half = [day for day in days[220:] if day.isoweekday() in weekdays]
    return {
        "off": [{"date": day.isoformat(), "vi": "Ngày nghỉ", "en": "Day off"} for day in off],
        "worked": [{"date": day.isoformat(), "in_exchange_for": None} for day in worked],
        "hours": hours,
        "weekdays": weekdays,
        "half_days": [
            {"date": day.isoformat(), "hours": [[hours[0][0], "09:05"]], "vi": "Nửa ngày", "en": "Half day"}
            for day in half
        ],
        "source": "random",
        "dated_hours": random_dated(random),
        "agencies": {key: random_rules(random, off, worked, weekdays) for key in ("a", "b")},
    }


def random_dated(random: Random) -> list[dict[str, Any]]:
    """Up to three dates from which other hours are in force."""
    days = sorted(random.sample(range(8 * 365), random.choice((0, 1, 2, 3))))
    return [
        {"from": (date(2019, 1, 1) + timedelta(days=day)).isoformat(), "hours": random.choice(HOURS)} for day in days
    ]


def random_rules(random: Random, off: list[date], worked: list[date], weekdays: list[int]) -> dict[str, Any]:
    """An agency that keeps closed on many working dates: wholly, partly, by a decision that moves limits or by its own."""
    days = (date(2019, 1, 1) + timedelta(days=number) for number in random.sample(range(9 * 365), 400))
    works = [day for day in days if (day.isoweekday() in weekdays and day not in off) or day in worked]
    kinds: tuple[dict[str, Any], ...] = (
        {"hours": []},
        {"hours": [], "moves_limits": True},
        {"hours": [["08:00", "11:15"]]},
        {"hours": [["06:30", "12:00"], ["12:30", "19:45"]]},
    )
    named = {"vi": "Đóng cửa", "en": "Closed", "source": "QĐ"}
    closures = [{"date": day.isoformat(), **named, **random.choice(kinds)} for day in works]
    return {"closures": closures, "dated_hours": random_dated(random)}


def _local(at: datetime) -> datetime:
    return at.astimezone(LEGAL_ZONE).replace(tzinfo=None)


def _or_none(at: datetime | None) -> datetime | None:
    return _local(at) if at else None


def _aware(local: datetime) -> datetime:
    return local.replace(tzinfo=LEGAL_ZONE)


if __name__ == "__main__":
    found = run_cases(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(("\n".join(found) or "no difference") + "\n")
    sys.exit(bool(found))
