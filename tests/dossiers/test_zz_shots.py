import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import sync_playwright

from dossiers.services import fees, intake, results, routing, supplements
from dossiers.services.results import Decision
from dossiers.services.supplements import Missing
from tests import cast
from tests.portal.test_filing_in_the_browser import FLAGS
from tests.procedures.answers import answers

OUT = "/tmp/shots"
TENNIS = "sports-business-certificate-tennis"
os.makedirs(OUT, exist_ok=True)


@pytest.mark.django_db(transaction=True)
def test_shots(live_server):
    people = cast.make_cast()
    from django.utils import timezone

    now = timezone.now()
    browser_client = Client()
    browser_client.force_login(people.mai, backend="accounts.backends.PhoneOrNameBackend")
    m = people.mai
    draft = cast.draft(m, "housing-construction-permit", {**answers("housing-construction-permit")}, at=now)
    from dossiers.services import filing

    filing.save_answers(draft.pk, user=m, answers={})
    empty = filing.start(user=m, version=cast.procedure("birth-registration").current_version)
    wrong = cast.draft(
        m, TENNIS, {**answers(TENNIS), "floor_area_m2": "khoảng 96", "tax_code": "123", "head_office": None}, at=now
    )
    copy = cast.draft(m, "certified-true-copy", answers("certified-true-copy"), at=now)
    pay = cast.filed(m, "certified-true-copy", answers("certified-true-copy"), at=now)
    new = cast.filed(m, "promotion-notification", answers("promotion-notification"), at=now)
    t1 = cast.filed(m, TENNIS, answers(TENNIS), at=now)
    fees.settle(t1.pk, order="1", at=now)
    paper = t1.papers.first()
    supplements.request_at_intake(
        t1.pk,
        user=people.hanh,
        missing=[
            Missing("paper", paper.key, "Ảnh mờ, không đọc được số giấy tờ. Chụp lại ở chỗ sáng."),
            Missing("field", "floor_area_m2", "Diện tích khác với bản vẽ mặt bằng."),
        ],
        message="Bạn bổ sung giúp trước thứ Sáu để kịp hẹn.",
    )
    t2 = cast.filed(m, TENNIS, answers(TENNIS), at=now)
    fees.settle(t2.pk, order="2", at=now)
    intake.claim_intake(t2.pk, user=people.hanh)
    intake.receive(t2.pk, user=people.hanh)
    t3 = cast.filed(m, TENNIS, answers(TENNIS), at=now)
    fees.settle(t3.pk, order="3", at=now)
    intake.receive(t3.pk, user=people.hanh)
    results.draft(t3.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."))
    routing.forward(t3.pk, user=people.bao)
    l = routing.forward(t3.pk, user=people.cuong).dossier
    results.sign(t3.pk, user=people.dung, version=l.version)
    results.issue(t3.pk, user=people.en)
    from dossiers.models import Result

    code = Result.objects.get(dossier=t3).verify_code

    def n(name, d, *more):
        return reverse(f"dossiers:{name}", args=[d.procedure.code, d.public_id, *more])

    def h(name, d):
        return reverse(f"dossiers:{name}", args=[d.code])

    from procedures.services import content_of

    secs = [s.key for s in content_of(wrong.procedure_version_id).eform.sections]
    hsecs = [s.key for s in content_of(draft.procedure_version_id).eform.sections]
    pages = {
        "01-start": reverse("dossiers:start", args=[empty.procedure.code]),
        "02-tasks": n("draft", draft),
        "02b-tasks-empty": n("draft", empty),
        "03-section": n("section", draft, hsecs[0]),
        "03b-section": n("section", draft, hsecs[3]),
        "03c-wrong": n("section", wrong, secs[0]),
        "03d-tables": n("section", wrong, secs[-1]),
        "04-agency": n("agency", draft),
        "05-papers": n("papers", draft),
        "05b-papers-empty": n("papers", empty),
        "06-delivery": n("delivery", draft),
        "07-check": n("check", draft),
        "07b-check-wrong": n("check", wrong),
        "07c-check-copy": n("check", copy),
        "08-submitted": h("submitted", new),
        "08b-submitted-pay": h("submitted", pay),
        "09-mine": reverse("dossiers:mine"),
        "10-dossier-new": h("dossier", new),
        "10b-pay": h("dossier", pay),
        "10c-asked": h("dossier", t1),
        "10d-received": h("dossier", t2),
        "10e-result": h("dossier", t3),
        "11-declared": h("declared", t2),
        "12-withdraw": h("withdraw", new),
        "13-supplement": h("supplement", t1),
        "14-lookup": reverse("dossiers:look_up"),
        "15-verify": reverse("dossiers:verify"),
        "16-verified": reverse("dossiers:verify_result", args=[code]),
        "17-change": n("draft", new),
        "18-delete": n("delete_draft", empty),
    }
    only = os.environ.get("ONLY", "")
    bad = []
    axe = Axe()
    cookie = browser_client.cookies["sessionid"].value
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        for width in (360, 1280):
            ctx = b.new_context(viewport={"width": width, "height": 800}, base_url=live_server.url, locale="vi-VN")
            ctx.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
            page = ctx.new_page()
            page.on(
                "console", lambda msg: bad.append(f"console {page.url} {msg.text}") if msg.type == "error" else None
            )
            for name, url in pages.items():
                if only and not any(name.startswith(o) for o in only.split(",")):
                    continue
                r = page.goto(url)
                if r.status != 200:
                    bad.append(f"{r.status} {url}")
                page.screenshot(path=f"{OUT}/{name}-{width}.png", full_page=True)
                if width == 360:
                    page.set_viewport_size({"width": 320, "height": 700})
                    w = page.evaluate("document.documentElement.scrollWidth")
                    if w > 320:
                        bad.append(
                            f"wide {w} {name} "
                            + str(
                                page.evaluate(
                                    "[...document.querySelectorAll('body *')].filter(e=>e.getBoundingClientRect().right>321).slice(0,4).map(e=>e.tagName+'.'+e.className)"
                                )
                            )
                        )
                    page.set_viewport_size({"width": 360, "height": 800})
                res = axe.run(page)
                for v in res.response["violations"]:
                    bad.append(f"axe {name} {v['id']} " + "; ".join(x["html"][:160] for x in v["nodes"][:2]))
                if width == 360:
                    size = len(r.body())
                    if size > 100_000:
                        bad.append(f"big {name} {size}")
        b.close()
    print("\n".join(bad))
    open("/tmp/shots/bad.txt", "w").write("\n".join(bad))
