"""The whole document (or one section) checked: what is shown, what is missing, rules between fields, the case.

The same function serves a page of the form, the draft saved by the API and the final submission.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procedures.content.conditions import Condition, holds
from procedures.content.document import Content
from procedures.content.eform import DateField, EForm, NumberField, Section
from procedures.eforms.context import Context
from procedures.eforms.messages import label_of, missing
from procedures.eforms.numbers import format_day, format_number, parse_day
from procedures.eforms.tables import read_any
from procedures.eforms.values import Wrong

MAX_BYTES = 256 * 1024
MAX_DEPTH = 10
Answers = dict[str, Any]


class Errors(dict[str, str]):
    """{path of the answer: sentence that mends it}; paths are `field`, `field.part` or `table.row.column`.

    The path "" speaks of the answers as a whole.
    """

    def of(self, key: str) -> "Errors":
        """Errors of one field."""
        return Errors({path: text for path, text in self.items() if path.split(".")[0] == key})

    def keys_of_fields(self) -> set[str]:
        """Keys of the fields with an error."""
        return {path.split(".")[0] for path in self}


@dataclass(frozen=True)
class Checked:
    """Clean answers (hidden ones dropped), errors, and warnings that do not stop anybody."""

    answers: Answers
    errors: Errors
    warnings: Errors = field(default_factory=Errors)


def shown_keys(eform: EForm, answers: Mapping[str, Any], context: Context) -> set[str]:
    """Keys of the fields whose conditions hold; an answer that is itself hidden counts as unanswered."""
    fields = eform.fields()
    shown = {item.key for item in fields}
    bound = [item for item in fields if item.show_if]
    free = shown - {item.key for item in bound}
    for _round in range(10 if bound else 0):  # chains of conditions are short; a circle of them must not hang the page
        seen = {key: value for key, value in answers.items() if key in shown}
        now = free | {item.key for item in bound if holds(item.show_if, seen, on=context.today)}
        if now == shown:
            break
        shown = now
    return shown


def readable(fields: Iterable[Any], stored: Mapping[str, Any], context: Context) -> Answers:
    """Clean values of what is stored for `fields`; what cannot be read yet counts as unanswered."""
    answers: Answers = {}
    for item in fields:
        try:
            value = read_any(item, stored.get(item.key), context)
        except Wrong:
            continue
        if value is not None:
            answers[item.key] = value
    return answers


def check(eform: EForm, fields: Iterable[Any], raw: Mapping[str, Any], context: Context, others: Answers) -> Checked:
    """Read `fields` from `raw`; `others` are clean answers of the rest of the form, for conditions and comparisons.

    Everything else this module offers is built on it.
    """
    wanted = list(fields)
    answers: Answers = {}
    errors = Errors()
    for item in wanted:
        try:
            value = read_any(item, raw.get(item.key), context)
        except Wrong as wrong:
            errors.update({f"{item.key}.{path}".rstrip("."): text for path, text in wrong.messages.items()})
            continue
        if value is not None:
            answers[item.key] = value
    everything = {**others, **answers}
    shown = shown_keys(eform, everything, context)
    return _judge(wanted, answers, errors, shown, everything)


def _judge(wanted: list[Any], answers: Answers, errors: Errors, shown: set[str], everything: Answers) -> Checked:
    kept = Errors({path: text for path, text in errors.items() if path.split(".")[0] in shown})
    faulty = kept.keys_of_fields()
    visible = {key: value for key, value in answers.items() if key in shown}
    warnings = Errors()
    for item in wanted:
        if item.key not in shown or item.key in faulty:
            continue
        if item.key not in visible:
            if item.required:
                kept[item.key] = missing(item)
            continue
        if fault := _compare(item, visible[item.key], everything):
            kept[item.key] = fault
        elif warning := _warning(item, visible[item.key]):
            warnings[item.key] = warning
    return Checked(visible, kept, warnings)


def _compare(item: Any, value: Any, everything: Mapping[str, Any]) -> str:
    if not isinstance(item, (DateField, NumberField)):
        return ""
    low, high = getattr(item, "gte_field", None), getattr(item, "lte_field", None)
    if item.type == "date":
        other = everything.get(low) if low else None
        if isinstance(other, str) and value < other:
            return _("Choose a day for “%(label)s” from %(day)s on") % {
                "label": label_of(item),
                "day": format_day(parse_day(other)),
            }
        return ""
    if low and isinstance(everything.get(low), int | float) and value < everything[low]:
        return _("“%(label)s” must be %(limit)s or more") % {
            "label": label_of(item),
            "limit": format_number(everything[low]),
        }
    if high and isinstance(everything.get(high), int | float) and value > everything[high]:
        return _("“%(label)s” must be %(limit)s or less") % {
            "label": label_of(item),
            "limit": format_number(everything[high]),
        }
    return ""


def _warning(item: Any, value: Any) -> str:
    rule = getattr(item, "warning", None) if isinstance(value, (int, float)) else None
    if rule is None or value <= rule.over:
        return ""
    return str(rule.text.in_(get_language() or "vi"))


def clean_answers(
    content: Content, case: str, answers: Any, *, at: datetime, context: Context | None = None, strict: bool = False
) -> Checked:
    """All answers of a submission. Never raises for whatever JSON is given; the faults stand in `errors`.

    Answers to questions the form does not have are dropped (a draft may come from an older version); with `strict`
    they are faults, so that a program learns of its slip.
    """
    if fault := oversize(answers):
        return Checked({}, Errors({"": fault}))
    if not isinstance(answers, Mapping):
        return Checked({}, Errors({"": _("Send the answers as an object {field: value}")}))
    if content.eform is None:
        return Checked({}, Errors({"": _("This procedure cannot be filed online")}))
    judged = context or Context.at(at)
    checked = check(content.eform, content.eform.fields(), answers, judged, {})
    if strict:
        known = {item.key for item in content.eform.fields()}
        strange = {str(key)[:60] for key in answers if key not in known}
        checked.errors.update({key: _("This form has no question of that name") for key in strange})
    checked.errors.update(_case_faults(content, case, checked.answers, judged))
    return checked


def validate_answers(
    content: Content, case: str, answers: Any, *, at: datetime, context: Context | None = None, strict: bool = False
) -> Errors:
    """Errors of a whole submission; empty when it can be sent."""
    return clean_answers(content, case, answers, at=at, context=context, strict=strict).errors


def _case_faults(content: Content, case: str, answers: Answers, context: Context) -> Errors:
    try:
        chosen = content.case(case)
    except KeyError:
        return Errors({"": _("Choose one of the cases of this procedure")})
    described = content.case_for(answers, on=context.today)
    if described.key == chosen.key:
        return Errors()
    tied = chosen.when or described.when or Condition(field="case", equals="case")
    name = next(iter(tied.fields()))
    return Errors({name: _("This answer belongs to another case: %(case)s") % {"case": described.name.vi}})


def oversize(answers: Any) -> str:
    """A sentence when the JSON is over 256 kB or deeper than ten levels, else an empty text."""
    try:
        if _depth(answers, 0) > MAX_DEPTH:
            return _("The answers are nested too deeply")
        size = len(json.dumps(answers, ensure_ascii=False, default=str).encode("utf-8", "replace"))
    except (RecursionError, ValueError, TypeError):
        return _("The answers are nested too deeply")
    return _("The answers are longer than 256 kB; shorten them") if size > MAX_BYTES else ""


_NESTED = (Mapping, list, tuple)
_PLAIN = frozenset({str, int, float, bool, type(None)})  # most answers, known without asking who is a Mapping


def _depth(value: Any, level: int) -> int:
    if level > MAX_DEPTH or not isinstance(value, _NESTED):
        return level
    within = value.values() if isinstance(value, Mapping) else value
    nested = [item for item in within if type(item) not in _PLAIN and isinstance(item, _NESTED)]
    return max((_depth(item, level + 1) for item in nested), default=level + 1)


def section_done(content: Content, section: Section, answers: Answers, *, at: datetime) -> bool:
    """Whether a section of a draft could be sent as it is (for the task list)."""
    if content.eform is None:
        return True
    context = Context.at(at)
    return not check(
        content.eform, section.fields, answers, context, others_of(content.eform, section, answers, context)
    ).errors


def others_of(eform: EForm, section: Section, stored: Mapping[str, Any], context: Context) -> Answers:
    """Clean answers of the fields outside the section."""
    mine = {item.key for item in section.fields}
    return readable([item for item in eform.fields() if item.key not in mine], stored, context)
