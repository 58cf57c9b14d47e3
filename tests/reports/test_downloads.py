"""The downloads hold the numbers of the page, open in a spreadsheet, and run no formula."""

import csv
import io

import pytest
from django.test import Client
from openpyxl import load_workbook

from agencies.models import Agency
from reports import exports
from tests.reports.figures_cast import CULTURE, TRADE, dossier, ended, folded

pytestmark = pytest.mark.django_db
YEAR = "?tu=2026-01&den=2026-12"
EVIL = "=HYPERLINK(0)"


@pytest.fixture
def year() -> None:
    folded(
        dossier(CULTURE), dossier(TRADE, intake="counter", filed_by="typed"), ended("2026-01-20", "2026-01-19 10:00"),
        ended("2026-01-20", "2026-01-21 10:00"),
    )  # fmt: skip


def csv_rows(client: Client) -> list[dict[str, str]]:
    answer = client.get("/thong-ke/so-lieu.csv" + YEAR)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_csv_holds_numerator_denominator_and_percentage(client: Client, year: None):
    rows = [row for row in csv_rows(client) if row["Bảng"] == "Tổng cộng"]
    online = next(row for row in rows if row["Chỉ số"] == "Nộp trực tuyến")
    assert (online["Tử số"], online["Mẫu số"], online["Tỷ lệ phần trăm"]) == ("3", "4", "75.00")
    punctual = next(row for row in rows if row["Chỉ số"] == "Giải quyết sớm và đúng hạn")
    assert (punctual["Tử số"], punctual["Mẫu số"], punctual["Tỷ lệ phần trăm"]) == ("1", "2", "50.00")


def test_csv_has_the_same_measures_for_month_agency_and_field(client: Client, year: None):
    measures = {}
    for row in csv_rows(client):
        measures.setdefault(row["Bảng"], set()).add(row["Chỉ số"])
    assert len(measures) == 4
    assert len({frozenset(names) for names in measures.values()}) == 1


def test_agencies_add_up_to_the_province(client: Client, year: None):
    rows = [row for row in csv_rows(client) if row["Chỉ số"] == "Tiếp nhận"]
    sums = {table: sum(int(r["Tử số"]) for r in rows if r["Bảng"] == table) for table in {r["Bảng"] for r in rows}}
    assert set(sums.values()) == {4}


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_text_is_a_formula(text):
    assert exports.safe(text) == f"'{text}"
    assert exports.safe("Sở Tài chính") == "Sở Tài chính"
    assert exports.safe(-1) == -1


def test_name_that_looks_like_a_formula_stays_a_name(client: Client, year: None):
    Agency.objects.filter(key=TRADE).update(name_vi=EVIL)
    assert f"'{EVIL}" in {row["Tên"] for row in csv_rows(client)}
    book = load_workbook(io.BytesIO(client.get("/thong-ke/so-lieu.xlsx" + YEAR).content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == EVIL]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_workbook_has_a_sheet_per_table_and_one_that_explains(client: Client, year: None):
    answer = client.get("/thong-ke/so-lieu.xlsx" + YEAR)
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Tổng cộng", "Theo tháng", "Theo cơ quan", "Theo lĩnh vực", "Cách tính số liệu"]
    agencies = list(book["Theo cơ quan"].iter_rows(values_only=True))
    names = {agency.name_vi for agency in Agency.objects.filter(key__in=[CULTURE, TRADE])}
    assert {row[1] for row in agencies[1:]} == names
    assert sum(row[2] for row in agencies[1:]) == 4
    explained = [row[0] for row in book["Cách tính số liệu"].iter_rows(values_only=True)]
    assert "Giải quyết sớm và đúng hạn" in explained
    assert "Chính xác đến" in explained
