"""Golden rows: due dates worked out by hand from the law and the calendar of 2025-2026."""

import pytest

from agencies.calendar import legal_date
from dossiers.clock import derive_track, due_at, due_date
from tests.dossiers.clock_cast import CALENDAR, asked, at, day, ledger, limit, started

ROWS = [
    ("5 working_day", "2026-11-20", "30/11/2026"),  # 24/11 off
    ("1 working_day", "2026-11-23", "25/11/2026"),
    ("5 working_day", "2026-08-19", "25/08/2026"),  # Saturday 22/08 worked
    ("2 working_day", "2026-08-27", "03/09/2026"),  # 31/08, 01/09, 02/09 off
    ("3 working_day", "2026-02-12", "24/02/2026"),  # Tet 16-20/02
    ("1 working_day", "2025-12-31", "05/01/2026"),  # 01/01 and 02/01 off
    ("10 working_day", "2026-10-05", "19/10/2026"),
    ("4 calendar_day", "2026-11-20", "25/11/2026"),  # 24/11 off
    ("1 month", "2026-01-30", "02/03/2026"),  # 28/02 is a Saturday
    ("1 same_day", "2026-11-26 15:00:00", "26/11/2026"),
    ("1 same_day", "2026-11-26 15:00:01", "27/11/2026"),
    ("7 working_day", "2026-11-13 14:20", "25/11/2026"),  # the drawing of the small calendar
]


@pytest.mark.parametrize(("text", "accepted", "due"), ROWS)
def test_limit_ends_on_the_date_worked_out_by_hand(text: str, accepted: str, due: str) -> None:
    assert due_date(limit(text), at(accepted), CALENDAR) == day(due)


@pytest.mark.parametrize(("text", "accepted", "due"), ROWS)
def test_limit_in_days_ends_at_closing_time(text: str, accepted: str, due: str) -> None:
    assert due_at(limit(text), at(accepted), CALENDAR) == at(f"{day(due)} 17:00")


@pytest.mark.parametrize(
    ("filed", "due"),
    [
        ("2026-11-21 20:00", "2026-11-25 08:00"),  # Saturday night: counts from Monday 07:30; 24/11 off
        ("2026-11-20 16:59", "2026-11-25 07:59"),
        ("2026-11-25 07:00", "2026-11-26 08:00"),  # before opening: from 07:30
        ("2026-11-25 12:10", "2026-11-26 14:00"),  # at noon: from 13:30
        ("2026-11-25 17:00:01", "2026-11-27 08:00"),  # after closing: from the next opening
    ],
)
def test_answer_within_eight_working_hours(filed: str, due: str) -> None:
    assert due_at(limit("8 hour"), at(filed), CALENDAR) == at(due)


@pytest.mark.parametrize(("policy", "due"), [("pause", "23/10/2026"), ("restart", "28/10/2026")])
def test_supplement_asked_on_08_10_and_complete_on_14_10(policy: str, due: str) -> None:
    entries = ledger(
        started("10 working_day", "2026-10-05"), asked("2026-10-08 10:00", policy), ("resume", "2026-10-14 15:00")
    )
    assert derive_track(entries, "handling", CALENDAR).due_date == day(due)


def test_legal_extension_of_five_working_days() -> None:
    entries = ledger(
        started("10 working_day", "2026-10-05"),
        ("legal_extension", "2026-10-12", {"limit": limit("5 working_day"), "reason_code": "verification"}),
    )
    state = derive_track(entries, "handling", CALENDAR)
    assert state.due_date == day("26/10/2026")
    assert state.original_due_at is not None
    assert legal_date(state.original_due_at) == day("19/10/2026")


def test_leap_day_ends_a_month_limit() -> None:
    assert due_date(limit("1 month"), at("2024-01-31"), CALENDAR) == day("29/02/2024")


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("2026-11-22 10:00", "23/11/2026"),  # Sunday: the next working day
        ("2026-11-23 16:00", "25/11/2026"),  # after 15:00, and 24/11 off
        ("2026-11-23 06:00", "23/11/2026"),  # before opening
        ("2026-08-22 14:59:59", "22/08/2026"),  # a worked Saturday
    ],
)
def test_same_day_procedure_accepted_at_odd_times(accepted: str, due: str) -> None:
    assert due_date(limit("1 same_day"), at(accepted), CALENDAR) == day(due)


def test_acceptance_on_a_day_off_starts_with_the_next_working_date() -> None:
    assert due_date(limit("1 working_day"), at("2026-11-21"), CALENDAR) == day("23/11/2026")


@pytest.mark.parametrize(
    ("text", "accepted", "due"),
    [
        ("5 working_day", "2024-04-24", "04/05/2024"),  # 29/04 exchanged for Saturday 04/05; 30/04, 01/05 off
        ("6 working_day", "2024-04-24", "06/05/2024"),
        ("3 working_day", "2025-04-24", "28/04/2025"),  # Saturday 26/04 worked for 02/05
        ("5 working_day", "2025-04-24", "05/05/2025"),
        ("6 working_day", "2025-12-31", "10/01/2026"),  # Saturday 10/01 worked for 02/01
        ("7 working_day", "2025-12-31", "12/01/2026"),
        ("7 working_day", "2026-08-21", "03/09/2026"),  # Saturday 22/08 worked for 31/08
        ("10 calendar_day", "2026-08-21", "03/09/2026"),  # 31/08 is off, so are 01/09 and 02/09
    ],
)
def test_exchanged_days_of_2024_2025_and_2026(text: str, accepted: str, due: str) -> None:
    assert due_date(limit(text), at(accepted), CALENDAR) == day(due)


@pytest.mark.parametrize(
    ("text", "accepted", "due"),
    [
        ("8 hour", "2026-11-20 16:59:59", "2026-11-25 07:59:59"),
        ("8 hour", "2026-11-24 10:00", "2026-11-26 08:00"),  # filed on 24 November
        ("8 hour", "2026-02-16 10:00", "2026-02-24 08:00"),  # filed in Tet
        ("1 same_day", "2026-02-18 09:00", "2026-02-23 17:00"),
        ("1 month", "2026-08-31", "2026-09-30 17:00"),
        ("1 month", "2025-01-31", "2025-02-28 17:00"),
        ("12 month", "2024-02-29", "2025-02-28 17:00"),
        ("1 calendar_day", "2024-02-28", "2024-02-29 17:00"),
        ("1 working_day", "2024-02-28 16:59:59", "2024-02-29 17:00"),
    ],
)
def test_edges_of_day_month_and_year(text: str, accepted: str, due: str) -> None:
    assert due_at(limit(text), at(accepted), CALENDAR) == at(due)
