"""The order: asked once, of the frozen quote, closed when the dossier no longer waits."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from common.models import Job, OutboxRow
from dossiers.models import Dossier, FeeLine
from dossiers.services import fees
from notifications.models import Message
from payments import services
from payments.models import LedgerEntry, PaymentOrder
from tests.payments.fees_cast import PREPAID_FEE, drain, notice, run_jobs, tell

pytestmark = pytest.mark.django_db


def make_late(paying) -> None:
    """Let the time to pay be over, as five days of waiting would."""
    yesterday = timezone.now() - timedelta(days=1)
    Dossier.objects.filter(pk=paying.dossier.pk).update(answer_by=yesterday)
    PaymentOrder.objects.filter(dossier=paying.dossier).update(due_at=yesterday)


def test_news_and_pay_page_make_the_same_order(due):
    first = due.order()
    drain()
    assert due.order().pk == first.pk
    assert PaymentOrder.objects.count() == 1
    assert (first.amount, first.purpose, first.state) == (PREPAID_FEE, "prepaid", "open")
    assert sum(line["amount"] for line in first.lines) == PREPAID_FEE
    assert first.due_at == due.dossier.answer_by


def test_news_alone_makes_the_order(due):
    drain()
    assert PaymentOrder.objects.filter(dossier=due.dossier, state="open").count() == 1


def test_second_live_order_for_the_same_fee_is_refused_by_the_database(due):
    order = due.order()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaymentOrder.objects.create(dossier=due.dossier, purpose=order.purpose, amount=1)


def test_quote_frozen_at_filing_is_honoured_whatever_happens_to_its_source(due):
    order = due.order()
    FeeLine.objects.filter(dossier=due.dossier).update(amount=1)
    assert due.order().amount == order.amount == PREPAID_FEE


def test_nothing_is_asked_of_a_paid_dossier(due):
    attempt = due.start()
    assert tell(notice(attempt)) == "00"
    assert services.ensure_order(due.fresh()) is None


def test_fee_paid_at_the_counter_closes_the_open_order(due):
    due.order()
    assert fees.settle(due.dossier.pk, order="counter")
    drain()
    assert PaymentOrder.objects.get().state == "cancelled"


def test_unpaid_fee_expires_after_its_limit_and_closes_dossier_and_order(due):
    due.order()
    make_late(due)
    assert run_jobs("payment.expire", early=True) == 1
    assert due.fresh().state == "refused"
    assert PaymentOrder.objects.get().state == "expired"


def test_fee_does_not_expire_before_its_limit(due):
    due.order()
    run_jobs("payment.expire", early=True)
    assert due.fresh().state == "payment"
    assert Job.objects.get(kind="payment.expire").due_at > due.dossier.answer_by


def test_fee_does_not_expire_while_somebody_is_on_the_bank_page(due):
    due.start()
    make_late(due)
    run_jobs("payment.expire", early=True)
    assert due.fresh().state == "payment"
    assert Job.objects.get(kind="payment.expire").state == "ready"


def test_fee_paid_in_time_is_not_expired_by_the_job(due):
    tell(notice(due.start()))
    run_jobs("payment.expire", early=True)
    assert due.fresh().state == "new"


def test_citizen_is_reminded_once_while_the_fee_is_unpaid(due):
    due.order()
    run_jobs("payment.remind", early=True)
    run_jobs("payment.remind", early=True)
    drain()
    assert OutboxRow.objects.filter(name="payments.reminder").count() == 1
    assert Message.objects.filter(kind="payments.reminder", channel="sms").count() == 1


def test_nobody_is_reminded_of_a_paid_fee(due):
    tell(notice(due.start()))
    run_jobs("payment.remind", early=True)
    assert not OutboxRow.objects.filter(name="payments.reminder").exists()


def test_news_about_money_carries_ids_only(due):
    tell(notice(due.start()))
    row = OutboxRow.objects.get(name="payments.paid")
    assert (row.subject_type, row.subject_id) == ("dossier", due.dossier.pk)
    assert row.data == {"order": str(PaymentOrder.objects.get().public_id)}


def test_books_cannot_be_changed_or_emptied_by_anybody(due):
    tell(notice(due.start()))
    for change in (lambda: LedgerEntry.objects.update(amount=1), lambda: LedgerEntry.objects.all().delete()):
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            change()


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_application_role_has_no_right_to_change_the_books(db, settings, right):
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'payments_ledgerentry', %s)", [settings.DB_APP_ROLE, right])
        assert cursor.fetchone() == (False,)
