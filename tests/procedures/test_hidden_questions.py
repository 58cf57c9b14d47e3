"""A question whose condition does not hold is neither asked nor kept, along whole chains of conditions."""

from datetime import date

import pytest

from procedures.content import Condition, holds
from procedures.eforms import clean_answers
from tests.procedures import answers as samples
from tests.procedures.catalogue import AT, content, context

ON = date(2026, 11, 25)


def cleaned(key: str, **changes):
    return clean_answers(
        content(key), samples.case(key), samples.with_changes(key, **changes), at=AT, context=context()
    )


def test_hidden_answers_are_dropped() -> None:
    checked = cleaned("civil-status-extract-copy", act="death")
    assert checked.errors == {}
    assert "document_kind" not in checked.answers


def test_a_hidden_wrong_answer_is_no_fault() -> None:
    checked = cleaned("birth-registration", parents_married="no", father_id="123")
    assert checked.errors == {}
    assert not {"father_name", "father_id"} & set(checked.answers)


def test_a_question_hangs_on_a_question_that_is_hidden_itself() -> None:
    # The father is asked when the parents are married; the parents are not asked for an abandoned child.
    checked = cleaned("birth-registration", case="abandoned")
    assert checked.errors == {}
    assert not {"mother_name", "mother_id", "parents_married", "father_name", "father_id"} & set(checked.answers)


@pytest.mark.parametrize(("floors", "area", "asked"), [(3, 220, False), (7, 220, True), (3, 250, True)])
def test_a_design_certificate_is_asked_from_seven_floors_or_250_square_metres(floors, area, asked) -> None:
    checked = cleaned("housing-construction-permit", floors=floors, total_floor_area=area)
    assert ("designer_certificate" in checked.errors) is asked


@pytest.mark.parametrize(
    ("classes", "asked"), [(["A1"], False), (["A1", "B1"], False), (["A1", "B"], True), (["C"], True)]
)
def test_small_motorcycles_need_no_health_certificate(classes, asked) -> None:
    document = content("driving-licence-exchange")
    answers = samples.with_changes("driving-licence-exchange", licence_class=classes)
    papers = {paper.key for paper in document.papers_for("standard", answers, on=ON)}
    assert ("health_certificate" in papers) is asked


@pytest.mark.parametrize(
    ("born", "asked"),
    [("2017-11-26", False), ("2017-11-25", True), ("2008-11-26", True), ("2007-11-25", False)],
)
def test_a_child_of_nine_gives_its_consent(born: str, asked: bool) -> None:
    # 25/11/2026: born 25/11/2017 is nine that day; born 26/11/2008 is still 17; born 25/11/2007 is 19.
    condition = Condition.model_validate({"field": "subject_dob", "age_between": [9, 18]})
    assert holds(condition, {"subject_dob": born}, on=ON) is asked


def test_papers_only_for_the_post_are_not_asked_online() -> None:
    document = content("diploma-copy-from-master-register")
    answers = samples.answers("diploma-copy-from-master-register")
    online = {paper.key for paper in document.papers_for("standard", answers, on=ON)}
    by_post = {paper.key for paper in document.papers_for("standard", answers, on=ON, channel="post")}
    assert by_post - online == {"postal_copies"}


def test_conditions_never_fail_on_odd_answers() -> None:
    odd = [None, "", [], {}, 5, "x", ["x", 3, None], {"a": 1}, True, float("nan")]
    for document in (content(key) for key in samples.KEYS):
        for field in document.eform.fields():
            for value in odd:
                answers = {key: value for key in (field.show_if.fields() if field.show_if else ())}
                assert holds(field.show_if, answers, on=ON) in {True, False}
