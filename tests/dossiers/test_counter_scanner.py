"""A scanner is a keyboard: its burst goes to the page's fields wherever the cursor is, and nobody's typing is taken."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from dossiers.models import Visit
from dossiers.services import counter
from tests import counter_cast
from tests.dossiers.test_desk_by_keyboard import desk_of
from tests.procedures.answers import answers

TENNIS = "sports-business-certificate-tennis"
# What a scanner does: every key within a few milliseconds, Enter at the end, whatever has the focus.
SCAN = """(text) => {
  const press = (key) => {
    const at = document.activeElement || document.body;
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    const goes = at.dispatchEvent(event);
    if (goes && key.length === 1 && 'value' in at && at.type !== 'checkbox') at.value += key;
    if (goes && key === 'Enter' && at.form) at.form.requestSubmit();
  };
  for (const key of text) press(key);
  press('Enter');
}"""


def scan(page: Page, text: str) -> None:
    page.evaluate(SCAN, text)


@pytest.mark.django_db
def test_the_search_takes_the_qr_of_an_identity_card(people):
    done = counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now())
    client = Client()
    client.force_login(people.hanh, backend="accounts.backends.PhoneOrNameBackend")
    found = client.post(reverse("dossiers:officer_search"), {"q": counter_cast.CARD}, follow=True)
    assert done.code in found.content.decode()
    assert "020190000017" not in found.redirect_chain[-1][0]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_burst_is_taken_wherever_the_cursor_is(chromium, live_server, people):
    counter_cast.checked(people.mai)
    done = counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now())
    page = desk_of(chromium, live_server, people.hanh, reverse("dossiers:officer_queue") + "?tab=all")
    scan(page, done.code)  # nothing has the focus; letters of the code are shortcuts of the list
    expect(page).to_have_url(live_server.url + reverse("dossiers:officer_dossier", args=[done.code]))
    page.goto(reverse("dossiers:counter_received", args=[done.code]))
    page.locator("button[name=kho]").first.focus()
    scan(page, counter_cast.CARD.replace("Lý Thị Mai", "LY THI MAI"))
    expect(page.get_by_role("heading", name="Lý Thị Mai")).to_be_visible()
    visit = counter.visit_of(Visit.objects.latest("pk").public_id, officer=people.hanh)
    assert visit is not None
    field = page.get_by_label("Thủ tục: tên hoặc mã số")
    field.fill("quần vợt")
    scan(page, done.code)  # in the middle of a search: the field keeps what stood there, the dossier opens
    expect(page).to_have_url(live_server.url + reverse("dossiers:officer_dossier", args=[done.code]))
    page.context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_a_person_types_is_never_taken(chromium, live_server, people):
    counter_cast.checked(people.mai)
    visit = counter.begin_visit(counter_cast.CARD, officer=people.hanh)
    address = reverse("dossiers:counter_visit", args=[visit.public_id])
    page = desk_of(chromium, live_server, people.hanh, address)
    field = page.get_by_label("Thủ tục: tên hoặc mã số")
    field.focus()
    page.keyboard.type("certified copies", delay=70)
    assert field.input_value() == "certified copies"
    page.keyboard.press("Enter")
    page.wait_for_url("**/khach/**q=**")
    assert page.get_by_label("Thủ tục: tên hoặc mã số").input_value() == "certified copies"
    page.goto(reverse("dossiers:officer_queue") + "?tab=all")
    page.keyboard.press("/")  # a shortcut still comes through, a moment later
    expect(page.locator("#tim")).to_be_focused()
    page.context.close()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_switched_off_the_burst_is_typing_like_any_other(chromium, live_server, people):
    page = desk_of(chromium, live_server, people.hanh, reverse("dossiers:officer_queue") + "?tab=all")
    page.get_by_role("button", name="Máy quét").click()
    expect(page.get_by_role("button", name="Máy quét")).to_have_attribute("aria-pressed", "false")
    before = page.url
    scan(page, "H37.12-261122-0001")
    page.wait_for_timeout(300)
    assert page.url == before
    page.reload()
    expect(page.get_by_role("button", name="Máy quét")).to_contain_text("tắt")
    page.context.close()
