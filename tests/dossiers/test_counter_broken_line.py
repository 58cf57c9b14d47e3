"""A broken line at the counter loses nothing and files nothing twice."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.models import Dossier
from dossiers.services import counter
from tests import cast, counter_cast
from tests.dossiers.test_desk_by_keyboard import desk_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COPY = "certified-true-copy"


@pytest.fixture
def address(people) -> str:
    visit = counter_cast.visit(people, at=timezone.now())
    return reverse("dossiers:counter_fast", args=[visit.public_id, cast.procedure(COPY).code])


def kept_soon(page: Page, is_kept: bool) -> None:
    """Wait until the browser holds something of a form, or nothing."""
    for _look in range(50):
        if ("keep:" in stored(page)) == is_kept:
            return
        page.wait_for_timeout(100)
    raise AssertionError(stored(page))


def typed(page: Page) -> None:
    page.get_by_label("Văn bằng, chứng chỉ").check()
    page.get_by_label("Số hiệu").fill("A 123")
    page.get_by_label("Cơ quan cấp").fill("Đại học Thái Nguyên")
    page.get_by_label("Số trang bản chính").fill("3")
    page.get_by_label("Số bản sao").fill("2")
    kept_soon(page, True)


def stored(page: Page) -> str:
    return json.dumps(page.evaluate("Object.assign({}, localStorage)"))


def press(page: Page) -> None:
    page.get_by_role("button", name="Đã đối chiếu").click()


def test_what_is_typed_goes_out_by_itself_when_the_line_is_back(chromium, live_server, people, address):
    page = desk_of(chromium, live_server, people.hanh, address)
    typed(page)
    assert "Thái Nguyên" not in stored(page)  # encrypted
    expect(page.locator("[data-keep-bar]")).to_be_hidden()
    page.context.set_offline(True)
    press(page)
    expect(page.locator("[data-keep-bar]")).to_be_visible()
    expect(page.locator("[data-keep-bar]")).to_contain_text("Mất kết nối")
    assert not Dossier.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()
    assert Dossier.objects.get().state == "received"
    assert "keep:" not in stored(page)
    page.context.close()


def test_an_answer_that_was_lost_files_no_second_dossier(chromium, live_server, people, address):
    page = desk_of(chromium, live_server, people.hanh, address)
    typed(page)
    heard = []

    def lose(route):
        if route.request.method != "POST":
            return route.continue_()
        heard.append(route.fetch(max_redirects=0).status)  # the server has done it
        return route.abort()

    page.route(f"**{address}", lose)
    press(page)
    page.wait_for_timeout(3000)
    assert heard == [302]
    page.unroute(f"**{address}")
    page.goto(address)
    expect(page.locator("[data-keep-bar]")).to_contain_text("Những gì bạn đã nhập")
    assert page.get_by_label("Số hiệu").input_value() == "A 123"
    press(page)
    expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()
    assert Dossier.objects.count() == 1
    page.context.close()


def test_signing_out_leaves_nothing_and_a_colleague_reads_nothing(chromium, live_server, people, address):
    page = desk_of(chromium, live_server, people.hanh, address)
    typed(page)
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.startsWith('keep:'))")
    other = counter.begin_visit(counter_cast.CARD, officer=people.kien)
    elsewhere = reverse("dossiers:counter_fast", args=[other.public_id, cast.procedure(COPY).code])
    colleague = desk_of(chromium, live_server, people.kien, elsewhere)
    colleague.evaluate("([value, path]) => localStorage.setItem('keep:' + path, value)", [kept[1], elsewhere])
    colleague.reload()
    kept_soon(colleague, False)
    assert colleague.get_by_label("Số hiệu").input_value() == ""
    colleague.context.close()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_load_state()
    assert "keep:" not in stored(page)
    page.context.close()


def test_after_a_day_it_is_gone(chromium, live_server, people, address):
    page = desk_of(chromium, live_server, people.hanh, address)
    typed(page)
    page.evaluate(
        """() => { for (const name of Object.keys(localStorage)) if (name.startsWith('keep:')) {
          const one = JSON.parse(localStorage.getItem(name)); one.at -= 25 * 3600 * 1000;
          localStorage.setItem(name, JSON.stringify(one)); } }"""
    )
    page.goto(reverse("dossiers:counter"))
    assert "keep:" not in stored(page)
    page.context.close()
