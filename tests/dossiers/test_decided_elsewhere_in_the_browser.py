"""The pages of dossiers decided in other software, in a real Chromium at three widths."""

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser

from agencies.models import Agency
from tests import cast
from tests.chromium import press
from tests.dossiers.test_decided_elsewhere import received, report, today, workbook
from tests.dossiers.test_desk_in_the_browser import page_for
from tests.dossiers.test_results_in_the_browser import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people():
    found = cast.make_cast()
    code = Agency.objects.get(key="svhttdl").code
    call_command("own_software", code, "Hệ thống quản lý cư trú")
    yield found
    call_command("own_software", code, "")


def test_a_file_is_looked_at_and_recorded_and_the_citizen_reads_it(chromium: Browser, live_server, people):
    dossiers = [received(people) for _n in range(3)]
    report(people, dossiers[0], note="Đang chờ Công an tỉnh Lạng Sơn xác minh nơi cư trú của người nộp hồ sơ.")
    day = f"{today():%d/%m/%Y}"
    rows = [
        (dossiers[0].code, "CA-26-000123", "Đã giải quyết", day, "Giấy xác nhận số 45/XN-CAT ngày 20/11/2026"),
        (dossiers[1].code, "CA-26-000124", "Yêu cầu bổ sung", day, "Bổ sung giấy tờ chứng minh chỗ ở hợp pháp"),
        (dossiers[2].code, "CA-26-000125", "Xong rồi", "hôm qua", ""),
        ("H37.12-260101-0009", "CA-26-000126", "Đang giải quyết", day, ""),
    ]
    page = page_for(chromium, live_server, people.hanh, bypass_csp=True)
    page.goto("/can-bo/noi-khac/")
    wrong = look(page, "noi-khac")
    data = workbook(*rows).getvalue()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    page.get_by_label("Tệp của cơ quan giải quyết").set_input_files(
        {"name": "bao-cao.xlsx", "mimeType": kind, "buffer": data}
    )
    press(page.get_by_role("button", name="Xem trước tệp"))
    wrong += look(page, "noi-khac-xem-truoc")
    press(page.get_by_role("button", name="Ghi 2 dòng"))
    wrong += look(page, "noi-khac-da-ghi")
    page.goto(f"/can-bo/ho-so/{dossiers[1].code}/")
    wrong += look(page, "noi-khac-ho-so")
    page.goto(f"/can-bo/ho-so/{dossiers[1].code}/viec/tin-noi-khac-bo-sung/")
    wrong += look(page, "noi-khac-nhap")
    page.context.close()
    page = page_for(chromium, live_server, people.mai, bypass_csp=True)
    page.goto(f"/ho-so/{dossiers[1].code}/")
    wrong += look(page, "noi-khac-cong-dan")
    page.goto(f"/ho-so/{dossiers[1].code}/bo-sung/")
    wrong += look(page, "noi-khac-cong-dan-bo-sung")
    page.context.close()
    assert wrong == []
