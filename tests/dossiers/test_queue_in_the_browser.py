"""The queue in a real Chromium with a full page of real content: widths, axe, keys, columns, many at once."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect

from common import jobs
from dossiers.models import BulkRun, Dossier, Party
from dossiers.queues import COLUMNS
from dossiers.services import bulk, desk, intake, looks
from tests.chromium import press
from tests.dossiers.copies import copies
from tests.dossiers.test_desk_in_the_browser import a_busy_desk, page_for, paid, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = (
    "Nguyễn Thị Phương Thảo", "Hoàng Thị Bích Ngọc", "Lương Văn Khánh", "Triệu Thị Pham", "Lý Thị Mai", "Nông Quốc Huy",
    "Đặng Thị Sinh", "Chu Văn Tĩnh", "Vi Văn Toàn", "Hứa Thị Lan", "Công ty TNHH Một thành viên Thương mại và Dịch vụ Hồng Phát",
    "Bế Thị Ngọc Ánh", "Lộc Văn Sướng", "Phùng Thị Ưởng", "Dương Quốc Phong", "Mã Thị Ặng", "Hoàng Văn Ỗn",
)  # fmt: skip
QUEUE = "/can-bo/ho-so/"


def a_full_page(people) -> list[Dossier]:
    """Twenty-five and more rows in many states, with the names people have here."""
    found = a_busy_desk(people)
    twins = copies(found[0], 20)
    for number, party in enumerate(Party.objects.order_by("pk")):
        Party.objects.filter(pk=party.pk).update(full_name=NAMES[number % len(NAMES)])
    looks.note_arrival(found[3].pk, "opinion", at=timezone.now())
    return [*found, *twins]


def pages(people, found) -> list[tuple[str, object, str]]:
    chosen = [
        "filed",
        "left",
        "state",
        "procedure",
        "applicant",
        "holder",
        "step",
        "agency",
        "fee",
        "delivery",
        "intake",
    ]
    desk.arrange(people.cuong, "all", columns=chosen, size=50, sort="newest")
    now = timezone.now()
    desk.save_view(
        people.hanh,
        name="Nộp trực tuyến, chưa ai giữ",
        tab="receive",
        filters={"holder": "nobody"},
        agency=None,
        at=now,
    )
    rows = Dossier.objects.filter(pk__in=[one.pk for one in found]).order_by("pk")
    run = bulk.show(rows, user=people.hanh, act="receive", assignee=None, tab="all", back="?tab=all", at=now)
    return [
        ("hang-doi-25", people.hanh, f"{QUEUE}?tab=all&so-dong=50"),
        ("hang-doi-loc", people.hanh, f"{QUEUE}?tab=receive&holder=nobody&intake=own&filed_from=2026-01-01&mo=loc"),
        ("hang-doi-cot", people.hanh, f"{QUEUE}?tab=receive&mo=cot"),
        ("hang-doi-moi-cot", people.cuong, f"{QUEUE}?tab=all"),
        ("hang-doi-khong-khop", people.hanh, f"{QUEUE}?tab=all&intake=post"),
        ("hang-loat-xem-truoc", people.hanh, f"/can-bo/hang-loat/{run.public_id}/"),
        ("cach-xem-sua", people.hanh, f"/can-bo/cach-xem/{desk.SavedView.objects.get().public_id}/sua/"),
        ("hang-doi-en", people.hanh, "/en/can-bo/ho-so/?tab=all"),
    ]


def test_the_full_queue_fits_every_width_and_has_no_axe_findings(chromium: Browser, live_server, people):
    from axe_playwright_python.sync_playwright import Axe

    wrong = []
    for name, user, address in pages(people, a_full_page(people)):
        page = page_for(chromium, live_server, user, bypass_csp=True)
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.goto(address).status == 200, address
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append((name, width, "wider than the screen"))
            shoot(page, name, width)
            if width == 768:
                continue  # axe at the narrow and the wide layout
            seen = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            if seen.response["violations"]:
                wrong.append((name, width, seen.generate_report()))
        page.context.close()
    assert not wrong, "\n".join(str(part) for line in wrong for part in line)


def test_a_group_by_its_place_and_help_that_opens_and_closes(chromium: Browser, live_server, people):
    paid(people, at=timezone.now())
    page = page_for(chromium, live_server, people.hanh)
    page.goto(f"{QUEUE}?tab=all")
    page.keyboard.press("g")
    page.keyboard.press("1")
    expect(page).to_have_url(f"{live_server.url}{QUEUE}?tab=receive")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Đóng").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.context.close()


def test_many_are_taken_by_keyboard_and_the_page_follows_the_work(chromium: Browser, live_server, people):
    for _n in range(3):
        paid(people, at=timezone.now())
    page = page_for(chromium, live_server, people.hanh)
    page.goto(f"{QUEUE}?tab=receive")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.get_by_label("Việc cần làm").select_option("take")
    page.get_by_role("button", name="Xem trước việc sẽ làm…").press("Enter")
    expect(page.get_by_text("Sẽ làm với 2 hồ sơ")).to_be_visible()
    page.get_by_role("button", name="Làm với 2 hồ sơ").press("Enter")
    expect(page.get_by_text("Đã làm xong 0 trên 2 hồ sơ")).to_be_visible()
    jobs.run(jobs.lease(kinds=["dossier.bulk"])[0])
    expect(page.get_by_text("làm được 2 trên 2 hồ sơ")).to_be_visible(timeout=30_000)
    assert Dossier.objects.filter(assignee=people.hanh).count() == 2
    page.context.close()


def test_columns_views_and_many_at_once_work_without_javascript(chromium: Browser, live_server, people):
    paid(people, at=timezone.now())
    page = page_for(chromium, live_server, people.hanh, java_script_enabled=False)
    page.goto(f"{QUEUE}?tab=receive&holder=nobody")
    page.get_by_role("link", name="Chọn cột và thứ tự").click()
    page.get_by_label("Ngày nộp").check()
    page.get_by_role("button", name="Chuyển cột “Ngày nộp” lên").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("columnheader", name="Ngày nộp")).to_be_visible()
    page.get_by_text("Lưu cách xem này…").click()
    page.get_by_label("Tên cách xem").fill("Chưa ai giữ")
    page.get_by_role("button", name="Lưu cách xem", exact=True).click()
    expect(page.get_by_role("link", name="Chưa ai giữ", exact=True)).to_be_visible()
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_label("Việc cần làm").select_option("take")
    press(page.get_by_role("button", name="Xem trước việc sẽ làm…"))
    press(page.get_by_role("button", name="Làm với 1 hồ sơ"))
    jobs.run(jobs.lease(kinds=["dossier.bulk"])[0])
    page.reload()
    expect(page.get_by_text("làm được 1 trên 1 hồ sơ")).to_be_visible()
    assert BulkRun.objects.get().state == "done"
    page.context.close()


def test_every_column_can_be_shown(chromium: Browser, live_server, people):
    dossier = paid(people, at=timezone.now())
    intake.claim_intake(dossier.pk, user=people.hanh)
    desk.arrange(people.hanh, "all", columns=list(COLUMNS), size=20, sort="due")
    page = page_for(chromium, live_server, people.hanh)
    page.goto(f"{QUEUE}?tab=all")
    expect(page.get_by_role("columnheader")).to_have_count(len(COLUMNS) + 1)
    page.context.close()
