"""The register of results (sổ kết quả): per agency, kind of paper and year, in the order of the numbers.

A page is found by keyset on the index `result_register`; nothing is counted. The files hold the same entries.
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.templatetags.mc import pick, vn_date
from dossiers.models import Result
from dossiers.querysets_results import CANCELLED, EXPIRED, REPLACED, REVOKED, VALID, WAITING, ResultQuerySet

SIZE = 25
CHUNK = 500
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
KINDS: dict[str, Any] = {
    "KQ": gettext_lazy("Results that grant"),
    "TB": gettext_lazy("Negative answers"),
}
STATES: dict[str, tuple[Any, str, str]] = {
    VALID: (pgettext_lazy("result", "In force"), "ok", "check"),
    EXPIRED: (pgettext_lazy("result", "Run out"), "info", "clock"),
    REVOKED: (pgettext_lazy("result", "Revoked"), "bad", "cross"),
    REPLACED: (pgettext_lazy("result", "Replaced"), "bad", "undo"),
    WAITING: (pgettext_lazy("result", "Not issued yet"), "blue", "sign"),
    CANCELLED: (pgettext_lazy("result", "Number cancelled"), "info", "cross"),
}
COLUMNS = (
    gettext_lazy("Number"), gettext_lazy("Issued on"), gettext_lazy("Dossier code"), gettext_lazy("Abstract"),
    gettext_lazy("Issued to"), gettext_lazy("Signed by"), gettext_lazy("Holds until"),
    pgettext_lazy("result", "State"),
)  # fmt: skip
WIDTHS = (24, 14, 24, 60, 34, 28, 16, 20)


@dataclass(frozen=True)
class Book:
    """One book: an agency's numbers of one kind in one year."""

    agency_id: int
    year: int
    kind: str
    state: str = ""

    def entries(self, found: ResultQuerySet, day: date) -> ResultQuerySet:
        """Its entries out of those a person may see, newest number first."""
        inside = found.filter(numbered_by=self.agency_id, number_year=self.year, number_kind=self.kind)
        related = ("dossier__party", "signed_by")
        return inside.in_state(self.state, day).select_related(*related).order_by("-number_serial")


@dataclass(frozen=True)
class Page:
    """The entries of one page, and the numbers before and after which the neighbouring pages begin (0: there is none)."""

    entries: list[Result]
    after: int = 0
    before: int = 0


def page(entries: ResultQuerySet, *, after: int | None, before: int | None) -> Page:
    """Twenty-five entries behind `after`, or in front of `before`."""
    if before:
        rows = list(entries.filter(number_serial__gt=before).order_by("number_serial")[: SIZE + 1])
        has_more, rows = len(rows) > SIZE, rows[:SIZE][::-1]
        return Page(rows, _serial(rows, -1), _serial(rows, 0) if has_more else 0)
    rows = list((entries.filter(number_serial__lt=after) if after else entries)[: SIZE + 1])
    has_more, rows = len(rows) > SIZE, rows[:SIZE]
    return Page(rows, _serial(rows, -1) if has_more else 0, _serial(rows, 0) if after else 0)


def _serial(rows: list[Result], at: int) -> int:
    return (rows[at].number_serial or 0) if rows else 0


def state_of(result: Result, day: date) -> str:
    """In which state an entry is; needs `with_successor`."""
    if result.issued_at is None:
        return CANCELLED if result.revoked_at else WAITING
    if result.revoked_at:
        return REPLACED if getattr(result, "has_successor", False) else REVOKED
    return EXPIRED if result.valid_until and result.valid_until < day else VALID


def line(result: Result, day: date) -> list[str]:
    """One entry in words, in the order of COLUMNS."""
    return [
        result.number,
        vn_date(result.issued_at),
        result.dossier.code or "",
        pick(result.title),
        result.dossier.party.full_name,
        result.signed_by.display_name if result.signed_by else "",
        vn_date(result.valid_until),
        str(STATES[state_of(result, day)][0]),
    ]


def as_csv(entries: ResultQuerySet, day: date) -> Iterator[str]:
    """The book line by line, for a response that streams; a cell that looks like a formula begins with an apostrophe."""
    yield BOM + _csv_line([str(column) for column in COLUMNS])
    for result in entries.iterator(chunk_size=CHUNK):
        yield _csv_line([_safe(cell) for cell in line(result, day)])


def _csv_line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def as_xlsx(entries: ResultQuerySet, day: date, title: str) -> IO[bytes]:
    """The book as a workbook in a temporary file, ready to be read; nothing in it is a formula."""
    from openpyxl import Workbook  # read when somebody asks for a workbook: ten megabytes in every process otherwise

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    for number, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFGH"[number]].width = width
    sheet.append([_cell(sheet, str(column), is_head=True) for column in COLUMNS])
    for result in entries.iterator(chunk_size=CHUNK):
        sheet.append([_cell(sheet, cell) for cell in line(result, day)])
    file = tempfile.TemporaryFile(prefix="motcua-")  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file


def _cell(sheet: Any, value: str, *, is_head: bool = False) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"  # never a formula
    if is_head:
        cell.font = Font(bold=True)
    return cell


def name_of(book: Book) -> str:
    """What a file of this book is called."""
    return f"so-ket-qua-{book.kind}-{book.year}"


def kind_label(kind: str) -> str:
    """The kind in words."""
    return str(KINDS.get(kind, kind)) or _("Results")
