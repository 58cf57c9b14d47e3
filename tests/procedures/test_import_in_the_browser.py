"""An import with errors in a real Chromium: sent, followed, read, mended, accepted; narrow and wide, no finding of axe."""

import pytest
from playwright.sync_api import Page, expect

from agencies.models import Post
from procedures.models import CatalogueImport, DraftRevision, ImportRow, ProcedureVersion
from tests.chromium import press
from tests.procedures import desk, transfers
from tests.procedures.browser import apart, faults, page_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LIST = "/quan-tri/nhap-xuat/"


@pytest.fixture
def lan():
    user = desk.province()
    yield user
    ImportRow.objects.all().delete()
    CatalogueImport.objects.all().delete()
    DraftRevision.objects.all().delete()
    ProcedureVersion.objects.open().delete()
    Post.objects.filter(user=user).delete()


def workbook(amount: object) -> bytes:
    """A fee of one procedure, and a paper of another that would change."""
    return transfers.workbook(
        fees=[
            ["Mã thủ tục", "Mã khoản", "Loại", "Số tiền (đồng)", "Ghi chú"],
            [desk.procedure().code, "phi_1", "Phí", amount, "Thu một lần"],
        ],
        procedures=[["Mã thủ tục", "Số bộ hồ sơ"], [desk.procedure(desk.BIRTH).code, 4]],
    )


def send(page: Page, data: bytes) -> None:
    page.goto(LIST)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.get_by_label("Tệp", exact=True).set_input_files({"name": "phi.xlsx", "mimeType": kind, "buffer": data})
    page.get_by_role("button", name="Kiểm tra tệp").click()
    page.wait_for_url(f"**{LIST}*-*/")


def scanned_and_worked() -> None:
    """What scanner and worker do while the page waits."""
    from django.utils import timezone

    from documents.models import StoredFile
    from documents.services import settle_scan

    for pk in StoredFile.objects.filter(room="procedures", state="checking").values_list("pk", flat=True):
        settle_scan(pk, None, at=timezone.now())
    transfers.work()


def test_an_import_with_an_error_is_mended_and_written(chromium, live_server, lan) -> None:
    page = page_for(chromium, live_server, lan)
    send(page, workbook("50.00O"))
    expect(page.get_by_text("chờ quét vi-rút", exact=False).first).to_be_visible()
    apart(scanned_and_worked)
    expect(page.get_by_text("Phí, lệ phí!D2")).to_be_visible(timeout=10_000)
    expect(page.get_by_text("“50.00O” không phải số tiền; gõ số nguyên, ví dụ 50000.")).to_be_visible()
    look(page, "nhap-sai")
    send(page, workbook("50000"))
    apart(scanned_and_worked)
    expect(page.get_by_text("Đây là lần chạy thử")).to_be_visible(timeout=10_000)
    look(page, "nhap-dung")
    page.get_by_role("link", name=desk.procedure().title["vi"]).click()
    expect(page.locator("ins", has_text="50.000")).to_be_visible()
    look(page, "nhap-khac-biet")
    press(page.get_by_role("button", name="Ghi vào bản dự thảo"))
    apart(scanned_and_worked)
    expect(
        page.get_by_role("link", name="Xem bản dự thảo").or_(page.get_by_text("Đã ghi vào bản dự thảo").first)
    ).to_be_visible(timeout=10_000)
    look(page, "nhap-xong")
    assert desk.open_version().content["fees"][0]["rates"][0]["amount_vnd"] == 50_000
    assert not ProcedureVersion.objects.open().filter(procedure__key=desk.BIRTH).exists()
    page.goto(LIST)
    look(page, "nhap-xuat")


def look(page: Page, name: str) -> None:
    assert not faults(page, name)
