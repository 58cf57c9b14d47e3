"""The catalogue as files: XLSX, CSV, JSON. Texts that a spreadsheet could take for a formula are written as texts."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from procedures.transfers.flattening import flatten, table_rows
from procedures.transfers.layout import CHOICES, CLEAR, INSTRUCTIONS, NEW, TABLES, Table
from procedures.transfers.reading import guarded
from procedures.transfers.records import Entry

if TYPE_CHECKING:
    from openpyxl import Workbook

BOM = "\ufeff"
FORMAT = "motcua.catalogue"


def as_json(entries: Iterable[Entry], *, at: str) -> Iterator[str]:
    """Full documents, one procedure a line: nothing is lost."""
    yield (
        json.dumps({"format": FORMAT, "version": 1, "exported_at": at}, ensure_ascii=False)[:-1] + ', "procedures": [\n'
    )
    for number, entry in enumerate(entries):
        text = json.dumps(_record(entry), ensure_ascii=False, separators=(",", ":"))
        yield f",\n{text}" if number else text
    yield "\n]}\n"


def _record(entry: Entry) -> dict[str, Any]:
    facts = entry.facts
    return {
        "code": facts.code,
        "field": {"vi": facts.field, "en": facts.field_en},
        "level": facts.level,
        "also_levels": list(facts.also_levels),
        "audience": facts.audience,
        "agency": facts.agency,
        "content": entry.document,
    }


def as_csv(entries: Iterable[Entry], table: Table) -> Iterator[str]:
    """One table, UTF-8 with byte order mark, parted by semicolons as Vietnamese spreadsheets expect."""
    yield BOM + _line([column.vi for column in table.columns])
    for entry in entries:
        for row in table_rows(entry, table):
            yield _line([guarded(text) for text in row])


def _line(row: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow(row)
    return out.getvalue()


def as_workbook(entries: Iterable[Entry]) -> bytes:
    """A sheet per table and one with instructions."""
    from openpyxl import Workbook  # read when somebody asks for a workbook

    book = Workbook(write_only=True)
    _instructions(book)
    sheets = [_sheet(book, table) for table in TABLES]
    for entry in entries:
        rows = flatten(entry)
        for table, sheet in zip(TABLES, sheets, strict=True):
            for texts in rows[table.key]:
                texts["code"] = entry.facts.code
                sheet.append([_cell(sheet, column.kind, texts.get(column.key, "")) for column in table.columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: "Workbook", table: Table) -> Any:
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(table.vi)
    sheet.freeze_panes = "C2"
    for number, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_head(sheet, column.vi) for column in table.columns])
    return sheet


def _head(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, kind: str, text: str) -> Any:
    """Numbers as numbers, everything else as text, never a formula."""
    if not text:
        return None
    if kind in {"whole", "money"} and text.isascii() and text.isdigit():
        return int(text)
    if not text.startswith(("=", "+", "-", "@")):
        return text
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _instructions(book: "Workbook") -> None:
    sheet = book.create_sheet(INSTRUCTIONS)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 90
    for number, (head, text) in enumerate(_rules()):
        sheet.append([_head(sheet, head), text if number else _head(sheet, text)])


def _rules() -> Iterator[tuple[str, str]]:
    yield "Bảng danh mục thủ tục hành chính", "Cách điền"
    yield (
        "Mã thủ tục",
        (
            "Mỗi thủ tục một dòng ở trang Thủ tục; các trang khác nối với nó bằng Mã thủ tục. Thủ tục mới: để trống mã, "
            f"hoặc ghi {NEW}1, {NEW}2… để nối với dòng của nó ở các trang khác."
        ),
    )
    yield "Ô trống", f"Giữ nguyên điều đang có. Muốn bỏ nội dung đang có, ghi {CLEAR}."
    yield (
        "Trang, cột không có trong tệp",
        "Giữ nguyên điều đang có. Mẫu đơn điện tử và quy trình nội bộ chỉ có trong tệp JSON.",
    )
    yield (
        "Thời hạn, Phí, Giấy tờ, Các bước",
        ("Nếu trang có dòng của một thủ tục thì đó là toàn bộ: dòng nào không còn sẽ bị bỏ khỏi thủ tục đó."),
    )
    yield "Nhiều mục trong một ô", "Mỗi mục một dòng (Alt+Enter); các kênh cách nhau bằng dấu chấm phẩy."
    yield "Số tiền", "Số nguyên, đơn vị đồng: 50000 hoặc 50.000."
    yield "Ngày", "ngày/tháng/năm: 01/07/2026."
    yield "Công thức", "Không nhận công thức: ghi chính giá trị."
    for table in TABLES:
        for column in table.columns:
            kind = "channel" if column.kind == "channels" else column.kind
            if kind in CHOICES:
                yield f"{table.vi}: {column.vi}", "Một trong: " + ", ".join(row[1] for row in CHOICES[kind])
