"""Search of the desk: what scanners and people type, and that each kind is answered by an index."""

import json
import re

import pgtrigger
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from agencies.models import Agency, Role
from agencies.services import appoint
from agencies.standing import standing_of
from dossiers.models import Dossier, Party
from dossiers.queues import searching
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


def test_the_bars_and_every_qr_of_our_papers_open_the_dossier(people):
    dossier = cast.filed(people.hai, FREE, answers(FREE))
    client = client_of(people.giang)
    scanned = (
        dossier.code,
        f"{settings.PUBLIC_URL}/tra-cuu/?ma={dossier.code}",
        f"https://dichvucong.example.vn/ho-so/{dossier.code}/",
        f"HTTPS://DICHVUCONG.EXAMPLE.VN/HO-SO/{dossier.code}/",
    )
    for text in scanned:
        assert client.post("/can-bo/tim/", {"q": text}).url == f"{QUEUE}{dossier.code}/", text


def test_a_strange_address_finds_nothing_and_is_no_fault(people):
    cast.filed(people.hai, FREE, answers(FREE))
    client = client_of(people.giang)
    for text in (
        "https://",
        "://",
        "https://x/xac-thuc/ABCDEFGH/",
        "https://x/xac-thuc/\x00/",
        "https://" + "a" * 5000,
    ):
        assert client.post("/can-bo/tim/", {"q": text}).status_code == 302


def test_the_code_of_the_national_portal_opens_the_dossier(people):
    dossier = cast.filed(people.hai, FREE, answers(FREE))
    Dossier.objects.filter(pk=dossier.pk).update(external_code="G22.99-261123-0007")
    answer = client_of(people.giang).post("/can-bo/tim/", {"q": "g22.99-261123-0007"})
    assert answer.url == f"{QUEUE}{dossier.code}/"


@pytest.mark.parametrize("tax_code", ["0100109106", "0100109106-001", "3700109106", "3700109106-001"])
def test_a_tax_code_finds_what_its_company_or_branch_filed(people, tax_code):
    dossier, other = (cast.filed(people.hai, FREE, answers(FREE)) for _ in range(2))
    Party.objects.filter(dossier=dossier).update(tax_code=tax_code)
    found = client_of(people.giang).post("/can-bo/tim/", {"q": f" {tax_code} "}, follow=True).content.decode()
    assert dossier.code in found and other.code not in found


def plan_of(found) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashjoin = off"
        )
        sql, values = found.query.sql_with_params()
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        return json.dumps(cursor.fetchone()[0])


def spread_over_agencies() -> None:
    """No agency has more than a few of a province's dossiers."""
    agencies = list(Agency.objects.order_by("pk").values_list("pk", flat=True)[:20])
    with pgtrigger.ignore():
        for place, agency in enumerate(agencies):
            its = Dossier.objects.alias(place=F("pk") % len(agencies)).filter(place=place)
            its.update(receiving_agency=agency, handling_agency=agency, deciding_agency=agency)


def many_others(people, *, is_spread: bool = False) -> None:
    # So many that no index is a single page: whichever is smallest would win, on a database no test has used before.
    copies(cast.filed(people.hai, FREE, answers(FREE)), 600)
    if is_spread:
        spread_over_agencies()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dossiers_party SET folded_name = md5(id::text), phone = '+8491' || id, tax_code = '03' || id,"
            " national_id_index = md5('n' || id::text)"
        )
        # What a bulk load leaves waiting beside a trigram index makes it dear until the next VACUUM: put it in now.
        cursor.execute("SELECT gin_clean_pending_list('party_name_trgm')")
        cursor.execute("ANALYZE dossiers_dossier, dossiers_party")


@pytest.mark.parametrize(
    ("text", "indexes"),
    [
        ("H37.12-261123-0001", ("dossiers_dossier_code", "dossier_external")),
        ("261123-0001", ("dossiers_dossier_code",)),
        ("020085000121", ("national_id_index",)),
        ("0987654321", ("phone", "tax_code")),
        ("0100109106-001", ("tax_code",)),
    ],
)
def test_each_kind_of_search_has_an_index(people, text, indexes):
    many_others(people)
    # The rule of what may be seen is left out: it is an index of its own, and with few rows the planner prefers it.
    found, _kind = searching.by_mark(Dossier.objects.all(), text)
    assert found is not None
    plan = plan_of(found)
    for index in indexes:
        assert index in plan, plan


def test_names_have_an_index_for_the_whole_name_and_one_for_words(people):
    many_others(people, is_spread=True)
    everything = Dossier.objects.all()
    found = searching.called(standing_of(people.giang), "Trần Văn Hải")
    places = {"receiving", "handling", "deciding"}
    for one in found:
        plan = plan_of(one[:50])
        named = {place for place in places if f'"dossier_{place}"' in plan}
        assert '"party_name"' in plan and len(named) == 1 and "dossiers_dossier_pkey" not in plan, (
            "a common name stands on thousands of dossiers: all are asked of an index, none is read"
        )
        places -= named
    assert len(places) == 3 - len(found)
    assert "party_name_trgm" in plan_of(searching.with_words(everything, ["tran", "hai"]))
    plan = plan_of(searching.open_with(everything, ["tran", "hai"]))
    assert "party_name_trgm" not in plan and "folded_name" not in looked_up(plan), "the open ones are read"
    assert "dossier_id = ANY" in looked_up(plan) and "Join" not in plan, "all of them in one walk, not one by one"


def looked_up(plan: str) -> str:
    """What is looked up in indexes; where few rows are compared the planner may as well read them from an index."""
    return " ".join(re.findall(r'"(?:Index|Recheck) Cond": "([^"]*)"', plan))


def named(people, name: str, state: str = "new") -> int:
    dossier = cast.filed(people.hai, FREE, answers(FREE))
    Party.objects.filter(dossier=dossier).update(full_name=name, folded_name=name.lower())
    if state != "new":
        set_state(dossier.pk, state)
    return dossier.pk


def set_state(pk: int, state: str) -> None:
    """Past the flow chart; the guards of the database look away."""
    with pgtrigger.ignore():
        Dossier.objects.filter(pk=pk).update(state=state)


def found_by(people, text: str) -> list[int]:
    return searching.search(people.giang, text, 50).ids


def test_a_whole_name_finds_finished_dossiers_and_open_ones_of_longer_names(people):
    finished, longer_finished = named(people, "Ly Thi Mai", "returned"), named(people, "Ly Thi Mai Anh", "returned")
    longer_open, own_open = named(people, "Ly Thi Mai Lan"), named(people, "Ly Thi Mai")
    found = found_by(people, "lý thị MAI")
    assert found == [own_open, longer_open, finished], "open first, the newest first"
    assert longer_finished not in found


def test_a_name_is_looked_for_at_each_agency_a_person_works_for(people):
    """Each of them, in one statement, and at no other."""
    here, other = named(people, "Ly Thi Mai"), named(people, "Ly Thi Mai")
    elsewhere = named(people, "Ly Thi Mai")
    second, third = Agency.objects.exclude(pk=Dossier.objects.get(pk=here).receiving_agency_id)[:2]
    for pk, agency in ((other, second), (elsewhere, third)):
        with pgtrigger.ignore():
            Dossier.objects.filter(pk=pk).update(
                receiving_agency=agency, handling_agency=agency, deciding_agency=agency
            )
    appoint(people.giang, second, Role.RECEPTION, actor=None, since=cast.SINCE)
    giang = User.objects.get(pk=people.giang.pk)
    places = searching.called(standing_of(giang), "Lý Thị Mai")
    assert len(places) > 1
    with CaptureQueriesContext(connection) as asked:
        assert set(searching._all_keys(places, 50)) == {here, other}
    assert len(asked) == 1
    assert searching.search(giang, "Lý Thị Mai", 50).ids == [other, here]
    assert searching._all_keys([], 50) == []


def test_words_of_a_name_find_open_dossiers_and_finished_ones_only_when_nothing_is_open(people):
    finished = named(people, "Ly Thi Mai", "returned")
    assert found_by(people, "mai ly") == [finished], "nobody with an open dossier has these words"
    opened = named(people, "Ly Thi Mai Hoa")
    assert found_by(people, "mai ly") == [opened]
    assert found_by(people, "x") == [] and found_by(people, "khong ai ca") == []
