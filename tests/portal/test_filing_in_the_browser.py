"""Filing on a weak network, in a real Chromium: nothing typed and nothing sent is lost."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.portal import filing_sample

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.portal.filing_sample"),
]


@pytest.fixture
def filing(chromium: Browser, live_server) -> Page:
    filing_sample.RECEIVED.update(drafts=[], files=[])
    filing_sample.MOOD.update(save="ok", upload="ok")
    context = chromium.new_context(viewport={"width": 360, "height": 740}, base_url=live_server.url, locale="vi-VN")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto("/khai-thu/")
    yield page
    context.close()
    assert not problems


def test_the_draft_saves_itself_and_says_when(filing: Page):
    filing.get_by_label("Họ tên").fill("Lý Thị Mai")
    expect(filing.get_by_text("Đã lưu nháp lúc 09:20")).to_be_visible()
    assert filing_sample.RECEIVED["drafts"][-1]["name"] == "Lý Thị Mai"


def test_a_weak_network_is_said_and_the_draft_is_saved_later(filing: Page):
    filing_sample.MOOD["save"] = "down"
    filing.get_by_label("Họ tên").fill("Lý Thị Mai")
    expect(filing.get_by_text("Chưa lưu được, mạng yếu")).to_be_visible()
    filing_sample.MOOD["save"] = "ok"
    filing.get_by_role("link", name="Thử lại").click()
    expect(filing.get_by_text("Đã lưu nháp lúc 09:20")).to_be_visible()
    assert filing_sample.RECEIVED["drafts"][-1]["name"] == "Lý Thị Mai"


def test_what_was_typed_survives_the_end_of_the_session(filing: Page):
    filing_sample.MOOD["save"] = "signed out"
    filing.get_by_label("Họ tên").fill("Lý Thị Mai")
    filing.get_by_label("Cấp lại").check()
    filing.get_by_role("link", name="Đăng nhập lại").click()
    filing.wait_for_url("**/vao/?next=%2Fkhai-thu%2F")
    filing.goto("/khai-thu/")
    expect(filing.get_by_label("Họ tên")).to_have_value("Lý Thị Mai")
    expect(filing.get_by_label("Cấp lại")).to_be_checked()
    expect(filing.get_by_text("Đã lưu nháp lúc 09:20")).to_be_visible()
    assert filing.evaluate("sessionStorage.length") == 0


def pick(filing: Page, name: str, body: bytes, mime: str = "application/pdf") -> None:
    filing.locator("input[name=don]").set_input_files({"name": name, "mimeType": mime, "buffer": body})


def test_a_file_is_sent_at_once_and_its_row_says_so(filing: Page):
    pick(filing, "don.pdf", b"%PDF-1.7 ...")
    expect(filing.get_by_text("Đọc được")).to_be_visible()
    assert filing_sample.RECEIVED["files"] == [("don", "don.pdf", 12)]


def test_an_upload_that_broke_is_sent_again_by_itself(filing: Page):
    filing_sample.MOOD["upload"] = "down once"
    pick(filing, "don.pdf", b"%PDF-1.7 ...")
    expect(filing.get_by_text("Đọc được")).to_be_visible(timeout=15_000)
    assert len(filing_sample.RECEIVED["files"]) == 2


def test_a_refused_file_says_why_and_does_not_block_the_next(filing: Page):
    filing_sample.MOOD["upload"] = "refused"
    pick(filing, "don.exe", b"MZ")
    expect(filing.get_by_text("Tệp này không phải ảnh hay PDF.")).to_be_visible()
    filing_sample.MOOD["upload"] = "ok"
    pick(filing, "don.pdf", b"%PDF-1.7 ...")
    expect(filing.get_by_text("Đọc được")).to_be_visible()


def test_large_photographs_are_made_smaller_before_they_are_sent(filing: Page):
    noise = Image.effect_noise((3000, 4000), 90).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "JPEG", quality=90)
    pick(filing, "trang-1.jpg", buffer.getvalue(), "image/jpeg")
    expect(filing.get_by_text("Đọc được")).to_be_visible(timeout=20_000)
    assert filing_sample.RECEIVED["files"][0][2] < len(buffer.getvalue())


PRESS = "document.querySelector('button[data-once], button.govuk-button[type=submit]:not([name])').click()"


def press_twice(filing: Page) -> int:
    """Press, and press again while the server is still busy with the first; returns how often the form arrived."""
    filing_sample.LEAVE.clear()
    while filing_sample.ARRIVED.acquire(blocking=False):
        pass
    filing.evaluate(PRESS)
    assert filing_sample.ARRIVED.acquire(timeout=5)
    filing.evaluate(PRESS)
    filing_sample.ARRIVED.acquire(timeout=1)
    filing_sample.LEAVE.set()
    return len(filing_sample.RECEIVED["drafts"])


def test_a_double_press_sends_the_form_once(filing: Page):
    assert press_twice(filing) == 1


def test_without_the_guard_a_double_press_would_send_twice(filing: Page):
    filing.evaluate("document.querySelectorAll('[data-once]').forEach(button => button.removeAttribute('data-once'))")
    assert press_twice(filing) == 2


def test_every_width_is_without_sideways_scrolling_and_without_axe_findings(chromium: Browser, live_server):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(base_url=live_server.url, bypass_csp=True)
    page = context.new_page()
    for address in ("/", "/en/", "/thanh-phan/", "/thanh-phan/can-bo/", "/huong-dan/", "/khong-co/"):
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert not found.response["violations"], (address, found.generate_report())
    context.close()
