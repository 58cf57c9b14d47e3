"""Classifying in a real Chromium: at most six clicks, readable at both widths, without a finding of axe."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from agencies.models import Post
from procedures.models import CriterionAnswer, OnlineService, Override, ServiceLevel
from procedures.services import classifying, projecting
from tests.chromium import press
from tests.procedures import desk
from tests.procedures.browser import looked_at, page_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FULL = "criminal-record-certificate"


def service(key: str = FULL) -> OnlineService:
    return OnlineService.objects.select_related("procedure").get(procedure__key=key)


@pytest.fixture
def province():
    """Somebody of the province; what she answers is taken back afterwards."""
    user, before = desk.province(), set(ServiceLevel.objects.values_list("pk", flat=True))
    yield user
    touched = set(CriterionAnswer.objects.values_list("service", flat=True))
    CriterionAnswer.objects.all().delete()
    Override.objects.all().delete()
    for pk in touched:
        projecting.reclassify(OnlineService.objects.select_related("procedure").get(pk=pk), on=timezone.localdate())
    ServiceLevel.objects.exclude(pk__in=before).delete()
    ServiceLevel.objects.filter(service__in=touched).update(valid_to=None)
    Post.objects.filter(user=user).delete()


def test_classifying_a_procedure_takes_six_clicks_at_most(chromium: Browser, live_server, province):
    """From the catalogue's first page; choosing from a list counts as two clicks: it is opened, then chosen from."""
    one, page, clicks = service(), page_for(chromium, live_server, province, viewport={"width": 1280, "height": 900}), 0
    page.goto("/quan-tri/")
    press(page.locator(".mc-side a[href='/quan-tri/phan-loai/']"))
    clicks += 1
    page.goto(f"/quan-tri/phan-loai/?q={one.procedure.code}")  # typed, not clicked
    press(page.locator(f"#dv-{one.pk} th a"))
    clicks += 1
    page.locator("label[for=presence-no]").click()
    clicks += 1
    page.locator("#presence-obstacle").select_option("originals")
    clicks += 2
    press(page.get_by_role("button", name="Lưu câu trả lời"))
    clicks += 1
    expect(
        page.locator(f"#dv-{one.pk} .mc-badge--partial, .mc-messages, .govuk-notification-banner").first
    ).to_be_visible()
    assert clicks <= 6
    assert service().level == "partial"


def test_the_pages_fit_and_axe_finds_nothing(chromium: Browser, live_server, province):
    one = service("certified-true-copy")
    classifying.propose_override(one, level="full", reason="Thí điểm", actor=province, at=timezone.now())
    page = page_for(chromium, live_server, province)
    addresses = [
        ("luoi", "/quan-tri/phan-loai/"),
        ("mot-dich-vu", f"/quan-tri/phan-loai/{one.code}/"),
        ("dieu-chan", "/quan-tri/dieu-chan/?go=originals&go=site_check"),
    ]
    assert not looked_at(page, addresses)
    page.context.close()
