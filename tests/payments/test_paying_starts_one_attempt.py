"""The Pay button: one open attempt per order, whatever the payer presses, however often, with whatever in the form."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from common.models import Job
from payments.errors import NotPayable, StillUnclear
from payments.models import PaymentAttempt, PaymentOrder
from payments.services import asking, starting
from tests.payments.fees_cast import PREPAID_FEE, Paying, notice, paying, tell
from tests.payments.races import Meeting, at_once


@pytest.mark.django_db
class TestStart:
    def test_address_carries_the_frozen_amount_and_our_own_reference(self, due):
        attempt = due.start()
        sent = {name: values[0] for name, values in parse_qs(urlsplit(attempt.pay_url).query).items()}
        assert sent["vnp_Amount"] == str(PREPAID_FEE * 100)
        assert sent["vnp_TxnRef"] == attempt.txn_ref == attempt.public_id.hex
        assert due.dossier.code.replace("-", "") not in sent["vnp_TxnRef"]
        assert sent["vnp_ReturnUrl"].endswith("/payments/vnpay/return/")
        assert sent["vnp_IpAddr"] == "203.0.113.7"

    def test_second_click_gets_the_same_attempt(self, due):
        assert due.start().pk == due.start().pk
        assert PaymentAttempt.objects.count() == 1

    def test_attempt_that_ran_out_is_replaced_and_still_followed(self, due):
        now = timezone.now()
        first = due.start(now)
        second = due.start(now + timedelta(minutes=16))
        first.refresh_from_db()
        assert (first.state, second.state) == ("expired", "started")
        assert Job.objects.filter(kind="payment.reconcile", state="ready").count() == 2

    def test_retries_never_add_up(self, due):
        for minute in (0, 16, 32):
            due.start(timezone.now() + timedelta(minutes=minute))
        assert set(PaymentAttempt.objects.values_list("amount", flat=True)) == {PREPAID_FEE}
        assert PaymentOrder.objects.get().amount == PREPAID_FEE

    def test_second_open_attempt_is_refused_by_the_database(self, due):
        first = due.start()
        values = {"order": first.order, "gateway": "vnpay", "amount": 1, "pay_url": "x"}
        times = {"created_at": first.created_at, "expires_at": first.expires_at}
        with pytest.raises(IntegrityError, match="one_open_attempt"), transaction.atomic():
            PaymentAttempt.objects.create(txn_ref="another", **values, **times)

    def test_nothing_can_be_started_when_nothing_is_to_be_paid(self, due):
        order = due.order()
        tell(notice(due.start()))
        with pytest.raises(NotPayable):
            starting.start(order, user=due.user, at=timezone.now(), client_ip="203.0.113.7")

    def test_nothing_can_be_started_after_the_limit_nor_in_its_last_moment(self, due):
        due_at = due.order().due_at
        for at in (due_at + timedelta(days=1), due_at - timedelta(seconds=30)):
            with pytest.raises(NotPayable):
                due.start(at)

    def test_attempt_never_outlives_the_time_to_pay(self, due):
        due_at = due.order().due_at
        assert due.start(due_at - timedelta(minutes=5)).expires_at == due_at

    def test_nobody_pays_again_while_the_gateway_looks_into_suspected_money(self, due):
        tell(notice(due.start(), code="07"))
        with pytest.raises(StillUnclear):
            due.start()


@pytest.mark.django_db
class TestTheForm:
    def test_button_leads_to_the_gateway(self, due, client):
        client.force_login(due.user)
        answer = client.post(due.url)
        assert answer.status_code == 302
        assert answer["Location"] == PaymentAttempt.objects.get().pay_url

    def test_amount_in_the_form_is_ignored(self, due, client):
        client.force_login(due.user)
        client.post(due.url, {"amount": "1", "vnp_Amount": "100", "order": "999", "currency": "USD"})
        assert PaymentAttempt.objects.get().amount == PREPAID_FEE

    def test_form_without_token_is_refused(self, due):
        client = Client(enforce_csrf_checks=True)
        client.force_login(due.user)
        assert client.post(due.url).status_code == 403
        assert not PaymentAttempt.objects.exists()

    def test_looking_at_the_page_starts_nothing(self, due, client):
        client.force_login(due.user)
        assert client.get(due.url).status_code == 200
        assert not PaymentAttempt.objects.exists()


def start_without_lock(meeting: Meeting):
    """The mistake: look for an open attempt with nobody kept out, then make one."""

    def look(dossier_id: int):
        from dossiers.models import Dossier

        meeting.wait()
        return Dossier.objects.get(pk=dossier_id)

    return look


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def press(self, due: Paying, times: int) -> list[object]:
        order = due.order()
        clients = [Client() for _ in range(times)]
        for client in clients:
            client.force_login(due.user)
        assert order.is_open
        return at_once([lambda client=client: client.post(due.url)["Location"] for client in clients])

    @pytest.mark.parametrize("times", [2, 20])
    def test_clicks_at_once_make_one_attempt_and_all_lead_to_it(self, times, monkeypatch):
        monkeypatch.setattr(asking, "query_now", lambda attempt, *, at: attempt)
        due = paying()
        assert set(self.press(due, times)) == {PaymentAttempt.objects.get().pay_url}
        assert due.fresh().fee_state == "pending"

    def test_negative_control_without_the_lock_clicks_at_once_collide(self, monkeypatch):
        monkeypatch.setattr(asking, "query_now", lambda attempt, *, at: attempt)
        due, meeting = paying(), Meeting("before the first look", 8)
        due.order()
        monkeypatch.setattr(starting, "lock_dossier", start_without_lock(meeting))
        monkeypatch.setattr(starting, "lock_order", lambda pk: PaymentOrder.objects.get(pk=pk))
        found = self.press(due, 8)
        assert any(isinstance(answer, IntegrityError) for answer in found)
