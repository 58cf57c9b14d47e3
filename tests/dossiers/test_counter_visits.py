"""One visit, several dossiers: slips and money together, and what is decided at once."""

from datetime import date
from uuid import uuid4

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier
from dossiers.services import endings, fast_lane, results, visits
from payments.models import CashReceipt
from payments.services import cash, ensure_order
from tests import cast, counter_cast
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS, COPY = "sports-business-certificate-tennis", "certified-true-copy"
BACKEND = "accounts.backends.PhoneOrNameBackend"
ONE_DIPLOMA = {"type": "diploma", "number": "A 123", "issuer": "Đại học Thái Nguyên", "pages": 3, "copies": 2}


@pytest.fixture
def hanh(people) -> Client:
    client = Client()
    client.force_login(people.hanh, backend=BACKEND)
    return client


@pytest.fixture
def here(people):
    return counter_cast.visit(people, at=timezone.now())


def two_received(people):
    now = timezone.now()
    return [counter_cast.typed(people, TENNIS, answers(TENNIS), at=now) for _one in range(2)]


def certified(people, visit, *, key=None, row=ONE_DIPLOMA, at=None) -> Dossier:
    """What the short page sends."""
    procedure, now = cast.procedure(COPY), at or timezone.now()
    content = fast_lane.content_of(procedure.current_version_id)
    known = fast_lane.known_answers(visit, content)
    _typed, ordinary = fast_lane.asked(content, known)
    ward = fast_lane.counter.counters_for(procedure, people.hanh)[0]
    given = known | fast_lane.proposed(content, ordinary, agency=ward, at=now) | {"documents": [row]}
    return fast_lane.receive(
        visit, officer=people.hanh, procedure=procedure, answers=given, request_key=key or uuid4(),
        undertaking=True, at=now,
    )  # fmt: skip


# ── several dossiers ──
def test_a_visit_keeps_what_was_begun_and_what_was_received_in_it(people, here):
    done = two_received(people)
    draft = counter_cast.prepared(people, TENNIS, answers(TENNIS), is_assisted=False, at=timezone.now())
    work = visits.work_of(here, officer=people.hanh)
    assert [one.pk for one in work.received] == [one.pk for one in done]
    assert [one.pk for one in work.drafts] == [draft.pk]


def test_what_was_received_on_another_day_is_not_of_this_visit(people):
    counter_cast.typed(people, TENNIS, answers(TENNIS), at=cast.MONDAY)
    later = counter_cast.visit(people, at=cast.MONDAY.replace(day=24))
    Dossier.objects.update(created_at=cast.MONDAY)
    assert list(visits.work_of(later, officer=people.hanh).received) == []


def test_the_dossiers_of_another_person_are_not_of_this_visit(people, here):
    two_received(people)
    here.person = people.hai
    assert list(visits.work_of(here, officer=people.hanh).received) == []


def test_all_slips_of_a_visit_are_printed_together(people, hanh, here, tmp_path):
    two_received(people)
    answer = hanh.post(reverse("dossiers:visit_slips", args=[here.public_id]))
    (tmp_path / "slips.pdf").write_bytes(answer.content)
    with pikepdf.open(tmp_path / "slips.pdf") as pdf:
        assert len(pdf.pages) == 2
        assert {round(float(page.mediabox[2])) for page in pdf.pages} == {420}


def test_without_a_received_dossier_there_is_a_sentence_and_no_pdf(people, hanh, here):
    answer = hanh.post(reverse("dossiers:visit_slips", args=[here.public_id]), follow=True)
    assert "Chưa tiếp nhận hồ sơ nào" in answer.content.decode()


def test_the_fees_of_a_visit_are_one_payment_with_a_receipt_for_each_dossier(people, hanh, here):
    two_received(people)
    address = reverse("payments:visit_cash", args=[here.public_id])
    page = hanh.get(address)
    asked = page.context["form"].initial
    assert asked["total"] == "400000"
    for _press in range(2):
        hanh.post(address, {"orders": asked["orders"], "total": asked["total"], "payer": "Lý Thị Mai"})
    receipts = list(CashReceipt.objects.order_by("number"))
    assert [one.amount for one in receipts] == [200_000, 200_000]
    assert receipts[1].number == receipts[0].number + 1
    assert set(Dossier.objects.values_list("fee_state", flat=True)) == {"paid"}
    pdf = hanh.post(reverse("payments:visit_receipts", args=[here.public_id]))
    assert pdf.headers["Content-Type"] == "application/pdf"


def test_a_sum_that_is_not_right_any_more_takes_nothing(people, hanh, here):
    orders = [ensure_order(one).public_id for one in two_received(people)]
    with pytest.raises(Invalid):
        cash.take_together(orders, cashier=people.hanh, payer="Lý Thị Mai", total=399_999)
    assert not CashReceipt.objects.exists()


def test_one_order_that_cannot_be_paid_leaves_all_of_them_unpaid(people):
    orders = [ensure_order(one).public_id for one in two_received(people)]
    ensure_order(Dossier.objects.first()).__class__.objects.filter(public_id=orders[1]).update(state="cancelled")
    with pytest.raises(cash.NotPayable):
        cash.take_together(orders, cashier=people.hanh, payer="Lý Thị Mai", total=400_000)
    assert not CashReceipt.objects.exists()


def test_nobody_takes_the_cash_of_a_colleagues_visitor(people, here):
    client = Client()
    client.force_login(people.giang, backend=BACKEND)
    assert client.get(reverse("payments:visit_cash", args=[here.public_id])).status_code == 404
    assert client.get(reverse("payments:visit_cash", args=[uuid4()])).status_code == 404


# ── the fast lane ──
def test_certified_copies_are_received_signed_and_handed_over_in_one_sitting(people, here):
    done = certified(people, here)
    assert (done.state, done.decides_at_once) == ("received", True)
    order = ensure_order(done)
    assert order.amount == 2 * (2_000 + 2_000 + 1_000)
    cash.take(order.public_id, cashier=people.hanh, payer="Lý Thị Mai")
    fresh = Dossier.objects.get(pk=done.pk)
    results.decide_at_once(fresh.pk, user=people.dung, version=fresh.version)
    endings.return_at_counter(fresh.pk, user=people.hanh, receiver="Lý Thị Mai")
    assert Dossier.objects.get(pk=done.pk).state == "returned"
    assert list(done.events.values_list("name", flat=True)) == [
        "receive_at_counter", "settle_open_fee", "resolve_at_once", "return_at_counter",
    ]  # fmt: skip


def test_the_signer_has_it_in_her_list_at_once(people, here):
    from dossiers import queues

    done = certified(people, here)
    viewer = queues.viewer_of(people.dung, timezone.now())
    assert done in queues.of_tab(viewer, "sign")


def test_who_typed_it_does_not_sign_it(people):
    """Kiên holds every post of the commune: what he typed himself waits for another leader."""
    counter_cast.checked(people.mai)
    visit = fast_lane.counter.begin_visit(counter_cast.CARD, officer=people.kien)
    procedure = cast.procedure(COPY)
    content = fast_lane.content_of(procedure.current_version_id)
    known = fast_lane.known_answers(visit, content)
    (commune,) = fast_lane.counter.counters_for(procedure, people.kien)
    proposed = fast_lane.proposed(content, fast_lane.asked(content, known)[1], agency=commune, at=timezone.now())
    done = fast_lane.receive(
        visit, officer=people.kien, procedure=procedure, answers=known | proposed | {"documents": [ONE_DIPLOMA]},
        request_key=uuid4(), undertaking=True,
    )  # fmt: skip
    cash.take(ensure_order(done).public_id, cashier=people.kien, payer="Lý Thị Mai")
    fresh = Dossier.objects.get(pk=done.pk)
    with pytest.raises(Denied):
        results.decide_at_once(fresh.pk, user=people.kien, version=fresh.version)
    client = Client()
    client.force_login(people.kien, backend=BACKEND)
    page = client.get(reverse("dossiers:officer_dossier", args=[fresh.code])).content.decode()
    assert "giai-quyet-ngay" not in page


def test_the_same_request_sent_again_gives_the_same_dossier(people, here):
    key = uuid4()
    assert certified(people, here, key=key).pk == certified(people, here, key=key).pk
    assert Dossier.objects.count() == 1


def test_a_refused_fast_lane_leaves_nothing_behind(people, here):
    with pytest.raises(Invalid):
        certified(people, here, row=ONE_DIPLOMA | {"copies": 0})
    assert not Dossier.objects.exists()


def test_the_short_page_keeps_what_was_typed_and_counts_the_fee(people, hanh, here):
    procedure = cast.procedure(COPY)
    address = reverse("dossiers:counter_fast", args=[here.public_id, procedure.code])
    page = hanh.get(address)
    values = {"request_key": page.context["request_key"], "documents-rows": "1"}
    ward = fast_lane.counter.counters_for(procedure, people.hanh)[0].commune_code
    ahead = date.fromisoformat(answers(COPY, timezone.localdate())["appointment_time"])
    values |= {f"documents-0-{key}": str(value) for key, value in ONE_DIPLOMA.items()}
    values |= {
        "applicant_role": "owner", "copy_kind": "paper", "foreign_document": "no", "appointment_office": ward,
        "appointment_time": f"{ahead:%d/%m/%Y}", "appointment_slot": "s1",
    }  # fmt: skip
    wrong = hanh.post(address, {**values, "documents-0-copies": "hai", "receive": "1"})
    assert wrong.status_code == 422
    assert 'value="hai"' in wrong.content.decode()
    counted = hanh.post(address, {**values, "quote": "1"})
    assert "10.000" in counted.content.decode()
    assert not Dossier.objects.exists()
    done = hanh.post(address, {**values, "receive": "1"})
    assert done.status_code == 302
    assert Dossier.objects.get().fee_lines.get().amount == 10_000


def test_a_procedure_with_a_longer_way_has_no_fast_lane(people, hanh, here):
    code = cast.procedure(TENNIS).code
    assert hanh.get(reverse("dossiers:counter_fast", args=[here.public_id, code])).status_code == 404
