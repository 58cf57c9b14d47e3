"""Badges of the queue say what an officer has not seen, each thing once, and vanish when the dossier is opened."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dossiers import queues
from dossiers.models import Arrival, Look
from dossiers.services import intake, looks, routing, supplements, uploads
from dossiers.services.supplements import Missing
from tests import cast
from tests.dossiers.copies import copies
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
FREE = "promotion-notification"
QUEUE = "/can-bo/ho-so/"


@pytest.fixture
def people():
    with time_machine.travel(cast.MONDAY, tick=False):
        yield cast.make_cast()


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PhoneOrNameBackend")
    return client


def filed(people):
    return cast.filed(people.hai, FREE, answers(FREE))


def badges(client, dossier, tab="all") -> list[str]:
    """The words of the badges in the row of this dossier."""
    page = client.get(QUEUE, {"tab": tab}).content.decode()
    row = page.split(f">{dossier.code}</a>")[1].split("</th>")[0]
    return [part.split("</svg>")[1].split("<")[0] for part in row.split('class="mc-badge ')[1:]]


def test_a_dossier_nobody_of_us_opened_is_new_until_i_open_it(people):
    dossier = filed(people)
    giang, second = client_of(people.giang), colleague(people)
    assert badges(giang, dossier) == badges(second, dossier) == ["Mới"]
    giang.get(f"{QUEUE}{dossier.code}/")
    assert badges(giang, dossier) == []
    assert badges(second, dossier) == ["Mới"]


def colleague(people) -> Client:
    from agencies.models import Agency, Role
    from agencies.services import appoint

    second = cast.officer("giang2", "Nông Văn Hai")
    appoint(second, Agency.objects.get(key="sct"), Role.RECEPTION, actor=None, since=cast.SINCE)
    return client_of(second)


def test_what_i_do_myself_is_no_news_to_me_but_it_is_to_others(people):
    dossier = filed(people)
    mine, second = client_of(people.giang), colleague(people)
    for client in (mine, second):
        client.get(f"{QUEUE}{dossier.code}/")
    intake.receive(dossier.pk, user=people.giang, at=cast.MONDAY)
    assert badges(mine, dossier) == []
    assert badges(second, dossier) == ["Có thay đổi"]
    second.get(f"{QUEUE}{dossier.code}/")
    assert badges(second, dossier) == []


def test_a_supplement_that_came_is_told_once_not_as_a_change_too(people):
    dossier = filed(people)
    client = client_of(people.giang)
    client.get(f"{QUEUE}{dossier.code}/")
    key = dossier.papers.first().key
    missing = [Missing("paper", key, "Ảnh tối")]
    supplements.request_at_intake(dossier.pk, user=people.giang, missing=missing, message="", at=cast.MONDAY)
    uploads.add(dossier.pk, user=people.hai, key=key, uploads=[cast.upload("moi.pdf")], at=cast.MONDAY)
    supplements.send(dossier.pk, user=people.hai, at=cast.MONDAY)
    assert badges(client, dossier) == ["Đã bổ sung"]


def test_a_dossier_that_was_sent_back_or_assigned_says_so(people):
    dossier = filed(people)
    intake.receive(dossier.pk, user=people.giang, at=cast.MONDAY)
    client = client_of(people.giang)
    client.get(f"{QUEUE}{dossier.code}/")
    second = colleague(people)
    from accounts.models import User
    from agencies.models import Agency, Role
    from agencies.services import appoint

    head = User.objects.get(username="giang2")
    appoint(head, Agency.objects.get(key="sct"), Role.HEAD, actor=None, since=cast.SINCE)
    routing.assign(dossier.pk, user=User.objects.get(pk=head.pk), assignee=people.giang, at=cast.MONDAY)
    assert badges(client, dossier) == ["Được phân công cho bạn"]
    assert second.get(QUEUE).status_code == 200


@pytest.mark.parametrize(("kind", "words"), [("message", "Tin nhắn"), ("opinion", "Đã có ý kiến")])
def test_a_message_or_an_opinion_shows_until_the_dossier_is_opened(people, kind, words):
    dossier = filed(people)
    client = client_of(people.giang)
    client.get(f"{QUEUE}{dossier.code}/")
    looks.note_arrival(dossier.pk, kind, at=cast.MONDAY)
    looks.note_arrival(dossier.pk, kind, at=cast.MONDAY)
    assert badges(client, dossier) == [words]
    client.get(f"{QUEUE}{dossier.code}/")
    assert badges(client, dossier) == []


def test_parts_reloaded_and_other_peoples_looks_do_not_count_as_mine(people):
    dossier = filed(people)
    client = client_of(people.giang)
    client.get(f"{QUEUE}{dossier.code}/", headers={"HX-Request": "true"})
    client.head(f"{QUEUE}{dossier.code}/")
    assert not Look.objects.exists()


def test_an_older_page_never_takes_a_newer_look_back(people):
    from common.writing import write

    dossier = filed(people)
    arrival = looks.note_arrival(dossier.pk, Arrival.Kind.MESSAGE, at=cast.MONDAY)
    write([looks.looked(dossier, people.giang)])
    dossier.head_seq = 0
    write([looks.looked(dossier, people.giang)])
    look = Look.objects.get()
    assert (look.seq, look.arrival) == (1, arrival.pk)


def test_the_filter_finds_exactly_what_carries_news(people):
    seen, changed, new = filed(people), filed(people), filed(people)
    client, second = client_of(people.giang), colleague(people)
    for dossier in (seen, changed):
        client.get(f"{QUEUE}{dossier.code}/")
    from accounts.models import User

    intake.claim_intake(changed.pk, user=User.objects.get(username="giang2"), at=cast.MONDAY)
    intake.claim_intake(seen.pk, user=people.giang, at=cast.MONDAY)
    viewer = queues.viewer_of(people.giang, cast.MONDAY)
    found = queues.narrowed(queues.of_tab(viewer, "all"), {"badge": "unseen"}, viewer)
    assert {one.pk for one in found} == {changed.pk, new.pk}
    assert second.get(QUEUE, {"badge": "unseen"}).status_code == 200


def test_opening_a_dossier_costs_no_statement_more_and_so_do_its_badges(people):
    twins = copies(filed(people), 30)
    client = client_of(people.giang)
    page = f"{QUEUE}{twins[0].code}/"
    client.get(page)
    with CaptureQueriesContext(connection) as opened:
        client.get(page)
    writes = [sql for sql in texts(opened) if "INTO dossiers_look" in sql]
    assert len(writes) == 1 and "audit_access" in writes[0]
    with CaptureQueriesContext(connection) as listed:
        client.get(QUEUE + "?tab=all&so-dong=50")
    assert len([sql for sql in texts(listed) if "dossiers_dossierevent" in sql]) == 1


def texts(captured: CaptureQueriesContext) -> list[str]:
    """What was asked, with the whole text of what the server keeps prepared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements")
        kept = dict(cursor.fetchall())
    asked = (query["sql"] for query in captured.captured_queries)
    return [kept.get(sql.removeprefix("EXECUTE ").partition("(")[0].strip(), sql) for sql in asked]


def test_old_looks_are_forgotten(people):
    dossier = filed(people)
    client_of(people.giang).get(f"{QUEUE}{dossier.code}/")
    Look.objects.update(at=cast.MONDAY)
    assert looks.forget_looks(at=cast.MONDAY + timedelta(days=300)) == 0
    assert looks.forget_looks(at=cast.MONDAY + timedelta(days=401)) == 1
