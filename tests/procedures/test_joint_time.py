"""The page of an inter-agency procedure sums up the time: the longest way through the parts, then the own limit."""

from collections import Counter
from datetime import date

import pytest
from django.test import Client
from django.utils.translation import override

from procedures.content import Child, Limit, Unit, parse
from procedures.joint_time import critical_path, joint_time, sum_words
from tests import cast
from tests.dossiers.consulting_cast import TENNIS
from tests.dossiers.joint_cast import PARTS, joint_document, make_joint

ON = date(2026, 11, 23)


def part(key: str, *after: str) -> Child:
    return Child.model_validate(
        {"key": key, "title": {"vi": key}, "procedure": "1.000001", "agency": "deciding", "after": after}
    )


def days(number: int, unit: Unit = Unit.WORKING_DAY) -> Limit:
    return Limit(amount=number, unit=unit)


def test_of_parts_side_by_side_the_longest_counts():
    limits = {"a": days(5), "b": days(7), "c": days(3)}
    assert critical_path([part("a"), part("b"), part("c")], limits) == {Unit.WORKING_DAY: 7}


def test_of_parts_in_a_row_the_sum_counts():
    limits = {"a": days(5), "b": days(3), "c": days(7)}
    assert critical_path([part("a"), part("b", "a"), part("c")], limits) == {Unit.WORKING_DAY: 8}


def test_whoever_waits_for_several_begins_after_the_longest_of_them():
    limits = {"a": days(2), "b": days(9), "c": days(1)}
    assert critical_path([part("c", "a", "b"), part("a"), part("b")], limits) == {Unit.WORKING_DAY: 10}


def test_without_parts_nothing_is_added():
    assert critical_path([], {}) == {}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"a": days(6), "b": days(7, Unit.CALENDAR_DAY)}, {Unit.WORKING_DAY: 6}),  # seven days are five worked ones
        ({"a": days(16, Unit.HOUR), "b": days(3)}, {Unit.WORKING_DAY: 3}),  # 16 hours are two
        ({"a": days(1, Unit.MONTH), "b": days(20)}, {Unit.MONTH: 1}),
        ({"a": Limit(amount=1, unit=Unit.SAME_DAY), "b": days(4, Unit.HOUR)}, {Unit.WORKING_DAY: 1}),
    ],
)
def test_limits_in_different_units_are_compared_by_what_they_take(limits, expected):
    assert critical_path([part("a"), part("b")], limits) == expected


def test_the_sum_is_said_unit_by_unit():
    with override("vi"):
        assert sum_words(Counter({Unit.HOUR: 8, Unit.WORKING_DAY: 12})) == "12 ngày làm việc và 8 giờ làm việc"


# ── the page ──
@pytest.mark.django_db
def test_the_page_says_the_time_in_all_and_of_each_part(client: Client):
    """Industry one working day and another after it, finance 7 beside them: 7. The own 7 come behind them: 14."""
    make_joint()
    page = client.get(f"/thu-tuc/{cast.procedure(TENNIS).code}/").content.decode()
    assert "14 ngày làm việc" in page
    for words in ("Phần công thương tiếp theo", "Sở Công Thương", "sau: Phần công thương"):
        assert words in page, words


@pytest.mark.django_db
def test_a_part_that_hangs_on_an_answer_says_so_in_words():
    """And the longest time is still told: with every part."""
    content = parse(joint_document())
    field = next(item for item in content.eform.fields() if getattr(item, "options", ()))
    condition = {"field": field.key, "equals": field.options[0].value}
    made = parse(joint_document((PARTS[0] | {"show_if": condition}, PARTS[1])))
    with override("vi"):
        found = joint_time(made, ON)
    assert found.is_conditional
    assert field.options[0].label.in_("vi") in found.parts[0].condition
    assert found.parts[1].condition == ""


@pytest.mark.django_db
def test_where_a_part_has_no_limit_of_the_law_nothing_is_summed(client: Client):
    document = joint_document()
    document["route"]["children"][0]["procedure"] = "9.999999"  # in force no more
    found = joint_time(parse(document), ON)
    assert (found.total, found.parts[0].time) == ("", "")
    assert found.parts[1].time != ""


@pytest.mark.django_db
def test_an_ordinary_procedure_says_nothing_of_parts(client: Client):
    page = client.get(f"/thu-tuc/{cast.procedure(TENNIS).code}/").content.decode()
    assert "phan-viec" not in page
