"""Every page of the counter's work in a real Chromium: accessible, at 1280 and 360 px, and once without JavaScript."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dossiers.models import Dossier, HandedOver
from dossiers.services import digitising, results
from payments.services import cash, ensure_order
from tests import cast, counter_cast
from tests.chromium import press
from tests.dossiers.test_citizen_browser import signed_in
from tests.dossiers.test_counter_browser import DESK, SMALL, look, look_narrow_too
from tests.dossiers.test_counter_visits import certified
from tests.dossiers.test_desk_in_the_browser import apart
from tests.portal.world import paid, resolved
from tests.procedures.answers import answers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TENNIS, COPY = "sports-business-certificate-tennis", "certified-true-copy"


def test_the_pages_of_a_visit_and_its_work_are_accessible_and_narrow(chromium, live_server, people):
    now = timezone.now()
    visit = counter_cast.visit(people, at=now)
    typed = [counter_cast.typed(people, TENNIS, answers(TENNIS), at=now) for _one in range(2)]
    late = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False, at=now)
    counter_cast.entered_late(people, late, at=now)
    counter_cast.on_shift(people, at=now)
    digitising.check(typed[0].pk, user=people.hanh, keys=[typed[0].papers.order_by("position").first().key])
    done: dict[str, Dossier] = {}
    apart(lambda: done.update(waiting=resolved(people, paid(people, people.mai))))
    Dossier.objects.filter(pk=done["waiting"].pk).update(delivery="counter")
    fast = certified(people, visit, at=now)
    code = cast.procedure(COPY).code
    pages = {
        "visit": reverse("dossiers:counter_visit", args=[visit.public_id]),
        "visit-cash": reverse("payments:visit_cash", args=[visit.public_id]),
        "fast": reverse("dossiers:counter_fast", args=[visit.public_id, code]),
        "lane": reverse("dossiers:counter_received", args=[fast.code]),
        "digitise": reverse("dossiers:digitise", args=[typed[0].code]),
        "return": reverse("dossiers:return_desk", args=[done["waiting"].code]),
        "blanks": reverse("dossiers:blank_receipts"),
        "late": reverse("dossiers:enter_late", args=[late.public_id]),
        "shifts": reverse("dossiers:shifts"),
        "queue": reverse("dossiers:officer_queue"),
    }
    context = signed_in(chromium, live_server, people.hanh, viewport=DESK)
    page = context.new_page()
    for name, address in pages.items():
        assert page.goto(address).status == 200, name
        look_narrow_too(page, f"desk-{name}")
    page.goto(pages["return"])
    page.get_by_label("Ký trên màn hình").check(force=True)
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 50)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 20 + 15 * step, box["y"] + 50 + 20 * (step % 3))
    page.mouse.up()
    look(page, "desk-return-drawn")
    page.get_by_role("button", name="Trả kết quả").last.click()
    expect(page.get_by_role("heading", name="Đã trả kết quả")).to_be_visible()
    look_narrow_too(page, "desk-returned")
    assert HandedOver.objects.get().proof == "drawn"
    context.close()


def test_certified_copies_and_the_return_desk_work_without_javascript(chromium, live_server, people):
    visit = counter_cast.visit(people, at=timezone.now())
    context = signed_in(chromium, live_server, people.hanh, viewport=SMALL, java_script_enabled=False, bypass_csp=True)
    page = context.new_page()
    page.goto(reverse("dossiers:counter_fast", args=[visit.public_id, cast.procedure(COPY).code]))
    page.get_by_label("Văn bằng, chứng chỉ").check(force=True)
    page.get_by_label("Số hiệu").fill("A 123")
    page.get_by_label("Cơ quan cấp").fill("Đại học Thái Nguyên")
    page.get_by_label("Số trang bản chính").fill("3")
    page.get_by_label("Số bản sao").fill("2")
    page.get_by_role("button", name="Tính phí trước").click()
    expect(page.get_by_text("10.000").first).to_be_visible()
    press(page.get_by_role("button", name="Đã đối chiếu"))
    done = Dossier.objects.get()
    expect(page.get_by_role("heading", name="Đã tiếp nhận")).to_be_visible()
    cash.take(ensure_order(done).public_id, cashier=people.hanh, payer="Lý Thị Mai")
    fresh = Dossier.objects.get()
    apart(lambda: results.decide_at_once(fresh.pk, user=people.dung, version=fresh.version))
    page.reload()
    press(page.get_by_role("button", name="Trả kết quả…"))
    page.get_by_role("button", name="Trả kết quả").last.click()
    expect(page.get_by_role("heading", name="Đã trả kết quả")).to_be_visible()
    assert Dossier.objects.get().state == "returned"
    context.close()


def test_a_form_with_a_foreign_key_of_a_request_is_refused_in_words(people):
    """A request key that somebody else used opens nothing of theirs."""
    from dossiers.errors import Denied
    from dossiers.models import Preparation

    visit, key = counter_cast.visit(people, at=timezone.now()), uuid4()
    certified(people, visit, key=key)
    Preparation.objects.update(officer=people.kien)
    with pytest.raises(Denied):
        certified(people, visit, key=key)
