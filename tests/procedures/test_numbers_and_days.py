"""Numbers and days are read the way Vietnamese people write them."""

from datetime import date

import pytest

from procedures.eforms.numbers import format_number, parse_day, parse_number, plain
from procedures.eforms.patterns import phone, tax_code


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("120,5", 120.5),
        ("120.5", 120.5),
        ("1.234", 1234),
        ("1.234,5", 1234.5),
        ("1.234.567", 1234567),
        ("50.000.000", 50_000_000),
        ("1 234 567", 1234567),
        ("-3,25", -3.25),
        ("0,05", 0.05),
        ("007", 7),
    ],
)
def test_numbers_are_read(text: str, number: float) -> None:
    assert plain(parse_number(text)) == number


@pytest.mark.parametrize(
    "text", ["", "mười", "1,234.5", "1.23.4", "1,2,3", "1e5", "∞", "٣", "--3", "12đ", "9" * 19, ".", ","]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize(("number", "text"), [(1234.5, "1.234,5"), (120, "120"), (1000000, "1.000.000"), (0.5, "0,5")])
def test_numbers_are_written(number: float, text: str) -> None:
    assert format_number(number) == text


@pytest.mark.parametrize(
    "text", ["25/11/2026", "25-11-2026", "25.11.2026", "25 / 11 / 2026", "2026-11-25", " 25/11/2026 "]
)
def test_days_are_read(text: str) -> None:
    assert parse_day(text) == date(2026, 11, 25)


@pytest.mark.parametrize(
    "text", ["", "25/11", "11/25/2026", "30/02/2026", "25/11/26", "2026-13-01", "0/0/0000", "25/11/9999"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_day(text)


def test_phones_and_tax_codes_are_normalised() -> None:
    assert phone("+84 912 345 615") == "0912345615"
    assert phone("84912345615") == "0912345615"
    assert phone("091.234.5615") == "0912345615"
    assert tax_code("4900123456 001") == "4900123456-001"
