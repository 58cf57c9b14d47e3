"""Cash at the counter: one receipt per fee, numbers without gaps, the books balanced, cancelled by whom and when."""

from datetime import timedelta

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import OutboxRow
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, DossierEvent
from dossiers.querysets import DossierQuerySet
from dossiers.services import results, routing
from payments.errors import NotPayable
from payments.models import CashReceipt, LedgerEntry, PaymentOrder, RefundTask
from payments.querysets import OrderQuerySet
from payments.services import cash, ensure_order
from tests import cast, counter_cast
from tests.dossiers.test_races import Meeting, both
from tests.payments.fees_cast import drain, notice, tell
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
TENNIS, FEE = "sports-business-certificate-tennis", 200_000
BACKEND = "accounts.backends.PhoneOrNameBackend"


@pytest.fixture
def people(request):
    """The cast; that of `due` where a test asks for both."""
    return request.getfixturevalue("due").people if "due" in request.fixturenames else cast.make_cast()


@pytest.fixture
def typed(people) -> Dossier:
    """Received at the counter, the fee still open."""
    return counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now())


@pytest.fixture
def online(people) -> Dossier:
    """Filed online, waiting for its prepaid fee."""
    return cast.filed(people.mai, TENNIS, answers(TENNIS), at=timezone.now())


def order_of(dossier: Dossier) -> PaymentOrder:
    order = ensure_order(Dossier.objects.get(pk=dossier.pk))
    assert order is not None
    return order


def taken(people, dossier: Dossier, **more) -> CashReceipt:
    return cash.take(order_of(dossier).public_id, cashier=people.hanh, payer="Lý Thị Mai", **more)


def fresh(dossier: Dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def test_a_dossier_received_at_the_counter_owes_its_prepaid_fee(people, typed):
    assert (typed.state, typed.fee_state) == ("processing", "due")
    assert (order_of(typed).amount, order_of(typed).purpose) == (FEE, "prepaid")


def test_cash_pays_the_fee_and_handling_goes_on(people, typed):
    receipt = taken(people, typed)
    assert (receipt.amount, receipt.payer, receipt.cashier) == (FEE, "Lý Thị Mai", people.hanh)
    assert (fresh(typed).state, fresh(typed).fee_state) == ("processing", "paid")
    assert PaymentOrder.objects.get().state == "paid"


def test_cash_for_a_dossier_filed_online_files_it(people, online):
    taken(people, online)
    assert (fresh(online).state, fresh(online).fee_state) == ("new", "paid")


def test_the_act_is_the_cashiers_and_stands_in_the_history(people, typed):
    taken(people, typed)
    event = DossierEvent.objects.get(dossier=typed, name="settle_open_fee")
    assert (event.actor, event.actor_role) == (people.hanh, "cashier")
    assert OutboxRow.objects.filter(name="payments.paid", subject_id=typed.pk).count() == 1


def test_the_books_hold_cash_beside_bank_money(people, typed):
    receipt = taken(people, typed)
    entry = LedgerEntry.objects.get()
    assert (entry.kind, entry.amount, entry.gateway) == ("payment", FEE, "cash")
    assert entry.reference == f"receipt:{receipt.public_id}"
    assert LedgerEntry.objects.all().balance() == FEE


def test_pressing_twice_writes_one_receipt(people, typed):
    order = order_of(typed)
    first, second = (cash.take(order.public_id, cashier=people.hanh, payer="Mai") for _press in range(2))
    assert first == second
    assert LedgerEntry.objects.count() == 1


def test_numbers_run_without_gaps_by_agency_and_year(people):
    numbers = [taken(people, counter_cast.typed(people, TENNIS, answers(TENNIS), at=timezone.now())) for _n in range(3)]
    assert [receipt.number for receipt in numbers] == [1, 2, 3]
    year = timezone.localdate().year
    assert {receipt.series for receipt in numbers} == {f"H37.12/{year}"}


def test_a_refused_payment_uses_no_number(people, typed, online):
    order = order_of(online)
    PaymentOrder.objects.filter(pk=order.pk).update(state="expired", closed_at=timezone.now())
    with pytest.raises(NotPayable):
        cash.take(order.public_id, cashier=people.hanh, payer="Mai")
    assert taken(people, typed).number == 1


@pytest.mark.parametrize("who", ["bao", "giang", "kien", "mai"])
def test_only_the_cashier_of_that_counter_takes_it(people, typed, who):
    with pytest.raises(Denied):
        cash.take(order_of(typed).public_id, cashier=getattr(people, who), payer="Mai")


def test_a_receipt_names_who_pays(people, typed):
    with pytest.raises(Invalid):
        cash.take(order_of(typed).public_id, cashier=people.hanh, payer="  ")


# ── cancelling ──
def test_cancelling_hands_the_money_back_and_opens_the_fee_again(people, typed):
    receipt = cash.cancel(taken(people, typed).public_id, cashier=people.hanh, reason="Ghi nhầm người nộp")
    assert receipt.cancelled_at is not None
    assert fresh(typed).fee_state == "due"
    assert LedgerEntry.objects.all().balance() == 0
    kinds = LedgerEntry.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["payment", "refund_due", "refund"]


def test_a_cancelled_number_is_not_given_again(people, typed):
    cash.cancel(taken(people, typed).public_id, cashier=people.hanh, reason="Ghi nhầm")
    assert taken(people, typed).number == 2


def test_cancelling_puts_a_dossier_filed_online_back_to_waiting(people, online):
    cash.cancel(taken(people, online).public_id, cashier=people.hanh, reason="Ghi nhầm")
    assert (fresh(online).state, fresh(online).fee_state) == ("payment", "due")
    assert order_of(online).is_open


def test_a_fee_paid_in_cash_is_owed_back_in_cash_when_intake_is_refused(people, due):
    receipt = taken(people, due.dossier)
    due.refuse()
    drain()
    task = RefundTask.objects.get()
    assert (task.reason, task.gateway, task.reference) == ("refused_intake", "cash", f"receipt:{receipt.public_id}")
    owed = LedgerEntry.objects.get(kind="refund_due")
    assert (owed.gateway, owed.amount, due.balance()) == ("cash", FEE, 0)


def test_cash_and_bank_money_for_one_fee_are_owed_back_each_where_it_came_from(people, due):
    attempt = due.start()
    receipt = taken(people, due.dossier)
    tell(notice(attempt))
    due.refuse()
    drain()
    tasks = RefundTask.objects.values_list("reason", "gateway", "reference", "attempt")
    assert set(tasks) == {
        ("double", "vnpay", attempt.txn_ref, attempt.pk),
        ("refused_intake", "cash", f"receipt:{receipt.public_id}", None),
    }
    assert (due.taken(), due.balance()) == (2 * FEE, 0)


def test_it_needs_a_reason(people, typed):
    with pytest.raises(Invalid):
        cash.cancel(taken(people, typed).public_id, cashier=people.hanh, reason=" ")


def test_the_day_after_it_is_too_late(people, typed):
    receipt = taken(people, typed)
    with pytest.raises(Denied):
        cash.cancel(receipt.public_id, cashier=people.hanh, reason="x", at=receipt.taken_at + timedelta(days=1))


def test_nobody_but_who_wrote_it_cancels_it(people, typed):
    receipt = taken(people, typed)
    CashReceipt.objects.update(cashier=people.kien)
    with pytest.raises(Denied):
        cash.cancel(receipt.public_id, cashier=people.hanh, reason="x")


def test_once_a_result_is_signed_only_a_refund_helps(people, typed):
    receipt = taken(people, typed)
    results.draft(typed.pk, user=people.bao, decision=results.Decision("granted", "Đủ điều kiện."))
    routing.forward(typed.pk, user=people.bao)
    at_leader = routing.forward(typed.pk, user=people.cuong).dossier
    results.sign(typed.pk, user=people.dung, version=at_leader.version)
    with pytest.raises(cash.TooLate):
        cash.cancel(receipt.public_id, cashier=people.hanh, reason="x")


def test_a_result_is_not_issued_while_the_fee_is_open(people, typed):
    from dossiers.errors import Conflict

    results.draft(typed.pk, user=people.bao, decision=results.Decision("granted", "Đủ điều kiện."))
    routing.forward(typed.pk, user=people.bao)
    at_leader = routing.forward(typed.pk, user=people.cuong).dossier
    results.sign(typed.pk, user=people.dung, version=at_leader.version)
    with pytest.raises(Conflict):
        results.issue(typed.pk, user=people.en)


# ── the paper ──
def test_the_receipt_is_printed_with_the_amount_in_words(people, typed, tmp_path):
    receipt = taken(people, typed)
    client = Client()
    client.force_login(people.hanh, backend=BACKEND)
    page = client.get(reverse("payments:receipt", args=[receipt.public_id])).content.decode()
    assert "Hai trăm nghìn đồng" in page
    answer = client.get(reverse("payments:receipt_pdf", args=[receipt.public_id]))
    (tmp_path / "r.pdf").write_bytes(answer.content)
    with pikepdf.open(tmp_path / "r.pdf") as pdf:
        assert len(pdf.pages) == 1


def test_the_person_prints_their_own_receipt_and_nobody_elses(people, typed):
    url = reverse("payments:receipt_pdf", args=[taken(people, typed).public_id])
    for user, status in ((people.mai, 200), (people.hai, 404), (people.giang, 404)):
        client = Client()
        client.force_login(user, backend=BACKEND)
        assert client.get(url).status_code == status


# ── two cashiers ──
def pay_at_once(people, dossier, monkeypatch) -> list[str]:
    order, meeting = order_of(dossier), Meeting("both saw the fee open")
    real = cash._write
    monkeypatch.setattr(cash, "_write", lambda *args: (meeting(), real(*args))[1])
    press = [lambda: cash.take(order.public_id, cashier=people.hanh, payer="Mai")] * 2
    return both(*press)


@pytest.mark.django_db(transaction=True)
def test_two_cashiers_take_one_payment_once(people, typed, monkeypatch):
    assert pay_at_once(people, typed, monkeypatch) == ["done", "done"]
    assert CashReceipt.objects.count() == 1
    assert LedgerEntry.objects.all().balance() == FEE


@pytest.mark.django_db(transaction=True)
def test_without_the_locks_one_of_them_would_fail(people, typed, monkeypatch):
    monkeypatch.setattr(DossierQuerySet, "select_for_update", lambda self, **_options: self)
    monkeypatch.setattr(OrderQuerySet, "select_for_update", lambda self, **_options: self)
    assert pay_at_once(people, typed, monkeypatch) != ["done", "done"]
