"""The citizens' pages in a real Chromium: accessible, narrow enough for any phone, and complete without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, expect

from dossiers.models import Answers, Dossier, PaperFile
from dossiers.services import fees, filing, supplements
from dossiers.services.supplements import Missing
from tests import cast
from tests.chromium import press
from tests.procedures.answers import answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FREE, TENNIS, HOUSE = "promotion-notification", "sports-business-certificate-tennis", "housing-construction-permit"


def signed_in(chromium: Browser, live_server, user, **more) -> BrowserContext:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    context = chromium.new_context(base_url=live_server.url, locale="vi-VN", **more)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return context


def of_draft(name: str, draft: Dossier, *more: str) -> str:
    return reverse(f"dossiers:{name}", args=[draft.procedure.code, draft.public_id, *more])


def every_page(mai, hanh) -> list[str]:
    """The address of each kind of page, with something on it."""
    house = cast.draft(mai, HOUSE, answers(HOUSE))
    wrong = cast.draft(mai, TENNIS, {**answers(TENNIS), "floor_area_m2": "khoảng 96"})
    new = cast.filed(mai, FREE, answers(FREE))
    unpaid = cast.filed(mai, TENNIS, answers(TENNIS))
    asked = cast.filed(mai, TENNIS, answers(TENNIS))
    fees.settle(asked.pk, order="1", at=cast.MONDAY)
    missing = [Missing("paper", asked.papers.first().key, "Ảnh mờ"), Missing("field", "floor_area_m2", "Khác bản vẽ")]
    supplements.request_at_intake(asked.pk, user=hanh, missing=missing, message="", at=cast.MONDAY)
    drafts = [of_draft(name, house) for name in ("draft", "agency", "papers", "delivery", "check", "delete_draft")]
    sections = [of_draft("section", wrong, key) for key in _keys(wrong)]
    filed = [reverse(f"dossiers:{name}", args=[new.code]) for name in ("dossier", "declared", "submitted", "withdraw")]
    waiting = [reverse("dossiers:submitted", args=[unpaid.code]), reverse("dossiers:supplement", args=[asked.code])]
    public = [reverse(f"dossiers:{name}") for name in ("mine", "look_up", "verify")]
    start = reverse("dossiers:start", args=[house.procedure.code])
    return [start, *drafts, *sections, of_draft("check", wrong), *filed, *waiting, *public]


def _keys(draft: Dossier) -> list[str]:
    from procedures.services import content_of

    return [section.key for section in content_of(draft.procedure_version_id).eform.sections]


def test_every_page_is_accessible_and_fits_320_pixels(chromium, live_server, people):
    context = signed_in(chromium, live_server, people.mai, viewport={"width": 320, "height": 700})
    page, found = context.new_page(), []
    page.on("pageerror", lambda error: found.append(str(error)))
    for address in every_page(people.mai, people.hanh):
        assert page.goto(address).status == 200, address
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
            found.append(f"{address} is {width} pixels wide")
        found += [f"{address} {fault['id']}" for fault in Axe().run(page).response["violations"]]
    context.close()
    assert not found


def test_a_dossier_is_filed_without_javascript(chromium, live_server, people):
    draft = cast.draft(people.mai, FREE, answers(FREE))
    PaperFile.objects.all().delete()
    context = signed_in(chromium, live_server, people.mai, java_script_enabled=False)
    page = context.new_page()
    page.goto(of_draft("papers", draft))
    file = {"name": "giay-to.pdf", "mimeType": "application/pdf", "buffer": cast.PDF}
    for number in range(page.locator("input[type=file][name]").count()):
        page.locator("input[type=file][name]").nth(number).set_input_files(file)
        press(page.get_by_role("button", name="Gửi tệp").nth(number))
    press(page.get_by_role("button", name="Lưu và tiếp tục"))
    page.goto(of_draft("check", draft))
    page.get_by_role("button", name="Đồng ý và nộp").click()
    expect(page.get_by_role("heading", name=re.compile("Chưa gửi được"))).to_be_visible()
    page.get_by_label(re.compile("Tôi cam đoan")).check()
    press(page.get_by_role("button", name="Đồng ý và nộp"))
    filed = Dossier.objects.get()
    expect(page.get_by_text(str(filed.code)).first).to_be_visible()
    assert filed.state == "new"
    context.close()


def test_leaving_a_page_without_javascript_keeps_what_was_typed(chromium, live_server, people):
    draft = filing.start(user=people.mai, version=cast.procedure(FREE).current_version)
    context = signed_in(chromium, live_server, people.mai, java_script_enabled=False)
    page = context.new_page()
    page.goto(of_draft("section", draft, _keys(draft)[0]))
    page.locator("#f-trader_name").fill("Hoa Hồi Xứ Lạng")
    page.get_by_role("button", name="Lưu, làm sau").click()
    page.wait_for_url("**/ho-so/")
    assert Answers.objects.get(dossier=draft).answers["trader_name"] == "Hoa Hồi Xứ Lạng"
    context.close()


def test_draft_saves_itself_and_survives_the_end_of_the_session(chromium, live_server, people):
    draft = filing.start(user=people.mai, version=cast.procedure(FREE).current_version)
    context = signed_in(chromium, live_server, people.mai)
    page = context.new_page()
    page.goto(of_draft("section", draft, _keys(draft)[0]))
    with page.expect_response("**/luu/"):
        page.locator("#f-trader_name").fill("Hoa Hồi")
    expect(page.locator("[data-words]")).to_contain_text("Đã lưu nháp lúc")
    assert Answers.objects.get(dossier=draft).answers["trader_name"] == "Hoa Hồi"
    context.clear_cookies(name="sessionid")
    page.locator("#f-trader_name").fill("Hoa Hồi Xứ Lạng")
    page.get_by_role("button", name="Đăng nhập lại").click()
    page.wait_for_url("**/dang-nhap/**")
    page.get_by_label(re.compile("Số di động|Số điện thoại")).fill("0912345678")
    page.get_by_label("Mật khẩu").fill(cast.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("#f-trader_name")).to_have_value("Hoa Hồi Xứ Lạng")
    context.close()
