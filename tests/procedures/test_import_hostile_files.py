"""Hostile files are refused with a sentence, before they are read whole; nothing in them is ever computed."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents.gateways import ScanResult
from documents.refusals import UploadRefused
from documents.services import settle_scan
from procedures.models import CatalogueImport
from procedures.services import importing
from procedures.transfers import reading, writing
from procedures.transfers.layout import BY_KEY
from procedures.transfers.problems import Unreadable
from procedures.transfers.records import Entry, Facts
from tests.procedures import desk, transfers
from tests.procedures.catalogue import document

pytestmark = pytest.mark.django_db


@pytest.fixture
def lan():
    return desk.province()


def refused(lan, name: str, data: bytes) -> str:
    with pytest.raises(UploadRefused) as fault:
        importing.receive(SimpleUploadedFile(name, data), actor=lan, at=timezone.now())
    assert not CatalogueImport.objects.exists()
    return fault.value.code


def book() -> bytes:
    return transfers.workbook(procedures=[["Mã thủ tục", "Số bộ hồ sơ"], [desk.procedure().code, 3]])


def with_entry(name: str, data: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO(book())
    with zipfile.ZipFile(out, "a", method) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def with_sheet(xml: str) -> bytes:
    """The workbook with other bytes for its only sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = xml.encode() if entry.filename == "xl/worksheets/sheet1.xml" else old.read(entry)
            new.writestr(entry.filename, data)
    return out.getvalue()


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def test_a_zip_bomb_is_refused_when_it_is_sent(lan) -> None:
    assert refused(lan, "bom.xlsx", with_entry("xl/media/a.xml", b"0" * 60_000_000)) == "office_too_complex"


def test_a_workbook_with_macros_is_refused(lan) -> None:
    assert refused(lan, "macro.xlsx", with_entry("xl/vbaProject.bin", b"x")) == "office_active"
    assert refused(lan, "macro.xlsm", book()) == "wrong_type"


def test_an_encrypted_workbook_is_refused(lan) -> None:
    assert refused(lan, "khoa.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600) == "office_locked"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("anh.xlsx", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("trang.csv", b"<html><script>alert(1)</script></html>"),
        ("goi.csv", b"PK\x03\x04" + b"\0" * 100),
        ("nhi-phan.csv", b"a;b\0c\n"),
        ("chuoi.json", b"khong phai JSON"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(lan, name, data) -> None:
    assert refused(lan, name, data) == "content_differs"


def test_xml_entities_are_refused(lan) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "b">]>' + SHEET.format("")
    assert refused(lan, "thuc-the.xlsx", with_sheet(bomb)) == "office_active"


def test_a_file_over_25_megabytes_is_refused(lan) -> None:
    assert refused(lan, "lon.csv", b"a;b\n" * (7 * 1024 * 1024)) == "too_large"


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ('<row r="1"><c r="XFD1" t="inlineStr"><is><t>x</t></is></c></row>', "too_many_columns"),
        ('<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>', "too_many_rows"),
        ("<row><c r='XFD1'><v>1</v></c></row>", "too_many_columns"),
    ],
)
def test_cells_far_out_are_refused_before_the_sheet_is_read(lan, cells, rule) -> None:
    found = transfers.checked(with_sheet(SHEET.format(cells)), "xa.xlsx", lan)
    assert (found.state, found.refusal["code"]) == ("refused", rule)


def test_too_many_sheets_are_refused(lan) -> None:
    sheets = {f"trang{number}": [["a"]] for number in range(25)}
    found = transfers.checked(transfers.workbook(**sheets), "nhieu.xlsx", lan)
    assert (found.state, found.refusal["code"]) == ("refused", "too_many_sheets")


def test_a_damaged_sheet_is_refused_with_a_sentence(lan) -> None:
    found = transfers.checked(with_sheet("<worksheet><sheetData><row>"), "hong.xlsx", lan)
    assert found.state == "refused"


@pytest.mark.parametrize("rows", ["", "Mã thủ tục;Số bộ hồ sơ\n", "a;b;c\n1;2;3\n", '"Mã thủ tục;"Số\n1;2'])
def test_a_csv_without_anything_known_is_refused(lan, rows) -> None:
    found = transfers.checked((rows or " ").encode(), "tep.csv", lan)
    assert found.state == "refused"


def test_csv_that_is_not_utf8_is_refused_with_the_remedy() -> None:

    with pytest.raises(Unreadable) as fault:
        reading.read_csv("Mã thủ tục".encode() + b"\xff\xfe\xfa")
    assert fault.value.code == "csv_encoding"


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"procedures": [', "json_broken"),
        (b"[" * 100_000, "json_deep"),
        (b'{"a": 1}', "json_shape"),
        (b"[1, 2]", "json_shape"),
        (b'{"procedures": []}', "empty"),
    ],
)
def test_json_of_another_shape_is_refused(lan, data, rule) -> None:
    found = transfers.checked(data, "tep.json", lan)
    assert (found.state, found.refusal["code"]) == ("refused", rule)


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_characters_that_cannot_be_kept_make_the_row_wrong(lan, text) -> None:
    wrong = json.loads(json.dumps(document(desk.TENNIS)))
    wrong["purpose"] = {"vi": f"a{text}b", "en": ""}
    data = json.dumps({"procedures": [{"code": desk.procedure().code, "content": wrong}]}).encode()
    found = transfers.checked(data, "tep.json", lan)
    assert ("procedures[1].content", "json_characters") in transfers.told(found)


def test_a_formula_is_never_computed_not_even_its_kept_value(lan) -> None:
    rows = [["Mã thủ tục", "Số bộ hồ sơ"], [desk.procedure().code, '=WEBSERVICE("http://example.com")']]
    found = transfers.checked(transfers.workbook(procedures=rows), "tep.xlsx", lan)
    assert transfers.told(found)[0] == ("Thủ tục!B2", "formula")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'=", "''+", "\t"])
def test_exported_texts_are_no_formulas_and_come_back_as_they_were(start) -> None:
    raw = document(desk.TENNIS) | {"purpose": {"vi": f"{start}SUM(A1)", "en": "x"}}
    entry = Entry(Facts(code="1.000001"), raw)
    table = BY_KEY["procedures"]
    text = "".join(writing.as_csv([entry], table))
    cells = text.split("\n", 1)[1]
    assert not any(cell.strip('"').startswith(("=", "+", "-", "@")) for cell in cells.split(";"))
    wanted = f"{start}SUM(A1)".strip()
    assert reading.read_csv(text.encode()).rows["procedures"][0].get("purpose_vi") == wanted
    data = writing.as_workbook([entry])
    sheet = transfers.opened(data)["Thủ tục"]
    cell = sheet.cell(2, transfers.letter("procedures", "purpose_vi"))
    assert (cell.data_type, cell.value) == ("s", wanted)
    assert reading.read_workbook(io.BytesIO(data)).rows["procedures"][0].get("purpose_vi") == wanted


def test_a_file_with_a_virus_is_refused(lan) -> None:
    made = importing.receive(SimpleUploadedFile("tep.xlsx", book()), actor=lan, at=timezone.now())
    settle_scan(made.file_id, ScanResult(signature="Eicar"), at=timezone.now())
    transfers.work()
    made.refresh_from_db()
    assert (made.state, made.refusal["code"]) == ("refused", "infected")


def test_the_check_waits_for_the_scan(lan) -> None:
    made = importing.receive(SimpleUploadedFile("tep.xlsx", book()), actor=lan, at=timezone.now())
    transfers.work()
    made.refresh_from_db()
    assert made.state == "uploaded"


@pytest.mark.parametrize(
    "record",
    [
        {"content": {"fees": 5, "cases": "x", "public": []}},
        {"content": {"name": {"vi": "a\x00b"}}, "field": "x\x00y", "level": 5},
        {"code": "1.9\x0099", "content": {}},
        {"code": ["1"], "field": {"vi": 5}, "content": {"name": 3}},
        {"versions": [3]},
        {"content": {"name": {"vi": "x", "a": json.loads("[" * 80 + "]" * 80)}}},
    ],
)
def test_records_of_any_shape_are_wrong_and_never_a_fault_of_ours(lan, record) -> None:
    data = json.dumps({"procedures": [record]}).encode()
    found = transfers.checked(data, "tep.json", lan)
    assert (found.state, found.counts) == ("checked", {"wrong": 1})


def test_deep_documents_are_refused_with_a_sentence(lan) -> None:
    deep = '{"procedures": [{"content": {"name": ' + '{"vi": ' * 700 + '"x"' + "}" * 700 + "}}]}"
    found = transfers.checked(deep.encode(), "tep.json", lan)
    assert found.state in {"refused", "checked"}
    assert not found.counts or found.counts == {"wrong": 1}
