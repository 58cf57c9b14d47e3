"""The desk with the keyboard alone: a dossier from the queue to the citizen's hands, and how few presses it takes."""

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from dossiers.models import Dossier
from dossiers.services import fees
from tests import cast
from tests.procedures.answers import answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TENNIS = "sports-business-certificate-tennis"
MOST_TABS = 80


def desk_of(chromium: Browser, live_server, user, address: str, **options) -> Page:
    """A browser in which this officer is signed in, at an address."""
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN", **options)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    context.add_cookies([cookie | {"url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(90_000)  # a busy machine signs slowly
    page.goto(address)
    return page


def paid(people) -> Dossier:
    now = timezone.now()
    dossier = cast.filed(people.hai, TENNIS, answers(TENNIS), at=now)
    fees.settle(dossier.pk, at=now, order="test")
    Dossier.objects.filter(pk=dossier.pk).update(delivery="counter")
    return Dossier.objects.get(pk=dossier.pk)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the control with these words has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate("(document.activeElement.textContent || document.activeElement.value || '').trim()")
        if words in focused and len(focused) < len(words) + 80:
            return
    raise AssertionError(f"the keyboard does not reach {words!r}")


def press_and_wait(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def agree(page: Page, words: str) -> None:
    tab_to(page, words)
    press_and_wait(page, "Enter")


def test_accepting_a_clean_dossier_takes_at_most_four_actions_from_the_queue(chromium, live_server, people):
    dossier = paid(people)
    page = desk_of(chromium, live_server, people.hanh, "/can-bo/ho-so/?tab=receive")
    presses = ("Hồ sơ tiếp theo", "giấy tờ còn lại hợp lệ", "Tiếp nhận…", "Đồng ý và gửi")
    for name in presses:
        page.get_by_role("button", name=name).first.click()
    expect(page.locator(".mc-messages")).to_contain_text(dossier.code)
    assert fresh(dossier).state == "processing" and len(presses) <= 4
    page.context.close()


def test_the_keyboard_alone_receives_forwards_resolves_and_returns(chromium, live_server, people):
    dossier = paid(people)
    # The one-stop: next dossier, all papers valid, receive, agree.
    page = desk_of(chromium, live_server, people.hanh, "/can-bo/ho-so/?tab=receive")
    press_and_wait(page, "n")
    page.keyboard.press("l")
    expect(page.locator("#thanh-viec")).to_contain_text("Mọi giấy tờ đều hợp lệ")
    press_and_wait(page, "a")
    agree(page, "Đồng ý và gửi")
    assert fresh(dossier).state == "processing"
    page.context.close()

    # The specialist: take it, draft the result, hand it on.
    page = desk_of(chromium, live_server, people.bao, f"/can-bo/ho-so/{dossier.code}/?tab=work")
    press_and_wait(page, "a")
    press_and_wait(page, "a")
    agree(page, "Dự thảo kết quả")
    assert fresh(dossier).result_state == "drafted"
    press_and_wait(page, "a")
    assert fresh(dossier).step_role == "head"
    page.context.close()

    for user, role in ((people.cuong, "leader"), (people.dung, "clerk")):  # the head forwards, the leader signs
        page = desk_of(chromium, live_server, user, f"/can-bo/ho-so/{dossier.code}/")
        press_and_wait(page, "a")
        if role == "clerk":
            agree(page, "Ký kết quả")
        assert fresh(dossier).step_role == role
        page.context.close()

    page = desk_of(chromium, live_server, people.en, f"/can-bo/ho-so/{dossier.code}/")
    press_and_wait(page, "a")
    agree(page, "Đồng ý và gửi")
    assert fresh(dossier).state == "resolved"
    page.context.close()

    page = desk_of(chromium, live_server, people.hanh, f"/can-bo/ho-so/{dossier.code}/?tab=return")
    press_and_wait(page, "a")
    press_and_wait(page, "Enter")  # the cursor is in the name of the receiver
    assert fresh(dossier).state == "returned"
    page.context.close()


def test_keys_turn_pages_of_the_viewer_and_marks_and_take_them_back(chromium, live_server, people):
    from documents.models import StoredFile

    dossier = paid(people)
    keys = list(dossier.papers.order_by("position").values_list("key", flat=True))
    StoredFile.objects.filter(pk__in=dossier.papers.values("files__file")).update(pages=3)
    page = desk_of(chromium, live_server, people.hanh, f"/can-bo/ho-so/{dossier.code}/?tab=receive&giay={keys[0]}")
    viewer = page.locator("#xem")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("trang 2")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("trang 3")
    page.keyboard.press("ArrowLeft")
    expect(viewer).to_contain_text("trang 2")
    page.keyboard.press("r")
    expect(page.locator(".mc-turn-90")).to_have_count(1)
    page.keyboard.press("+")
    expect(page.locator(".mc-viewer__page--z2")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".mc-marks > li").nth(1)).to_have_class("is-open")
    expect(page.locator(".mc-turn-90")).to_have_count(0)
    page.keyboard.press("k")
    expect(page.locator(".mc-turn-90")).to_have_count(1)  # how the file was turned is remembered
    page.keyboard.press("v")
    expect(page.locator(".mc-undo")).to_contain_text("giấy tờ 1")
    assert dossier.papers.get(key=keys[0]).verdict == "valid"
    page.keyboard.press("u")
    expect(page.locator(".mc-undo")).to_have_count(0)
    assert dossier.papers.get(key=keys[0]).verdict == "unseen"
    press_and_wait(page, "c")
    assert page.url.split("?")[0].endswith("/ghi-chu/")
    page.context.close()


def test_the_list_of_keys_opens_under_the_question_mark(chromium, live_server, people):
    dossier = paid(people)
    page = desk_of(chromium, live_server, people.hanh, f"/can-bo/ho-so/{dossier.code}/")
    page.keyboard.press("?")
    expect(page.get_by_text("bỏ đánh dấu vừa rồi")).to_be_visible()
    page.context.close()


def test_a_page_that_stays_open_says_by_itself_that_a_colleague_came(chromium, live_server, people):
    dossier = paid(people)
    page = desk_of(chromium, live_server, people.hanh, f"/can-bo/ho-so/{dossier.code}/")
    from agencies.models import Agency, Role
    from agencies.services import appoint

    luong = cast.officer("luong", "Hứa Văn Lương")
    appoint(luong, Agency.objects.get(key="svhttdl"), Role.RECEPTION, actor=None, since=cast.SINCE)
    caches["desk"].delete(f"here:{dossier.pk}")
    other = desk_of(chromium, live_server, luong, f"/can-bo/ho-so/{dossier.code}/")
    page.evaluate("htmx.trigger('#ai-dang-mo', 'every')")
    page.evaluate(
        f"htmx.ajax('GET', '/can-bo/ho-so/{dossier.code}/ai-dang-mo/', {{target: '#ai-dang-mo', swap: 'outerHTML'}})"
    )
    expect(page.locator("#ai-dang-mo")).to_contain_text("Hứa Văn Lương")
    page.context.close()
    other.context.close()
