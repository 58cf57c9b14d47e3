"""Opening hours that change on a date, and what differs at a single agency: closures, own hours."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils.translation import override

from agencies.calendar import LEGAL_ZONE, Calendar
from agencies.calendar.changes import Change, Unchangeable, changed, difference
from agencies.calendar_seed import seed_content
from dossiers.clock import Limit, due_at, due_date

SEED = seed_content()
STORM = {"date": "2026-11-25", "hours": [], "vi": "Bão số 13", "en": "Storm no. 13", "source": "Công điện 22"}
LONG = [["07:00", "11:30"], ["13:30", "17:30"]]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LEGAL_ZONE)


def with_rules(**rules: Any) -> Calendar:
    """The calendar of the agency `sct` with these rules of its own."""
    return Calendar.from_content({**SEED, "agencies": {"sct": rules}}).for_agency("sct")


def test_hours_change_on_a_date_and_not_before():
    calendar = Calendar.from_content({**SEED, "dated_hours": [{"from": "2026-12-01", "hours": LONG}]})
    assert calendar.closing(date(2026, 11, 30)) == local("2026-11-30 17:00")
    assert calendar.opening(date(2026, 12, 1)) == local("2026-12-01 07:00")
    assert calendar.day_length_on(date(2026, 11, 30)) == timedelta(hours=7.5)
    assert calendar.day_length_on(date(2026, 12, 1)) == timedelta(hours=8.5)
    # 30/11 from 15:00: 2 h; then 8.5 h on 01/12, then 0.5 h on 02/12
    assert calendar.add_working_time(local("2026-11-30 15:00"), timedelta(hours=11)) == local("2026-12-02 07:30")


def test_working_time_over_changed_hours_is_added_and_measured_alike():
    dated = [{"from": "2026-03-02", "hours": LONG}, {"from": "2026-04-15", "hours": [["08:00", "10:00"]]}]
    content = {**SEED, "dated_hours": dated}
    calendar, random = Calendar.from_content(content), Random(11)
    for _ in range(500):
        start = local("2026-02-01 00:00") + timedelta(seconds=random.randrange(100 * 86400))
        work = timedelta(seconds=random.randrange(1, 40 * 27000))
        end = calendar.add_working_time(start, work)
        assert calendar.working_time_between(start, end) == work
        assert calendar.next_open(end) == end


def test_a_document_without_agencies_keeps_its_digest():
    assert "agencies" not in Calendar.from_content(SEED).content()
    assert "dated_hours" not in Calendar.from_content(SEED).content()


def test_what_is_stored_is_read_back():
    content = {
        **SEED,
        "agencies": {"sct": {"closures": [STORM], "dated_hours": [{"from": "2026-12-01", "hours": LONG}]}},
    }
    calendar = Calendar.from_content(content)
    assert Calendar.from_content(calendar.content()) == calendar


def test_a_closure_of_one_agency_leaves_the_others_alone():
    calendar = Calendar.from_content({**SEED, "agencies": {"sct": {"closures": [STORM]}}})
    assert calendar.hours_of(date(2026, 11, 25)) != ()
    assert calendar.for_agency("svhttdl") is calendar
    assert calendar.for_agency("sct").hours_of(date(2026, 11, 25)) == ()


def test_a_limit_in_hours_never_runs_while_the_agency_is_closed():
    closed = with_rules(closures=[STORM])
    assert due_at(Limit(8, "hour"), local("2026-11-23 16:00"), closed) == local("2026-11-26 16:30")
    assert closed.next_open(local("2026-11-25 08:00")) == local("2026-11-26 07:30")


def test_a_limit_in_days_counts_a_day_on_which_the_agency_locked_its_door():
    closed, open_ = with_rules(closures=[STORM]), Calendar.from_content(SEED)
    for start in (local("2026-11-19 09:00"), local("2026-11-23 09:00")):
        for days in range(1, 6):
            assert due_at(Limit(days, "working_day"), start, closed) == due_at(Limit(days, "working_day"), start, open_)


def test_a_limit_in_days_steps_over_a_closure_by_decision():
    flood = with_rules(closures=[STORM | {"moves_limits": True}])
    assert due_date(Limit(1, "working_day"), local("2026-11-23 09:00"), flood) == date(2026, 11, 26)
    assert due_date(Limit(2, "calendar_day"), local("2026-11-23 09:00"), flood) == date(2026, 11, 26)
    assert not flood.is_working(date(2026, 11, 25))


def test_half_a_day_closed_takes_half_a_day_from_limits_in_hours_only():
    morning = with_rules(closures=[STORM | {"hours": [["07:30", "11:30"]]}])
    assert due_at(Limit(8, "hour"), local("2026-11-23 16:00"), morning) == local("2026-11-26 10:30")
    assert due_at(Limit(1, "working_day"), local("2026-11-23 09:00"), morning) == local("2026-11-25 11:30")


def test_an_agency_may_open_longer_on_one_day():
    calendar = with_rules(closures=[STORM | {"hours": [["06:00", "20:00"]]}])
    start = local("2026-11-23 16:00")
    assert calendar.add_working_time(start, timedelta(hours=15)) == local("2026-11-25 20:00")
    assert calendar.add_working_time(start, timedelta(hours=15.5)) == local("2026-11-26 08:00")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"closures": [STORM | {"date": "2026-11-24"}]}, "not a working date"),
        ({"closures": [STORM | {"source": ""}]}, "must name the decision"),
        ({"closures": [STORM, STORM]}, "twice"),
        ({"closures": [STORM | {"moves_limits": True, "hours": [["07:30", "09:00"]]}]}, "only for a whole day"),
        ({"dated_hours": [{"from": "2026-12-01", "hours": [["17:00", "07:00"]]}]}, "closes before"),
        ({"closed": []}, "not a known field"),
    ],
)
def test_wrong_rules_of_an_agency_are_refused_by_name(rules: dict[str, Any], words: str):
    with pytest.raises(ValueError, match=words):
        with_rules(**rules)


# ── one change at a time ──


def change(kind: str, day: str, **more: Any) -> Change:
    more = {"vi": "Lý do", "source": "Quyết định 1"} | more
    return Change(kind, date.fromisoformat(day), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "line"),
    [
        (change("closed", "2026-12-24"), "24/12/2026: day off (Lý do)"),
        (change("half_day", "2026-12-24", hours=(("07:30", "11:30"),)), "24/12/2026: open only 07:30–11:30 (Lý do)"),
        (change("hours", "2026-12-24", hours=(("07:00", "11:00"),)), "from 24/12/2026: open 07:00–11:00"),
        (
            change("closed", "2026-12-24", agency="sct"),
            "24/12/2026: closed (Lý do); limits in days still count the day",
        ),
        (
            change("closed", "2026-12-24", agency="sct", moves_limits=True),
            "24/12/2026: closed (Lý do); every time limit steps over the day",
        ),
    ],
)
def test_a_change_is_told_in_words(wanted: Change, line: str):
    new = changed(SEED, wanted)
    with override("en"):
        found = [(one.is_new, one.agency, one.words) for one in difference(SEED, new)]
    assert found == [(True, wanted.agency, line)]
    assert difference(new, changed(new, change("remove", "2026-12-24", agency=wanted.agency)))[0].is_new is False


def test_days_are_exchanged_and_the_exchange_is_undone_as_a_whole():
    new = changed(SEED, change("swap", "2026-12-24", worked=date(2026, 12, 26)))
    calendar = Calendar.from_content(new)
    assert (calendar.is_working(date(2026, 12, 24)), calendar.is_working(date(2026, 12, 26))) == (False, True)
    assert (
        Calendar.from_content(changed(new, change("remove", "2026-12-24"))).content()
        == Calendar.from_content(SEED).content()
    )


@pytest.mark.parametrize(
    "wanted",
    [
        change("closed", "2026-11-24"),  # a holiday already
        change("closed", "2026-12-24", source=" "),
        change("closed", "2026-12-24", vi=""),
        change("half_day", "2026-12-24"),
        change("half_day", "2026-12-24", hours=(("07:00", "17:30"),)),  # longer than the day
        change("hours", "2026-12-24"),
        change("hours", "2026-12-24", hours=(("11:00", "07:00"),)),
        change("swap", "2026-12-24", worked=date(2026, 12, 25)),  # a Friday
        change("swap", "2026-12-24", agency="sct", worked=date(2026, 12, 26)),
        change("remove", "2026-12-24"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_words(wanted: Change):
    with pytest.raises(Unchangeable):
        changed(SEED, wanted)
