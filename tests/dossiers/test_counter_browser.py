"""The counter, the confirmation, the rating and the store in a real Chromium: accessible, narrow, without JavaScript."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.models import Confirmation, Dossier, Rating
from dossiers.services import assisting, filing, uploads
from notifications.models import Message
from payments.models import CashReceipt
from payments.services import cash, ensure_order
from tests import cast, counter_cast
from tests.chromium import press
from tests.dossiers.test_citizen_browser import of_draft, signed_in
from tests.dossiers.test_desk_in_the_browser import apart
from tests.portal.world import paid, resolved
from tests.procedures.answers import answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TENNIS = "sports-business-certificate-tennis"
DESK = {"width": 1280, "height": 900}
SMALL = {"width": 360, "height": 740}


def look(page: Page, name: str) -> None:
    """The page as a person finds it: no fault of accessibility, no sideways scroll, a picture where one is wanted."""
    width = page.viewport_size["width"]
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert not [fault["id"] for fault in Axe().run(page).response["violations"]], name


def look_narrow_too(page: Page, name: str) -> None:
    look(page, name)
    page.set_viewport_size(SMALL)
    look(page, name)
    page.set_viewport_size(DESK)


def test_a_newcomer_is_received_at_the_counter_and_pays_in_cash(chromium, live_server, people):
    context = signed_in(chromium, live_server, people.hanh, viewport=DESK)
    page = context.new_page()
    page.goto("/can-bo/")
    press(page.get_by_role("button", name="Tại quầy"))
    look_narrow_too(page, "counter")
    page.keyboard.type(counter_cast.NEW_CARD)  # the cursor is in the field: scan, Enter
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hoàng Văn Tân")).to_be_visible()
    page.get_by_label("Xã, phường").select_option(label="Phường Lương Văn Tri")
    page.get_by_label("Số điện thoại di động").fill("0977 000 111")
    look_narrow_too(page, "identify")
    press(page.get_by_role("button", name="Mở tài khoản này"))
    look_narrow_too(page, "visit")
    page.get_by_label("Thủ tục: tên hoặc mã số").fill("quần vợt")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Tiếp nhận")).first.click()
    expect(page.get_by_text("Bạn đang nhập hồ sơ cho Hoàng Văn Tân")).to_be_visible()
    look_narrow_too(page, "draft")
    draft = Dossier.objects.get()
    page.goto(of_draft("papers", draft))
    look_narrow_too(page, "papers")
    _fill(draft, people.hanh)
    page.goto(of_draft("check", draft))
    look_narrow_too(page, "check")
    page.get_by_role("button", name="Tiếp nhận tại quầy").click()
    page.get_by_label(re.compile("Người nộp đã đọc")).check()
    press(page.get_by_role("button", name="Tiếp nhận tại quầy"))
    done = Dossier.objects.get()
    expect(page.get_by_role("heading", name=re.compile(f"Đã tiếp nhận {done.code}"))).to_be_visible()
    look_narrow_too(page, "received")
    page.get_by_role("button", name="Thu tiền mặt…").click()
    expect(page.get_by_text("Hai trăm nghìn đồng")).to_be_visible()
    look_narrow_too(page, "cash")
    press(page.get_by_role("button", name=re.compile("lập biên lai")))
    look_narrow_too(page, "receipt")
    assert CashReceipt.objects.get().payer == "Hoàng Văn Tân"
    page.get_by_role("link", name="Biên lai hôm nay").click()
    expect(page.get_by_text("200.000 đ").first).to_be_visible()
    look_narrow_too(page, "receipts")
    context.close()


def _fill(draft: Dossier, officer) -> None:
    """The e-form and the scans (their pages have tests of their own)."""
    given = answers(TENNIS)
    filing.save_answers(draft.pk, user=officer, answers=given)
    for key in filing.check(draft, given, at=timezone.now()).papers:
        uploads.add(draft.pk, user=officer, key=key, uploads=[cast.upload()])
    cast.clean_files(draft)


def test_assisted_filing_on_a_small_phone_without_javascript(chromium, live_server, people, settings):
    settings.PUBLIC_URL = live_server.url
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True, at=timezone.now())
    desk = signed_in(chromium, live_server, people.hanh, viewport=DESK)
    screen = desk.new_page()
    screen.goto(of_draft("check", draft))
    screen.get_by_role("button", name="Hiện mã QR cho điện thoại của người dân").click()
    expect(screen.get_by_role("img", name="Mã QR mở trang xác nhận")).to_be_visible()
    look_narrow_too(screen, "qr")
    asked = Confirmation.objects.get()

    phone = chromium.new_context(
        base_url=live_server.url, locale="vi-VN", viewport=SMALL, java_script_enabled=False, bypass_csp=True
    )
    page = phone.new_page()
    page.goto(reverse("dossiers:find_confirmation"))
    page.get_by_label("Mã trên màn hình của công chức").fill(asked.short_code)
    page.get_by_role("button", name="Đọc hồ sơ").click()
    expect(page.get_by_role("heading", name="Xác nhận hồ sơ của bạn")).to_be_visible()
    press(page.get_by_role("button", name="Gửi mã cho tôi"))
    digits = re.search(r"\d{6}", Message.objects.get(kind="accounts.code").body).group()
    page.get_by_label("Mã trong tin nhắn").fill(digits)
    page.get_by_label(re.compile("Tôi cam đoan")).check()
    press(page.get_by_role("button", name="Đồng ý và nộp"))
    filed = Dossier.objects.get()
    expect(page.get_by_text(str(filed.code)).first).to_be_visible()
    assert filed.filed_by == "assisted"
    screen.reload()
    expect(screen.get_by_role("heading", name="Đã xác nhận và nộp")).to_be_visible()
    look(screen, "confirmed-desk")
    phone.close()
    desk.close()


def test_the_pages_of_the_citizen_are_accessible_at_360_pixels(chromium, live_server, people):
    made: dict[str, Dossier] = {}
    apart(lambda: made.update(finished=resolved(people, paid(people, people.mai))))
    finished = made["finished"]
    draft = cast.draft(people.mai, TENNIS, answers(TENNIS), at=timezone.now())
    prepared = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=True, at=timezone.now())
    asked = assisting.open_confirmation(prepared.pk, officer=people.hanh)
    order = ensure_order(counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now()))
    cash.take(order.public_id, cashier=people.hanh, payer="Lý Thị Mai")
    context = signed_in(chromium, live_server, people.mai, viewport=SMALL)
    page = context.new_page()
    pages = {
        "confirm": reverse("dossiers:confirm", args=[asked.public_id]),
        "find": reverse("dossiers:find_confirmation"),
        "rate": reverse("dossiers:rate", args=[finished.code]),
        "store": reverse("dossiers:store"),
        "reuse": of_draft("reuse", draft, draft.papers.first().key),
        "paid": reverse("dossiers:dossier", args=[order.dossier.code]),
        "finished": reverse("dossiers:dossier", args=[finished.code]),
    }
    for name, address in pages.items():
        assert page.goto(address).status == 200, name
        look(page, f"citizen-{name}")
        page.set_viewport_size(DESK)
        look(page, f"citizen-{name}")
        page.set_viewport_size(SMALL)
    page.get_by_role("radio", name="Rất tốt").check(force=True)
    page.get_by_role("button", name="Gửi đánh giá").click()
    expect(page.get_by_text("Cảm ơn bạn.")).to_be_visible()
    assert Rating.objects.get(dossier=finished).score == 5
    look(page, "citizen-rated")
    context.close()
