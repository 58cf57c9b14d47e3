"""Reading of workbooks and CSV files into rows. Limits stand before anything is read whole; formulas are never computed."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from common.text import fold
from procedures.transfers.cells import as_text
from procedures.transfers.layout import INSTRUCTIONS, TABLES, Column, Table
from procedures.transfers.problems import Problem, Unreadable
from procedures.transfers.rows import Row, Sheet, Tables

MOST_SHEETS = 20
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_SHEET_BYTES = 80 * 1024 * 1024
MOST_TEXT_BYTES = 40 * 1024 * 1024
MOST_NOTES = 50
_CHUNK = 256 * 1024
_PLACE = re.compile(rb"\br=[\"']([A-Z]*)(\d+)[\"']")
_APOSTROPHE = re.compile(r"'+[=+\-@\t\r\n]")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_workbook(stream: BinaryIO) -> Tables:
    """The known sheets of an .xlsx file; raises Unreadable."""
    _guard(stream)
    from openpyxl import load_workbook  # ten megabytes: read when somebody imports a workbook

    try:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        try:
            return _known(list(_sheets_of(book)))
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged or hostile workbook makes the library raise
        raise Unreadable("workbook_broken") from error


def _guard(stream: BinaryIO) -> None:
    """Sheets, sizes, and the furthest row and column, from the directory and the bytes of the sheets."""
    try:
        with zipfile.ZipFile(stream) as archive:
            sheets = [entry for entry in archive.infolist() if entry.filename.startswith("xl/worksheets/sheet")]
            texts = [entry for entry in archive.infolist() if entry.filename.lower() == "xl/sharedstrings.xml"]
            if len(sheets) > MOST_SHEETS:
                raise Unreadable("too_many_sheets", most=MOST_SHEETS)
            if sum(entry.file_size for entry in sheets) > MOST_SHEET_BYTES or any(
                entry.file_size > MOST_TEXT_BYTES for entry in texts
            ):
                raise Unreadable("too_large_inside")
            for entry in sheets:
                _guard_places(archive, entry)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable("workbook_broken") from None
    stream.seek(0)


def _guard_places(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Cells far out make a reader fill all rows and columns before them."""
    carry = b""
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            for letters, number in set(_PLACE.findall(carry + chunk)):
                if len(letters) > 2:
                    raise Unreadable("too_many_columns", most=MOST_COLUMNS)
                if len(number) > 7 or int(number) > MOST_ROWS:
                    raise Unreadable("too_many_rows", most=MOST_ROWS)
            carry = chunk[-24:]


def _sheets_of(book: Any) -> Iterator[tuple[str, Iterator[tuple[int, list[Any]]]]]:
    if len(book.sheetnames) > MOST_SHEETS:
        raise Unreadable("too_many_sheets", most=MOST_SHEETS)
    for sheet in book.worksheets:
        if hasattr(sheet, "reset_dimensions"):
            sheet.reset_dimensions()  # what a file says of its own size is not believed
        yield sheet.title, _cells_of(sheet)


def _cells_of(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS:
            raise Unreadable("too_many_rows", most=MOST_ROWS)
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("too_many_columns", most=MOST_COLUMNS)
        yield number, [_Marked(cell) if cell.data_type in "fe" else cell.value for cell in cells]


class _Marked:
    """A cell that is not a value: a formula or an error."""

    def __init__(self, cell: Any) -> None:
        self.code = "formula" if cell.data_type == "f" else "cell_error"
        self.text = "" if cell.value is None else str(cell.value)[:40]


def read_csv(data: bytes) -> Tables:
    """One table as CSV: UTF-8 (with or without mark) or marked UTF-16, parted by ; or , or tab; raises Unreadable."""
    text = _decoded(data)
    best: tuple[int, str] = (0, ";")
    for separator in (";", ",", "\t"):
        head = next(iter(_records(text, separator)), (0, []))[1]
        best = max(best, (max(_score(table, head) for table in TABLES), separator), key=lambda found: found[0])
    if not best[0]:
        raise Unreadable("nothing_known")
    return _known([("", _unquoted(_records(text, best[1])))])


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-16" if data.startswith(_BOMS) else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("csv_encoding") from None


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1):
            if number > MOST_ROWS:
                raise Unreadable("too_many_rows", most=MOST_ROWS)
            if len(record) > MOST_COLUMNS:
                raise Unreadable("too_many_columns", most=MOST_COLUMNS)
            yield number, record
    except csv.Error:
        raise Unreadable("csv_broken") from None


def _unquoted(records: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[Any]]]:
    """Texts without the apostrophe that keeps a spreadsheet from computing them; a bare = is a formula."""
    for number, record in records:
        yield number, [_plain(text) for text in record]


def _plain(text: str) -> Any:
    if text.startswith("="):
        return _Marked(_Formula())
    return text[1:] if _APOSTROPHE.match(text) else text


class _Formula:
    data_type, value = "f", None


def guarded(text: str) -> str:
    """A text for CSV that no spreadsheet takes for a formula; `read_csv` takes the apostrophe off again."""
    return f"'{text}" if text.startswith(FORMULA) or _APOSTROPHE.match(text) else text


def _score(table: Table, head: Sequence[Any]) -> int:
    known = {table.heads[name].key for cell in head if (name := fold(str(cell).lstrip("\ufeff"))) in table.heads}
    return len(known) if "code" in known or "name_vi" in known else 0


def _known(sheets: Sequence[tuple[str, Iterator[tuple[int, list[Any]]]]]) -> Tables:
    """Rows of the sheets whose title or heads are known."""
    tables = Tables()
    for title, rows in sheets:
        _number, head = next(rows, (0, []))
        table = _table_of(title, head)
        if table is None:
            if fold(title) != fold(INSTRUCTIONS) and any(head):
                tables.notes.append(Problem(title, "sheet_unknown", {"text": title[:40]}, is_error=False))
            continue
        columns = _columns(tables, title, table, head)
        sheet = Sheet(title, table, {column.key: _letter(place) for place, column in columns.items()})
        if "code" not in sheet.letters and table.key != "procedures":
            tables.notes.append(Problem(title, "heads_without_code"))
            continue
        tables.rows.setdefault(table.key, []).extend(_rows(sheet, columns, rows))
    if not tables.rows:
        raise Unreadable("nothing_known")
    return tables


def _table_of(title: str, head: Sequence[Any]) -> Table | None:
    by_title = next((table for table in TABLES if fold(title) in {fold(table.vi), fold(table.en), table.key}), None)
    if by_title is not None or not head:
        return by_title
    best = max(TABLES, key=lambda table: _score(table, head))
    return best if _score(best, head) >= 2 else None


def _columns(tables: Tables, title: str, table: Table, head: Sequence[Any]) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for place, cell in enumerate(head):
        text = as_text(cell) if not isinstance(cell, _Marked) else cell.text
        column = table.heads.get(fold(text.lstrip("\ufeff")))
        where = f"{title}!{_letter(place)}1" if title else f"{_letter(place)}1"
        if column is None:
            if text and len(tables.notes) < MOST_NOTES:
                tables.notes.append(Problem(where, "head_unknown", {"text": text[:40]}, is_error=False))
        elif column in found.values():
            tables.notes.append(Problem(where, "heads_twice", {"text": text[:40]}))
        else:
            found[place] = column
    return found


def _rows(sheet: Sheet, columns: dict[int, Column], rows: Iterator[tuple[int, list[Any]]]) -> Iterator[Row]:
    for number, cells in rows:
        texts: dict[str, str] = {}
        row = Row(sheet, number, texts)
        for place, column in columns.items():
            value = cells[place] if place < len(cells) else None
            if isinstance(value, _Marked):
                row.problems.append(Problem(row.place(column.key), value.code, {"text": value.text}))
            elif isinstance(value, float) and column.key == "code":
                texts["code"] = f"{value:.6f}"  # a spreadsheet that took 1.001610 for a number dropped the last zero
            elif value is not None and (text := as_text(value)):
                texts[column.key] = text
        if texts or row.problems:
            yield row


def _letter(place: int) -> str:
    """A, B, … Z, AA: the letters of a column counted from 0."""
    high, low = divmod(place, 26)
    return (chr(64 + high) if high else "") + chr(65 + low)


def plain_rows(name: str, data: bytes) -> list[tuple[int, list[Any]]]:
    """Rows with their numbers: of the first sheet of a workbook (a name that ends with .xlsx), else of a CSV file.

    Cells are values; a formula or an error has `code` and `text` instead. Raises Unreadable.
    """
    if not name.lower().endswith(".xlsx"):
        text = _decoded(data)
        head = text.partition("\n")[0]
        separator = max(";,\t", key=head.count)
        return list(_unquoted(_records(text, separator)))
    stream = io.BytesIO(data)
    _guard(stream)
    from openpyxl import load_workbook  # as above

    try:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        try:
            return list(next(_sheets_of(book))[1])
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged or hostile workbook makes the library raise
        raise Unreadable("workbook_broken") from error
