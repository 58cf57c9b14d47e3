"""The pages of import and export: who sees them, what they say, what they send."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from procedures.models import CatalogueImport, Procedure, ProcedureVersion
from procedures.transfers import reading
from tests.procedures import desk, transfers

pytestmark = pytest.mark.django_db
LIST = "/quan-tri/nhap-xuat/"


@pytest.fixture
def lan():
    return desk.province()


@pytest.fixture
def browser(lan):
    return desk.browser(lan)


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def two_rows(lan) -> CatalogueImport:
    rows = [["Mã thủ tục", "Số bộ hồ sơ"], [desk.procedure().code, 3], [desk.procedure(desk.BIRTH).code, "ba"]]
    return transfers.checked(transfers.workbook(procedures=rows), "hai.xlsx", lan)


def test_departments_and_citizens_do_not_see_the_pages(lan) -> None:
    found = two_rows(lan)
    other = desk.browser(desk.department())
    for name, arguments in (("transfers", []), ("export", []), ("import", [found.public_id])):
        assert other.get(reverse(f"catalogue:{name}", args=arguments)).status_code == 404


def test_a_file_is_sent_checked_and_reported(browser) -> None:
    data = transfers.workbook(procedures=[["Mã thủ tục", "Số bộ hồ sơ"], [desk.procedure().code, "ba"]])
    sent = browser.post(LIST, {"file": SimpleUploadedFile("tep.xlsx", data)})
    made = CatalogueImport.objects.get()
    assert sent.url == f"{LIST}{made.public_id}/"
    waiting = browser.get(sent.url).content.decode()
    assert "hx-get" in waiting
    assert 'http-equiv="refresh"' in waiting


def test_a_refused_upload_keeps_the_page_and_says_why(browser) -> None:
    answer = browser.post(LIST, {"file": SimpleUploadedFile("tep.xlsm", b"PK")})
    assert answer.status_code == 422
    assert ".xlsx" in answer.content.decode()
    assert browser.post(LIST, {}).status_code == 422
    assert not CatalogueImport.objects.exists()


def test_only_a_national_file_can_be_complete(browser) -> None:
    answer = browser.post(LIST, {"file": SimpleUploadedFile("tep.json", b"[]"), "is_complete": "on"})
    assert answer.status_code == 422


def test_the_report_names_cells_and_the_difference_is_told_in_words(lan, browser) -> None:
    found = two_rows(lan)
    report = browser.get(f"{LIST}{found.public_id}/").content.decode()
    assert "Thủ tục!B3" in report
    changed = found.rows.get(kind="changed")
    told = browser.get(f"{LIST}{found.public_id}/{changed.number}/").content.decode()
    assert "<ins>3</ins>" in told


def test_accepting_writes_drafts_and_nothing_before(lan, browser) -> None:
    found = two_rows(lan)
    assert not ProcedureVersion.objects.open().exists()
    number = found.rows.get(kind="changed").number
    browser.post(f"{LIST}{found.public_id}/ghi/", {"cach": "picked", "so": [number, "x", 99]})
    transfers.work()
    assert desk.open_version().content["public"]["sets"] == 3
    done = browser.get(f"{LIST}{found.public_id}/?loai=changed").content.decode()
    assert f"/quan-tri/thu-tuc/{desk.procedure().code}/du-thao/" in done
    assert browser.post(f"{LIST}{found.public_id}/ghi/", {"cach": "khac"}).status_code == 404


def test_the_report_of_a_large_import_needs_few_statements(lan, browser, django_assert_max_num_queries) -> None:
    codes = Procedure.objects.values_list("code", flat=True)
    rows = [["Mã thủ tục", "Số bộ hồ sơ"], *[[code, 7] for code in codes]]
    found = transfers.checked(transfers.workbook(procedures=rows), "tep.xlsx", lan)
    for address in (f"{LIST}{found.public_id}/?loai=changed", f"{LIST}{found.public_id}/?loai=changed&sau=50", LIST):
        with django_assert_max_num_queries(12):  # the session, the person and the posts included
            assert browser.get(address).status_code == 200


@pytest.mark.parametrize("query", ["?loai=khong-co", "?sau=x", "?sau=99999999999", "?loai=wrong&sau=5000"])
def test_whatever_stands_in_the_address_a_page_comes_out(lan, browser, query) -> None:
    assert browser.get(f"{LIST}{two_rows(lan).public_id}/{query}").status_code == 200
    assert browser.get(f"{LIST}?trang=abc").status_code == 200
    assert browser.get(f"{LIST}{two_rows(lan).public_id}/9999999999/").status_code == 404


def test_export_sends_all_or_what_the_filter_leaves(browser) -> None:
    everything = json.loads(body(browser.get(f"{LIST}xuat/?dang=json")))
    assert len(everything["procedures"]) == Procedure.objects.count()
    field = desk.procedure().field.key
    some = json.loads(body(browser.get(f"{LIST}xuat/?dang=json&linh-vuc={field}")))
    assert len(some["procedures"]) == Procedure.objects.filter(field__key=field).count()
    text = body(browser.get(f"{LIST}xuat/?dang=csv&bang=fees"))
    assert text.startswith(b"\xef\xbb\xbf")
    assert reading.read_csv(text).rows["fees"]
    workbook = browser.get(f"{LIST}xuat/?dang=xlsx")
    assert workbook["Content-Disposition"].startswith("attachment")
    assert len(reading.read_workbook(io.BytesIO(body(workbook))).rows["procedures"]) == Procedure.objects.count()


def test_the_template_has_all_columns_and_instructions(browser) -> None:
    book = transfers.opened(body(browser.get(f"{LIST}mau/")))
    assert book.sheetnames == ["Hướng dẫn", *[table.vi for table in transfers.TABLES]]
    for table in transfers.TABLES:
        assert [cell.value for cell in book[table.vi][1]] == transfers.heads(table.key)
