"""Fields as flat data for the templates: every text ready, nothing computed while drawing.

Forty fields through the framework's own renderer cost 29 ms; plain dictionaries and flat templates cost a tenth.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common import units
from procedures.content.conditions import Condition
from procedures.content.eform import EForm
from procedures.eforms.checking import Errors
from procedures.eforms.context import Context
from procedures.eforms.numbers import format_number, parse_day
from procedures.eforms.posted import COMMUNES, ROWS
from procedures.eforms.values import options
from procedures.eforms.words import condition_words

RADIOS_UP_TO = 7
INPUTS: dict[str, dict[str, str]] = {
    "date": {"inputmode": "numeric", "width": "10"},
    "national_id": {"inputmode": "numeric", "width": "20"},
    "tax_code": {"inputmode": "numeric", "width": "20"},
    "phone": {"type": "tel", "width": "20"},
    "email": {"type": "email"},
    "number": {"inputmode": "decimal", "width": "10"},
    "money": {"inputmode": "numeric", "width": "20", "suffix": "đ"},
}
AUTOCOMPLETE = {
    "account.full_name": "name",
    "account.phone": "tel",
    "account.email": "email",
    "account.dob": "bday",
    "business.name": "organization",
}


@dataclass(frozen=True)
class Page:
    """What drawing needs besides the field: errors, language, moment, the whole form for conditions."""

    eform: EForm
    errors: Errors
    language: str
    context: Context
    on_page: frozenset[str]


def draw(field: Any, value: Any, page: Page, name: str = "", path: str = "") -> dict[str, Any]:
    """The data of one field; `name` of its input, `path` in the answers (both the key unless inside a table)."""
    name, path = name or field.key, path or field.key
    drawn = _common(field, page, name, path)
    kind = _kind(field)
    drawn["template"] = f"procedures/eform/{kind}.html"
    DRAWERS[kind](drawn, field, value, page)
    return drawn


def _kind(field: Any) -> str:
    if field.type == "choice":
        if field.multiple:
            return "checkboxes"
        return "radios" if len(field.options) in range(1, RADIOS_UP_TO + 1) else "select"
    return {"long_text": "textarea", "address": "address", "table": "table"}.get(field.type, "input")


def _common(field: Any, page: Page, name: str, path: str) -> dict[str, Any]:
    anchor = f"f-{name}"
    hint = field.help.in_(page.language) if field.help else _example(field)
    error = page.errors.get(path, "")
    only_if = _only_if(field, page)
    described = " ".join(
        f"{anchor}-{part}" for part, there in (("if", only_if), ("hint", hint), ("error", error)) if there
    )
    return {
        "key": field.key,
        "name": name,
        "id": anchor,
        "path": path,
        "label": field.label.in_(page.language),
        "optional": not field.required,
        "hint": hint,
        "error": error,
        "only_if": only_if,
        "show_if": _show_if(field) if only_if else "",
        "described": described,
    }


def _example(field: Any) -> str:
    return _("For example 25/11/2026") if field.type == "date" else ""


def _only_if(field: Any, page: Page) -> str:
    condition: Condition | None = field.show_if
    if condition is None or not condition.fields() & page.on_page:
        return ""
    return _("Only if %(condition)s") % {"condition": condition_words(condition, page.eform, page.language)}


def _show_if(field: Any) -> str:
    return json.dumps(field.show_if.model_dump(mode="json", by_alias=True, exclude_none=True), ensure_ascii=False)


def typed(field: Any, value: Any) -> str:
    """A stored or posted value the way it is typed."""
    if value is None or isinstance(value, bool | list | dict):
        return ""
    if field.type == "date":
        try:
            day = parse_day(str(value))
        except ValueError:
            return str(value)
        return f"{day:%d/%m}/{day.year:04d}"
    if field.type in {"number", "money"} and isinstance(value, int | float):
        is_year = getattr(field, "max", None) == "current_year"
        return format_number(value) if math.isfinite(value) and not is_year else str(value)
    return str(value)


def _input(drawn: dict[str, Any], field: Any, value: Any, page: Page) -> None:
    drawn |= {"type": "text"} | INPUTS.get(field.type, {})
    drawn["value"] = typed(field, value)
    drawn["autocomplete"] = AUTOCOMPLETE.get(field.prefill.source, "") if field.prefill else ""
    limit = getattr(field, "max_length", None)
    if not drawn.get("width") and limit and limit <= 30:
        drawn["width"] = "10" if limit <= 20 else "20"
    if field.type == "number" and field.integer:
        drawn |= {"inputmode": "numeric", "width": "5"}


def _textarea(drawn: dict[str, Any], field: Any, value: Any, page: Page) -> None:
    drawn["value"] = typed(field, value)
    drawn["rows"] = 5 if (field.max_length or 0) > 500 else 3


def _choice(drawn: dict[str, Any], field: Any, value: Any, page: Page) -> None:
    given = value if isinstance(value, list) else [value]
    chosen = {item for item in given if isinstance(item, str)}
    drawn["options"] = [
        {"value": offered, "label": label, "chosen": offered in chosen, "id": drawn["id"] + (f"-{n}" if n else "")}
        for n, (offered, label) in enumerate(options(field, page.context, page.language))
    ]


def _address(drawn: dict[str, Any], field: Any, value: Any, page: Page) -> None:
    parts = value if isinstance(value, Mapping) else {}
    province = str(parts.get("province") or field.province_must_be or page.context.province)
    if not units.communes(province):
        province = page.context.province
    offered = [unit for unit in units.provinces() if field.province_must_be in (None, unit[0])]
    drawn["provinces"] = [{"value": code, "label": label, "chosen": code == province} for code, label in offered]
    commune = str(parts.get("commune") or "")
    drawn["communes"] = [
        {"value": code, "label": label, "chosen": code == commune} for code, label in units.communes(province)
    ]
    drawn["line"] = str(parts.get("line") or "")
    drawn["line_optional"] = not field.line_required
    drawn["button"] = COMMUNES
    errors = {part: page.errors.get(f"{drawn['path']}.{part}", "") for part in ("province", "commune", "line")}
    if drawn["error"] and not errors["commune"]:
        errors["commune"] = drawn["error"]
    drawn["errors"] = errors


def render(fields: list[dict[str, Any]]) -> SafeString:
    """The HTML of drawn fields, each through its flat template."""
    parts = [get_template(drawn["template"]).render(drawn) for drawn in fields]
    return mark_safe("".join(parts))  # noqa: S308 - each part was autoescaped by its own template


def _cell(column: Any, row: Mapping[str, Any], page: Page, name: str, number: int) -> dict[str, Any]:
    key = column.key
    return draw(column, row.get(key), page, f"{name}-{number}-{key}", f"{name}.{number}.{key}")


def _table(drawn: dict[str, Any], field: Any, value: Any, page: Page) -> None:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    rows = rows or [{} for _ in range(max(1, field.min_rows))]
    drawn["rows"] = [
        {
            "number": number + 1,
            "remove": f"remove:{field.key}:{number}",
            "html": render(
                [
                    _cell(column, row, page, drawn["name"], number)
                    for column in field.columns
                    if not getattr(column, "computed", ())
                ]
            ),
        }
        for number, row in enumerate(rows)
    ]
    drawn["count"] = len(rows)
    drawn["add"] = f"add:{field.key}" if len(rows) < field.max_rows else ""
    drawn["button"] = ROWS
    drawn["can_remove"] = len(rows) > 1


DRAWERS = {
    "input": _input,
    "textarea": _textarea,
    "radios": _choice,
    "checkboxes": _choice,
    "select": _choice,
    "address": _address,
    "table": _table,
}
