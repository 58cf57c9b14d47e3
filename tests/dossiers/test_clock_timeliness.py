"""The two measures of timeliness: the law's, by date, and the index of Decision 766; they are never mixed."""

import pytest

from dossiers.clock import apology_draft_date, derive_track, legal_timeliness, q766_timeliness
from tests.dossiers.clock_cast import CALENDAR, asked, at, day, fee_asked, ledger, started

BEGUN = started("10 working_day", "2026-10-05")  # due Monday 19/10/2026


@pytest.mark.parametrize(
    ("ended", "measure"),
    [
        ("2026-10-16 16:59", "early"),
        ("2026-10-19 07:30", "on_time"),
        ("2026-10-19 23:59", "on_time"),  # by date, although the counter had closed
        ("2026-10-20 00:00", "late"),
    ],
)
def test_law_compares_the_end_with_the_due_date_by_date(ended: str, measure: str) -> None:
    state = derive_track(ledger(BEGUN), "handling", CALENDAR)
    assert legal_timeliness(state, at(ended)) == measure


def test_the_end_of_the_ledger_is_used_when_none_is_given() -> None:
    state = derive_track(ledger(BEGUN, ("stop", "2026-10-20")), "handling", CALENDAR)
    assert legal_timeliness(state) == q766_timeliness(state) == "late"


def test_an_apology_does_not_turn_a_late_dossier_into_one_on_time() -> None:
    apology = ("reappoint", "2026-10-15", {"appointment_at": at("2026-10-30 17:00")})
    state = derive_track(ledger(BEGUN, apology), "handling", CALENDAR)
    assert legal_timeliness(state, at("2026-10-28")) == "late"


def test_under_restart_a_dossier_may_be_on_time_by_law_and_late_in_the_index() -> None:
    entries = ledger(BEGUN, asked("2026-10-08", "restart"), ("resume", "2026-10-14"))  # law: 28/10
    state = derive_track(entries, "handling", CALENDAR)
    assert legal_timeliness(state, at("2026-10-28")) == "on_time"
    assert q766_timeliness(state, ended_at=at("2026-10-28")) == "late"  # less 6 days: 22/10, due 19/10
    assert q766_timeliness(state, ended_at=at("2026-10-25")) == "on_time"


def test_the_index_subtracts_the_waiting_once_under_pause() -> None:
    entries = ledger(BEGUN, asked("2026-10-08"), ("resume", "2026-10-14"))  # law: 23/10
    state = derive_track(entries, "handling", CALENDAR)
    assert legal_timeliness(state, at("2026-10-23")) == "on_time"
    assert q766_timeliness(state, ended_at=at("2026-10-23")) == "early"
    assert q766_timeliness(state, ended_at=at("2026-10-26")) == "late"


def test_a_second_supplement_is_late_in_the_index_only() -> None:
    entries = ledger(
        BEGUN, asked("2026-10-06"), ("resume", "2026-10-07"), asked("2026-10-08"), ("resume", "2026-10-09")
    )
    state = derive_track(entries, "handling", CALENDAR)
    assert legal_timeliness(state, at("2026-10-12")) == "early"
    assert q766_timeliness(state, ended_at=at("2026-10-12")) == "late"


def test_while_the_one_supplement_is_awaited_the_index_ends_at_its_request() -> None:
    state = derive_track(ledger(BEGUN, asked("2026-10-08")), "handling", CALENDAR)
    assert q766_timeliness(state, period_end=at("2026-12-31")) == "early"


def test_a_pending_dossier_is_measured_at_the_end_of_the_period() -> None:
    state = derive_track(ledger(BEGUN), "handling", CALENDAR)
    assert q766_timeliness(state, period_end=at("2026-10-31")) == "late"
    assert q766_timeliness(state, period_end=at("2026-10-15")) == "early"


def test_waiting_for_a_fee_moves_the_due_date_in_both_measures() -> None:
    entries = ledger(BEGUN, fee_asked("2026-10-08"), ("resume", "2026-10-14"))
    state = derive_track(entries, "handling", CALENDAR)
    assert legal_timeliness(state, at("2026-10-23")) == q766_timeliness(state, ended_at=at("2026-10-23")) == "on_time"


def test_without_a_limit_there_is_no_measure() -> None:
    state = derive_track(ledger(("start", "2026-10-05")), "handling", CALENDAR)
    assert legal_timeliness(state, at("2026-10-28")) is None
    assert q766_timeliness(state, ended_at=at("2026-10-28")) is None


def test_the_draft_of_an_apology_lies_there_two_working_days_before_the_due_date() -> None:
    state = derive_track(ledger(started("5 working_day", "2026-11-18")), "handling", CALENDAR)
    assert state.due_date == day("26/11/2026")
    assert apology_draft_date(state, CALENDAR) == day("23/11/2026")  # 24/11 off
