"""A campaign in a real Chromium: a department answers, the province approves; narrow and wide, without a finding of axe."""

import io

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from accounts.models import User
from procedures.models import Campaign, CampaignItem, PlanItem, PublicationDecision
from procedures.services import reviewing
from tests.chromium import press
from tests.procedures import campaign_walk, desk
from tests.procedures.browser import Sits, kept_catalogue, looked_at, page_for, sits
from tests.procedures.campaigns import NO_VISIT, address, answer, emptied, items_of, now, opened, planned, sent

__all__ = ["emptied", "kept_catalogue", "sits"]
pytestmark = [
    pytest.mark.browser, pytest.mark.usefixtures("emptied"), pytest.mark.django_db(transaction=True),
]  # fmt: skip


def test_a_department_answers_and_the_province_approves(chromium: Browser, live_server) -> None:
    lan, duc = desk.province(), desk.department()
    campaign = opened(lan, agencies=["svhttdl"])
    page = page_for(chromium, live_server, duc, viewport={"width": 360, "height": 740})
    page.goto(address(campaign))
    items = items_of(campaign)
    press(page.locator("tbody a").first)
    for _number in items:
        page.get_by_label("Giữ nguyên").check()
        for question in ("handling", "presence"):
            page.locator(f"input[name={question}_answer][value=yes]").check()
        press(page.locator("main form button[type=submit]").first)
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_text("Đã gửi trả lời. Tỉnh sẽ kiểm tra.")).to_be_visible()
    page.context.close()
    page = page_for(chromium, live_server, lan, viewport={"width": 1280, "height": 900})
    page.goto(address(campaign))
    press(page.get_by_role("button", name="Kiểm tra trả lời"))
    for box in page.locator("input[name=item]").all():
        box.check()
    page.get_by_role("button", name="Duyệt các thủ tục đã chọn").click()
    expect(page.get_by_text("Không còn trả lời nào ở đây")).to_be_visible()
    page.context.close()
    assert set(CampaignItem.objects.values_list("state", flat=True)) == {"approved"}


def test_three_departments_bring_a_campaign_to_its_published_decision(sits: Sits, kept_catalogue: None) -> None:
    """Opened, answered, one answer returned and given again, approved, decided; the annex is there as PDF and workbook."""
    desk.province("lan", "Lộc Thị Lan")
    contacts = {"duc": "svhttdl", "hoa": "sct", "nga": "snnmt"}
    for username, agency in contacts.items():
        desk.department(username, agency)
    lan = sits("lan").open("/quan-tri/")
    campaign_walk.plan_and_open(lan)
    answered = [campaign_walk.answer(sits(username).open("/quan-tri/")) for username in contacts]
    campaign_walk.return_one(lan.open("/quan-tri/dot-ra-soat/"))
    back = CampaignItem.objects.get(state="returned").task.agency.key
    again = next(username for username, agency in contacts.items() if agency == back)
    campaign_walk.answer_again(sits(again).open("/quan-tri/"))
    campaign_walk.close(lan, "3120/QĐ-UBND")
    decision = PublicationDecision.objects.get(number="3120/QĐ-UBND")
    assert decision.published_on == timezone.localdate()
    assert set(CampaignItem.objects.values_list("state", flat=True)) == {"approved"}
    assert CampaignItem.objects.count() == sum(answered)
    assert PlanItem.objects.count() == 3
    assert lan.download("PDF").startswith(b"%PDF")
    rows = openpyxl.load_workbook(io.BytesIO(lan.download("XLSX"))).active.max_row
    assert rows > sum(answered)


@pytest.fixture
def campaign() -> Campaign:
    """Departments in every state: late with a returned answer, all sent, nothing done; a plan and a planned campaign."""
    lan, duc = desk.province(), desk.department()
    made = opened(lan, due=2)
    first, second, *rest = items_of(made, "svhttdl")
    answer(first, duc, "simplify", days_saved=3, papers_saved=2, reason="Bỏ bước lấy ý kiến, dùng dữ liệu dân cư")
    answer(second, duc, criteria=NO_VISIT)
    sent(made, "svhttdl", duc)
    sent(made, "sct", desk.department("hoa", "sct"))
    for item in items_of(made, "svhttdl")[:2]:
        reviewing.approve(item.pk, version=item.version, actor=lan, at=now())
    if rest:
        back = items_of(made, "svhttdl")[2]
        reviewing.return_item(back.pk, version=back.version, remark="Nêu rõ lý do giữ nguyên", actor=lan, at=now())
    PlanItem.objects.create(item=first, changed_at=now(), changed_by=lan)
    planned(lan, agencies=["scm"])
    return made


def addresses(campaign: Campaign) -> list[tuple[str, str]]:
    returned = items_of(campaign, "svhttdl")[2]
    checked = items_of(campaign, "sct")[0]
    other = Campaign.objects.get(state="planned")
    return [
        ("danh-sach", "/quan-tri/dot-ra-soat/"),
        ("moi", "/quan-tri/dot-ra-soat/moi/"),
        ("bang", address(campaign)),
        ("du-kien", address(other)),
        ("co-quan", address(campaign, "co-quan/svhttdl/")),
        ("thu-tuc", address(campaign, f"thu-tuc/{checked.procedure.code}/")),
        ("bi-tra-lai", address(campaign, f"thu-tuc/{returned.procedure.code}/")),
        ("kiem-tra", address(campaign, "kiem-tra/")),
        ("ket-thuc", address(campaign, "ket-thuc/")),
        ("ke-hoach", address(campaign, "ke-hoach/")),
    ]


def test_every_page_fits_every_width_and_has_no_axe_findings(chromium: Browser, live_server, campaign) -> None:
    pages, wrong = addresses(campaign), []
    for prefix, username in (("tinh", "lan"), ("so", "duc")):
        page = page_for(chromium, live_server, User.objects.get(username=username))
        own = [one for one in pages if prefix == "tinh" or one[0] in {"danh-sach", "co-quan", "bi-tra-lai", "ke-hoach"}]
        wrong += looked_at(page, own, f"{prefix}-")
        page.context.close()
    assert not wrong
