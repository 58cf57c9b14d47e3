"""What cards and pages say about time and fee."""

from datetime import date

import pytest

from procedures.presenting import fee_rows, fee_words, minutes, other_times, time_words
from tests.procedures.catalogue import content, entries

ON = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("promotion-notification", "No fee"),
        ("criminal-record-certificate", "200.000 đ"),
        ("certified-true-copy", "2.000 đ a page"),
        ("driving-licence-grant", "from 255.000 đ"),  # motorcycle: 60,000 + 60,000 + 135,000
        ("housing-construction-permit", "from 75.000 đ"),  # 75,000 house, 150,000 other works
        ("civil-status-correction", "15.000 đ"),  # copies only if asked for
        ("civil-status-extract-copy", "8.000 đ"),
        ("llc-one-member-registration", "125.000 đ"),  # 100,000 + 25,000 until the end of 2026
        ("birth-registration", "from 0 đ"),  # on time 0, late 8,000
    ],
)
def test_the_card_says_the_fee(key: str, words: str) -> None:
    assert fee_words(content(key), ON) == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("criminal-record-certificate", "10 days"),
        ("driving-licence-exchange", "5 working days"),
        ("birth-registration", "within the day"),
        ("housing-construction-permit", "20 days (filed online)"),
        ("civil-status-correction", "3 working days (filed online)"),
    ],
)
def test_the_card_says_the_time(key: str, words: str) -> None:
    assert time_words(content(key)) == words


def test_other_times_are_told_once() -> None:
    assert other_times(content("housing-construction-permit")) == [
        "Individual house, filed at the counter: 15 days",
    ]
    assert other_times(content("civil-status-correction")) == [
        "Addition of civil status data: within the day",
        "3 working days more if: Verification is needed",
    ]


def test_the_fee_table_shows_reductions_with_their_amounts() -> None:
    assert [row.amount for row in fee_rows(content("criminal-record-certificate"), ON)] == [
        "200.000 đ",
        "100.000 đ",
        "0 đ",
    ]


@pytest.mark.parametrize("key", tuple(entries()))
def test_every_text_has_its_english(key: str) -> None:
    missing = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if set(value) == {"vi", "en"} and not value["en"]:
                missing.append(value["vi"])
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(entries()[key])
    assert missing == []


@pytest.mark.parametrize("key", tuple(entries()))
def test_filling_in_takes_under_a_quarter_of_an_hour(key: str) -> None:
    assert 0 <= minutes(content(key)) <= 15
