"""The pages of opinions in a real Chromium: every width, axe, with real words."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from dossiers.clock import Limit
from dossiers.models import Dossier
from dossiers.services import intake, routing
from dossiers.services.consulting import answer_consultation
from tests import cast
from tests.dossiers.consulting_cast import QUESTION, ask
from tests.dossiers.test_desk_in_the_browser import page_for, paid, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_pages_of_opinions_fit_every_width_and_have_no_axe_findings(chromium: Browser, live_server):
    from axe_playwright_python.sync_playwright import Axe

    people, now = cast.make_cast(), timezone.now()
    found: list[Dossier] = []
    for _number in range(3):
        dossier = paid(people, at=now)
        intake.receive(dossier.pk, user=people.hanh, at=now)
        found.append(routing.claim(dossier.pk, user=people.bao, at=now).dossier)
    asked = [ask(people, dossier, at=now, question=f"{QUESTION} " * 4) for dossier in found]
    ask(people, found[0], "stc", at=now, limit=Limit(8, "hour"))
    answer_consultation(asked[1], user=people.giang, outcome="disagree", answer="Trái quy hoạch.", at=now)
    dossier_page, wrong = f"/can-bo/ho-so/{found[0].code}/", []
    for name, user, address in [
        ("y-kien", people.giang, "/can-bo/y-kien/"),
        ("y-kien-xong", people.giang, "/can-bo/y-kien/?xong=1"),
        ("y-kien-mot", people.giang, f"/can-bo/y-kien/{asked[0].public_id}/"),
        ("y-kien-het", people.giang, f"/can-bo/y-kien/{asked[1].public_id}/"),
        ("ho-so-y-kien", people.bao, f"{dossier_page}y-kien/"),
        ("lay-y-kien", people.bao, f"{dossier_page}viec/lay-y-kien/"),
        ("thoi-lay-y-kien", people.bao, f"{dossier_page}viec/thoi-lay-y-kien/"),
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
