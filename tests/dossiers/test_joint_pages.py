"""What citizens and officers read of an inter-agency dossier: one dossier, one date, a row for each agency."""

import pytest
from django.test import Client

from dossiers.models import Dossier
from dossiers.services import messaging, routing, supplements
from dossiers.services.supplements import Missing
from notifications.models import Message
from tests import cast
from tests.dossiers.consulting_cast import AT, examined, vn
from tests.dossiers.joint_cast import accepted, branch, finish, fresh, loan, make_joint, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def parent(people) -> Dossier:
    make_joint()
    return accepted(people)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def test_the_list_of_the_citizen_shows_the_whole_and_no_part(people, parent):
    page = client_of(people.mai).get("/ho-so/").content.decode()
    assert parent.code in page
    assert all(code not in page for code in Dossier.objects.filter(parent=parent).values_list("code", flat=True))


def test_the_page_has_one_due_date_and_a_row_for_each_agency(people, parent):
    page = client_of(people.mai).get(f"/ho-so/{parent.code}/").content.decode()
    for words in ("Phần công thương", "Sở Công Thương", "Phần tài chính", "Sở Tài chính", "Bắt đầu sau khi xong"):
        assert words in page
    assert page.count("mc-clock__due") <= 1


def test_the_address_of_a_part_leads_to_the_whole(people, parent):
    child = branch(parent, "industry").child
    answer = client_of(people.mai).get(f"/ho-so/{child.code}/")
    assert (answer.status_code, answer.url) == (302, f"/ho-so/{parent.code}/")
    assert client_of(people.hai).get(f"/ho-so/{child.code}/").status_code == 404


def test_look_up_knows_the_whole_and_no_part(people, parent):
    child = branch(parent, "industry").child
    for code, is_found in ((parent.code, True), (child.code, False)):
        page = Client().post("/tra-cuu/", {"code": code, "secret": "0912345678"}).content.decode()
        assert ("h-found" in page) == is_found


def test_a_result_of_a_part_can_be_fetched_from_the_page_of_the_whole(people, parent):
    from django.utils import timezone

    from documents.services import store_bytes
    from dossiers.models import Result

    row = branch(parent, "industry")
    finish(row, people.giang, vn(25))
    file = store_bytes(
        cast.PDF, room="dossiers", purpose="result", name="kq.pdf", owner=None, at=timezone.now(), pages=1
    )
    type(file).objects.filter(pk=file.pk).update(state="clean")
    Result.objects.create(
        dossier=row.child, outcome="granted", verify_code="X" * 16, number="1/KQ", file=file, issued_at=vn(25),
        title={"vi": "Giấy xác nhận", "en": "Paper"},
    )  # fmt: skip
    work()
    page = client_of(people.mai).get(f"/ho-so/{parent.code}/").content.decode()
    assert f"/{file.public_id}/" in page and "Giấy xác nhận" in page
    link = page.split(f"/{file.public_id}/")[0].rpartition('"')[2] + f"/{file.public_id}/"
    assert client_of(people.mai).get(link).status_code == 200
    assert client_of(people.hai).get(link).status_code == 404


def asked(people, parent) -> Dossier:
    child = branch(parent, "industry").child
    routing.claim(child.pk, user=people.giang, at=vn(24))
    paper = child.papers.first()
    key = paper.key if paper else "notice_file"
    missing = [Missing(kind="paper", key=key, reason="Ảnh mờ")]
    supplements.draft(child.pk, user=people.giang, missing=missing, message="", at=vn(25))
    supplements.approve(child.pk, user=people.giang, at=vn(25))
    return supplements.request(child.pk, user=people.giang, at=vn(25)).dossier


def test_a_supplement_for_a_part_is_asked_on_the_page_and_in_the_list_of_the_whole(people, parent):
    before = fresh(parent).due_at
    child = asked(people, parent)
    work()
    browser = client_of(people.mai)
    address = f"/ho-so/{child.code}/bo-sung/"
    assert address in browser.get(f"/ho-so/{parent.code}/").content.decode()
    assert address in browser.get("/ho-so/").content.decode()
    assert browser.get(address).status_code == 200
    assert fresh(parent).due_at == before
    assert Message.objects.filter(kind="dossier.supplement_requested", channel="sms").count() == 1  # the law: form 02


def test_messages_to_the_citizen_go_out_for_the_whole_only(people, parent):
    finish(branch(parent, "industry"), people.giang, vn(25))
    work()
    codes = list(Dossier.objects.filter(parent=parent).values_list("code", flat=True))
    sent = Message.objects.filter(recipient=people.mai)
    assert sent.exists()
    assert not [one for one in sent if any(code in one.body for code in codes)]


def test_the_holder_is_told_of_each_end_and_the_head_of_a_bad_one(people, parent):
    finish(branch(parent, "finance"), loan(), vn(25))
    finish(branch(parent, "industry"), people.giang, vn(25), outcome="rejected")
    work()
    told = Message.objects.filter(kind="dossier.part_ended", channel="site")
    assert sorted(told.values_list("recipient__username", flat=True)) == ["bao", "bao", "cuong"]


def test_officers_read_the_parts_and_follow_only_what_they_may_see(people, parent):
    child = branch(parent, "industry").child
    page = client_of(people.bao).get(f"/can-bo/ho-so/{parent.code}/").content.decode()
    assert child.code in page and f"/can-bo/ho-so/{child.code}/" not in page
    own = client_of(people.giang).get(f"/can-bo/ho-so/{child.code}/").content.decode()
    assert parent.code in own and f"/can-bo/ho-so/{parent.code}/" not in own
    assert client_of(people.giang).get(f"/can-bo/ho-so/{parent.code}/").status_code == 404


def test_who_has_the_dossier_goes_on_without_the_parts_by_the_desk(people, parent):
    browser = client_of(people.bao)
    address = f"/can-bo/ho-so/{parent.code}/viec/khong-cho-phan-viec/"
    assert "không chờ" in browser.get(address).content.decode()
    version = fresh(parent).version
    browser.post(address, {"version": version, "reason": "Đủ hồ sơ", "sure": "1"})
    assert fresh(parent).open_children == 0


def test_an_ordinary_dossier_says_nothing_of_parts(people):
    ordinary = examined(people)
    assert "h-pv" not in client_of(people.bao).get(f"/can-bo/ho-so/{ordinary.code}/").content.decode()
    assert "h-parts" not in client_of(people.mai).get(f"/ho-so/{ordinary.code}/").content.decode()
    assert AT and messaging
