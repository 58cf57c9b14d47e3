"""The text of a citizen card's QR code: read part by part, every fault named, never a crash."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.citizen_card import Card, CardUnreadable, parse

TODAY = date(2026, 11, 22)
MAI = "020190000017|082123456|Lý Thị Mai|01051990|Nữ|Ngõ 8, Ngô Quyền, Đông Kinh, TP Lạng Sơn, Lạng Sơn|10052021"


def faults(scanned: str) -> dict[str, str]:
    with pytest.raises(CardUnreadable) as caught:
        parse(scanned, today=TODAY)
    return caught.value.errors


def with_part(number: int, value: str) -> str:
    """Mai's card with one of its seven parts exchanged."""
    parts = MAI.split("|")
    parts[number - 1] = value
    return "|".join(parts)


def test_a_card_is_read_as_it_is_printed():
    card = parse(MAI, today=TODAY)
    assert card == Card(
        "020190000017", "082123456", "Lý Thị Mai", date(1990, 5, 1), "female",
        "Ngõ 8, Ngô Quyền, Đông Kinh, TP Lạng Sơn, Lạng Sơn", date(2021, 5, 10),
    )  # fmt: skip


def test_the_old_number_may_be_missing_and_newer_cards_have_more_parts():
    assert parse(with_part(2, ""), today=TODAY).old_number == ""
    assert parse(MAI + "||Lý Văn Tư|Hoàng Thị Năm|", today=TODAY) == parse(MAI, today=TODAY)


def test_what_the_scanner_adds_around_the_text_does_not_matter():
    assert parse(f"  {MAI}\r\n", today=TODAY) == parse(MAI, today=TODAY)


def test_letters_composed_differently_are_the_same_name():
    import unicodedata

    assert parse(unicodedata.normalize("NFD", MAI), today=TODAY) == parse(MAI, today=TODAY)


@pytest.mark.parametrize(
    ("number", "value", "name"),
    [
        (1, "02019000001", "number"),
        (1, "", "number"),
        (1, "02019000001x", "number"),
        (1, "٠٢٠١٩٠٠٠٠٠١٧", "number"),
        (2, "12345", "old_number"),
        (3, "", "full_name"),
        (3, "Lý Thị Mai 2", "full_name"),
        (3, "Mai" * 60, "full_name"),
        (4, "1990-05-01", "birth_date"),
        (4, "31021990", "birth_date"),
        (4, "00000000", "birth_date"),
        (4, "01052027", "birth_date"),
        (4, "01051890", "birth_date"),
        (5, "X", "sex"),
        (6, "", "address"),
        (7, "", "issued_on"),
        (7, "10052027", "issued_on"),
        (7, "10051989", "issued_on"),
    ],
)
def test_each_wrong_part_is_named_in_a_sentence(number, value, name):
    found = faults(with_part(number, value))
    assert set(found) == {name}
    assert str(number) in found[name]
    assert value == "" or value not in found[name]  # what is personal is not repeated


def test_all_faults_are_named_at_once():
    assert set(faults("1|x||31021990|?||1")) == {
        "number", "old_number", "full_name", "birth_date", "sex", "address", "issued_on",
    }  # fmt: skip


@pytest.mark.parametrize("scanned", ["", "   ", "020190000017", "a|b|c", "|||||"])
def test_less_than_seven_parts_is_no_card(scanned):
    assert set(faults(scanned)) == {"whole"}


@given(st.text(max_size=300))
def test_any_text_is_a_card_or_is_refused_in_words(scanned):
    try:
        card = parse(scanned, today=TODAY)
    except CardUnreadable as unreadable:
        assert unreadable.errors
        assert all(unreadable.errors.values())
    else:
        assert len(card.number) == 12


parts = st.lists(st.text(alphabet=st.characters(blacklist_characters="|"), max_size=30), min_size=7, max_size=9)


@given(parts)
def test_any_seven_parts_are_a_card_or_are_refused_in_words(values):
    try:
        parse("|".join(values), today=TODAY)
    except CardUnreadable as unreadable:
        assert "whole" not in unreadable.errors or not "|".join(values).strip()


days = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)


@given(
    number=st.from_regex(r"[0-9]{12}", fullmatch=True),
    born=days,
    sex=st.sampled_from(["Nam", "Nữ"]),
    later=st.integers(0, 9000),
)
def test_every_true_card_is_read_back(number, born, sex, later):
    issued = min(born + timedelta(days=later), TODAY)
    text = f"{number}||Nguyễn Văn An|{born:%d%m%Y}|{sex}|Số 1, Hà Nội|{issued:%d%m%Y}"
    card = parse(text, today=TODAY)
    assert (card.number, card.birth_date, card.issued_on) == (number, born, issued)
    assert card.sex == {"Nam": "male", "Nữ": "female"}[sex]
