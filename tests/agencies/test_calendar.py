"""The working calendar: what is a working date, when the counters are open, and arithmetic on both."""

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from agencies.calendar import LEGAL_ZONE, Calendar, legal_date
from agencies.calendar_seed import build_year, seed_content

SEED = seed_content()
CALENDAR = Calendar.from_content(SEED)
DAY = timedelta(days=1)


def local(text: str) -> datetime:
    """A moment on the clocks of Viet Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


def with_half_days(*days: str) -> Calendar:
    """The seed calendar with mornings only on these dates."""
    half = [
        {"date": day, "hours": [["07:30", "11:30"]], "vi": "Chỉ làm buổi sáng", "en": "Morning only"} for day in days
    ]
    return Calendar.from_content({**SEED, "half_days": half})


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("2026-11-23", True),
        ("2026-11-24", False),  # Vietnam Cultural Day
        ("2026-11-21", False),  # Saturday
        ("2026-08-22", True),  # Saturday worked for Monday 31/08
        ("2026-08-31", False),
        ("2026-01-02", False),
        ("2026-01-10", True),
        ("2026-02-16", False),  # Tet
        ("2025-04-26", True),
        ("2024-05-04", True),
        ("2019-05-04", True),
    ],
)
def test_working_dates_of_the_demonstration_province(text: str, works: bool) -> None:
    assert CALENDAR.is_working(date.fromisoformat(text)) is works


def test_names_are_told_in_both_languages() -> None:
    assert CALENDAR.name_of(date(2026, 11, 24), "vi") == "Ngày Văn hóa Việt Nam"
    assert CALENDAR.name_of(date(2026, 11, 24), "en") == "Vietnam Cultural Day"
    assert CALENDAR.name_of(date(2026, 11, 21), "vi") is None


def test_the_stored_document_and_the_calendar_are_the_same_thing() -> None:
    assert Calendar.from_content(CALENDAR.content()) == CALENDAR
    half = with_half_days("2026-11-23")
    assert Calendar.from_content(half.content()) == half
    assert half != CALENDAR


def test_every_date_counts_as_a_plain_walk_counts_it() -> None:
    """Two years walked one by one against the arithmetic on weeks."""
    start = date(2025, 6, 1)
    worked = [day for day in (start + n * DAY for n in range(730)) if CALENDAR.is_working(day)]
    for index, day in enumerate(worked[:-40]):
        assert CALENDAR.next_working_date(day) == worked[index + 1]
        assert CALENDAR.add_working_days(day, 7) == worked[index + 7]
        assert CALENDAR.add_working_days(worked[index + 7], -7) == day
        assert CALENDAR.working_dates_between(day, worked[index + 30]) == 30


def test_adding_working_days_from_a_day_off() -> None:
    saturday = date(2026, 11, 21)
    assert CALENDAR.add_working_days(saturday, 1) == date(2026, 11, 23)
    assert CALENDAR.add_working_days(saturday, -1) == date(2026, 11, 20)
    assert CALENDAR.add_working_days(saturday, 0) == saturday
    assert CALENDAR.roll_forward(saturday) == date(2026, 11, 23)
    assert CALENDAR.roll_forward(date(2026, 11, 24)) == date(2026, 11, 25)


def test_opening_hours_are_given_in_utc() -> None:
    day = date(2026, 11, 25)
    assert CALENDAR.intervals(day) == (
        (datetime(2026, 11, 25, 0, 30, tzinfo=UTC), datetime(2026, 11, 25, 4, 30, tzinfo=UTC)),
        (datetime(2026, 11, 25, 6, 30, tzinfo=UTC), datetime(2026, 11, 25, 10, 0, tzinfo=UTC)),
    )
    assert CALENDAR.opening(day) == local("2026-11-25 07:30")
    assert CALENDAR.closing(day) == local("2026-11-25 17:00")
    assert CALENDAR.day_length == timedelta(hours=7.5)


def test_a_day_off_has_no_opening_hours() -> None:
    assert CALENDAR.intervals(date(2026, 11, 24)) == ()
    with pytest.raises(ValueError, match="2026-11-24"):
        CALENDAR.closing(date(2026, 11, 24))


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-25 10:30", 1, "2026-11-25 11:30"),  # ends at closing, not at the next opening
        ("2026-11-25 10:30", 2, "2026-11-25 14:30"),
        ("2026-11-25 12:00", 0, "2026-11-25 13:30"),
        ("2026-11-25 17:00", 1, "2026-11-26 08:30"),
        ("2026-11-20 17:30", 7.5, "2026-11-23 17:00"),
        ("2026-11-23 17:00", 8, "2026-11-26 08:00"),
    ],
)
def test_working_time_runs_on_opening_hours_only(start: str, hours: float, end: str) -> None:
    assert CALENDAR.add_working_time(local(start), timedelta(hours=hours)) == local(end)


def test_adding_and_measuring_working_time_are_inverse() -> None:
    random = Random(7)
    for calendar in (CALENDAR, with_half_days("2026-02-13", "2026-02-26", "2026-02-27", "2026-04-29")):
        for _ in range(500):
            start = local("2026-01-05 00:00") + timedelta(seconds=random.randrange(150 * 86400))
            work = timedelta(seconds=random.randrange(1, 30 * 27000))
            end = calendar.add_working_time(start, work)
            assert calendar.working_time_between(start, end) == work
            assert calendar.next_open(end) == end


def test_the_share_used_of_a_limit_is_the_opening_time_passed_of_all_of_it() -> None:
    start, end = local("2026-11-26 07:30"), local("2026-11-27 17:00")  # two days of 7.5 hours
    for at, share in [
        ("2026-11-25 10:00", 0.0), ("2026-11-26 07:30", 0.0), ("2026-11-26 11:15", 0.25), ("2026-11-26 20:00", 0.5),
        ("2026-11-27 11:15", 0.75), ("2026-11-27 17:00", 1.0), ("2026-12-04 09:00", 1.0),
    ]:  # fmt: skip
        assert CALENDAR.used_share(start, local(at), end) == share
    night = local("2026-11-26 18:00"), local("2026-11-26 19:00")
    assert CALENDAR.used_share(night[0], night[0], night[1]) == 1.0, "no opening time lies between"


def test_what_comes_in_by_night_begins_with_the_next_opening_each_time_it_is_asked() -> None:
    for _time in range(2):
        assert CALENDAR.next_open(local("2026-11-20 18:00")) == local("2026-11-23 07:30")
        assert CALENDAR.next_open(local("2026-11-22 09:00")) == local("2026-11-23 07:30")
        assert CALENDAR.next_open(local("2026-11-23 03:00")) == local("2026-11-23 07:30")


def test_a_half_day_is_a_working_date_with_shorter_hours() -> None:
    half = with_half_days("2026-11-25", "2026-11-26")
    assert half.is_working(date(2026, 11, 25))
    assert half.working_dates_between(date(2026, 11, 23), date(2026, 11, 26)) == 2
    assert half.closing(date(2026, 11, 25)) == local("2026-11-25 11:30")
    assert half.add_working_time(local("2026-11-25 07:30"), timedelta(hours=9)) == local("2026-11-27 08:30")
    assert half.name_of(date(2026, 11, 25), "vi") == "Chỉ làm buổi sáng"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = datetime(2026, 11, 25, 9)
    for call in (legal_date, CALENDAR.next_open, lambda at: CALENDAR.working_time_between(at, at)):
        with pytest.raises(ValueError, match="time zone"):
            call(naive)


def test_years_without_days_off_are_known_as_unknown() -> None:
    assert CALENDAR.covers(date(2027, 3, 1))
    assert not CALENDAR.covers(date(2028, 3, 1))


def changed(path: str, value: Any) -> dict[str, Any]:
    """The seed document with one value replaced; the path is written like off.0.date."""
    content: Any = deepcopy(SEED)
    content["half_days"] = [{"date": "2026-11-25", "hours": [["07:30", "11:30"]], "vi": "Nửa ngày", "en": "Half day"}]
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = content
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("hours", None, r"^hours: is missing"),
        ("off", {}, r"^off: must be a list"),
        ("off.3.date", "2026-13-01", r"^off\[3\].date: '2026-13-01' is not a date"),
        ("off.3.date", "2026-W01-1", r"^off\[3\].date"),
        ("off.3.date", SEED["off"][0]["date"], r"^off\[3\].date: .* twice"),
        ("off.0.vi", " ", r"^off\[0\].vi: must be a name"),
        ("off.0.note", "x", r"^off\[0\].note: is not a known field"),
        ("worked.0.date", "2026-11-23", r"^worked.date: 2026-11-23 is worked anyway"),
        ("worked.0.date", "2026-04-26", r"^worked.date: 2026-04-26 is a day off as well"),
        ("worked.0.in_exchange_for", "2026-11-23", r"^worked.in_exchange_for: 2026-11-23"),
        ("hours", [], r"^hours: must be a list"),
        ("hours.0", ["07:30"], r"^hours\[0\]: must be"),
        ("hours.0.1", "7h", r"^hours\[0\]: '7h' is not a time"),
        ("hours.0.1", "07:00", r"^hours\[0\]: closes before it opens"),
        ("hours.1.0", "11:00", r"^hours\[1\]: must start after"),
        ("weekdays", [], r"^weekdays"),
        ("weekdays", [1, 1], r"^weekdays: has a day twice"),
        ("weekdays.0", 8, r"^weekdays\[0\]: 8"),
        ("half_days.0.date", "2026-11-24", r"^half_days.date: 2026-11-24 is not a working date"),
        ("half_days.0.hours", [["07:00", "17:00"]], r"^half_days.hours: .* shorter"),
        ("source", 5, r"^source: must be text"),
        ("colour", "red", r"^colour: is not a known field"),
    ],
)
def test_a_wrong_document_is_refused_with_the_name_of_the_field(path: str, value: Any, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        Calendar.from_content(changed(path, value))


@pytest.mark.parametrize("year", range(2019, 2027))
def test_the_seed_is_what_the_package_knows_and_the_exchanges_it_misses(year: int) -> None:
    known = {item["date"] for item in build_year(year)["off"]}
    stored = {item["date"] for item in SEED["off"] if item["date"].startswith(str(year))}
    assert stored - known <= {"2026-01-02"}
    assert known <= stored
    exchanged = {(item["date"], item["in_exchange_for"]) for item in build_year(year)["worked"]}
    assert exchanged <= {(item["date"], item["in_exchange_for"]) for item in SEED["worked"]}
