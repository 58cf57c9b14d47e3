"""The same figures as files: one long CSV for machines, one workbook with a sheet per table for people.

Cells that a spreadsheet could take for a formula begin with an apostrophe (CSV) or are written as plain text (XLSX).
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from common.templatetags.mc import vn_datetime
from reports import reading
from reports.rates import RATES
from reports.reading import Line, Scope

if TYPE_CHECKING:
    from openpyxl import Workbook

BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """One table of a download."""

    title: str
    head: str
    lines: Sequence[Line]


def tables(scope: Scope) -> list[Table]:
    """Whole, by month, by agency, by field."""
    months = reading.by_month(scope)
    return [
        Table(_("Total"), _("Period"), [Line(period(scope), reading.total(months))]),
        Table(_("By month"), _("Month"), months),
        Table(_("By agency"), _("Agency"), reading.by_agency(scope)),
        Table(_("By field"), _("Field"), reading.by_field(scope)),
    ]


def period(scope: Scope) -> str:
    """01/2026 - 11/2026."""
    return f"{scope.since:%m/%Y} – {scope.until:%m/%Y}"


def safe(value: Cell) -> Cell:
    """A text that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_csv(scope: Scope) -> str:
    """One line per table, row and measure: numerator, denominator, percentage with a decimal point."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Table"), _("Code"), _("Name"), _("Measure"), _("Numerator"), _("Denominator"), _("Percent")])
    for row in _long(scope):
        writer.writerow([safe(cell) for cell in row])
    return BOM + out.getvalue()


def _long(scope: Scope) -> Iterator[list[Cell]]:
    for table in tables(scope):
        for line in table.lines:
            yield [table.title, line.code, line.name, _("Received"), line.counts["received"], None, None]
            yield [table.title, line.code, line.name, _("Resolved"), line.counts["resolved"], None, None]
            for rate in RATES:
                share = rate.of(line.counts)
                numbers = [None, share.denominator] if share.is_hidden else [share.numerator, share.denominator]
                yield [table.title, line.code, line.name, str(rate.name), *numbers, _text(share.percent)]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def as_xlsx(scope: Scope) -> bytes:
    """A workbook: a sheet per table, and one that says how each measure is computed and up to when it is exact."""
    from openpyxl import Workbook  # read when somebody asks for a workbook: ten megabytes in every process otherwise

    book = Workbook(write_only=True)
    for table in tables(scope):
        _sheet(book, table.title, _rows(table))
    mark = reading.as_of()
    notes: list[list[Cell]] = [[_("Measure"), _("How it is computed")]]
    notes += [[str(rate.name), str(rate.definition)] for rate in RATES]
    notes += [[_("Exact until"), vn_datetime(mark.as_of)], [_("Rounding"), _("half up, two decimals")]]
    _sheet(book, _("How the figures are computed"), notes)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _rows(table: Table) -> Iterator[list[Cell]]:
    heads = [f"{rate.name} – {part}" for rate in RATES for part in (_("numerator"), _("denominator"), "%")]
    yield [_("Code"), table.head, _("Received"), _("Resolved"), *heads]
    for line in table.lines:
        shares = [rate.of(line.counts) for rate in RATES]
        parts = [
            (None if share.is_hidden else share.numerator, share.denominator, _number(share.percent))
            for share in shares
        ]
        yield [
            line.code,
            line.name,
            line.counts["received"],
            line.counts["resolved"],
            *(c for part in parts for c in part),
        ]


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _sheet(book: "Workbook", title: str, rows: Iterator[list[Cell]] | list[list[Cell]]) -> None:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "C2"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 48
    for number, row in enumerate(rows):
        sheet.append([_cell(sheet, value, is_head=number == 0) for value in row])


def _cell(sheet: Any, value: Cell, *, is_head: bool) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula
    if is_head:
        cell.font = Font(bold=True)
    return cell
