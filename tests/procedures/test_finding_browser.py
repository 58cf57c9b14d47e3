"""Suggestions by keyboard in a real Chromium; the pages of finding pass axe on a phone and on a wide screen."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from procedures.models import Procedure
from procedures.services import set_use_rank
from tests.chromium import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "home": "/",
    "search": "/thu-tuc/?q=khai+sinh",
    "nothing": "/thu-tuc/?q=khai+thac+vu+tru+kim+cuong",
    "overview": "/thu-tuc/danh-muc/",
    "event": "/thu-tuc/su-kien/dat-dai/",
    "procedure": "/thu-tuc/1.001193/",
}
WIDTHS = (360, 1280)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def page(chromium: Browser, live_server) -> Iterator[Page]:
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN", viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def typed(page: Page, text: str) -> None:
    """Typed, and the suggestions for all of it have come: those for its first letters are replaced while one chooses."""
    with page.expect_response(lambda answer: answer.url.endswith(f"?q={quote(text)}"), timeout=PATIENCE):
        page.get_by_role("combobox", name="Tìm thủ tục").press_sequentially(text, delay=20)


@pytest.mark.parametrize("address", ["/", "/thu-tuc/", "/thu-tuc/danh-muc/"])
def test_the_arrows_choose_and_enter_opens(page: Page, address: str) -> None:
    page.goto(address)
    field = page.get_by_role("combobox", name="Tìm thủ tục")
    expect(field).to_have_attribute("aria-expanded", "false")
    typed(page, "dang ky ket h")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    field.press("ArrowDown")
    chosen = options.filter(has_text="đăng ký kết hôn").first
    expect(chosen).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    expect(field).to_be_focused()
    field.press("Enter")
    page.wait_for_url("**/thu-tuc/1.000894/")


def test_escape_closes_and_enter_without_a_choice_searches(page: Page) -> None:
    page.goto("/")
    typed(page, "khai sinh")
    expect(page.get_by_role("option").first).to_be_visible()
    field = page.get_by_role("combobox", name="Tìm thủ tục")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("khai sinh")
    field.press("Enter")
    page.wait_for_url("**/thu-tuc/?q=khai+sinh")


def test_up_from_the_first_goes_back_to_the_field(page: Page) -> None:
    page.goto("/thu-tuc/")
    typed(page, "giay phep")
    expect(page.get_by_role("option").first).to_be_visible()
    field = page.get_by_role("combobox", name="Tìm thủ tục")
    field.press("ArrowDown")
    first = page.get_by_role("option").first.get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", str(first))
    field.press("ArrowUp")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    expect(page.locator("[role=option][aria-selected=true]")).to_have_count(0)


def test_the_mouse_opens_a_suggestion(page: Page) -> None:
    page.goto("/")
    typed(page, "ket hon")
    page.get_by_role("option", name="đăng ký kết hôn").first.click()
    page.wait_for_url("**/thu-tuc/1.000894/")


def test_one_request_for_what_is_typed_in_one_go(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "goi-y" in request.url else None)
    page.goto("/")
    typed(page, "khai sinh")
    expect(page.get_by_role("option").first).to_be_visible()
    assert len(asked) <= 2


def test_facts_for_search_engines_are_not_blocked(page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto("/thu-tuc/1.001193/")
    kind = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)['@type']"
    )
    assert kind == "GovernmentService"
    assert not said


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_and_have_no_axe_findings(page: Page, width: int) -> None:
    ranks = Procedure.objects.filter(key__in=["marriage-registration", "driving-licence-exchange"])
    set_use_rank({pk: 20 + pk for pk in ranks.values_list("pk", flat=True)})
    page.set_viewport_size({"width": width, "height": 900})
    wrong = []
    try:
        for name, address in PAGES.items():
            page.goto(address)
            if name in {"home", "search"}:
                page.get_by_role("combobox", name="Tìm thủ tục").fill("giay phep")
                expect(page.get_by_role("option").first).to_be_visible()
            wrong += [f"{name}: {fault['id']} {fault['nodes'][0]['html'][:150]}" for fault in faults(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append(f"{name} is wider than {width} px")
            keep(page, f"finding-{name}-{width}")
    finally:
        set_use_rank({pk: 0 for pk in ranks.values_list("pk", flat=True)})
    assert not wrong


def faults(page: Page) -> list[dict]:
    return Axe().run(page, options=RULES).response["violations"]


def keep(page: Page, name: str) -> None:
    """Pictures for those who ask for them."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
