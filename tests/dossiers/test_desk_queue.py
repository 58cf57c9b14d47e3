"""The queue of the desk: what each person finds in it, in which order, at what price."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers import queues
from dossiers.models import Dossier
from dossiers.services import endings, intake, routing
from tests import cast
from tests.dossiers.copies import copies
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"  # industry and trade, no fee
MARITAL = "marital-status-confirmation"  # commune, prepaid fee
BULLETIN = "local-bulletin-licence"
QUEUE = "/can-bo/ho-so/"


@pytest.fixture
def people():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.make_cast()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def filed(people, **more):
    return cast.filed(people.hai, FREE, answers(FREE), **more)


def viewer(user, now=cast.MONDAY):
    user.__dict__.pop("_standing", None)
    return queues.viewer_of(user, now)


def test_citizens_find_no_desk_and_visitors_are_asked_to_sign_in(people):
    dossier = filed(people)
    for address in (QUEUE, "/can-bo/", f"{QUEUE}{dossier.code}/", f"{QUEUE}{dossier.code}/viec/tiep-nhan/"):
        assert client_of(people.hai).get(address).status_code == 404
        assert Client().get(address).url.startswith("/tai-khoan/dang-nhap/")


def test_officer_of_another_agency_sees_neither_the_row_nor_the_page(people):
    dossier = filed(people)
    other = client_of(people.hanh)
    assert dossier.code not in other.get(QUEUE + "?tab=all").content.decode()
    assert other.get(f"{QUEUE}{dossier.code}/").status_code == 404
    assert client_of(people.giang).get(f"{QUEUE}{dossier.code}/").status_code == 200


def test_a_new_dossier_waits_to_be_received_and_then_to_be_examined(people):
    dossier = filed(people)
    me = viewer(people.giang)
    assert list(queues.of_tab(me, "receive")) == [dossier]
    assert not queues.of_tab(me, "work").exists()
    intake.receive(dossier.pk, user=people.giang, at=cast.MONDAY)
    assert not queues.of_tab(me, "receive").exists()
    assert [found.pk for found in queues.of_tab(me, "work")] == [dossier.pk]
    routing.claim(dossier.pk, user=people.giang, at=cast.MONDAY)
    assert [found.pk for found in queues.of_tab(me, "mine")] == [dossier.pk]


def test_late_leaves_out_dossiers_that_wait_for_the_citizen(people):
    late, waiting = filed(people), filed(people)
    paper = waiting.papers.first()
    from dossiers.services.supplements import Missing, request_at_intake

    missing = [Missing("paper", paper.key, "Ảnh tối")]
    request_at_intake(waiting.pk, user=people.giang, missing=missing, message="", at=cast.MONDAY)
    in_a_year = viewer(people.giang, cast.MONDAY + timedelta(days=365))
    assert [found.pk for found in queues.of_tab(in_a_year, "late")] == [late.pk]
    assert [found.pk for found in queues.of_tab(in_a_year, "waiting")] == [waiting.pk]


def test_counts_say_what_the_tabs_hold(people):
    one = filed(people)
    copies(one, 7)
    intake.receive(one.pk, user=people.giang, at=cast.MONDAY)
    me = viewer(people.giang)
    counted = queues.counts(me)
    for tab in queues.tabs_of(me):
        if tab.is_counted:
            assert counted[tab.key] == queues.of_tab(me, tab.key).count(), tab.key
    assert counted["receive"] == 7 and counted["work"] == 1 and "done" not in counted


def test_pages_follow_one_another_without_gap_or_double_in_both_directions(people):
    first = filed(people)
    copies(first, 44)
    Dossier.objects.filter(code__endswith="7").update(queue_at=None)  # without a limit: they stand last
    me = viewer(people.giang)
    for key in ("receive", "all"):
        whole = [found.pk for found in queues.of_tab(me, key)]
        forwards, after, last = [], "", None
        while True:
            last = queues.page(queues.of_tab(me, key), after=after, size=20)
            forwards += [found.pk for found in last.rows]
            if not last.after:
                break
            after = last.after
        assert forwards == whole
        back = queues.page(queues.of_tab(me, key), before=last.before, size=20)
        assert [found.pk for found in back.rows] == whole[20:40]


def test_marks_that_cannot_be_read_show_the_first_page(people):
    filed(people)
    client = client_of(people.giang)
    for mark in ("x", "-", "1e999-1", "NaN-2", "1-2-3-4", "9" * 40 + "-1", "1-" + "9" * 25, "-" + "9" * 19, "\x00"):
        assert client.get(QUEUE, {"tab": "all", "after": mark}).status_code == 200


def statements(client, address) -> list[str]:
    client.get(address)  # the first look fills the caches of the process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


def test_queue_page_costs_at_most_eight_statements_for_20_and_for_100_rows(people):
    copies(filed(people), 120)
    client = client_of(people.giang)
    few = statements(client, QUEUE + "?tab=receive")
    many = statements(client, QUEUE + "?tab=receive&so-dong=100")
    assert len(few) == len(many) <= 8, "\n\n".join(few)


def test_two_calls_for_the_next_dossier_give_two_dossiers(people):
    first, second = filed(people), filed(people)
    client = client_of(people.giang)
    codes = [client.post("/can-bo/tiep-theo/", {"tab": "receive"}).url for _n in range(3)]
    assert first.code in codes[0] and second.code in codes[1]
    assert codes[2] == QUEUE + "?tab=receive"


def test_filters_narrow_the_list(people):
    first, second = filed(people), filed(people)
    intake.claim_intake(first.pk, user=people.giang, at=cast.MONDAY)
    client = client_of(people.giang)
    held = client.get(QUEUE, {"tab": "receive", "holder": "me"}).content.decode()
    free = client.get(QUEUE, {"tab": "receive", "holder": "nobody"}).content.decode()
    assert first.code in held and second.code not in held
    assert second.code in free and first.code not in free
    assert client.get(QUEUE, {"tab": "receive", "holder": "'; drop", "procedure": "x"}).status_code == 200


def test_a_pasted_code_opens_its_dossier(people):
    dossier = filed(people)
    client = client_of(people.giang)
    assert client.post("/can-bo/tim/", {"q": f"  {dossier.code.lower()} "}).url == f"{QUEUE}{dossier.code}/"
    assert client.post("/can-bo/tim/", {"q": dossier.code.partition("-")[2]}).url == f"{QUEUE}{dossier.code}/"


@pytest.mark.parametrize("text", ["tran van hai", "HAI  Trần", "020085000121", "0987 654 321", "+84987654321"])
def test_people_are_found_by_name_number_and_phone_and_nothing_typed_stands_in_an_address(people, text):
    dossier = filed(people)
    client = client_of(people.giang)
    answer = client.post("/can-bo/tim/", {"q": text})
    assert answer.url.startswith("/can-bo/tim/") and "hai" not in answer.url.lower() and "0987" not in answer.url
    page = client.get(answer.url).content.decode()
    assert dossier.code in page
    assert text not in str(dict(client.session))
    assert client_of(people.hanh).get(answer.url).status_code == 404  # a search belongs to its session


def test_search_finds_nothing_of_other_agencies(people):
    dossier = filed(people)
    client = client_of(people.hanh)
    assert dossier.code not in client.get(client.post("/can-bo/tim/", {"q": "tran van hai"}).url).content.decode()
    assert client.post("/can-bo/tim/", {"q": dossier.code}).url.startswith("/can-bo/tim/")


def test_officer_without_a_post_reads_why_the_desk_is_empty(people):
    nobody = cast.officer("moi", "Người Mới")
    assert "chưa" in client_of(nobody).get(QUEUE).content.decode().lower()


def test_withdrawn_dossiers_are_done_not_open(people):
    dossier = filed(people)
    endings.withdraw(dossier.pk, user=people.hai, at=cast.MONDAY)
    me = viewer(people.giang)
    assert [found.pk for found in queues.of_tab(me, "done")] == [dossier.pk]
    assert not queues.of_tab(me, "all").exists()


def test_the_home_of_the_desk_is_the_queue(people):
    assert client_of(people.giang).get("/can-bo/").url == reverse("dossiers:officer_queue")
