"""Conditions in words, for readers without JavaScript: “Người nộp hồ sơ là” là “Người được ủy quyền”."""

from typing import Any

from django.utils.translation import gettext as _

from procedures.content.conditions import Condition
from procedures.content.eform import EForm
from procedures.eforms.numbers import format_number


def condition_words(condition: Condition, eform: EForm, language: str) -> str:  # noqa: PLR0911 - a line a kind
    """The condition as a clause in the language of the page."""
    if condition.parts:
        joint = _(" or ") if condition.any else _(" and ")
        return joint.join(condition_words(part, eform, language) for part in condition.parts)
    field = eform.field(str(condition.field))
    values = {"label": field.label.in_(language), "values": _values(condition, field, language)}
    if condition.operator in {"not_equals", "not_only"}:
        return _("“%(label)s” is other than %(values)s") % values
    if condition.gte is not None:
        return _("“%(label)s” is %(number)s or more") % (values | {"number": format_number(condition.gte)})
    if condition.age_between:
        low, high = condition.age_between
        return _("the age by “%(label)s” is %(low)s to %(high)s") % (values | {"low": low, "high": high})
    if condition.days_ago_over is not None:
        return _("“%(label)s” is more than %(days)s days ago") % (values | {"days": condition.days_ago_over})
    if condition.days_ago_up_to is not None:
        return _("“%(label)s” is at most %(days)s days ago") % (values | {"days": condition.days_ago_up_to})
    return _("“%(label)s” is %(values)s") % values


def _values(condition: Condition, field: Any, language: str) -> str:
    compared = getattr(condition, condition.operator)
    wanted = [compared] if isinstance(compared, str) else list(compared) if isinstance(compared, tuple) else []
    labels = {option.value: option.label.in_(language) for option in getattr(field, "options", ())}
    return _(" or ").join(f"“{labels.get(str(value), value)}”" for value in wanted)
