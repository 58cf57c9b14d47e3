"""Rules of the clock that hold for every dossier, shown on many."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import permutations
from random import Random

import pytest

from agencies.calendar import legal_date
from dossiers.clock import (
    ClockError,
    Entry,
    Limit,
    derive,
    derive_track,
    due_at,
    due_date,
    is_late,
    step_due,
    step_time,
    step_warned_and_due,
)
from tests.dossiers.clock_cast import CALENDAR, asked, at, day, fee_asked, ledger, limit, started

DAY = timedelta(days=1)
LIMITS = [limit(text) for text in ("5 working_day", "12 calendar_day", "1 month", "16 hour", "1 same_day")]


def moments(n: int, seed: int = 45) -> Iterator[datetime]:
    """Random moments of 2024-2026, day and night, weekends and Tet included."""
    random = Random(seed)
    for _ in range(n):
        yield at("2024-01-01 00:00") + timedelta(minutes=random.randrange(3 * 365 * 1440))


def waited(kept: Limit, start: datetime, *waits: tuple[datetime, datetime], policy: str = "pause") -> list[Entry]:
    """A ledger of one limit and waits one after the other."""
    entries = [Entry(1, "handling", "start", start, kept)]
    for since, until in waits:
        pause = Entry(len(entries) + 1, "handling", "pause", since, policy=policy, reason_code="supplement")  # type: ignore[arg-type]
        entries += [pause, Entry(len(entries) + 2, "handling", "resume", until)]
    return entries


def end(entries: list[Entry]) -> datetime:
    """The derived end of the handling track."""
    state = derive_track(entries, "handling", CALENDAR)
    assert state.due_at is not None
    return state.due_at


# ── limits in days step by dates ──


def test_a_limit_in_days_does_not_depend_on_the_hour_of_acceptance() -> None:
    for start in moments(50):
        midnight = at(f"{legal_date(start)} 00:00")
        ends = {
            due_at(limit("5 working_day"), midnight + timedelta(minutes=minute), CALENDAR)
            for minute in range(0, 1440, 61)
        }
        assert len(ends) == 1


@pytest.mark.parametrize("hours", [7, 7.5, 8, 8.5, 9])
def test_a_limit_in_days_never_equals_hours_times_a_factor(hours: float) -> None:
    """Whatever the length of a "day" in hours, some acceptance ends on another date than ten working days do."""
    in_days, in_hours = limit("10 working_day"), 10 * timedelta(hours=hours)
    accepted = [at(f"2026-10-05 {hour:02}:00") for hour in range(7, 18)]
    by_dates = {due_date(in_days, start, CALENDAR) for start in accepted}
    by_hours = {legal_date(CALENDAR.add_working_time(start, in_hours)) for start in accepted}
    assert by_dates == {day("19/10/2026")}
    assert by_hours != by_dates


def test_eight_hours_a_day_end_a_ten_day_limit_on_the_wrong_date() -> None:
    start = at("2026-10-05 16:30")
    assert legal_date(CALENDAR.add_working_time(start, timedelta(hours=80))) == day("20/10/2026")
    assert due_date(limit("10 working_day"), start, CALENDAR) == day("19/10/2026")


@pytest.mark.parametrize("kept", LIMITS, ids=str)
def test_a_limit_ends_on_a_working_date_after_it_began(kept: Limit) -> None:
    for start in moments(200):
        due = due_at(kept, start, CALENDAR)
        assert due > start or legal_date(due) == legal_date(start)
        assert CALENDAR.is_working(legal_date(due))


@pytest.mark.parametrize("kept", LIMITS, ids=str)
def test_who_is_accepted_later_is_never_due_earlier(kept: Limit) -> None:
    for start in moments(200):
        assert due_at(kept, start, CALENDAR) <= due_at(kept, start + timedelta(hours=7), CALENDAR)


@pytest.mark.parametrize("unit", ["working_day", "calendar_day", "month", "hour"])
def test_a_longer_limit_never_ends_earlier(unit: str) -> None:
    for start in moments(100):
        ends = [due_at(Limit(n, unit), start, CALENDAR) for n in range(1, 8)]  # type: ignore[arg-type]
        assert ends == sorted(ends)


# ── waiting ──


def test_pause_moves_the_due_date_by_the_working_dates_after_the_request_up_to_completion() -> None:
    for start in moments(200):
        since, until = start + 2 * DAY, start + 9 * DAY
        before = legal_date(end(waited(limit("10 working_day"), start)))
        after = legal_date(end(waited(limit("10 working_day"), start, (since, until))))
        dates = [legal_date(since) + n * DAY for n in range(1, 8)]
        assert CALENDAR.working_dates_between(before, after) == sum(CALENDAR.is_working(date) for date in dates)


def test_restart_counts_as_if_the_dossier_were_accepted_on_the_day_it_was_complete() -> None:
    for kept in LIMITS:
        for start in moments(50):
            until = start + 6 * DAY
            anew = end(waited(kept, start, (start + DAY, until), policy="restart"))
            assert anew == due_at(kept, until, CALENDAR)


def test_limits_in_hours_move_by_the_opening_hours_waited() -> None:
    for start in moments(200):
        since = start + timedelta(hours=3)
        for hours in (1, 5, 20):
            until = CALENDAR.add_working_time(since, timedelta(hours=hours))
            before, after = end(waited(limit("16 hour"), start)), end(waited(limit("16 hour"), start, (since, until)))
            assert CALENDAR.working_time_between(before, after) == timedelta(hours=hours)


def test_limits_in_calendar_days_and_months_move_by_calendar_dates_to_a_working_date() -> None:
    entries = waited(limit("10 calendar_day"), at("2026-11-02"), (at("2026-11-04"), at("2026-11-09")))
    assert legal_date(end(entries)) == day("17/11/2026")
    entries = waited(limit("1 month"), at("2026-10-02"), (at("2026-10-05"), at("2026-10-10")))
    assert legal_date(end(entries)) == day("09/11/2026")  # 02/11 and 5 dates is Saturday 07/11


def test_the_order_of_independent_pauses_is_irrelevant() -> None:
    """Two waits of given lengths in working dates, one for a supplement and one for a fee, in either order."""
    for kept in (limit("10 working_day"), limit("30 hour"), limit("20 calendar_day"), limit("2 month")):
        for start in moments(60):
            ends = {end(_two_waits(kept, start, lengths)) for lengths in permutations((2, 5))}
            assert len(ends) == 1


def _two_waits(kept: Limit, start: datetime, lengths: tuple[int, ...]) -> list[Entry]:
    opened, waits = CALENDAR.next_open(start), []
    for length in lengths:
        since = CALENDAR.opening(CALENDAR.next_working_date(legal_date(opened)))
        opened = since + length * DAY if kept.unit in ("calendar_day", "month") else _working_later(since, length)
        waits.append((since, opened))
    return waited(kept, start, *waits)


def _working_later(since: datetime, dates: int) -> datetime:
    return CALENDAR.opening(CALENDAR.add_working_days(legal_date(since), dates))


def test_the_order_of_an_extension_and_a_pause_is_irrelevant() -> None:
    for more in ("5 working_day", "10 calendar_day", "1 month"):
        for kept in ("10 working_day", "15 calendar_day", "1 month"):
            begun = started(kept, "2026-10-05")
            pause, resume = asked("2026-10-08"), ("resume", "2026-10-14")
            granted = ("legal_extension", "2026-10-14", {"limit": limit(more)})
            first = ledger(begun, granted, pause, resume)
            assert end(first) == end(ledger(begun, pause, resume, granted))
            assert end(first) == end(ledger(begun, pause, granted, resume))


def test_waiting_and_extensions_never_shorten_a_limit() -> None:
    for kept in LIMITS:
        for start in moments(60):
            plain = end(waited(kept, start))
            for policy in ("pause", "restart"):
                since, until = start + timedelta(hours=1), start + timedelta(hours=30)
                assert end(waited(kept, start, (since, until), policy=policy)) >= plain


def test_an_extension_granted_before_a_restart_is_kept() -> None:
    entries = ledger(
        started("10 working_day", "2026-10-05"),
        ("legal_extension", "2026-10-06", {"limit": limit("5 working_day")}),
        asked("2026-10-08", "restart"),
        ("resume", "2026-10-14"),
    )
    assert legal_date(end(entries)) == day("04/11/2026")


def test_a_wait_that_ends_the_same_day_moves_nothing() -> None:
    entries = ledger(started("10 working_day", "2026-10-05"), asked("2026-10-08 08:00"), ("resume", "2026-10-08 16:00"))
    assert legal_date(end(entries)) == day("19/10/2026")


def test_waiting_for_a_fee_pauses_but_is_no_supplement() -> None:
    state = derive_track(
        ledger(started("10 working_day", "2026-10-05"), fee_asked("2026-10-08"), ("resume", "2026-10-14")),
        "handling",
        CALENDAR,
    )
    assert (state.due_date, state.waited, state.supplements) == (day("23/10/2026"), 4, 0)


def test_a_dossier_that_waits_for_the_citizen_is_never_late() -> None:
    entries = ledger(started("10 working_day", "2026-10-05"), asked("2026-10-08"))
    state = derive_track(entries, "handling", CALENDAR)
    assert (state.state, state.waiting_for) == ("paused", "supplement")
    assert not is_late(state, at("2026-12-31"))


# ── extensions, apologies, other moves ──


def test_an_apology_sets_an_appointment_and_never_moves_the_due_date() -> None:
    begun = started("10 working_day", "2026-10-05")
    apology = ("reappoint", "2026-10-15", {"appointment_at": at("2026-10-26 17:00")})
    state = derive_track(ledger(begun, apology), "handling", CALENDAR)
    assert state.due_date == day("19/10/2026")
    assert state.appointment_at == state.promised_at == at("2026-10-26 17:00")
    assert is_late(state, at("2026-10-20"))


def test_a_prepaid_fee_moves_the_filing_to_its_payment() -> None:
    entries = ledger(
        started("8 hour", "2026-11-20 09:00"),
        fee_asked("2026-11-20 09:00"),
        ("filing_moved", "2026-11-21 20:00"),
        track="intake",
    )
    state = derive_track(entries, "intake", CALENDAR)
    assert (state.state, state.started_at, state.due_at) == ("running", at("2026-11-21 20:00"), at("2026-11-25 08:00"))


def test_an_outage_shifts_limits_in_days_by_days_and_limits_in_hours_by_hours() -> None:
    days = ledger(
        started("10 working_day", "2026-10-05"), ("outage_shift", "2026-10-06", {"limit": limit("1 working_day")})
    )
    assert legal_date(end(days)) == day("20/10/2026")
    hours = ledger(started("8 hour", "2026-10-05 07:30"), ("outage_shift", "2026-10-05", {"limit": limit("2 hour")}))
    assert end(hours) == at("2026-10-06 10:00")


def test_hours_cannot_move_a_limit_in_days() -> None:
    entries = ledger(
        started("10 working_day", "2026-10-05"), ("outage_shift", "2026-10-06", {"limit": limit("2 hour")})
    )
    with pytest.raises(ClockError, match="in days"):
        end(entries)


def test_a_corrected_calendar_is_marked_and_counts_from_then_on() -> None:
    entries = ledger(started("10 working_day", "2026-10-05"), ("calendar_recomputed", "2026-10-06", {"source": "x"}))
    state = derive_track(entries, "handling", CALENDAR)
    assert state.recomputed is not None
    assert state.due_date == day("19/10/2026")


def test_a_result_corrected_before_hand_over_keeps_its_first_end() -> None:
    entries = ledger(
        started("10 working_day", "2026-10-05"),
        ("stop", "2026-10-16"),
        ("resume", "2026-10-20"),
        ("stop", "2026-10-22"),
    )
    state = derive_track(entries, "handling", CALENDAR)
    assert (state.state, state.ended_at) == ("stopped", at("2026-10-16"))


def test_the_first_due_date_is_kept_whatever_moves_it() -> None:
    entries = ledger(
        started("10 working_day", "2026-10-05"),
        asked("2026-10-08", "restart"),
        ("resume", "2026-10-14"),
        ("legal_extension", "2026-10-15", {"limit": limit("5 working_day")}),
    )
    state = derive_track(entries, "handling", CALENDAR)
    assert state.original_due_at == at("2026-10-19 17:00")


# ── the ledger ──


@pytest.mark.parametrize(
    "lines",
    [
        [("resume", "2026-10-08")],
        [asked("2026-10-08")],
        [started("1 month", "2026-10-05"), started("1 month", "2026-10-06")],
        [started("1 month", "2026-10-05"), ("resume", "2026-10-08")],
        [started("1 month", "2026-10-05"), asked("2026-10-08"), asked("2026-10-09")],
        [started("1 month", "2026-10-05"), asked("2026-10-08"), ("resume", "2026-10-07")],
        [started("1 month", "2026-10-05"), ("restart", "2026-10-01")],
        [started("1 month", "2026-10-05"), ("legal_extension", "2026-10-08")],
        [started("1 month", "2026-10-05"), ("reappoint", "2026-10-08")],
        [started("1 month", "2026-10-05"), ("stop", "2026-10-08"), asked("2026-10-09")],
    ],
)
def test_an_impossible_ledger_is_refused(lines: list[tuple[object, ...]]) -> None:
    with pytest.raises(ClockError):
        derive_track(ledger(*lines), "handling", CALENDAR)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ClockError, match="time zone"):
        Entry(1, "handling", "start", datetime(2026, 10, 5), limit("1 month"))
    with pytest.raises(ValueError, match="time zone"):
        due_at(limit("1 month"), datetime(2026, 10, 5), CALENDAR)


def test_the_ledger_is_read_by_sequence_not_by_time_of_arrival() -> None:
    entries = ledger(started("10 working_day", "2026-10-05"), asked("2026-10-08"), ("resume", "2026-10-14"))
    assert end(entries[::-1]) == end(entries)


def test_tracks_do_not_touch_each_other() -> None:
    entries = [
        *ledger(started("8 hour", "2026-10-05 07:30"), ("stop", "2026-10-05 10:00"), track="intake"),
        *ledger(started("10 working_day", "2026-10-05"), asked("2026-10-08"), track="handling"),
        *ledger(started("30 calendar_day", "2026-10-08"), track="supplement"),
    ]
    states = derive(entries, CALENDAR)
    assert {track: state.state for track, state in states.items()} == {
        "intake": "stopped",
        "handling": "paused",
        "supplement": "running",
        "step": "idle",
        "consultation": "idle",
    }


def test_a_second_stop_says_nothing_new() -> None:
    entries = ledger(started("8 hour", "2026-10-05"), ("stop", "2026-10-06"), ("stop", "2026-10-09"), track="intake")
    assert derive_track(entries, "intake", CALENDAR).ended_at == at("2026-10-06")


def test_a_procedure_without_a_limit_has_no_due_date() -> None:
    state = derive_track(ledger(("start", "2026-10-05")), "handling", CALENDAR)
    assert (state.state, state.due_at) == ("running", None)


# ── steps ──


def test_eight_route_hours_are_one_real_working_day() -> None:
    assert step_time(8, CALENDAR) == timedelta(hours=7.5)
    assert step_due(at("2026-11-23 09:00"), 8, CALENDAR) == at("2026-11-25 09:00")
    assert step_due(at("2026-11-23 07:30"), 16, CALENDAR) == at("2026-11-25 17:00")
    assert step_due(at("2026-11-23 07:30"), Decimal("0.5"), CALENDAR) == at("2026-11-23 07:58:07.5")


@pytest.mark.parametrize("begun", ["2026-11-20 18:30", "2026-11-21 10:00", "2026-11-23 09:00", "2026-11-23 12:00"])
@pytest.mark.parametrize("hours", [Decimal("0.5"), Decimal(4), Decimal(20), Decimal(80)])
def test_a_step_is_warned_of_when_three_quarters_of_its_time_are_used(begun: str, hours: Decimal) -> None:
    three_quarters = Decimal("0.75")
    warned, due = step_warned_and_due(at(begun), hours, three_quarters, CALENDAR)
    assert due == step_due(at(begun), hours, CALENDAR)
    assert warned == step_due(at(begun), hours * three_quarters, CALENDAR) < due


def test_a_step_of_the_ledger_runs_on_route_hours_and_the_next_step_replaces_it() -> None:
    by_limit = ledger(started("8 hour", "2026-11-23 09:00"), track="step")
    assert derive_track(by_limit, "step", CALENDAR).due_at == at("2026-11-25 09:00")
    by_hours = ledger(
        ("start", "2026-11-20", {"data": {"hours": "4"}}),
        ("start", "2026-11-23 07:30", {"data": {"hours": "4.0"}}),
        track="step",
    )
    assert derive_track(by_hours, "step", CALENDAR).due_at == at("2026-11-23 11:15")
