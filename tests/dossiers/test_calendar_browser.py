"""The pages of the working calendar and of outages in a real Chromium: narrow and wide, without a finding of axe."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from agencies.models import Post
from dossiers.services.corrections import outages
from tests import cast
from tests.chromium import press
from tests.procedures import desk
from tests.procedures.answers import answers
from tests.procedures.browser import WIDTHS, looked_at, page_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FREE = "promotion-notification"


@pytest.fixture
def people():
    yield cast.make_cast()
    Post.objects.all().delete()


def test_every_page_fits_every_width_and_has_no_axe_findings(chromium: Browser, live_server, people) -> None:
    lan = desk.province()
    for _number in range(25):
        cast.filed(people.hai, FREE, answers(FREE))
    outage = outages.record_outage(
        began_at=cast.MONDAY + timedelta(hours=1), ended_at=cast.MONDAY + timedelta(hours=2), reason_vi="Đứt cáp quang",
        source="Thông báo 9/TB-TTPVHCC", by=lan, at=cast.MONDAY + timedelta(hours=3),
    )  # fmt: skip
    page = page_for(chromium, live_server, lan, bypass_csp=True)
    places = [
        ("lich", "/quan-tri/lich-lam-viec/"),
        ("tinh-lai", "/quan-tri/lich-lam-viec/tinh-lai/"),
        ("su-co", "/quan-tri/su-co/"),
        ("mot-su-co", f"/quan-tri/su-co/{outage.pk}/"),
    ]
    assert not looked_at(page, places, "lich")
    page.goto("/quan-tri/lich-lam-viec/")
    page.locator("input[name=day]").fill("2026-12-24")
    page.locator("input[name=vi]").fill("Bão số 13")
    page.locator("input[name=source]").fill("Công điện 22/CĐ-UBND")
    page.locator("select[name=agency]").select_option("sct")
    press(page.locator("main form button[type=submit]").last)
    assert "24/12/2026: đóng cửa (Bão số 13)" in page.content()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()
