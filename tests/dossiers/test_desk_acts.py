"""Acts at the desk through its pages: from the new dossier to the result in the citizen's hands."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from audit.models import Access
from dossiers.models import Dossier, DossierEvent, DossierText
from dossiers.services import fees, intake, routing
from dossiers.services.intake import claim_intake
from dossiers.views.officer import presence
from notifications.models import Message
from tests import cast
from tests.documents.hostile import pdf
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
TENNIS = "sports-business-certificate-tennis"


@pytest.fixture
def people():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.make_cast()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def tennis(people) -> Dossier:
    """A paid dossier at the department of culture and sports, new in the queue."""
    dossier = cast.filed(people.hai, TENNIS, answers(TENNIS))
    fees.settle(dossier.pk, at=cast.MONDAY, order="test")
    return Dossier.objects.get(pk=dossier.pk)


def free(people) -> Dossier:
    """A dossier at industry and trade, where Giang holds all posts."""
    return cast.filed(people.hai, FREE, answers(FREE))


def page_of(dossier) -> str:
    return f"/can-bo/ho-so/{dossier.code}/"


def refresh(dossier) -> None:
    """Read the row anew; the state is protected even against `refresh_from_db`."""
    dossier.__dict__ = Dossier.objects.get(pk=dossier.pk).__dict__


def act(user, dossier, slug, *, sure=True, tab="", **fields):
    refresh(dossier)
    data = {"version": dossier.version, "tab": tab, **fields} | ({"sure": "1"} if sure else {})
    answer = client_of(user).post(f"{page_of(dossier)}viec/{slug}/", data)
    refresh(dossier)
    return answer


def primary(user, dossier) -> str:
    """The slug behind the one green button of the page."""
    page = client_of(user).get(page_of(dossier)).content.decode()
    bar = page[page.index('id="thanh-viec"') :] if 'id="thanh-viec"' in page else ""
    bar = re.sub(r"<details.*?</details>", "", bar, flags=re.S)
    bar = bar.replace("/can-bo/quay/tra/", "/viec/tra-ket-qua/")  # the return desk has a page of its own
    return "".join(re.findall(r"/viec/([a-z-]+)/", bar)[:1])


def test_the_green_button_leads_a_dossier_through_the_whole_department_route(people):
    dossier = tennis(people)
    walk = [
        (people.hanh, "tiep-nhan", {}),
        (people.bao, "nhan-xu-ly", {}),
        (people.bao, "du-thao", {"outcome": "granted", "text": "Đủ điều kiện kinh doanh."}),
        (people.bao, "chuyen-tiep", {}),
        (people.cuong, "chuyen-tiep", {}),
        (people.dung, "ky", {}),
        (people.en, "phat-hanh", {}),
    ]
    Dossier.objects.filter(pk=dossier.pk).update(delivery="counter")
    for user, slug, fields in walk:
        assert primary(user, dossier) == slug, (user.username, slug)
        answer = act(user, dossier, slug, **fields)
        assert answer.status_code == 302, (slug, answer.content.decode()[:3000])
    assert (dossier.state, dossier.outcome) == ("resolved", "granted")
    assert primary(people.hanh, dossier) == "tra-ket-qua"
    assert act(people.hanh, dossier, "tra-ket-qua", receiver="Trần Văn Hải").status_code == 302
    assert dossier.state == "returned"
    assert dossier.results.get().receiver == "Trần Văn Hải"


def test_the_letter_is_shown_before_it_is_sent_and_the_preview_changes_nothing(people):
    dossier = tennis(people)
    before = Dossier.objects.filter(pk=dossier.pk).values().get()
    page = client_of(people.hanh).get(f"{page_of(dossier)}viec/tiep-nhan/").content.decode()
    assert "03/12/2026" in page  # 7 working days after 23/11, 24/11 is a day off: the date the act would set
    assert f"/ho-so/{dossier.code}/" in page
    assert Dossier.objects.filter(pk=dossier.pk).values().get() == before
    assert not Message.objects.filter(subject_id=dossier.pk, kind="dossier.received").exists()


def test_refusing_shows_the_reason_in_the_letter_first_and_then_sends_it(people):
    dossier = tennis(people)
    reason = "Cơ sở đặt tại tỉnh khác, không thuộc thẩm quyền."
    checked = act(people.hanh, dossier, "tu-choi-tiep-nhan", sure=False, reason=reason)
    assert checked.status_code == 200 and dossier.state == "new"
    assert checked.content.decode().count(reason) >= 2  # in the letter, and in the box where it was typed
    assert act(people.hanh, dossier, "tu-choi-tiep-nhan", reason=reason).status_code == 302
    assert dossier.state == "refused"
    assert DossierText.objects.get(dossier=dossier, seq=dossier.head_seq).text == reason


def test_a_refusal_without_a_reason_is_not_carried_out_and_says_so(people):
    dossier = tennis(people)
    answer = act(people.hanh, dossier, "tu-choi-tiep-nhan", reason="  ")
    assert answer.status_code == 422 and dossier.state == "new"
    assert 'href="#id_reason"' in answer.content.decode()


def test_marks_become_the_request_for_a_supplement(people):
    dossier = tennis(people)
    papers = [paper.key for paper in dossier.papers.order_by("position")]
    hanh = client_of(people.hanh)
    bad = {"verdict": "invalid", "reason_code": "unreadable", "reason": "trang 2"}
    assert hanh.post(f"{page_of(dossier)}giay-to/{papers[0]}/", bad).status_code == 302
    assert primary(people.hanh, dossier) == "yeu-cau-bo-sung"
    form = hanh.get(f"{page_of(dossier)}viec/yeu-cau-bo-sung/").content.decode()
    assert "trang 2" in form
    reason = dossier.papers.get(key=papers[0]).reason
    fields = {f"paper:{papers[0]}": "on", f"reason:{papers[0]}": reason, "message": "Gửi lại giúp."}
    checked = act(people.hanh, dossier, "yeu-cau-bo-sung", sure=False, **fields)
    assert reason in checked.content.decode() and dossier.state == "new"
    assert act(people.hanh, dossier, "yeu-cau-bo-sung", **fields).status_code == 302
    assert dossier.state == "supplement"
    item = dossier.supplements.get().items.get()
    assert (item.kind, item.key, item.reason) == ("paper", papers[0], reason)


def test_a_request_that_names_nothing_is_not_sent(people):
    dossier = tennis(people)
    answer = act(people.hanh, dossier, "yeu-cau-bo-sung", message="Thiếu")
    assert answer.status_code == 422 and dossier.state == "new"


def test_a_dossier_with_a_bad_paper_cannot_be_received(people):
    dossier = tennis(people)
    key = dossier.papers.order_by("position").first().key
    intake.mark_paper(dossier.pk, user=people.hanh, key=key, verdict="invalid", reason="Mờ")
    answer = act(people.hanh, dossier, "tiep-nhan")
    assert answer.status_code == 422 and dossier.state == "new"


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_reads_what_happened_and_keeps_the_words_typed(people):
    dossier = tennis(people)
    seen = dossier.version
    claim_intake(dossier.pk, user=people.hanh, at=cast.MONDAY)
    reason = "Lý do đã gõ rất lâu"
    answer = client_of(people.hanh).post(
        f"{page_of(dossier)}viec/tu-choi-tiep-nhan/", {"version": seen, "sure": "1", "reason": reason}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert reason in page and people.hanh.full_name in page
    assert Dossier.objects.get(pk=dossier.pk).state == "new"


@pytest.mark.django_db(transaction=True)
def test_who_presses_a_quick_button_second_reads_what_happened(people):
    dossier = tennis(people)
    seen = dossier.version
    claim_intake(dossier.pk, user=people.hanh, at=cast.MONDAY)
    answer = client_of(people.hanh).post(f"{page_of(dossier)}viec/nhan-ve-toi/", {"version": seen})
    assert answer.status_code == 409 and people.hanh.full_name in answer.content.decode()
    assert DossierEvent.objects.filter(dossier=dossier, name="claim_intake").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_quick_act_that_is_refused_shows_the_dossier_as_it_stands_and_keeps_nothing_of_the_try(people):
    """The act has begun on the very row the page holds when it is refused."""
    dossier = free(people)
    intake.receive(dossier.pk, user=people.giang, at=cast.MONDAY)
    routing.claim(dossier.pk, user=people.giang, at=cast.MONDAY)
    refresh(dossier)
    before = (dossier.state, dossier.step_no, dossier.version)
    answer = act(people.giang, dossier, "chuyen-tiep")  # the result was not drafted
    assert (
        answer.status_code == 422
        and str(_("Draft the result before you hand the dossier on.")) in answer.content.decode()
    )
    assert (dossier.state, dossier.step_no, dossier.version) == before


def test_a_quick_act_reads_the_dossier_once_and_locks_it_so(people):
    dossier = tennis(people)
    person = client_of(people.hanh)
    with CaptureQueriesContext(connection) as asked:
        answer = person.post(f"{page_of(dossier)}viec/nhan-ve-toi/", {"version": dossier.version})
    assert answer.status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements")
        texts = dict(cursor.fetchall())
    carried_out = [found[1] for query in asked if (found := re.match(r"EXECUTE (\w+)", query["sql"]))]
    reads = [texts[name] for name in carried_out if 'FROM "dossiers_dossier"' in texts[name]]
    assert len(reads) == 1 and "FOR NO KEY UPDATE" in reads[0]


def test_an_act_that_the_person_may_not_do_is_refused_in_words(people):
    dossier = tennis(people)
    answer = act(people.bao, dossier, "tiep-nhan")  # a specialist does not receive
    assert answer.status_code == 403 and dossier.state == "new"
    assert page_of(dossier) in answer.content.decode()


def test_who_drafted_does_not_get_the_button_to_sign_and_cannot_sign(people):
    dossier = free(people)
    act(people.giang, dossier, "tiep-nhan")
    act(people.giang, dossier, "du-thao", outcome="granted", text="Được xác nhận.")
    act(people.giang, dossier, "chuyen-tiep")
    assert dossier.step_role == "head"
    assert primary(people.giang, dossier) != "ky"
    assert act(people.giang, dossier, "ky").status_code == 403
    assert dossier.state == "processing"


def test_without_the_signing_key_nothing_is_lost_and_the_page_says_so(people, settings, tmp_path):
    dossier = tennis(people)
    for user, slug, fields in [
        (people.hanh, "tiep-nhan", {}),
        (people.bao, "du-thao", {"outcome": "granted", "text": "Đủ."}),
        (people.bao, "chuyen-tiep", {}),
        (people.cuong, "chuyen-tiep", {}),
    ]:
        assert act(user, dossier, slug, **fields).status_code == 302
    settings.SIGNING_KEY_FILE = tmp_path / "none.pem"
    answer = act(people.dung, dossier, "ky")
    assert answer.status_code == 503
    assert (dossier.state, dossier.result_state, dossier.step_role) == ("processing", "drafted", "leader")


def test_after_an_act_the_next_dossier_of_the_tab_opens(people):
    first, second = free(people), free(people)
    answer = act(people.giang, first, "tiep-nhan", tab="receive")
    assert answer.url == f"{page_of(second)}?tab=receive"
    assert act(people.giang, second, "tiep-nhan", tab="receive").url == "/can-bo/ho-so/?tab=receive"


def test_the_head_gives_a_dossier_to_a_colleague_of_the_step_and_to_nobody_else(people):
    dossier = tennis(people)
    act(people.hanh, dossier, "tiep-nhan")
    assert act(people.cuong, dossier, "phan-cong", assignee=str(people.giang.pk)).status_code == 422
    assert act(people.cuong, dossier, "phan-cong", assignee=str(people.bao.pk)).status_code == 302
    assert dossier.assignee == people.bao
    assert act(people.cuong, dossier, "phan-cong", assignee="").status_code == 302
    assert dossier.assignee is None


def test_a_supplement_after_acceptance_is_drafted_approved_sent_and_confirmed_by_three_posts(people):
    dossier = tennis(people)
    act(people.hanh, dossier, "tiep-nhan")
    key = dossier.papers.order_by("position").first().key
    ask = {f"paper:{key}": "on", f"reason:{key}": "Bản vẽ thiếu kích thước.", "message": ""}
    assert act(people.bao, dossier, "du-thao-bo-sung", **ask).status_code == 302
    assert primary(people.dung, dossier) == "duyet-bo-sung"
    shown = client_of(people.dung).get(f"{page_of(dossier)}viec/duyet-bo-sung/").content.decode()
    assert "Bản vẽ thiếu kích thước." in shown
    assert act(people.dung, dossier, "duyet-bo-sung").status_code == 302
    assert primary(people.hanh, dossier) == "gui-bo-sung"
    assert act(people.hanh, dossier, "gui-bo-sung").status_code == 302
    assert dossier.state == "supplement"
    from dossiers.services import supplements, uploads

    later = cast.MONDAY + timedelta(hours=3)
    uploads.add(dossier.pk, user=people.hai, key=key, uploads=[cast.upload()], at=later)
    supplements.send(dossier.pk, user=people.hai, at=later)
    cast.clean_files(dossier)
    with time_machine.travel(later, tick=False):
        assert primary(people.hanh, dossier) == "xac-nhan-bo-sung"
        assert act(people.hanh, dossier, "xac-nhan-bo-sung").status_code == 302
    assert dossier.state == "processing"


def test_each_look_at_a_dossier_is_written_down_once(people):
    dossier = tennis(people)
    hanh = client_of(people.hanh)
    hanh.get(page_of(dossier))
    hanh.get(page_of(dossier), headers={"HX-Request": "true"})
    looks = Access.objects.filter(action="dossier.viewed", subject_type="dossier", subject_id=dossier.pk)
    assert [look.actor_id for look in looks] == [people.hanh.pk]


def test_dossier_page_costs_the_same_whatever_it_holds_and_at_most_16_statements(people):
    dossier = tennis(people)
    hanh = client_of(people.hanh)
    few = statements(hanh, f"{page_of(dossier)}?tab=receive")
    for n in range(12):
        user = people.hanh
        intake.claim_intake(dossier.pk, user=user, at=cast.MONDAY + timedelta(minutes=n))
    assert DossierEvent.objects.filter(dossier=dossier).count() > 12
    unseen = statements(hanh, f"{page_of(dossier)}?tab=receive")  # one more, for all that happened during her visit
    presence.leave(dossier, people.hanh)
    many = statements(hanh, f"{page_of(dossier)}?tab=receive")
    assert len(few) == len(many) == len(unseen) - 1 <= 15, "\n\n".join(many)


def test_the_other_parts_of_the_page_cost_no_more(people):
    dossier = tennis(people)
    act(people.hanh, dossier, "tiep-nhan")
    for part in ("lich-su", "phi", "tin-nhan", "trao-doi", "ghi-chu"):
        found = statements(client_of(people.hanh), f"{page_of(dossier)}{part}/?tab=all")
        assert len(found) <= 18, (part, len(found), "\n\n".join(found))


def statements(client, address) -> list[str]:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_files_that_are_not_clean_are_never_opened(people):
    dossier = tennis(people)
    paper = dossier.papers.order_by("position").first()
    from dossiers.services import uploads

    with time_machine.travel(cast.MONDAY, tick=False):
        Dossier.objects.filter(pk=dossier.pk).update(opened_at=None)
        added = uploads.add(dossier.pk, user=people.hai, key=paper.key, uploads=[cast.upload("moi.pdf", pdf(pages=2))])
    hanh = client_of(people.hanh)
    address = f"{page_of(dossier)}tep/{added.file.public_id}/"
    assert hanh.get(address).status_code == 302
    assert hanh.get(f"{address}1/").status_code == 404
    assert f"/tep/{added.file.public_id}/" not in hanh.get(f"{page_of(dossier)}?giay={paper.key}").content.decode()
    cast.clean_files(dossier)
    assert hanh.get(address).status_code == 200
    assert hanh.get(f"{address}1/").headers["Content-Type"] == "image/png"
    assert client_of(people.giang).get(address).status_code == 404  # another agency
    assert Access.objects.filter(action="file.downloaded", subject_id=dossier.pk).count() == 1


def test_pages_of_acts_that_do_not_exist_are_not_found(people):
    dossier = tennis(people)
    hanh = client_of(people.hanh)
    for address in ("viec/khong-co/", "khong-co/", "giay-to/x/"):
        assert hanh.get(page_of(dossier) + address).status_code in {404, 405}
    assert hanh.post(f"{page_of(dossier)}giay-to/x/", {"verdict": "valid"}).status_code == 302


def test_looking_changes_nothing(people):
    dossier = tennis(people)
    before = Dossier.objects.filter(pk=dossier.pk).values().get()
    hanh = client_of(people.hanh)
    from dossiers.views.officer.act_table import ACTS

    for one in ACTS.values():
        assert hanh.get(f"{page_of(dossier)}viec/{one.slug}/").status_code in {200, 409}
    assert Dossier.objects.filter(pk=dossier.pk).values().get() == before
    assert routing.next_step(dossier) is not None
