"""Who stands in sees and acts, the history names both, and who drafted never signs, in whatever post."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from agencies.models import Agency, Role
from agencies.services import appoint, end_post, enter_absence
from agencies.services.absences import Away
from dossiers import queues
from dossiers.errors import Denied
from dossiers.models import Dossier, DossierEvent
from dossiers.services import fees, intake, results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY
YES = Decision("granted", "Đủ điều kiện.")


@pytest.fixture
def people():
    with time_machine.travel(AT, tick=False):
        yield cast.make_cast()


@pytest.fixture
def agency():
    return Agency.objects.get(key="svhttdl")


def received(people) -> Dossier:
    dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
    fees.settle(dossier.pk, at=AT, order=str(dossier.pk))
    return intake.receive(dossier.pk, user=people.hanh, at=AT).dossier


def away(user, agency, substitute) -> None:
    day = AT.date()
    enter_absence(user, agency, Away(day, day, substitute), actor=user, at=AT)
    substitute.__dict__.pop("_standing", None)


def test_the_substitute_sees_and_acts_and_the_history_names_both(people, agency):
    dossier = received(people)
    routing.claim(dossier.pk, user=people.bao, at=AT)
    ly = cast.officer("ly", "Hứa Thị Ly")
    appoint(ly, agency, Role.CLERK, actor=None, since=cast.SINCE)
    assert dossier not in queues.of_tab(queues.viewer_of(ly, AT), "mine")
    with pytest.raises(Denied), transaction.atomic():
        results.draft(dossier.pk, user=ly, decision=YES, at=AT)
    away(people.bao, agency, ly)
    assert list(queues.of_tab(queues.viewer_of(ly, AT), "mine")) == [dossier]
    results.draft(dossier.pk, user=ly, decision=YES, at=AT)
    event = DossierEvent.objects.filter(dossier=dossier).latest("seq")
    assert (event.actor, event.actor_role, event.data["instead_of"]) == (ly, Role.SPECIALIST, people.bao.pk)
    client = Client()
    client.force_login(ly, backend="accounts.backends.PhoneOrNameBackend")
    page = client.get(f"/can-bo/ho-so/{dossier.code}/lich-su/").content.decode()
    assert "Hứa Thị Ly, thay Vi Văn Bảo" in page


def test_in_a_post_of_ones_own_nobody_is_named_beside(people, agency):
    dossier = received(people)
    away(people.cuong, agency, people.bao)
    results.draft(dossier.pk, user=people.bao, decision=YES, at=AT)
    assert "instead_of" not in DossierEvent.objects.filter(dossier=dossier).latest("seq").data


def to_be_signed(people, drafter) -> Dossier:
    dossier = received(people)
    results.draft(dossier.pk, user=drafter, decision=YES, at=AT)
    routing.forward(dossier.pk, user=drafter, at=AT)
    return routing.forward(dossier.pk, user=people.cuong, at=AT).dossier


def test_who_drafted_does_not_sign_as_the_leaders_substitute(people, agency):
    dossier = to_be_signed(people, people.bao)
    away(people.dung, agency, people.bao)
    with pytest.raises(Denied, match="Người dự thảo"):
        results.sign(dossier.pk, user=people.bao, version=dossier.version, at=AT)


def test_who_drafted_as_a_substitute_does_not_sign_in_a_post_of_their_own(people, agency):
    away(people.bao, agency, people.dung)
    dossier = to_be_signed(people, people.dung)
    with pytest.raises(Denied, match="Người dự thảo"):
        results.sign(dossier.pk, user=people.dung, version=dossier.version, at=AT)


def test_who_holds_several_posts_does_not_sign_what_they_drafted(people, agency):
    appoint(people.bao, agency, Role.LEADER, actor=None, since=cast.SINCE)
    people.bao.__dict__.pop("_standing", None)
    dossier = to_be_signed(people, people.bao)
    with pytest.raises(Denied, match="Người dự thảo"):
        results.sign(dossier.pk, user=people.bao, version=dossier.version, at=AT)


def test_an_officer_moved_away_while_a_page_is_open_is_told_so_and_loses_nothing(people, agency):
    dossier = received(people)
    client = Client()
    client.force_login(people.bao, backend="accounts.backends.PhoneOrNameBackend")
    address = f"/can-bo/ho-so/{dossier.code}/"
    assert client.get(address).status_code == 200
    for post in people.bao.posts.filter(agency=agency):
        end_post(post, actor=people.dung, at=AT)
    typed = {"version": dossier.version, "outcome": "granted", "text": "Bản dự thảo dài đã gõ."}
    answer = client.post(f"{address}viec/du-thao/", typed)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "Hồ sơ này không (còn" in page and "Bản dự thảo dài đã gõ." in page
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version


def test_somebody_who_never_saw_it_still_finds_nothing(people):
    dossier = received(people)
    client = Client()
    client.force_login(people.giang, backend="accounts.backends.PhoneOrNameBackend")
    answer = client.post(f"/can-bo/ho-so/{dossier.code}/viec/du-thao/", {"version": dossier.version})
    assert answer.status_code == 404


# ── the page of absences ──
def page_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def test_an_officer_enters_and_ends_their_absence_on_the_page(people, agency):
    client = page_of(people.bao)
    sent = {"person": f"{agency.pk}-{people.bao.pk}", "first": "25/11/2026", "last": "27/11/2026"}
    assert client.post("/can-bo/vang-mat/", sent | {"substitute": people.cuong.pk}).status_code == 302
    page = client.get("/can-bo/vang-mat/").content.decode()
    assert "25/11/2026" in page and "27/11/2026" in page and "Hoàng Mạnh Cường" in page
    again = client.post("/can-bo/vang-mat/", sent)
    assert again.status_code == 422 and "25/11/2026 – 27/11/2026" in again.content.decode()
    absence = people.bao.absences.get()
    assert page_of(people.en).post(f"/can-bo/vang-mat/{absence.pk}/ket-thuc/").status_code == 404
    assert client.post(f"/can-bo/vang-mat/{absence.pk}/ket-thuc/").status_code == 302
    assert "27/11/2026" not in client.get("/can-bo/vang-mat/").content.decode().split("<form")[1]


def test_an_officer_cannot_enter_anothers_absence(people, agency):
    sent = {"person": f"{agency.pk}-{people.en.pk}", "first": "25/11/2026", "last": "27/11/2026"}
    assert page_of(people.bao).post("/can-bo/vang-mat/", sent).status_code == 422
    assert page_of(people.cuong).post("/can-bo/vang-mat/", sent).status_code == 302


@pytest.mark.parametrize("text", ["", "31/02/2026", "x", "25/11", "9" * 40])
def test_a_strange_date_is_answered_with_a_sentence(people, agency, text):
    sent = {"person": f"{agency.pk}-{people.bao.pk}", "first": text, "last": "27/11/2026"}
    answer = page_of(people.bao).post("/can-bo/vang-mat/", sent)
    assert answer.status_code == 422 and "27/11/2026" in answer.content.decode()


def apology_event(people, agency, signer):
    """An apology of form 04 signed by this person."""
    from dossiers.services import endings

    dossier = received(people)
    routing.claim(dossier.pk, user=people.bao, at=AT)
    return endings.reappoint(
        dossier.pk, user=signer, version=Dossier.objects.get(pk=dossier.pk).version, reason="Chờ xác minh.",
        on=AT + timedelta(days=30), at=AT,
    )  # fmt: skip


def test_an_apology_signed_by_a_substitute_says_for_whom(people, agency):
    from dossiers.services.paper_contexts import role_lines

    for user, title in ((people.dung, "Giám đốc"), (people.cuong, "Trưởng phòng")):
        user.posts.filter(agency=agency).update(title_vi=title)
    done = apology_event(people, agency, people.dung)
    assert role_lines(done.dossier, done.event) == ["Giám đốc"]
    away(people.dung, agency, people.cuong)
    done = apology_event(people, agency, people.cuong)
    assert role_lines(done.dossier, done.event) == ["KT. Giám đốc", "Trưởng phòng"]
