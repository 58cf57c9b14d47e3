"""Fair shares: by the least load, of equals the one who waited longest; present people only; who drafted never signs."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Role
from agencies.services import appoint, enter_absence, share_at_once
from agencies.services.absences import Away
from audit.models import Access
from common import jobs, outbox
from common.models import Job
from dossiers.models import Dossier, DossierEvent
from dossiers.services import distributing, fees, intake, results, routing
from dossiers.services.results import Decision
from tests import cast
from tests.dossiers.copies import copies
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS = "sports-business-certificate-tennis"
AT = cast.MONDAY
TODAY = AT.date()


@pytest.fixture
def people():
    with time_machine.travel(AT, tick=False):
        yield cast.make_cast()


@pytest.fixture
def agency():
    return Agency.objects.get(key="svhttdl")


@pytest.fixture
def sang(agency):
    second = cast.officer("sang", "Chu Văn Sáng")
    appoint(second, agency, Role.SPECIALIST, actor=None, since=cast.SINCE)
    return second


def received(people, number=1) -> list[Dossier]:
    found = []
    for _n in range(number):
        dossier = cast.filed(people.mai, TENNIS, answers(TENNIS))
        fees.settle(dossier.pk, at=AT, order=str(dossier.pk))
        found.append(intake.receive(dossier.pk, user=people.hanh, at=AT).dossier)
    return found


def planned(agency, role=Role.SPECIALIST) -> list[distributing.Given]:
    return distributing.plan(agency.pk, role, distributing.unheld(agency.pk, role), at=AT)


def shared(agency, user, role=Role.SPECIALIST) -> list[distributing.Outcome]:
    wanted = {one.dossier.pk: (one.dossier.version, one.person.pk) for one in planned(agency, role) if one.person}
    return distributing.share_out(agency, role, wanted, user=user, at=AT)


def held(*users) -> list[int]:
    return [Dossier.objects.filter(assignee=user).count() for user in users]


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def test_the_least_loaded_gets_the_next_one(people, agency, sang):
    for dossier in received(people, 2):
        routing.claim(dossier.pk, user=people.bao, at=AT)
    received(people, 4)
    shared(agency, people.cuong)
    assert held(people.bao, sang) == [3, 3]


def test_of_equals_the_one_who_was_given_one_longest_ago_is_next(people, agency, sang):
    names = []
    for _n in range(4):
        (dossier,) = received(people)
        (done,) = shared(agency, people.cuong)
        names.append(done.person.username)
        Dossier.objects.filter(pk=dossier.pk).update(assignee=None, step_role="elsewhere")
    assert names == ["sang", "bao", "sang", "bao"]  # nobody holds any: only the turn decides


def test_whoever_is_away_gets_none_and_the_substitute_does(people, agency, sang):
    enter_absence(people.bao, agency, Away(TODAY, TODAY), actor=people.bao, at=AT)
    received(people, 2)
    shared(agency, people.cuong)
    assert held(people.bao, sang) == [0, 2]
    enter_absence(sang, agency, Away(TODAY, TODAY, people.en), actor=sang, at=AT)
    people.en.__dict__.pop("_standing", None)
    received(people)
    shared(agency, people.cuong)
    assert held(people.en) == [1]


def test_who_drafted_is_never_given_it_to_be_signed(people, agency):
    appoint(people.bao, agency, Role.LEADER, actor=None, since=cast.SINCE)
    (dossier,) = received(people)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    routing.forward(dossier.pk, user=people.cuong, at=AT)
    (given,) = planned(agency, Role.LEADER)
    assert given.person == people.dung
    version = Dossier.objects.get(pk=dossier.pk).version
    (done,) = distributing.share_out(
        agency, Role.LEADER, {dossier.pk: (version, people.bao.pk)}, user=people.dung, at=AT
    )
    assert "Người dự thảo" in done.refusal and held(people.bao) == [0]


def test_when_only_the_drafter_could_sign_nobody_is_proposed(people, agency):
    people.dung.posts.filter(agency=agency).update(valid_to=TODAY)
    appoint(people.bao, agency, Role.LEADER, actor=None, since=cast.SINCE)
    (dossier,) = received(people)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ."), at=AT)
    routing.forward(dossier.pk, user=people.bao, at=AT)
    routing.forward(dossier.pk, user=people.cuong, at=AT)
    assert [given.person for given in planned(agency, Role.LEADER)] == [None]


def test_what_changed_meanwhile_is_left_alone_and_says_why(people, agency, sang):
    first, second = received(people, 2)
    plan = {one.dossier.pk: (one.dossier.version, one.person.pk) for one in planned(agency)}
    routing.claim(first.pk, user=people.bao, at=AT)
    done = {one.code: one for one in distributing.share_out(agency, Role.SPECIALIST, plan, user=people.cuong, at=AT)}
    assert done[first.code].refusal and not done[second.code].refusal
    assert Dossier.objects.get(pk=first.pk).assignee == people.bao
    found = Access.objects.get(action="dossiers.shared_out")
    assert (found.data["given"], found.data["of"]) == (1, 2)


def test_dossiers_of_another_agency_are_never_given(people, agency):
    other = cast.filed(people.mai, "promotion-notification", answers("promotion-notification"))
    wanted = {other.pk: (other.version, people.bao.pk)}
    assert distributing.share_out(agency, Role.SPECIALIST, wanted, user=people.cuong, at=AT) == []


def test_the_head_sees_the_plan_and_does_it_in_two_presses(people, agency, sang):
    found = received(people, 3)
    client = client_of(people.cuong)
    page = client.get("/can-bo/nhom/chia/", {"agency": agency.pk, "role": "specialist"}).content.decode()
    assert all(one.code in page for one in found) and held(people.bao, sang) == [0, 0]
    values = [f"{one.dossier.pk}:{one.dossier.version}:{one.person.pk}" for one in planned(agency)]
    assert all(value in page for value in values)
    sent = {"agency": agency.pk, "role": "specialist", "chia": [*values, "x", "1:2", "9:9:9", ":::", "1:1:-1"]}
    done = client.post("/can-bo/nhom/chia/", sent).content.decode()
    assert "Đã giao 3 trong 3" in done and sorted(held(people.bao, sang)) == [1, 2]
    client.post("/can-bo/nhom/chia/", sent)  # pressed twice: nothing happens twice
    assert DossierEvent.objects.filter(name="assign").count() == 3


# ── as they come ──
def work() -> None:
    """Tell the news and do the jobs; leases go by the clock of the database, which no test can turn."""
    while outbox.drain():
        pass
    Job.objects.filter(kind="dossier.share").update(due_at=AT - timedelta(days=300))
    for job in jobs.lease(10, kinds=["dossier.share"]):
        jobs.run(job)


def test_dossiers_are_given_out_as_they_come_where_the_agency_wants_it(people, agency, sang):
    share_at_once(agency, is_on=True, actor=people.cuong)
    received(people, 2)
    work()
    assert sorted(held(people.bao, sang)) == [1, 1]
    event = DossierEvent.objects.filter(name="assign").latest("pk")
    assert event.actor is None and event.actor_role == "system"


def test_elsewhere_they_wait_in_the_common_queue(people, agency, sang):
    received(people)
    work()
    assert held(people.bao, sang) == [0, 0]


def test_whoever_was_faster_keeps_it(people, agency, sang):
    share_at_once(agency, is_on=True, actor=people.cuong)
    (dossier,) = received(people)
    while outbox.drain():
        pass
    routing.claim(dossier.pk, user=people.bao, at=AT)
    work()
    assert Dossier.objects.get(pk=dossier.pk).assignee == people.bao


def test_the_switch_is_the_heads_and_is_written_down(people, agency):
    sent = {"agency": agency.pk, "at_once": "1"}
    assert client_of(people.bao).post("/can-bo/nhom/chia/tu-dong/", sent).status_code == 404
    other = Agency.objects.get(key="sct")
    assert client_of(people.cuong).post("/can-bo/nhom/chia/tu-dong/", {"agency": other.pk}).status_code == 404
    assert client_of(people.cuong).post("/can-bo/nhom/chia/tu-dong/", sent).status_code == 302
    assert Agency.objects.get(pk=agency.pk).shares_at_once
    assert Access.objects.filter(action="agency.shares_at_once", actor=people.cuong).count() == 1


# ── what a colleague holds ──
def test_a_colleagues_dossiers_are_handed_over_in_three_presses_with_an_outcome_for_each(people, agency, sang):
    found = received(people, 3)
    for dossier in found:
        routing.claim(dossier.pk, user=people.bao, at=AT)
    client, address = client_of(people.cuong), f"/can-bo/nhom/ban-giao/{people.bao.pk}/"
    assert address in client.get("/can-bo/nhom/").content.decode()  # first press
    client.get(address)
    preview = client.get(address, {"to": sang.pk}).content.decode()  # second: shows what will happen
    assert preview.count("giao cho Chu Văn Sáng") == 3 and held(sang) == [0]
    values = [f"{one.pk}:{Dossier.objects.get(pk=one.pk).version}" for one in found]
    done = client.post(address, {"to": sang.pk, "ho-so": values})  # third
    assert "Đã giao 3 trong 3" in done.content.decode()
    assert held(people.bao, sang) == [0, 3]
    assert Access.objects.get(action="dossiers.handed_over").data == {"to": sang.pk, "given": 3, "of": 3}


def test_to_nobody_means_back_to_the_common_queue(people, agency):
    (dossier,) = received(people)
    routing.claim(dossier.pk, user=people.bao, at=AT)
    version = Dossier.objects.get(pk=dossier.pk).version
    sent = {"to": "0", "ho-so": [f"{dossier.pk}:{version}"]}
    client_of(people.cuong).post(f"/can-bo/nhom/ban-giao/{people.bao.pk}/", sent)
    assert Dossier.objects.get(pk=dossier.pk).assignee is None


def test_somebody_without_a_fitting_post_is_named_in_the_preview_and_refused(people, agency):
    (dossier,) = received(people)
    routing.claim(dossier.pk, user=people.bao, at=AT)
    client, address = client_of(people.cuong), f"/can-bo/nhom/ban-giao/{people.bao.pk}/"
    assert "không có vị trí hợp" in client.get(address, {"to": people.en.pk}).content.decode()
    version = Dossier.objects.get(pk=dossier.pk).version
    done = client.post(address, {"to": people.en.pk, "ho-so": [f"{dossier.pk}:{version}"]}).content.decode()
    assert "Chưa giao" in done and Dossier.objects.get(pk=dossier.pk).assignee == people.bao


def test_heads_of_other_agencies_cannot_hand_over(people):
    assert client_of(people.giang).get(f"/can-bo/nhom/ban-giao/{people.bao.pk}/").status_code == 404
    assert client_of(people.cuong).get("/can-bo/nhom/ban-giao/999999999999999999999/").status_code == 404
    assert client_of(people.cuong).get(f"/can-bo/nhom/ban-giao/{people.mai.pk}/").status_code == 404


# ── who holds what ──
def test_the_numbers_of_a_person_are_the_lists_behind_them(people, agency, sang):
    late, soon, fine = received(people, 3)
    for dossier in (late, soon, fine):
        routing.claim(dossier.pk, user=people.bao, at=AT)
    for dossier, due in (
        (late, AT - timedelta(hours=1)),
        (soon, AT + timedelta(hours=2)),
        (fine, AT + timedelta(days=9)),
    ):
        Dossier.objects.filter(pk=dossier.pk).update(due_at=due, queue_at=due)
    client = client_of(people.cuong)
    page = client.get("/can-bo/nhom/").content.decode()
    for tab, count in (("all", 3), ("soon", 1), ("late", 1)):
        address = f"/can-bo/ho-so/?tab={tab}&amp;holder={people.bao.pk}"
        assert f'href="{address}">{count}</a>' in page
        rows = client.get(address.replace("&amp;", "&")).content.decode()
        assert sum(one.code in rows for one in (late, soon, fine)) == count
    assert "Chu Văn Sáng" in page


def statements(client, address) -> int:
    client.get(address)  # the first look fills the caches of the process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_pages_of_a_team_cost_the_same_for_few_and_for_many(people, agency, sang):
    (dossier,) = received(people)
    client = client_of(people.cuong)
    hand_over = f"/can-bo/nhom/ban-giao/{people.bao.pk}/?to={sang.pk}"
    share = f"/can-bo/nhom/chia/?agency={agency.pk}&role=specialist"
    pages = (share, hand_over, "/can-bo/nhom/", "/can-bo/nhom/canh-bao/?loai=buoc-cham", "/can-bo/nhom/tre-hen/")
    few = [statements(client, address) for address in pages]
    copies(Dossier.objects.get(pk=dossier.pk), 30)
    assert [statements(client, address) for address in pages] == few
    routing.claim(dossier.pk, user=people.bao, at=AT)
    one = statements(client, hand_over)
    Dossier.objects.filter(assignee=None).update(assignee=people.bao)
    assert statements(client, hand_over) == one
