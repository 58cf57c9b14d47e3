"""The desk in a real Chromium: every page at every width, the keys, marking without reloading."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from dossiers.models import Dossier, Look
from dossiers.services import endings, fees, filing, intake, messaging, noting, results, routing, supplements, uploads
from dossiers.services.results import Decision
from dossiers.services.supplements import Missing
from tests import cast
from tests.chromium import press
from tests.procedures.answers import answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TENNIS = "sports-business-certificate-tennis"


def page_for(chromium: Browser, live_server, user, **options) -> Page:
    """A page of the browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN", **options)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    context.add_cookies([cookie | {"url": live_server.url}])
    return context.new_page()


def paid(people, *, at) -> Dossier:
    dossier = cast.filed(people.hai, TENNIS, answers(TENNIS), at=at)
    fees.settle(dossier.pk, at=at, order="test")
    return Dossier.objects.get(pk=dossier.pk)


def apart(work: Callable[[], object]) -> None:
    """Do it in a thread of its own: signing runs a loop, and Playwright's already runs in this one."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def a_busy_desk(people) -> list[Dossier]:
    """Dossiers of the department in many states, some late."""
    now = timezone.now()
    found = [paid(people, at=now - timedelta(days=days)) for days in (0, 0, 1, 20, 18, 17, 6, 3)]
    _new, held, asked, late, drafted, signed, waiting, withdrawing = found
    intake.claim_intake(held.pk, user=people.hanh)
    key = asked.papers.order_by("position").first().key
    missing = [Missing("paper", key, "Ảnh tối, không đọc được chữ (trang 3)", "unreadable")]
    supplements.request_at_intake(asked.pk, user=people.hanh, missing=missing, message="Gửi lại giúp một lần cho đủ.")
    for dossier in (late, drafted, signed, waiting, withdrawing):
        intake.receive(dossier.pk, user=people.hanh, at=dossier.filed_at)
    for dossier in (drafted, signed):
        words = Decision("granted", "Đủ điều kiện kinh doanh hoạt động thể thao môn quần vợt tại sân Hoa Hồi.")
        results.draft(dossier.pk, user=people.bao, decision=words)
        routing.forward(dossier.pk, user=people.bao)
        routing.forward(dossier.pk, user=people.cuong)
    version = Dossier.objects.get(pk=signed.pk).version
    apart(lambda: results.sign(signed.pk, user=people.dung, version=version))
    asked_at = waiting.filed_at + timedelta(hours=1)  # while the agency may still ask
    supplements.draft(waiting.pk, user=people.bao, missing=missing, message="", at=asked_at)
    supplements.approve(waiting.pk, user=people.dung)
    endings.withdraw(withdrawing.pk, user=people.hai, reason="Đổi kế hoạch")
    return [Dossier.objects.get(pk=dossier.pk) for dossier in found]


def shoot(page: Page, name: str, width: int) -> None:
    """Keep a picture when DESK_SHOTS names a folder."""
    if folder := os.environ.get("DESK_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def addresses(people, found) -> list[tuple[str, object, str]]:
    new, held, asked, late, drafted, signed, waiting, withdrawing = (f"/can-bo/ho-so/{one.code}/" for one in found)
    return [
        ("hang-doi", people.hanh, "/can-bo/ho-so/?tab=all"),
        ("tiep-nhan", people.hanh, "/can-bo/ho-so/?tab=receive"),
        ("trong", people.hanh, "/can-bo/ho-so/?tab=return"),
        ("moi", people.hanh, f"{new}?tab=receive"),
        ("tiep-nhan-viec", people.hanh, f"{held}viec/tiep-nhan/?tab=receive"),
        ("bo-sung-viec", people.hanh, f"{held}viec/yeu-cau-bo-sung/"),
        ("cho-bo-sung", people.hanh, asked),
        ("tre", people.bao, f"{late}?tab=late"),
        ("du-thao", people.bao, f"{late}viec/du-thao/"),
        ("ky", people.dung, f"{drafted}viec/ky/"),
        ("da-ky", people.en, signed),
        ("lich-su", people.en, f"{signed}lich-su/"),
        ("phi", people.hanh, f"{held}phi/"),
        ("tin", people.hanh, f"{held}tin-nhan/"),
        ("gui-bo-sung", people.hanh, f"{waiting}viec/gui-bo-sung/"),
        ("rut", people.dung, withdrawing),
        ("phan-cong", people.cuong, f"{late}viec/phan-cong/"),
    ]


def test_every_page_fits_every_width_and_has_no_axe_findings(chromium: Browser, live_server, people):
    fits(chromium, live_server, addresses(people, a_busy_desk(people)), (360, 1280))


def fits(chromium: Browser, live_server, rows: list[tuple[str, object, str]], widths: tuple[int, ...]) -> None:
    """Every page at every width: no sideways scroll, nothing for axe."""
    from axe_playwright_python.sync_playwright import Axe

    wrong = []
    for name, user, address in rows:
        page = page_for(chromium, live_server, user, bypass_csp=True)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.goto(address).status == 200, address
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append((name, width, "wider than the screen"))
            shoot(page, name, width)
            seen = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            if seen.response["violations"]:
                wrong.append((name, width, seen.generate_report()))
        page.context.close()
    assert not wrong, "\n".join(str(part) for line in wrong for part in line)


def with_words(people, dossier) -> None:
    """A thread with the applicant and notes, as long as real ones."""
    key = dossier.papers.order_by("position").first().key
    messaging.send(dossier.pk, user=people.hanh, words="Đề nghị Ông cho biết sân quần vợt Hoa Hồi có mấy sân tập?")
    messaging.send(
        dossier.pk, user=people.hai, words="Dạ có hai sân, một sân có mái che.\n\nTôi gửi thêm ảnh được không ạ?"
    )
    noting.write(dossier.pk, user=people.hanh, words="Đã gọi điện cho ông Hải, hẹn thứ Ba lên quầy.", pinned=True)
    struck = noting.write(dossier.pk, user=people.bao, words="Chờ ý kiến phòng Quản lý thể dục thể thao.")
    noting.strike(dossier.pk, struck.pk, user=people.bao)
    intake.mark_paper(dossier.pk, user=people.hanh, key=key, verdict="invalid", reason_code="unreadable")


def changed_after_a_look(people, dossier) -> None:
    """The receiving officer has looked; then the applicant sent another paper."""
    key = dossier.papers.order_by("position").first().key
    Look.objects.create(user=people.hanh, dossier=dossier, seq=dossier.head_seq)
    uploads.add(dossier.pk, user=people.hai, key=key, uploads=[cast.upload("don-de-nghi-ban-moi.pdf")])
    filing.amend(dossier.pk, user=people.hai)
    cast.clean_files(dossier)


def test_messages_notes_changes_and_history_fit_every_width_and_have_no_axe_findings(chromium, live_server, people):
    found = a_busy_desk(people)
    new, held, late = found[0], found[1], found[3]
    changed_after_a_look(people, new)
    with_words(people, held)
    rows = [
        ("thay-doi", people.hanh, f"/can-bo/ho-so/{new.code}/?tab=receive"),
        ("da-danh-dau", people.hanh, f"/can-bo/ho-so/{held.code}/?tab=receive&vua=1"),
        ("trao-doi", people.hanh, f"/can-bo/ho-so/{held.code}/trao-doi/?mau=hoi-them"),
        ("ghi-chu", people.hanh, f"/can-bo/ho-so/{held.code}/ghi-chu/"),
        ("toan-bo-lich-su", people.bao, f"/can-bo/ho-so/{late.code}/lich-su/"),
        ("ban-in", people.bao, f"/can-bo/ho-so/{late.code}/lich-su/?in=1"),
        ("nguoi-dan-trao-doi", people.hai, f"/ho-so/{held.code}/trao-doi/"),
    ]
    fits(chromium, live_server, rows, (360, 768, 1280))


def test_the_keys_walk_the_list_and_open_a_dossier(chromium: Browser, live_server, people):
    paid(people, at=timezone.now())
    second = paid(people, at=timezone.now() + timedelta(minutes=5))
    page = page_for(chromium, live_server, people.hanh)
    page.goto("/can-bo/ho-so/?tab=receive")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("Đã chọn 1 hồ sơ")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog").get_by_text("xuống, lên trong danh sách")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(second.code)
    page.context.close()


def test_keys_that_are_switched_off_do_nothing(chromium: Browser, live_server, people):
    paid(people, at=timezone.now())
    page = page_for(chromium, live_server, people.hanh)
    page.goto("/can-bo/ho-so/?tab=receive")
    page.get_by_text("Phím tắt và ý nghĩa các nhóm").click()
    page.get_by_role("button", name="Tắt phím tắt").click()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "tim"
    page.context.close()


def test_a_mark_changes_the_list_and_the_act_bar_without_leaving_the_page(chromium: Browser, live_server, people):
    dossier = paid(people, at=timezone.now())
    page = page_for(chromium, live_server, people.hanh)
    page.goto(f"/can-bo/ho-so/{dossier.code}/?tab=receive")
    first = page.locator(".mc-marks > li").first
    first.get_by_text("Chưa hợp lệ…").click()
    first.get_by_label("Lý do gửi người dân").select_option("unreadable")
    first.get_by_role("button", name="Đánh dấu chưa hợp lệ").click()
    expect(page.locator("#thanh-viec")).to_contain_text("1 giấy tờ chưa hợp lệ")
    expect(page.locator("#thanh-viec .govuk-button").last).to_contain_text("Yêu cầu bổ sung")
    assert dossier.papers.order_by("position").first().verdict == "invalid"
    page.context.close()


def test_the_desk_works_without_javascript(chromium: Browser, live_server, people):
    dossier = paid(people, at=timezone.now())
    page = page_for(chromium, live_server, people.hanh, java_script_enabled=False)
    page.goto("/can-bo/ho-so/?tab=receive")
    press(page.get_by_role("button", name="Hồ sơ tiếp theo"))
    press(page.get_by_role("button", name="giấy tờ còn lại hợp lệ"))
    page.get_by_role("button", name="Tiếp nhận…").click()
    expect(page.locator(".mc-preview")).to_contain_text(dossier.code)
    press(page.get_by_role("button", name="Đồng ý và gửi"))
    assert Dossier.objects.get(pk=dossier.pk).state == "processing"
    page.context.close()
