"""The difference between two documents is told in words, completely, and says nothing that did not change."""

import copy
import random
from typing import Any

import pytest
from django.utils import translation
from pydantic import ValidationError

from procedures.content import digest, dump, parse
from procedures.differences import Part, differences, tell
from tests.procedures.catalogue import content, document, entries

TENNIS = "sports-business-certificate-tennis"


def changed(key: str, **paths: Any) -> list[Part]:
    raw = copy.deepcopy(dump(content(key)))
    for path, value in paths.items():
        place: Any = raw
        *steps, last = path.split("__")
        for step in steps:
            place = place[int(step) if step.isdigit() else step]
        place[int(last) if last.isdigit() else last] = value
    return differences(content(key), parse(raw))


def sentences(parts: list[Part]) -> list[str]:
    return [change.sentence for part in parts for change in part.changes]


@pytest.mark.parametrize("key", sorted(entries()))
def test_a_document_does_not_differ_from_itself(key) -> None:
    assert differences(content(key), parse(copy.deepcopy(dump(content(key))))) == []


def test_a_fee_is_told_in_dong() -> None:
    before = content(TENNIS).fees[0].rates[0].amount_vnd
    (part,) = changed(TENNIS, fees__0__rates__0__amount_vnd=before + 50_000)
    (change,) = part.changes
    assert part.title == "Fees and charges"
    assert (change.before, change.after) == ("200.000 đ", "250.000 đ")


def test_a_time_limit_is_told_in_its_unit() -> None:
    with translation.override("vi"):
        parts = changed(TENNIS, cases__0__terms__0__limit={"amount": 3, "unit": "working_day"})
    assert any(change.after == "3 ngày làm việc" for part in parts for change in part.changes)
    assert {part.key for part in parts} == {"cases"}


def test_a_paper_that_comes_and_one_that_goes_are_named() -> None:
    raw = copy.deepcopy(dump(content(TENNIS)))
    gone = raw["papers"].pop()
    raw["papers"].append({"key": "moi", "name": {"vi": "Giấy xác nhận mới", "en": "New confirmation"}})
    found = sentences(differences(content(TENNIS), parse(raw)))
    assert f"Removed paper: {gone['name']['en'] or gone['name']['vi']}" in found
    assert "Added paper: New confirmation" in found


def test_a_change_of_the_other_language_alone_is_seen() -> None:
    with translation.override("vi"):
        parts = differences(
            parse(document(TENNIS) | {"purpose": {"vi": "A", "en": "B"}}),
            parse(document(TENNIS) | {"purpose": {"vi": "A", "en": "C"}}),
        )
    assert [(c.before, c.after) for p in parts for c in p.changes] == [("B", "C")]


def test_a_new_order_is_a_difference() -> None:
    raw = copy.deepcopy(dump(content(TENNIS)))
    raw["papers"].reverse()
    (part,) = differences(content(TENNIS), parse(raw))
    assert [change.label for change in part.changes] == ["order"]


def leaves(value: Any, path: tuple = ()) -> list[tuple]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for number, item in enumerate(value) for leaf in leaves(item, (*path, number))]
    return [path]


def altered(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int | float) else f"{value}x"


@pytest.mark.parametrize("key", sorted(entries())[::5])
def test_no_change_of_a_document_goes_unseen(key) -> None:
    """Any leaf that can be changed without breaking the document shows up in the difference."""
    whole, dice, tried = dump(content(key)), random.Random(key), 0
    for path in dice.sample(leaves(whole), 60):
        raw = copy.deepcopy(whole)
        place = raw
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = altered(place[path[-1]])
        try:
            other = parse(raw)
        except ValidationError:
            continue
        if digest(dump(other)) != digest(whole):
            assert differences(content(key), other), path
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_told_is_raw(language) -> None:
    """No keys of the document, no brackets of JSON, no Python, in either language."""
    with translation.override(language):
        for key in sorted(entries())[::7]:
            for part in tell(content(key)):
                for _path, label, words in part.rows:
                    assert "_" not in label, label
                    assert not words.startswith(("{", "[", "(", "None", "Text(")), (label, words)
