"""The class is computed from the six criteria; one unmet criterion makes a procedure partial."""

import copy

import pytest

from procedures.classification import classify
from procedures.content import parse
from tests.procedures.catalogue import content, document, entries


@pytest.mark.parametrize("key", tuple(entries()))
def test_the_computed_class_is_the_published_one(key: str) -> None:
    assert classify(content(key)).level == content(key).service.published_class


def changed(key: str, **changes):
    raw = copy.deepcopy(document(key))
    for path, value in changes.items():
        target = raw
        *parents, last = path.split("__")
        for part in parents:
            target = target[part]
        target[last] = value
    return classify(parse(raw))


FULL = "criminal-record-certificate"


def test_what_is_missing_is_told_in_the_words_of_both_languages():
    raw = copy.deepcopy(document(FULL))
    raw["public"] |= {"steps": [], "applicants": []}
    reason = classify(parse(raw)).criteria[0].reason
    assert reason.vi == "Còn thiếu: trình tự thực hiện, đối tượng thực hiện."
    assert reason.en == "Still missing: steps for the citizen, applicants."


@pytest.mark.parametrize(
    ("change", "criterion"),
    [
        ({"public__steps": []}, "information"),
        ({"service__handled_online": False}, "handling"),
        ({"result__delivery": ["counter"]}, "result"),
        (
            {"service__visits": [{"key": "v", "kind": "sign_in_person", "text": {"vi": "ký sổ", "en": "sign"}}]},
            "presence",
        ),
    ],
)
def test_one_unmet_criterion_makes_it_partial(change, criterion) -> None:
    found = changed(FULL, **change)
    assert found.level == "partial"
    assert [unmet.key for unmet in found.unmet] == [criterion]
    assert found.unmet[0].reason.vi and found.unmet[0].reason.en


def test_a_fee_that_cannot_be_paid_online_makes_it_partial() -> None:
    raw = copy.deepcopy(document(FULL))
    raw["fees"][0]["payable_online"] = False
    found = classify(parse(raw))
    assert found.level == "partial"
    assert [unmet.key for unmet in found.unmet] == ["fee"]


def test_without_an_e_form_it_is_information_only() -> None:
    found = classify(content("poor-household-recognition"))
    assert found.level == "info"
    assert found.legacy_level in {1, 2}


def test_post_is_as_good_as_online_for_the_result() -> None:
    assert changed(FULL, result__delivery=["post", "counter"]).level == "full"


def test_the_visit_line_says_which_visit_is_needed() -> None:
    partial = classify(content("housing-construction-permit")).visit_line
    assert partial.vi == "Cần một lần đến: kiểm tra thực địa, nhận bản vẽ có đóng dấu."
    full = classify(content(FULL)).visit_line
    assert full.vi == "Làm hết trên mạng, không phải đến cơ quan."


def test_legacy_levels_follow_decree_43() -> None:
    assert classify(content(FULL)).legacy_level == 4  # filed and paid online
    assert classify(content("certified-true-copy")).legacy_level == 3  # filed online, the original is shown
