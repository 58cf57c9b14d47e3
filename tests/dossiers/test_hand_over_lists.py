"""Lists between the one-stop and a department: made of a day's acts, numbered, confirmed by the other side, printed."""

import subprocess
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common import jobs
from documents.services import read_clean
from dossiers.errors import Denied, Invalid
from dossiers.models import BookVolume, Dossier, HandOver, TrackingBook
from dossiers.services import fees, hand_over_papers, hand_overs, intake, results, routing, tracking_book
from dossiers.services.results import Decision
from tests import cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
KEY = "sports-business-certificate-tennis"
AT = cast.MONDAY
DAY = date(2026, 11, 23)
BACKEND = "accounts.backends.PhoneOrNameBackend"


def received(people, at=AT) -> Dossier:
    dossier = cast.filed(people.mai, KEY, answers(KEY), at=at)
    fees.settle(dossier.pk, order="1", at=at)
    return intake.receive(dossier.pk, user=people.hanh, at=at).dossier


def decided(people, at=AT) -> Dossier:
    dossier = received(people, at)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."), at=at)
    routing.forward(dossier.pk, user=people.bao, at=at)
    at_leader = routing.forward(dossier.pk, user=people.cuong, at=at).dossier
    Dossier.objects.filter(pk=dossier.pk).update(delivery="post")
    results.sign(dossier.pk, user=people.dung, version=at_leader.version, at=at)
    return results.issue(dossier.pk, user=people.en, at=at).dossier


def listed(people, direction: str = "department", giver=None, at=AT) -> HandOver:
    user = giver or (people.hanh if direction == "department" else people.bao)
    (group,) = hand_overs.candidates(user, direction, DAY)
    return hand_overs.make(
        user=user, direction=direction, day=DAY, group=group.key, events=[event.pk for event in group.events], at=at
    )


def raw(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def client(user) -> Client:
    found = Client()
    found.force_login(user, backend=BACKEND)
    return found


# ── making ──
def test_what_left_the_one_stop_that_day_is_offered_once(people):
    first, second = received(people), received(people)
    received(people, at=AT + timedelta(days=2))
    (group,) = hand_overs.candidates(people.hanh, "department", DAY)
    assert [event.dossier_id for event in group.events] == [first.pk, second.pk]
    listed(people)
    assert hand_overs.candidates(people.hanh, "department", DAY) == []


def test_only_the_giving_side_is_offered_anything(people):
    received(people)
    assert hand_overs.candidates(people.bao, "department", DAY) == []
    assert hand_overs.candidates(people.giang, "department", DAY) == []
    assert hand_overs.candidates(people.hanh, "counter", DAY) == []


def test_results_that_go_to_the_account_alone_are_handed_to_nobody(people):
    dossier = decided(people)
    assert len(hand_overs.candidates(people.bao, "counter", DAY)) == 1
    Dossier.objects.filter(pk=dossier.pk).update(delivery="online")
    assert hand_overs.candidates(people.bao, "counter", DAY) == []


def test_lists_are_numbered_per_giver_direction_and_year(people):
    received(people)
    first = listed(people)
    received(people)
    second = listed(people)
    decided(people)
    third = listed(people, "counter")
    assert [one.number for one in (first, second, third)] == [
        "0001/BGHS-H37.12",
        "0002/BGHS-H37.12",
        "0001/BGKQ-H37.12",
    ]
    received(people)
    assert listed(people, at=AT + timedelta(days=60)).serial == 1  # 2027


def test_a_list_keeps_what_was_handed_over(people):
    dossier = decided(people)
    item = listed(people, "counter").items.get()
    assert (item.dossier, item.result, item.by_post) == (dossier, dossier.results.get(), True)
    assert item.amount == sum(dossier.fee_lines.values_list("amount", flat=True)) > 0
    assert item.is_paid


def test_what_a_colleague_has_listed_is_refused_with_a_sentence(people):
    received(people)
    (group,) = hand_overs.candidates(people.hanh, "department", DAY)
    ids = [event.pk for event in group.events]
    listed(people)
    with pytest.raises(Invalid):
        hand_overs.make(user=people.hanh, direction="department", day=DAY, group=group.key, events=ids, at=AT)
    with pytest.raises(Invalid):
        hand_overs.make(user=people.hanh, direction="department", day=DAY, group=group.key, events=[], at=AT)
    assert HandOver.objects.count() == 1


# ── confirming ──
def test_the_receiving_side_confirms_and_names_what_differs(people):
    received(people)
    missing = received(people)
    made = listed(people)
    there, gone = made.items.order_by("position")
    with pytest.raises(Invalid):
        hand_overs.confirm(made.pk, user=people.bao, arrived=[there.pk], differences={}, at=AT)
    hand_overs.confirm(made.pk, user=people.bao, arrived=[there.pk], differences={gone.pk: "Không có tập giấy"}, at=AT)
    made.refresh_from_db()
    gone.refresh_from_db()
    assert (made.confirmed_by, made.confirmed_at) == (people.bao, AT)
    assert (gone.dossier, gone.has_arrived, gone.difference) == (missing, False, "Không có tập giấy")


def test_neither_the_maker_nor_another_agency_confirms(people):
    received(people)
    made = listed(people)
    ids = list(made.items.values_list("pk", flat=True))
    for user in (people.hanh, people.giang, people.kien):
        with pytest.raises(Denied):
            hand_overs.confirm(made.pk, user=user, arrived=ids, differences={}, at=AT)


def test_a_list_is_confirmed_once(people):
    received(people)
    made = listed(people)
    ids = list(made.items.values_list("pk", flat=True))
    hand_overs.confirm(made.pk, user=people.bao, arrived=ids, differences={}, at=AT)
    with pytest.raises(Invalid):
        hand_overs.confirm(made.pk, user=people.cuong, arrived=[], differences={}, at=AT)


# ── on paper ──
def test_the_paper_names_both_sides_and_every_row_and_again_after_confirming(people):
    dossier = decided(people)
    made = listed(people, "counter")
    first = read_clean(hand_over_papers.printed(made))
    assert read_clean(hand_over_papers.printed(HandOver.objects.get(pk=made.pk))) == first
    text = raw(first)
    for word in (made.number, "Sở Văn hóa, Thể thao và Du lịch", "Trung tâm Phục vụ hành chính công tỉnh", dossier.code,
                 dossier.results.get().number, "Lý Thị Mai", "trả qua bưu chính: 01", "NGƯỜI GIAO", "NGƯỜI NHẬN"):  # fmt: skip
        assert word in text
    item = made.items.get()
    hand_overs.confirm(made.pk, user=people.hanh, arrived=[item.pk], differences={item.pk: "Thiếu phụ lục"}, at=AT)
    again = raw(read_clean(hand_over_papers.printed(HandOver.objects.get(pk=made.pk))))
    assert "Thiếu phụ lục" in again
    assert "Bên nhận xác nhận lúc 09 giờ 00 phút, ngày 23 tháng 11 năm 2026" in again
    assert HandOver.objects.get(pk=made.pk).file is not None


# ── pages ──
def test_an_officer_makes_a_list_on_the_pages_and_the_other_side_confirms(people, monkeypatch):
    dossier = received(people, at=timezone.now())
    today = timezone.localdate().strftime("%d/%m/%Y")
    counter, department = client(people.hanh), client(people.bao)
    page = counter.get(reverse("dossiers:new_hand_over"), {"direction": "department", "day": today})
    assert dossier.code in page.content.decode()
    group = page.context["groups"][0]
    sent = {"direction": "department", "day": today, "group": group.key, "event": [group.events[0].pk]}
    counter.post(reverse("dossiers:new_hand_over"), sent)
    made = HandOver.objects.get()
    address = reverse("dossiers:hand_over", args=[made.public_id])
    assert reverse("dossiers:confirm_hand_over", args=[made.public_id]) not in counter.get(address).content.decode()
    waiting = department.get(reverse("dossiers:hand_overs"), {"state": "cho"})
    assert made.number in waiting.content.decode()
    confirm = reverse("dossiers:confirm_hand_over", args=[made.public_id])
    assert department.post(confirm, {}).status_code == 422
    item = made.items.get()
    department.post(confirm, {"arrived": [item.pk], f"difference-{item.pk}": ""})
    assert HandOver.objects.get().confirmed_by == people.bao
    assert department.get(reverse("dossiers:hand_over_pdf", args=[made.public_id]))["Content-Type"] == "application/pdf"
    assert client(people.giang).get(address).status_code == 404


@pytest.mark.parametrize(
    "values", [{"day": "31/02/2026"}, {"day": "01/01/2099"}, {"direction": "xyz"}, {"event": "x" * 50}]
)
def test_what_is_typed_wrongly_gets_the_page_with_a_sentence(people, values):
    sent = {"direction": "department", "day": "23/11/2025", "group": "1-1", "event": ["1"]} | values
    assert client(people.hanh).post(reverse("dossiers:new_hand_over"), sent).status_code == 200
    assert (
        client(people.hanh).get(reverse("dossiers:hand_overs"), {"day": "hôm qua", "truoc": "9" * 30}).status_code
        == 200
    )


# ── tracking book ──
def run_books() -> None:
    while leased := jobs.lease(1, kinds=["dossier.book"]):
        jobs.run(leased[0])


def test_the_book_holds_what_the_counter_received_in_the_period(people, monkeypatch):
    monkeypatch.setattr(tracking_book, "ROWS", 2)
    dossiers = [received(people) for _n in range(3)]
    outside = received(people, at=AT + timedelta(days=3))
    agency = dossiers[0].receiving_agency
    book = tracking_book.order(user=people.hanh, agency=agency, first_day=DAY, last_day=DAY, at=AT + timedelta(days=4))
    assert (book.total, book.state) == (3, "working")
    run_books()
    book.refresh_from_db()
    assert (book.done, book.state) == (3, "ready")
    volumes = list(BookVolume.objects.filter(book=book))
    assert [(one.number, one.first, one.last) for one in volumes] == [(1, 1, 2), (2, 3, 3)]
    text = " ".join(raw(read_clean(one.file)) for one in volumes)
    assert all(dossier.code in text for dossier in dossiers)
    assert outside.code not in text
    assert "Mẫu số 07" in text
    assert "phần 1/2" in text


def test_an_empty_period_gives_a_book_that_says_so(people):
    agency = received(people).receiving_agency
    book = tracking_book.order(
        user=people.hanh, agency=agency, first_day=date(2026, 11, 2), last_day=date(2026, 11, 3), at=AT
    )
    run_books()
    assert TrackingBook.objects.get(pk=book.pk).state == "ready"
    assert "Không có hồ sơ nào" in raw(read_clean(book.volumes.get().file))


@pytest.mark.parametrize(("day", "number"), [(date(2025, 9, 14), "Mẫu số 06"), (date(2025, 9, 15), "Mẫu số 07")])
def test_the_book_is_the_form_of_its_last_day(people, day, number):
    agency = received(people).receiving_agency
    book = tracking_book.order(user=people.hanh, agency=agency, first_day=day, last_day=day, at=AT)
    run_books()
    text = raw(read_clean(book.volumes.get().file))
    assert number in text
    assert "SỔ THEO DÕI HỒ SƠ" in text


def test_a_volume_drawn_twice_is_one_volume(people):
    agency = received(people).receiving_agency
    book = tracking_book.order(user=people.hanh, agency=agency, first_day=DAY, last_day=DAY, at=AT)
    (job,) = jobs.lease(1, kinds=["dossier.book"])
    tracking_book.make_volume(job)
    tracking_book.make_volume(job)
    assert book.volumes.count() == 1


def test_the_questions_of_a_volume_do_not_grow_with_its_entries(people, django_assert_num_queries):
    dossiers = [received(people) for _n in range(4)]
    tracking_book.rows(dossiers[:1])
    found = list(Dossier.objects.filter(pk__in=[one.pk for one in dossiers]).select_related("party"))
    with django_assert_num_queries(3):
        assert len(tracking_book.rows(found)) == 4


def test_only_the_counter_has_its_book(people):
    agency = received(people).receiving_agency
    for user in (people.bao, people.giang):
        with pytest.raises(Denied):
            tracking_book.order(user=user, agency=agency, first_day=DAY, last_day=DAY, at=AT)
    book = tracking_book.order(user=people.hanh, agency=agency, first_day=DAY, last_day=DAY, at=AT)
    run_books()
    page = reverse("dossiers:tracking_book", args=[book.public_id])
    assert client(people.hanh).get(page).status_code == 200
    assert client(people.giang).get(page).status_code == 404
    volume = reverse("dossiers:tracking_book_volume", args=[book.public_id, 1])
    assert client(people.hanh).get(volume)["Content-Type"] == "application/pdf"
    assert client(people.giang).get(volume).status_code == 404


def test_a_period_that_is_none_gets_a_sentence(people):
    agency = received(people).receiving_agency
    for first, last in ((DAY, DAY - timedelta(days=1)), (DAY, DAY + timedelta(days=2)), (date(2025, 1, 1), DAY)):
        with pytest.raises(Invalid):
            tracking_book.order(user=people.hanh, agency=agency, first_day=first, last_day=last, at=AT)
    sent = {"agency": agency.pk, "first_day": "30/02/2026", "last_day": "x"}
    assert client(people.hanh).post(reverse("dossiers:tracking_books"), sent).status_code == 200
