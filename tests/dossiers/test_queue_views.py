"""Columns, filters and saved views of the queue: remembered per officer, shareable, never with a value of an applicant."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from agencies.models import Agency
from dossiers import queues
from dossiers.forms.desk import FilterForm
from dossiers.models import Desk, Dossier, SavedView
from dossiers.services import desk, intake
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


def filed(people, **more):
    return cast.filed(people.hai, FREE, answers(FREE), **more)


def heads(client, tab="receive", **more) -> list[str]:
    page = client.get(QUEUE, {"tab": tab, **more}).content.decode()
    row = page.split('<thead role="rowgroup">')[1].split("</thead>")[0]
    return [part.split(">", 1)[1].split("</th>")[0] for part in row.split("<th ")[1:]]


def arranged(client, columns, order=(), tab="receive", **more):
    order = order or [*columns, *(key for key in queues.COLUMNS if key not in columns)]
    sent = {"danh-sach": f"tab={tab}", "cot": columns, "thu-tu": order, **more}
    return client.post("/can-bo/cot/", sent)


# ── columns ──
def test_chosen_columns_are_kept_for_the_officer_and_the_tab_alone(people):
    filed(people)
    client = client_of(people.giang)
    usual = heads(client)
    arranged(client, ["applicant", "filed", "agency", "fee", "delivery", "intake", "step"])
    assert len(heads(client)) == 8 and "Người nộp" in heads(client)[1]
    assert heads(client, tab="all") == [head.replace("receive", "all") for head in usual]
    again = Client()
    again.force_login(people.giang, backend="accounts.backends.PhoneOrNameBackend")
    assert heads(again) == heads(client)
    page = client.get(QUEUE, {"tab": "receive"}).content.decode()
    assert "23/11/2026" in page and "Sở Công Thương" in page.split("<tbody")[1]


def test_a_column_moves_up_and_down_and_everything_goes_back_to_usual(people):
    filed(people)
    client = client_of(people.giang)
    usual = heads(client)
    answer = arranged(client, list(queues.columns.DEFAULT), len="procedure")
    assert "mo=cot" in answer.url
    assert queues.glance(queues.viewer_of(people.giang, cast.MONDAY)).showing("receive").columns[1] == "procedure"
    arranged(client, list(queues.columns.DEFAULT), xuong="holder")
    client.post("/can-bo/cot/", {"danh-sach": "tab=receive", "mac-dinh": "1"})
    assert heads(client) == usual


@pytest.mark.parametrize("columns", [[], ["secret", "party__phone"], ["applicant"] * 3])
def test_unknown_columns_are_dropped_and_none_means_the_usual(people, columns):
    filed(people)
    client = client_of(people.giang)
    arranged(client, columns, order=columns or ["x"])
    stored = Desk.objects.get().tabs["receive"]["columns"]
    assert set(stored) <= set(queues.COLUMNS) and len(stored) == len(set(stored)) and stored


def test_rows_a_page_and_order_are_remembered_and_the_address_may_ask_for_others(people):
    copies(filed(people), 60)
    client = client_of(people.giang)
    arranged(client, ["left"], **{"so-dong": "50", "xep": "newest"})
    page = client.get(QUEUE, {"tab": "receive"}).content.decode()
    assert page.count('class="mc-code"') == 50
    newest = Dossier.objects.order_by("-pk").first()
    assert page.index(newest.code) < page.index(Dossier.objects.order_by("pk")[30].code)
    assert client.get(QUEUE, {"tab": "receive", "so-dong": "20"}).content.decode().count('class="mc-code"') == 20


def test_newest_first_follows_page_after_page_in_both_directions(people):
    copies(filed(people), 44)
    viewer = queues.viewer_of(people.giang, cast.MONDAY)
    whole = [one.pk for one in queues.of_tab(viewer, "all", queues.NEWEST)]
    assert whole == sorted(whole, reverse=True)
    showing = queues.Showing(sort=queues.NEWEST)
    first = queues.page_of_tab(viewer, "all", showing)
    second = queues.page_of_tab(viewer, "all", showing, after=first.after)
    third = queues.page_of_tab(viewer, "all", showing, after=second.after)
    assert [one.pk for one in [*first.rows, *second.rows, *third.rows]] == whole
    assert [one.pk for one in queues.page_of_tab(viewer, "all", showing, before=third.before).rows] == whole[20:40]


# ── filters ──
def test_each_filter_narrows_and_each_chip_takes_one_off(people):
    first, second = filed(people), filed(people)
    intake.receive(second.pk, user=people.giang, at=cast.MONDAY + timedelta(days=3))
    viewer = queues.viewer_of(people.giang, cast.MONDAY)
    field = first.procedure.field_id
    day = cast.MONDAY.date()

    def found(**filters):
        chosen = FilterForm(filters).chosen()
        return {one.pk for one in queues.narrowed(queues.of_tab(viewer, "all"), chosen, viewer)}

    both = {first.pk, second.pk}
    assert found(state="new") == {first.pk}
    assert found(field=field) == found(intake="own") == found(fee="none") == found(delivery=first.delivery) == both
    assert found(field=field + 1000) == found(intake="post") == found(fee="paid") == set()
    assert found(filed_from=day.isoformat()) == found(filed_to="23/11/2026") == both
    assert found(filed_to=(day - timedelta(days=1)).isoformat()) == set()
    answer = timezone.localdate(Dossier.objects.get(pk=first.pk).queue_at)  # eight hours of Monday
    assert found(due_before=answer.isoformat()) == {first.pk}
    assert found(due_after=(answer + timedelta(days=1)).isoformat()) == {second.pk}
    page = client_of(people.giang).get(QUEUE, {"tab": "all", "state": "new", "intake": "own"}).content.decode()
    assert f"{QUEUE}?tab=all&amp;intake=own" in page and f"{QUEUE}?tab=all&amp;state=new" in page


@pytest.mark.parametrize(
    "filters",
    [
        {"due_before": "0001-01-01"}, {"due_before": "9999-12-31"}, {"filed_from": "x"}, {"procedure": "9" * 30},
        {"procedure": "-1"}, {"state": "nope"}, {"badge": "nope"}, {"holder": "1" * 12}, {"agency": "\x00"},
    ],
)  # fmt: skip
def test_filters_nobody_means_are_left_out_and_never_a_fault(people, filters):
    filed(people)
    answer = client_of(people.giang).get(QUEUE, {"tab": "all", **filters})
    assert answer.status_code == 200


def test_a_filtered_list_that_is_empty_says_so_and_shows_the_way_back(people):
    filed(people)
    page = client_of(people.giang).get(QUEUE, {"tab": "all", "intake": "post"}).content.decode()
    assert "Không có hồ sơ nào của nhóm này khớp bộ lọc" in page and 'href="?tab=all"' in page


# ── views ──
def saved(client, name="Hàng riêng của tôi", place="tab=receive&holder=nobody", **more):
    return client.post("/can-bo/cach-xem/", {"name": name, "danh-sach": place, **more})


def test_a_view_stands_beside_the_tabs_and_its_address_can_be_sent(people):
    filed(people)
    client = client_of(people.giang)
    answer = saved(client)
    view = SavedView.objects.get()
    assert answer.url.startswith(QUEUE) and "holder=nobody" in answer.url
    assert "Hàng riêng của tôi" in client.get(QUEUE).content.decode()
    address = f"/can-bo/cach-xem/{view.public_id}/"
    for other in (client, client_of(people.hanh)):
        assert other.get(address).url == f"{QUEUE}?tab=receive&holder=nobody&xem={view.public_id}"
    assert "Hàng riêng của tôi" not in client_of(people.hanh).get(QUEUE).content.decode()


def test_a_shared_view_is_seen_by_the_agency_and_changed_by_its_owner_alone(people):
    filed(people)
    agency = Agency.objects.get(key="svhttdl")
    saved(client_of(people.hanh), agency=agency.pk)
    view = SavedView.objects.get()
    assert "Hàng riêng của tôi" in client_of(people.bao).get(QUEUE).content.decode()
    assert "Hàng riêng của tôi" not in client_of(people.giang).get(QUEUE).content.decode()
    edit = f"/can-bo/cach-xem/{view.public_id}/sua/"
    assert client_of(people.bao).post(edit, {"xoa": "1"}).status_code == 404
    assert client_of(people.hanh).post(edit, {"name": "Tên mới"}).status_code == 302
    assert SavedView.objects.get().name == "Tên mới"
    client_of(people.hanh).post(edit, {"xoa": "1"})
    assert not SavedView.objects.exists()


def test_views_are_shared_with_ones_own_agencies_only(people):
    filed(people)
    agency = Agency.objects.get(key="svhttdl")
    assert saved(client_of(people.giang), agency=agency.pk).status_code == 422
    from dossiers.errors import Denied

    with pytest.raises(Denied):
        desk.save_view(people.giang, name="x y", tab="all", filters={}, agency=agency, at=cast.MONDAY)


@pytest.mark.parametrize(
    "name",
    [
        "Hồ sơ của Trần Văn Hải",
        "tran van hai",
        "0987 654 321",
        "020085000121",
        "020.085.000.121",
        "a@b.vn",
        "Gọi +84987654321",
    ],
)
def test_a_view_never_gets_the_name_or_a_number_of_an_applicant(people, name):
    filed(people)
    answer = saved(client_of(people.giang), name=name)
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_a_year_or_a_place_in_the_name_of_a_view_is_fine(people):
    filed(people)
    assert saved(client_of(people.giang), name="Xây dựng 2025-2026, trần nhà").status_code == 302


def test_whatever_is_sent_beside_the_known_filters_is_dropped(people):
    filed(people)
    place = "tab=all&state=new&q=Trần Văn Hải&phone=0987654321&party__full_name=Hải&holder=Hải&procedure=020085000121x"
    saved(client_of(people.giang), place=place)
    assert SavedView.objects.get().filters == {"state": "new"}
    assert set(queues.KEYS) == set(FilterForm.base_fields)


def test_keys_are_switched_off_for_the_officer_not_for_the_session(people):
    filed(people)
    client = client_of(people.giang)
    client.post("/can-bo/phim-tat/", {"phim": "tat"})
    assert 'data-keys="off"' in client_of(people.giang).get(QUEUE).content.decode()
    client.post("/can-bo/phim-tat/", {"phim": "bat"})
    assert 'data-keys="off"' not in client_of(people.giang).get(QUEUE).content.decode()


def test_the_tabs_are_refreshed_alone_and_say_the_same_counts(people):
    copies(filed(people), 4)
    client = client_of(people.giang)
    tabs = client.get("/can-bo/so-dem/?tab=all").content.decode()
    assert tabs.strip().startswith("<nav") and "<b>5</b>" in tabs and 'aria-current="page">Tất cả' in tabs


def test_panels_open_and_each_empty_tab_has_its_own_words(people):
    filed(people)
    client = client_of(people.giang)
    for panel in ("loc", "cot", "x"):
        assert client.get(QUEUE, {"tab": "all", "mo": panel}).status_code == 200
    words = {str(tab.empty) for tab in queues.TABS}
    assert len(words) == len(queues.TABS)
