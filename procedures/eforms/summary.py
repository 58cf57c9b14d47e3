"""Answers as people read them: for check-your-answers, the officers' page, papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from common import units
from common.money import vnd
from procedures.content.document import Content
from procedures.eforms.checking import shown_keys
from procedures.eforms.context import LOCAL, Context
from procedures.eforms.numbers import format_day, format_number, parse_day
from procedures.eforms.values import options

AS_TYPED = frozenset({"text", "long_text", "email", "tax_code"})  # texts that are shown as they were typed


class Row(NamedTuple):
    """One answer. For a table `value` is empty and `table` holds its rows as (label, value) pairs."""

    key: str
    label: str
    value: str
    kind: str
    table: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True)
class SummarySection:
    """A section and its answered, visible fields."""

    key: str
    title: str
    rows: tuple[Row, ...]


def summary(
    content: Content, answers: Mapping[str, Any], lang: str = "vi", *, at: datetime | None = None, masked: bool = False
) -> tuple[SummarySection, ...]:
    """Sections of (label, display value) rows; `masked` hides the middle of identity numbers and phones."""
    if content.eform is None:
        return ()
    context = Context.at(at) if at else Context(today=datetime.now(LOCAL).date())
    shown = shown_keys(content.eform, answers, context)
    found = []
    for section in content.eform.sections:
        rows = [
            _row(field, answers[field.key], lang, context, masked)
            for field in section.fields
            if field.key in shown and answers.get(field.key) not in (None, "", [], {})
        ]
        if rows:
            found.append(SummarySection(section.key, section.title.in_(lang), tuple(rows)))
    return tuple(found)


def _row(field: Any, value: Any, lang: str, context: Context, masked: bool) -> Row:
    label, kind = field.label.in_(lang), field.type
    if kind in AS_TYPED and type(value) is str:  # most of a form
        return Row(field.key, label, value, kind)
    if kind != "table":
        return Row(field.key, label, display(field, value, lang, context, masked=masked), kind)
    table = tuple(
        tuple(
            (column.label.in_(lang), display(column, cells[column.key], lang, context, masked=masked))
            for column in field.columns
            if cells.get(column.key) not in (None, "")
        )
        for cells in (value if isinstance(value, list) else ())
        if isinstance(cells, Mapping)
    )
    return Row(field.key, label, "", "table", table)


def display(field: Any, value: Any, lang: str, context: Context, *, masked: bool = False) -> str:
    """One value as people read it; stored values that no longer fit are shown as they are."""
    if field.type in AS_TYPED and type(value) is str:
        return value
    try:
        return _display(field, value, lang, context, masked)
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
        return str(value)


def _display(field: Any, value: Any, lang: str, context: Context, masked: bool) -> str:  # noqa: PLR0911 - a line a kind
    match field.type:
        case "date":
            return format_day(parse_day(value))
        case "number":
            # A year is not a quantity: 2026, not 2.026.
            return str(value) if getattr(field, "max", None) == "current_year" else format_number(value)
        case "money":
            return vnd(value)
        case "address":
            return units.address_line(value)
        case "choice":
            labels = dict(options(field, context, lang))
            chosen = value if isinstance(value, list) else [value]
            return ", ".join(labels.get(item, str(item)) for item in chosen)
        case "national_id" | "phone" if masked:
            return mask(value)
    return str(value)


def mask(value: str) -> str:
    """`020190001417` → `020 1•• ••• 417`, `0912345678` → `091 ••• •678`."""
    if len(value) == 12:
        return f"{value[:3]} {value[3]}•• ••• {value[-3:]}"
    return f"{value[:3]} ••• •{value[-3:]}" if len(value) >= 8 else "•" * len(value)
