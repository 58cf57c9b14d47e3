"""The pages of a team in a real Chromium: every width, axe, with real names and twenty-five rows."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from agencies.models import Agency, Role
from agencies.services import appoint, enter_absence
from agencies.services.absences import Away
from dossiers.models import Dossier
from dossiers.services import intake, routing
from dossiers.services.watching import watch
from tests import cast
from tests.dossiers.test_desk_in_the_browser import page_for, paid, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = {"sang": "Chu Văn Sáng", "ly": "Hứa Thị Ly", "ngan": "Hoàng Thị Bích Ngân", "quynh": "Nguyễn Thị Như Quỳnh"}


def a_team(people) -> Dossier:
    """The department of culture: five specialists, one of them away, dossiers late, soon and silent; one held by Bảo."""
    now, agency = timezone.now(), Agency.objects.get(key="svhttdl")
    team = []
    for username, name in NAMES.items():
        team.append(cast.officer(username, name))
        appoint(team[-1], agency, Role.SPECIALIST, actor=None, since=cast.SINCE)
    appoint(people.cuong, agency, Role.ONE_STOP_HEAD, actor=None, since=cast.SINCE)
    days = [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 3, 3, 4, 5, 6]
    found = [paid(people, at=now - timedelta(days=day)) for day in days]
    for dossier in found[5:]:
        intake.receive(dossier.pk, user=people.hanh, at=dossier.filed_at)
    for number, dossier in enumerate(found[5:18]):
        routing.claim(dossier.pk, user=[people.bao, *team][number % 4])
    today = timezone.localdate()
    enter_absence(people.bao, agency, Away(today, today + timedelta(days=6), team[0]), actor=people.cuong, at=now)
    watch()
    soon = found[6]  # due tomorrow: an apology lies before the leader
    Dossier.objects.filter(pk=soon.pk).update(due_at=now + timedelta(hours=30), queue_at=now + timedelta(hours=30))
    watch()
    return found[6]


def test_every_page_of_the_team_fits_every_width_and_has_no_axe_findings(chromium: Browser, live_server, people):
    from axe_playwright_python.sync_playwright import Axe

    dossier = a_team(people)
    hand_over = f"/can-bo/nhom/ban-giao/{people.bao.pk}/"
    to = Agency.objects.get(key="svhttdl").posts.get(user__username="sang").user_id
    wrong = []
    for name, user, address in [
        ("nhom", people.cuong, "/can-bo/nhom/"),
        ("chia", people.cuong, f"/can-bo/nhom/chia/?agency={Agency.objects.get(key='svhttdl').pk}&role=specialist"),
        ("ban-giao", people.cuong, hand_over),
        ("ban-giao-xem", people.cuong, f"{hand_over}?to={to}"),
        ("canh-bao", people.cuong, "/can-bo/nhom/canh-bao/"),
        ("buoc-cham", people.cuong, "/can-bo/nhom/canh-bao/?loai=buoc-cham"),
        ("xin-loi", people.dung, "/can-bo/nhom/xin-loi/"),
        ("tre-hen", people.dung, "/can-bo/nhom/tre-hen/"),
        ("vang-mat", people.cuong, "/can-bo/vang-mat/"),
        ("vang-mat-minh", people.en, "/can-bo/vang-mat/"),
        ("hang-doi-truong", people.cuong, "/can-bo/ho-so/?tab=all"),
        ("lich-su-canh-bao", people.cuong, f"/can-bo/ho-so/{dossier.code}/lich-su/"),
    ]:
        page = page_for(chromium, live_server, user, bypass_csp=True)
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.goto(address).status == 200, address
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wrong.append((name, width, "wider than the screen"))
            shoot(page, name, width)
        seen = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        if seen.response["violations"]:
            wrong.append((name, seen.generate_report()))
        page.context.close()
    assert not wrong, "\n".join(str(part) for line in wrong for part in line)
