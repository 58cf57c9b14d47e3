"""Signing, issuing and the register in a real Chromium: on a phone, by keyboard, without JavaScript, looked at."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dossiers.models import Dossier, DossierEvent, ResultBatch
from tests import cast
from tests.chromium import press
from tests.dossiers.results_cast import PIN, give_pin, run_worker, several
from tests.dossiers.test_desk_in_the_browser import apart, page_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def people():
    found = cast.make_cast()
    give_pin(found.dung)
    return found


def signed(dossiers) -> int:
    return DossierEvent.objects.filter(dossier__in=dossiers, name="sign_result").count()


def look(page: Page, name: str) -> list[str]:
    """Fits every width, has no findings of axe, leaves pictures when DESK_SHOTS names a folder."""
    from axe_playwright_python.sync_playwright import Axe

    wrong = []
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{name} {width}: wider than the screen")
        if folder := os.environ.get("DESK_SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        seen = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        if seen.response["violations"]:
            wrong.append(f"{name} {width}: {seen.generate_report()}")
    return wrong


def test_a_leader_signs_twenty_on_a_phone_with_one_pin_and_sees_it_go_on(chromium: Browser, live_server, people):
    dossiers = several(people, 20)
    page = page_for(chromium, live_server, people.dung, bypass_csp=True, **PHONE)
    page.goto("/can-bo/ky/")
    wrong = look(page, "ky-danh-sach")
    page.set_viewport_size(PHONE["viewport"])
    page.get_by_role("link", name="Chọn tất cả").click()
    expect(page.get_by_text("Đã chọn 20 hồ sơ").or_(page.get_by_text("Đã chọn: 20"))).to_be_visible()
    page.get_by_label("Mã PIN ký số").fill("111119")
    page.get_by_role("button", name="Ký các kết quả đã chọn").click()
    expect(page.get_by_role("alert").first).to_contain_text("Mã PIN không đúng")
    wrong += look(page, "ky-sai-pin")
    page.set_viewport_size(PHONE["viewport"])
    page.get_by_label("Mã PIN ký số").fill(PIN)
    page.get_by_role("button", name="Ký các kết quả đã chọn").click()
    expect(page.get_by_role("status").first).to_contain_text("Đã ký 0 trên 20")
    apart(run_worker)
    expect(page.get_by_role("status").first).to_contain_text("Đã ký 20 trên 20", timeout=60_000)
    wrong += look(page, "ky-xong")
    assert signed(dossiers) == 20
    page.context.close()
    page = page_for(chromium, live_server, people.en, bypass_csp=True, **PHONE)
    page.goto("/can-bo/phat-hanh/?chon=het")
    wrong += look(page, "phat-hanh")
    press(page.get_by_role("button", name="Ký số cơ quan và phát hành"))
    apart(run_worker)
    expect(page.get_by_role("status").first).to_contain_text("Đã phát hành 20 trên 20", timeout=60_000)
    page.goto("/can-bo/so-ket-qua/")
    wrong += look(page, "so-ket-qua")
    page.context.close()
    assert not wrong, "\n".join(wrong)


def test_without_javascript_two_are_signed_one_of_them_by_keyboard_alone(chromium: Browser, live_server, people):
    dossiers = several(people, 3)
    page = page_for(chromium, live_server, people.dung, java_script_enabled=False, **PHONE)
    page.goto("/can-bo/ky/")
    boxes = page.get_by_role("checkbox")
    boxes.nth(0).focus()
    page.keyboard.press("Space")
    boxes.nth(1).check()
    page.get_by_label("Mã PIN ký số").focus()
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã ký 2 trên 2", timeout=30_000)
    assert signed(dossiers) == 2
    press(page.get_by_role("button", name="Về danh sách"))
    page.get_by_text("Trả lại…").click()
    page.get_by_label("Nội dung cần sửa").fill("Ghi rõ địa chỉ sân tập.")
    page.get_by_role("button", name="Trả lại kèm ý kiến này").click()
    expect(page.get_by_text("Không có kết quả nào chờ bạn ký")).to_be_visible()
    assert Dossier.objects.get(pk=dossiers[2].pk).step_role == "head"
    assert ResultBatch.objects.count() == 1
    page.context.close()


def test_a_pin_is_set_and_a_result_revoked_on_pages_that_are_looked_at(chromium: Browser, live_server, people):
    several(people, 1)
    page = page_for(chromium, live_server, people.cuong, bypass_csp=True, **PHONE)
    page.goto("/can-bo/ky/ma-pin/")
    wrong = look(page, "ma-pin")
    page.get_by_label("Mật khẩu của bạn").fill(cast.PASSWORD)
    page.get_by_label("Mã PIN mới").fill(PIN)
    page.get_by_label("Nhập lại mã PIN").fill(PIN)
    page.get_by_role("button", name="Lưu mã PIN").click()
    expect(page.get_by_text("Đã đặt mã PIN ký số.")).to_be_visible()
    wrong += look(page, "ky-trong")
    page.context.close()
    assert not wrong, "\n".join(wrong)
