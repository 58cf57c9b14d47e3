"""Every committed procedure is one checked document that survives a round trip unchanged."""

import copy

import pytest
from pydantic import ValidationError

from procedures.content import canonical, digest, dump, missing_parts, parse
from tests.procedures.catalogue import FULL, content, document, entries

KEYS = tuple(entries())


def test_seventy_five_procedures_are_committed() -> None:
    assert len(KEYS) == 75
    own_forms = [key for key in KEYS if content(key).eform and not content(key).eform.generic]
    assert len(own_forms) == FULL


@pytest.mark.parametrize("key", KEYS)
def test_document_survives_the_round_trip(key: str) -> None:
    raw = document(key)
    assert dump(parse(raw)) == raw
    assert digest(dump(parse(raw))) == digest(raw)


@pytest.mark.parametrize("key", KEYS)
def test_the_eight_compulsory_parts_are_there(key: str) -> None:
    assert missing_parts(content(key)) == ()


def test_every_procedure_has_one_code_and_no_two_share_it() -> None:
    codes = [entry["national_code"] or entry["local_code"] for entry in entries().values()]
    assert len(set(codes)) == 75
    assert all(codes)
    local = sorted(entry["local_code"] for entry in entries().values() if entry["local_code"])
    assert local == [f"L.{number:06d}" for number in range(1, 10)]


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    raw = document("birth-registration")
    turned = dict(reversed(list(raw.items())))
    assert canonical(raw) == canonical(turned)


def test_an_unknown_name_in_a_document_is_refused() -> None:
    raw = copy.deepcopy(document("birth-registration"))
    raw["route"]["colour"] = "red"
    with pytest.raises(ValidationError, match="colour"):
        parse(raw)


def test_a_free_regular_expression_is_refused() -> None:
    raw = copy.deepcopy(document("driving-licence-exchange"))
    field = next(f for s in raw["eform"]["sections"] for f in s["fields"] if f["key"] == "licence_no")
    field["pattern"] = "^(a+)+$"
    with pytest.raises(ValidationError):
        parse(raw)


def test_a_condition_on_an_unknown_question_is_refused() -> None:
    raw = copy.deepcopy(document("birth-registration"))
    raw["papers"][0]["show_if"] = {"field": "no_such_question", "equals": "x"}
    with pytest.raises(ValidationError, match="no_such_question"):
        parse(raw)


def test_a_condition_compares_one_field_in_one_way() -> None:
    raw = copy.deepcopy(document("birth-registration"))
    raw["papers"][0]["show_if"] = {"field": "case", "equals": "normal", "not_equals": "abandoned"}
    with pytest.raises(ValidationError):
        parse(raw)


@pytest.mark.parametrize("key", KEYS)
def test_uploads_undertaking_and_delivery_are_not_questions_of_the_form(key: str) -> None:
    eform = content(key).eform
    asked = {field.key for field in eform.fields()} if eform else set()
    assert not asked & {"commitment", "result_method", "post_address"}


@pytest.mark.parametrize("key", KEYS)
def test_nobody_signs_what_he_drafts(key: str) -> None:
    route = content(key).route
    assert route.signing_role in {"leader", "head"}
    assert route.signing_role in {step.role for step in route.steps}


def test_only_three_procedures_are_decided_at_once() -> None:
    at_once = {key for key in KEYS if content(key).route.decide_at_once}
    assert at_once == {"certified-true-copy", "civil-status-extract-copy", "diploma-copy-from-master-register"}


def test_the_house_permit_takes_15_days_at_the_counter_and_20_online() -> None:
    house = content("housing-construction-permit").case("individual_house")
    assert (house.on("counter").limit.amount, house.on("counter").limit.unit) == (15, "calendar_day")
    assert (house.on("online").limit.amount, house.on("online").limit.unit) == (20, "calendar_day")
    works = content("housing-construction-permit").case("other_works")
    assert works.on("counter").limit.amount == 20


def test_an_addition_of_civil_status_data_is_settled_within_the_day() -> None:
    correction = content("civil-status-correction")
    assert correction.case("addition").on("online").limit.unit == "same_day"
    assert correction.case("standard").on("online").limit.amount == 3


def test_supplements_restart_the_limit_unless_the_law_says_otherwise() -> None:
    for key in KEYS:
        for case in content(key).cases:
            assert {terms.supplement.policy for terms in case.terms} == {"restart"}


@pytest.mark.parametrize("key", KEYS)
def test_every_channel_has_a_limit_or_says_why_not(key: str) -> None:
    for case in content(key).cases:
        for terms in case.terms:
            assert terms.limit or terms.limit_note
