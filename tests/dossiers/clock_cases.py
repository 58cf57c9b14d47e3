"""Random dossiers on random calendars, the clock of the product against the oracle. `run_cases` is also for the
drills."""

import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from agencies.calendar import LEGAL_ZONE, Calendar
from agencies.calendar_seed import seed_content
from dossiers.clock import Entry, Limit, derive_track
from tests.dossiers.clock_oracle import Case, Oracle

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
    calendars = [(seed_content(), Calendar.from_content(seed_content()))]
    for _ in range(4):
        content = random_content(random)
        calendars.append((content, Calendar.from_content(content)))
    oracles = [Oracle(content) for content, _ in calendars]
    for number in range(n):
        pick = random.choice((0, 0, 0, 1, 2, 3, 4))
        case = random_case(random)
        expected = oracles[pick].due(case)
        got = (calculate or with_the_clock)(case, calendars[pick][1])
        if got != expected:
            differences.append(f"seed {seed}, case {number}, calendar {pick}: {case} → {got}, oracle {expected}")
    return differences


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
    return due_at.astimezone(LEGAL_ZONE).replace(tzinfo=None)


def random_case(random: Random) -> Case:
    """Any unit, any minute of the years the calendar knows, up to three waits, sometimes an extension."""
    unit = random.choice(tuple(AMOUNTS))
    amount = random.randint(1, AMOUNTS[unit])
    start = datetime(2019, 1, 1) + timedelta(minutes=random.randrange(8 * 365 * 1440))
    if random.random() < 0.3:
        start += timedelta(seconds=random.randrange(60))
    if random.random() < 0.2:  # the edges of the day: opening, noon, 15:00, closing
        start = start.replace(hour=random.choice((7, 11, 13, 15, 17)), minute=random.choice((0, 30)))
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
    }


def _aware(local: datetime) -> datetime:
    return local.replace(tzinfo=LEGAL_ZONE)


if __name__ == "__main__":
    found = run_cases(int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(("\n".join(found) or "no difference") + "\n")
    sys.exit(bool(found))
