"""Conditions as people choose them: “Loại công trình is Nhà ở riêng lẻ”, up to three, joined by and/or."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import clean
from procedures.content import Condition, Content
from procedures.editing import inputs
from procedures.eforms.numbers import format_number
from procedures.eforms.values import number_of
from procedures.eforms.words import condition_words

PARTS = (1, 2, 3)
BY_NUMBER = ("gte",)
BY_DAY = ("age_between", "days_ago_over", "days_ago_up_to")
KEEP = "keep"
Choices = list[tuple[str, list[tuple[str, str]]]]


def offered(content: Content, language: str, *, before: str = "") -> Choices:
    """Groups of (value, words), one group a question that comes before the question `before` (all when it is "")."""
    groups: Choices = []
    for item in content.eform.fields() if content.eform else ():
        if item.key == before:
            break
        if found := list(_of_field(item, language)):
            groups.append((item.label.in_(language), found))
    return groups


def _of_field(item: Any, language: str) -> Iterator[tuple[str, str]]:
    label = item.label.in_(language)
    if item.type == "choice":
        is_word = "includes" if item.multiple else "equals"
        for option in item.options:
            yield (f"{item.key}|{is_word}|{option.value}",
                   _("“%(label)s” is “%(value)s”") % {"label": label, "value": option.label.in_(language)})  # fmt: skip
        for option in () if item.multiple else item.options:
            yield (f"{item.key}|not_equals|{option.value}",
                   _("“%(label)s” is not “%(value)s”") % {"label": label, "value": option.label.in_(language)})  # fmt: skip
    elif item.type in {"number", "money"}:
        yield f"{item.key}|gte|", _("“%(label)s” is … or more") % {"label": label}
    elif item.type == "date":
        yield f"{item.key}|age_between|", _("the age by “%(label)s” is … (for example 14-18)") % {"label": label}
        yield f"{item.key}|days_ago_over|", _("“%(label)s” is more than … days ago") % {"label": label}
        yield f"{item.key}|days_ago_up_to|", _("“%(label)s” is at most … days ago") % {"label": label}


# ── from the document to the inputs ──
def shown(condition: Condition | None) -> dict[str, Any]:
    """Initial values of the inputs; {"when": "keep"} for a condition these inputs cannot express."""
    if condition is None:
        return {"when": "all"}
    parts = condition.parts or _alternatives(condition)
    coded = [_coded(part) for part in parts]
    if len(parts) > len(PARTS) or None in coded:
        return {"when": KEEP}
    values: dict[str, Any] = {"when": "any" if condition.any or (len(parts) > 1 and not condition.all) else "all"}
    for number, found in enumerate(coded, 1):
        values[f"answer_{number}"], values[f"number_{number}"] = found or ("", "")
    return values


def _alternatives(condition: Condition) -> tuple[Condition, ...]:
    values, single = condition.in_, "equals"
    if condition.includes_any:
        values, single = condition.includes_any, "includes"
    if not values:
        return (condition,)
    return tuple(Condition.model_validate({"field": condition.field, single: value}) for value in values)


def _coded(part: Condition) -> tuple[str, str] | None:
    operator = part.operator
    if operator in {"equals", "not_equals", "includes"}:
        return f"{part.field}|{operator}|{getattr(part, operator)}", ""
    if operator in BY_NUMBER:
        return f"{part.field}|{operator}|", format_number(part.gte or 0)
    if operator == "age_between" and part.age_between:
        return f"{part.field}|{operator}|", "{}-{}".format(*part.age_between)
    if operator in BY_DAY:
        return f"{part.field}|{operator}|", str(getattr(part, operator))
    return None


# ── from the inputs to the document ──
def read(values: Mapping[str, Any], kept: Condition | None) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """The condition (None: always) and {input: sentence} of what is wrong."""
    if values.get("when") == KEEP or (kept and _same(values, shown(kept))):
        return (kept.model_dump(mode="json", by_alias=True, exclude_none=True) if kept else None), {}
    parts, faults = [], {}
    for number in PARTS:
        if answer := values.get(f"answer_{number}"):
            part, fault = one(answer, values.get(f"number_{number}") or "")
            if fault:
                faults[f"number_{number}"] = fault
            parts.append(part)
    if not parts:
        return None, faults
    return (parts[0] if len(parts) == 1 else {str(values.get("when") or "all"): parts}), faults


def _same(values: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Whether nothing about the condition was changed: it then stays as it is written."""
    return all((values.get(name) or "") == (before.get(name) or "") for name in NAMES)


def one(answer: str, number: str) -> tuple[dict[str, Any], str]:
    """One comparison of `key|operator|value` and the number beside it, and a sentence when the number is wrong."""
    key, operator, value = ([*answer.split("|", 2), "", ""])[:3]
    if operator in {"equals", "not_equals", "includes"}:
        return {"field": key, operator: value}, ""
    try:
        return {"field": key, operator: _number(operator, clean(number))}, ""
    except ValueError:
        if operator == "age_between":
            return {}, _("Write the two ages with a hyphen, for example 14-18")
        return {}, _("Write the number of this condition, for example 7")


def _number(operator: str, text: str) -> Any:
    if operator == "age_between":
        low, high = (int(number_of(part)) for part in text.split("-"))
        if not 0 <= low <= high <= 150:
            raise ValueError(text)
        return [low, high]
    number = number_of(text)
    if operator in BY_DAY:
        if number != number.to_integral_value() or not 0 <= number <= 100_000:
            raise ValueError(text)
        return int(number)
    return float(number)


def add_inputs(form: forms.Form, content: Content, language: str, *, before: str = "", kept: Condition | None) -> None:
    """Put the inputs of a condition at the end of a form."""
    groups = offered(content, language, before=before)
    choices: list[Any] = [("", _("– no condition –")), *groups, *_unusual(kept, content, language, groups)]
    joins = [("all", _("all of these hold")), ("any", _("one of these holds"))]
    if kept is not None and shown(kept) == {"when": KEEP} and content.eform:
        joins.append((KEEP, _("as now: %(words)s") % {"words": condition_words(kept, content.eform, language)}))
    if len(choices) == 1 and len(joins) == 2:
        return
    for number in PARTS:
        label = _("Condition %(number)s") % {"number": number}
        form.fields[f"answer_{number}"] = inputs.choice(label, choices, required=False)
        number_label = _("Number of condition %(number)s") % {"number": number}
        form.fields[f"number_{number}"] = inputs.Line(label=number_label, required=False, max_length=20)
    form.fields["when"] = inputs.choice(_("With several conditions"), joins, required=False)


def _unusual(kept: Condition | None, content: Content, language: str, groups: Choices) -> list[tuple[str, str]]:
    """Comparisons of the present condition that nobody would choose here, so that saving keeps them."""
    usual = {value for _label, values in groups for value, _words in values}
    found = []
    for part in (kept.parts or _alternatives(kept)) if kept and content.eform else ():
        coded = _coded(part)
        if coded and coded[0] not in usual and content.eform:
            found.append((coded[0], condition_words(part, content.eform, language)))
    return found


# ── one comparison in a row ──
def in_a_row(content: Content, language: str, kept: Condition | None, nothing: str) -> list[Any]:
    """The choices of a row that has room for one comparison; what does not fit into it can only stay, in words."""
    groups = offered(content, language)
    choices: list[Any] = [("", nothing)]
    if kept is not None and content.eform and shown_in_a_row(kept)[0] == KEEP:
        choices.append((KEEP, _("as now: %(words)s") % {"words": condition_words(kept, content.eform, language)}))
        return [*choices, *groups]
    return [*choices, *groups, *_unusual(kept, content, language, groups)]


def shown_in_a_row(condition: Condition | None) -> tuple[str, str]:
    """(choice, number) as they stand in the row."""
    if condition is None:
        return "", ""
    seen = shown(condition)
    if "answer_2" in seen or "answer_1" not in seen:
        return KEEP, ""
    return seen["answer_1"], seen["number_1"]


def read_from_a_row(row: Mapping[str, Any], kept: dict[str, Any] | None) -> tuple[dict[str, Any] | None, str]:
    """The condition of a row (None: always), and a sentence when its number is wrong; one that was not touched stays."""
    answer, number = row.get("answer") or "", row.get("number") or ""
    if kept and (answer == KEEP or (answer, number) == shown_in_a_row(Condition.model_validate(kept))):
        return kept, ""
    return one(answer, number) if answer and answer != KEEP else (None, "")


NAMES = (*tuple(name for number in PARTS for name in (f"answer_{number}", f"number_{number}")), "when")
TITLE = gettext_lazy("Only when")
