"""What officers do all day at the desk, in the words on their buttons."""

import re

from playwright.sync_api import expect

from tests.journeys.walker import Walker

ALL_VALID = re.compile(r"giấy tờ còn lại hợp lệ")


def take_next(officer: Walker) -> Walker:
    """Open the desk and take the most urgent dossier that nobody holds."""
    return officer.open("/can-bo/").press("Hồ sơ tiếp theo")


def look_up(officer: Walker, code: str) -> Walker:
    """Paste a dossier code into the search: it opens at once."""
    officer.open("/can-bo/").page.get_by_role("searchbox").first.fill(code)
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")
    return officer.look()


def receive(officer: Walker) -> Walker:
    """Look through the papers, find them all valid, receive; the letter is shown before it goes."""
    mark = officer.page.get_by_role("button", name=ALL_VALID)
    if not mark.count():
        mark = officer.page.get_by_role("button", name=re.compile(r"^Hợp lệ"))
    assert mark.count(), f"no paper can be marked on {officer.page.url}:\n{officer.text}"
    mark.first.click()
    expect(officer.page.get_by_text("Mọi giấy tờ đều hợp lệ.")).to_be_visible()
    officer.press("Tiếp nhận…")
    return officer.press("Đồng ý và gửi")


def propose(officer: Walker, text: str = "") -> Walker:
    """Draft a positive result and hand it on."""
    officer.press("Dự thảo kết quả…").tick("Đồng ý giải quyết")
    if text:
        officer.fill("Nội dung kết quả", text)
    officer.press("Dự thảo kết quả")
    return officer.press("Chuyển bước tiếp theo")


def hand_on(officer: Walker) -> Walker:
    """On to the next step of the route."""
    return officer.press("Chuyển bước tiếp theo")


def sign(officer: Walker) -> Walker:
    """Read the draft and sign it."""
    officer.press("Đọc và ký…")
    return officer.press("Ký kết quả")


def issue(officer: Walker) -> Walker:
    """Give the signed result its way out; what the applicant reads is shown before it goes."""
    officer.press("Phát hành kết quả…")
    return officer.press("Đồng ý và gửi")


def hand_over(officer: Walker, receiver: str) -> Walker:
    """Give the result out at the counter; who received it is written down."""
    officer.press("Trả kết quả…").fill("Người nhận", receiver).press("Trả kết quả")
    return officer.reads("Đã trả kết quả", receiver)
