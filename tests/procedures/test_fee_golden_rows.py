"""Fees worked out by hand; the arithmetic stands beside each row."""

from datetime import datetime
from typing import Any

import pytest

from procedures.fees import quote
from tests.procedures import answers as samples
from tests.procedures.catalogue import AT, VIETNAM, content


def owed(key: str, *, channel: str = "online", at: datetime = AT, case: str | None = None, **changes: Any):
    answers = samples.with_changes(key, **changes)
    return quote(content(key), case=case or samples.case(key), channel=channel, answers=answers, at=at)


def day(year: int, month: int, date: int) -> datetime:
    return datetime(year, month, date, 12, tzinfo=VIETNAM)


def copy_row(pages: int, copies: int) -> dict[str, Any]:
    return {"type": "diploma", "number": "A1", "issuer": "Trường", "pages": pages, "copies": copies}


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        ([(1, 1)], 2_000),  # 1 page × 2,000
        ([(2, 1)], 4_000),  # 2 × 2,000
        ([(3, 1)], 5_000),  # 2 × 2,000 + 1 × 1,000
        ([(5, 3)], 21_000),  # (2 × 2,000 + 3 × 1,000) × 3 copies = 7,000 × 3
        ([(198, 1)], 200_000),  # 2 × 2,000 + 196 × 1,000 = 200,000: just the cap
        ([(199, 1)], 200_000),  # 201,000, capped at 200,000 a copy
        ([(500, 2)], 400_000),  # capped 200,000 × 2 copies
        ([(1, 3), (4, 2)], 18_000),  # 2,000 × 3 + (4,000 + 2,000) × 2 = 6,000 + 12,000
    ],
)
def test_certified_copies_cost_by_page_and_copy_with_a_cap(rows, total) -> None:
    # 226/2016/TT-BTC: 2,000 a page for pages 1-2, 1,000 from page 3 on, at most 200,000 a copy.
    found = owed("certified-true-copy", documents=[copy_row(*row) for row in rows])
    assert found.total == found.total_before == total
    assert [line.quantity * line.unit_amount for line in found.lines] == [line.amount for line in found.lines]


def test_the_explanation_shows_the_sum_in_both_languages() -> None:
    (line,) = owed("certified-true-copy", documents=[copy_row(5, 3)]).lines
    assert line.explanation["vi"] == "5 trang: 2 × 2.000 đ + 3 × 1.000 đ = 7.000 đ một bản; 3 bản"
    assert line.explanation["en"] == "5 pages: 2 × 2.000 đ + 3 × 1.000 đ = 7.000 đ a copy; copies: 3"


@pytest.mark.parametrize(("category", "total"), [("normal", 200_000), ("half", 100_000), ("free", 0)])
def test_criminal_record_certificates_are_halved_or_free_by_category(category, total) -> None:
    # 200,000 a person and time, whatever the number of copies; half: 200,000 × 50 %.
    found = owed("criminal-record-certificate", fee_category=category, copies=4)
    assert found.total_before == total
    assert bool(found.exemptions) is (category != "normal")


def test_extract_copies_cost_8000_each() -> None:
    assert owed("civil-status-extract-copy", copies=3).total == 24_000  # 3 × 8,000
    assert owed("civil-status-extract-copy", copies=1).total == 8_000


def test_a_civil_status_correction_costs_the_charge_and_the_copies_asked_for() -> None:
    found = owed("civil-status-correction", copies=2)
    assert [(line.kind, line.amount) for line in found.lines] == [("le_phi", 15_000), ("phi", 16_000)]  # 2 × 8,000
    assert owed("civil-status-correction", copies=0).total == 15_000


@pytest.mark.parametrize(
    ("born", "total"),
    [("2026-09-26", 0), ("2026-09-25", 8_000)],  # 60 days before 25/11/2026 is 26/09/2026; the day before is late
)
def test_a_birth_registered_after_sixty_days_costs_8000(born, total) -> None:
    assert owed("birth-registration", child_dob=born).total == total


def test_the_house_permit_is_paid_after_examination() -> None:
    found = owed("housing-construction-permit")
    assert (found.total_before, found.total_after) == (0, 75_000)
    works = owed("housing-construction-permit", case="other_works", works_type="other_works")
    assert (works.total_before, works.total_after) == (0, 150_000)


def test_zero_rates_of_another_province_are_not_applied_here() -> None:
    assert owed("sports-business-certificate-tennis").total_before == 200_000
    assert owed("marital-status-confirmation").total == 15_000


@pytest.mark.parametrize(
    ("channel", "at", "total"),
    [
        ("online", day(2025, 12, 31), 115_000),  # 63/2023/TT-BTC: last day of the lower online charge
        ("online", day(2026, 1, 1), 135_000),
        ("counter", day(2025, 12, 31), 135_000),  # the lower charge is for online filing only
        ("online", day(2023, 11, 30), 135_000),  # the day before it began
        ("online", datetime(2025, 12, 31, 23, 59, tzinfo=VIETNAM), 115_000),  # the day is a day in Viet Nam
    ],
)
def test_dated_online_charge_of_driving_licences(channel, at, total) -> None:
    assert owed("driving-licence-exchange", channel=channel, at=at).total == total


@pytest.mark.parametrize(("at", "total"), [(day(2026, 12, 31), 125_000), (day(2027, 1, 1), 150_000)])
def test_the_halved_charge_of_enterprise_registration_ends_with_2026(at, total) -> None:
    # 100,000 publication fee + 50,000 × 50 % until 31/12/2026; 100,000 + 50,000 after.
    assert owed("llc-one-member-registration", at=at).total == total


def test_the_notary_examination_fee_is_halved_on_all_channels_until_the_end_of_2026() -> None:
    fee = {
        channel: quote(
            content("notary-apprenticeship-exam"), case="standard", channel=channel, answers={}, at=day(2026, 11, 25)
        ).total
        for channel in ("online", "counter", "post")
    }
    assert fee == {"online": 1_750_000, "counter": 1_750_000, "post": 1_750_000}


def test_the_driving_test_fee_depends_on_the_group_of_classes() -> None:
    document = content("driving-licence-grant")
    motorcycle = quote(document, case="standard", channel="online", answers={"licence_group": "motorcycle"}, at=AT)
    car = quote(document, case="standard", channel="online", answers={"licence_group": "car"}, at=AT)
    assert motorcycle.total == 60_000 + 60_000 + 135_000
    assert car.total == 100_000 + 350_000 + 80_000 + 100_000 + 135_000


def test_nothing_is_owed_where_nothing_is_charged() -> None:
    found = owed("promotion-notification")
    assert found.lines == ()
    assert found.total == 0


@pytest.mark.parametrize("odd", [None, "x", -3, 1.5, [], {}, True, float("nan"), float("inf"), 10**30, "9" * 40])
def test_odd_quantities_never_break_the_quote(odd: Any) -> None:
    document = content("civil-status-extract-copy")
    assert quote(document, case="standard", channel="online", answers={"copies": odd}, at=AT).total >= 0
    rows = [{"pages": odd, "copies": odd}, odd]
    assert quote(content("certified-true-copy"), case="standard", channel="online", answers={"documents": rows}, at=AT)
