"""Numbers people type: identity number, tax code, telephone."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from common import identifiers


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "+84 912 345 678",
        "84912345678",
        "(+84) 0912-345-678",
    ],
)
def test_mobile_number_is_stored_in_one_form(typed):
    assert identifiers.clean_mobile(typed) == "+84912345678"


@pytest.mark.parametrize("prefix", sorted(identifiers.MOBILE_PREFIXES))
def test_every_prefix_in_use_is_taken(prefix):
    assert identifiers.clean_mobile(prefix + "1234567").startswith("+84" + prefix[1:])


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "912345678",
        "09123456789",
        "091234567",
        "0212345678",
        "+14155550100",
        "1900123456",
        "０９１２３４５６７８",
        "٠٩١٢٣٤٥٦٧٨",
    ],
)
def test_other_numbers_are_refused(typed):
    with pytest.raises(ValidationError):
        identifiers.clean_mobile(typed)


@pytest.mark.parametrize(
    ("old", "new"), [("01681234567", "0381 234 567"), ("01201234567", "0701 234 567"), ("01991234567", "0591 234 567")]
)
def test_discontinued_number_is_refused_with_what_it_has_become(old, new):
    with pytest.raises(ValidationError) as refusal:
        identifiers.clean_mobile(old)
    assert refusal.value.code == "discontinued" and new in refusal.value.messages[0]


def test_fixed_lines_serve_as_contact_but_not_for_codes():
    assert identifiers.clean_phone("0205 3812 345") == "+842053812345"
    with pytest.raises(ValidationError):
        identifiers.clean_mobile("0205 3812 345")


@pytest.mark.parametrize("typed", ["020190000017", "020 190 000 017", "020.190.000.017"])
def test_identity_number_has_twelve_digits(typed):
    assert identifiers.clean_national_id(typed) == "020190000017"


def test_unknown_province_part_of_an_identity_number_is_taken():
    assert identifiers.clean_national_id("999190000017") == "999190000017"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("012345678", "old"), ("02019000001", "invalid"), ("0201900000177", "invalid"), ("02019000001x", "invalid")],
)
def test_other_identity_numbers_are_refused(typed, code):
    with pytest.raises(ValidationError) as refusal:
        identifiers.clean_national_id(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("number", "born", "sex", "count"),
    [
        ("020190000017", date(1990, 5, 1), "female", 0),
        ("020190000017", date(1991, 5, 1), "female", 1),
        ("020190000017", date(1991, 5, 1), "male", 2),
        ("020205000017", date(2005, 5, 1), "male", 0),
        ("020990000017", date(1990, 5, 1), "male", 0),
        ("020190000017", None, "", 0),
    ],
)
def test_birth_year_and_sex_that_do_not_fit_are_only_warned_of(number, born, sex, count):
    assert len(identifiers.national_id_warnings(number, birth_date=born, sex=sex)) == count


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0100233488", "0100233488"),
        ("0100109106", "0100109106"),
        ("0314409058-002", "0314409058-002"),
        ("0314409058002", "0314409058-002"),
        ("020190000017", "020190000017"),
    ],
)
def test_tax_codes_of_companies_branches_and_households(typed, stored):
    assert identifiers.clean_tax_code(typed) == stored


@pytest.mark.parametrize("typed", ["0100109107", "123", "", "01001091060", "0100109106x"])
def test_impossible_tax_codes_are_refused(typed):
    with pytest.raises(ValidationError):
        identifiers.clean_tax_code(typed)
