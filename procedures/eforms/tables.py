"""Repeating tables: rows of cells, products of columns, periods without gaps."""

from collections.abc import Mapping
from datetime import date
from math import prod
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.content import eform as kinds
from procedures.eforms.context import Context
from procedures.eforms.messages import label_of, missing
from procedures.eforms.numbers import format_day
from procedures.eforms.values import Wrong, read

Row = dict[str, Any]


def read_table(field: kinds.TableField, raw: Any, context: Context) -> list[Row] | None:
    """Rows with their cells; empty rows are dropped; raises Wrong with paths `0.column`."""
    if not isinstance(raw, list) or not all(isinstance(row, Mapping) for row in raw):
        raise Wrong(_("Fill in “%(label)s” row by row") % {"label": label_of(field)})
    if len(raw) > field.max_rows:
        raise Wrong(
            ngettext(
                "“%(label)s” takes at most %(limit)s row",
                "“%(label)s” takes at most %(limit)s rows",
                field.max_rows,
            )
            % {"label": label_of(field), "limit": field.max_rows}
        )
    rows: list[Row] = []
    wrong: dict[str, str] = {}
    for number, cells in enumerate(raw):
        row, faults = _read_row(field, cells, context)
        if row or faults:
            rows.append(row)
            wrong |= {f"{number}.{path}": message for path, message in faults.items()}
    if wrong:
        raise Wrong(wrong)
    _check_rows(field, rows)
    return rows or None


def _read_row(field: kinds.TableField, cells: Mapping[str, Any], context: Context) -> tuple[Row, dict[str, str]]:
    row: Row = {}
    faults: dict[str, str] = {}
    for column in field.columns:
        if getattr(column, "computed", ()):
            continue
        try:
            value = read(column, cells.get(column.key), context)
        except Wrong as error:
            faults |= {f"{column.key}.{path}".rstrip("."): text for path, text in error.messages.items()}
            continue
        if value is not None:
            row[column.key] = value
    if row or faults:
        faults |= {
            column.key: missing(column)
            for column in field.columns
            if column.required and column.key not in row and not _faulty(faults, column) and not _computed(column)
        }
        _compute(field, row)
    return row, faults


def _faulty(faults: Mapping[str, str], column: Any) -> bool:
    return any(path.split(".")[0] == column.key for path in faults)


def _computed(column: Any) -> bool:
    return bool(getattr(column, "computed", ()))


def _compute(field: kinds.TableField, row: Row) -> None:
    for column in field.columns:
        names = getattr(column, "computed", ())
        if names and all(isinstance(row.get(name), int | float) for name in names):
            row[column.key] = round(prod(row[name] for name in names))


def _check_rows(field: kinds.TableField, rows: list[Row]) -> None:
    if rows and len(rows) < field.min_rows:
        raise Wrong(
            ngettext(
                "Fill in at least %(limit)s row of “%(label)s”",
                "Fill in at least %(limit)s rows of “%(label)s”",
                field.min_rows,
            )
            % {"label": label_of(field), "limit": field.min_rows}
        )
    if field.periods:
        _check_periods(field.periods, rows)


def _check_periods(periods: kinds.Periods, rows: list[Row]) -> None:
    spans = [
        (date.fromisoformat(row[periods.start]), date.fromisoformat(row[periods.end]), number)
        for number, row in enumerate(rows)
        if periods.start in row and periods.end in row
    ]
    for start, end, number in spans:
        if end < start:
            raise Wrong(
                {
                    f"{number}.{periods.end}": _("The period must end after it begins, %(day)s")
                    % {"day": format_day(start)}
                }
            )
    spans.sort()
    reached = spans[0][1] if spans else date.min
    for start, end, number in spans[1:]:
        if _months(reached, start) > periods.max_gap_months:
            message = _("Nothing is filled in from %(from)s to %(to)s; add that period")
            raise Wrong({f"{number}.{periods.start}": message % {"from": format_day(reached), "to": format_day(start)}})
        reached = max(reached, end)


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def read_any(field: Any, raw: Any, context: Context) -> Any:
    """The value of any field of a form, tables included; None when unanswered; raises Wrong."""
    if field.type == "table" and raw not in (None, "", []):
        return read_table(field, raw, context)
    return read(field, raw, context)
