"""Each of the fourteen complete forms takes realistic Vietnamese answers, as JSON and as a posted page."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from procedures.eforms import build_form, clean_answers, prefill, summary, validate_answers
from procedures.eforms.drawing import typed
from tests.procedures import answers as samples
from tests.procedures.catalogue import AT, content, context, entries


@pytest.mark.parametrize("key", samples.KEYS)
def test_realistic_answers_have_no_fault(key: str) -> None:
    errors = validate_answers(content(key), samples.case(key), samples.answers(key), at=AT, context=context())
    assert errors == {}


@pytest.mark.parametrize("key", samples.KEYS)
def test_clean_answers_are_clean_already(key: str) -> None:
    once = clean_answers(content(key), samples.case(key), samples.answers(key), at=AT, context=context()).answers
    again = clean_answers(content(key), samples.case(key), once, at=AT, context=context())
    assert again.answers == once
    assert again.errors == {}


@pytest.mark.parametrize("key", samples.KEYS)
@pytest.mark.parametrize("days", [0, 40, 97, 211])
def test_sample_answers_are_valid_on_other_days_too(key: str, days: int) -> None:
    at = AT + timedelta(days=days)
    errors = validate_answers(
        content(key), samples.case(key), samples.answers(key, at.date()), at=at, context=context(at)
    )
    assert errors == {}


def posted(key: str, stored: dict) -> QueryDict:
    """The page as a browser would send it: texts only, dates and numbers the Vietnamese way."""
    post = QueryDict(mutable=True)
    for field in content(key).eform.fields():
        _post(post, field, stored.get(field.key), field.key)
    return post


def _post(post: QueryDict, field, value, name: str) -> None:
    if field.type == "table":
        post[f"{name}-rows"] = str(len(value or []))
        for number, row in enumerate(value or []):
            for column in field.columns:
                _post(post, column, row.get(column.key), f"{name}-{number}-{column.key}")
    elif field.type == "address":
        for part, text in (value or {}).items():
            post[f"{name}-{part}"] = text
    elif isinstance(value, list):
        post.setlist(name, value)
    elif value is not None:
        post[name] = typed(field, value)


@pytest.mark.parametrize("key", samples.KEYS)
def test_the_posted_page_gives_the_same_answers_as_the_api(key: str) -> None:
    stored = samples.answers(key)
    form = build_form(content(key))(posted(key, stored), at=AT, context=context())
    assert form.is_valid(), form.paths
    expected = clean_answers(content(key), samples.case(key), stored, at=AT, context=context()).answers
    assert form.merged() == expected


@pytest.mark.parametrize("key", samples.KEYS)
def test_each_section_can_be_filled_on_its_own(key: str) -> None:
    stored = samples.answers(key)
    post = posted(key, stored)
    for section in content(key).eform.sections:
        form = build_form(content(key), (section.key,))(post, answers=stored, at=AT, context=context())
        assert form.is_valid(), (section.key, form.paths)


@pytest.mark.parametrize("key", samples.KEYS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_answer_is_in_the_summary(key: str, language: str) -> None:
    stored = samples.answers(key)
    rows = [row for section in summary(content(key), stored, language, at=AT) for row in section.rows]
    answered = {name for name, value in stored.items() if value not in (None, "", [])}
    assert {row.key for row in rows} == answered
    assert all(row.label and (row.value or row.table) for row in rows)


def test_procedures_without_an_own_form_take_the_simple_one() -> None:
    for key, entry in entries().items():
        document = content(key)
        if document.eform is None or not document.eform.generic:
            continue
        answers = samples.generic(audience=entry["audience"])
        faults = validate_answers(document, document.cases[0].key, answers, at=AT, context=context())
        assert set(faults) <= {"licence_group", "sport_group", "meals"}, key


def test_known_facts_of_the_account_are_filled_in() -> None:
    facts = {
        "account.full_name": "Lý Thị Mai",
        "account.national_id": "020190001417",
        "account.sex": "female",
        "account.phone": "+84 912 345 615",
        "account.address": samples.DONG_KINH,
        "business.name": "Hoa Hồi",
    }
    filled = prefill(content("criminal-record-certificate"), facts)
    assert filled == {
        "applicant_full_name": "Lý Thị Mai",
        "applicant_national_id": "020190001417",
        "applicant_phone": "0912345615",
        "applicant_address": samples.DONG_KINH,
        "sex": "nu",
        "nationality": "Việt Nam",
    }


def test_a_fact_that_breaks_the_rules_is_not_filled_in() -> None:
    assert "applicant_national_id" not in prefill(content("birth-registration"), {"account.national_id": "123"})
