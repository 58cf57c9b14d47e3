"""VNPay's notice: its order of checks, its answers, and what it may change."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from common.models import OutboxRow
from dossiers.services import fees
from payments.models import LedgerEntry, PaymentAttempt, PaymentNotice, PaymentOrder, RefundTask
from payments.services import settling
from tests.payments.fees_cast import (
    PREPAID_FEE,
    Paying,
    drain,
    fields_of,
    notice,
    paying,
    signed,
    snapshot,
    stranger,
    tell,
)
from tests.payments.races import Meeting, at_once

IPN = "/payments/vnpay/ipn/"


@pytest.mark.django_db
class TestAnswers:
    def test_success_is_confirmed_and_pays_order_and_dossier(self, due):
        attempt = due.start()
        assert due.fresh().fee_state == "pending"
        assert tell(notice(attempt)) == "00"
        dossier, order = due.fresh(), PaymentOrder.objects.get()
        assert (dossier.state, dossier.fee_state, order.state) == ("new", "paid", "paid")
        assert due.taken() == PREPAID_FEE
        attempt.refresh_from_db()
        assert (attempt.state, attempt.settled_by) == ("paid", "ipn")

    def test_notice_over_http_is_answered_in_vnpays_words(self, due, client):
        answer = client.get(f"{IPN}?{notice(due.start())}")
        assert answer.status_code == 200
        assert answer.json() == {"RspCode": "00", "Message": "Confirm Success"}

    def test_same_notice_again_is_already_confirmed(self, due):
        raw = notice(due.start())
        assert [tell(raw) for _ in range(5)] == ["00", "02", "02", "02", "02"]
        assert due.taken() == PREPAID_FEE
        kept = PaymentNotice.objects.get()
        assert (kept.raw, kept.times, kept.outcome, kept.answer) == (raw, 5, "changed", "02")

    def test_failure_is_confirmed_too_and_the_fee_can_be_paid_anew(self, due):
        first = due.start()
        assert tell(notice(first, code="24")) == "00"
        assert tell(notice(first, code="24")) == "02"
        assert due.fresh().fee_state == "due"
        second = due.start()
        assert second.pk != first.pk
        assert tell(notice(second)) == "00"
        assert due.fresh().fee_state == "paid"

    def test_unknown_order_is_01_and_its_money_waits_for_a_person(self, due):
        raw = stranger(due.start())
        assert [tell(raw), tell(raw)] == ["01", "01"]
        task = RefundTask.objects.get()
        assert (task.reason, task.state, task.amount, task.dossier) == ("orphan", "to_check", PREPAID_FEE, None)
        assert not LedgerEntry.objects.exists()

    def test_wrong_amount_is_04_before_anything_else_is_looked_at(self, due):
        attempt = due.start()
        assert tell(notice(attempt, amount=1_000)) == "04"
        assert due.fresh().state == "payment"
        assert due.taken() == 0
        assert due.tasks() == [("wrong_amount", "to_check", 1_000)]
        assert tell(notice(attempt)) == "00"
        assert due.tasks() == [("wrong_amount", "void", 1_000)]
        assert tell(notice(attempt, amount=1_000)) == "04"
        assert due.taken() == PREPAID_FEE

    def test_checksum_comes_before_the_order_and_the_order_before_the_amount(self, due):
        attempt = due.start()
        unknown = fields_of(attempt, txn_ref="f" * 32, amount=1)
        assert tell(signed(unknown, secret="another key")) == "97"
        assert tell(signed(unknown)) == "01"
        assert tell(notice(attempt, amount=1)) == "04"

    def test_money_that_is_suspected_stops_further_paying_until_the_gateway_knows(self, due, client):
        attempt = due.start()
        assert tell(notice(attempt, code="07")) == "00"
        client.force_login(due.user)
        client.post(due.url)
        assert PaymentAttempt.objects.count() == 1
        assert due.tasks() == [("unclear", "to_check", PREPAID_FEE)]
        assert tell(notice(attempt)) == "00"
        assert due.fresh().fee_state == "paid"
        assert due.tasks() == [("unclear", "void", PREPAID_FEE)]

    def test_transaction_that_paid_one_attempt_does_not_pay_another(self, due):
        first = due.start()
        tell(notice(first, code="24"))
        tell(notice(due.start(), provider=777))
        assert tell(notice(first, provider=777)) == "99"
        assert due.taken() == PREPAID_FEE

    def test_error_inside_is_99_and_the_next_try_settles(self, due, monkeypatch):
        attempt = due.start()
        raw = notice(attempt)
        with monkeypatch.context() as broken:
            broken.setattr(settling, "publish", lambda *args: 1 / 0)
            assert tell(raw) == "99"
        assert due.fresh().fee_state == "pending"
        assert due.taken() == 0
        assert PaymentNotice.objects.get().raw == raw
        assert tell(raw) == "00"
        assert due.fresh().fee_state == "paid"

    def test_notice_signed_with_the_old_key_is_believed_while_keys_are_exchanged(self, due, settings):
        raw = notice(due.start())
        settings.VNPAY_SECRETS = ["new-key-new-key-new-key-new-key", *settings.VNPAY_SECRETS]
        assert tell(raw) == "00"

    def test_what_is_refused_today_is_believed_when_the_key_is_known(self, due, settings):
        raw = notice(due.start())
        right = settings.VNPAY_SECRETS
        settings.VNPAY_SECRETS = ["new-key-new-key-new-key-new-key"]
        assert tell(raw) == "97"
        settings.VNPAY_SECRETS = right
        assert tell(raw) == "00"

    def test_only_get_is_answered(self, due, client):
        assert client.post(f"{IPN}?{notice(due.start())}").status_code == 405
        assert due.fresh().fee_state == "pending"


@pytest.mark.django_db
class TestForgeries:
    def test_altered_notices_change_nothing_and_the_untouched_one_is_believed(self, due, client):
        raw = notice(due.start())
        before = snapshot()
        for forged in altered(raw):
            answer = client.get(f"{IPN}?{forged}")
            assert answer.json()["RspCode"] == "97", forged
        assert snapshot() == before
        assert not PaymentNotice.objects.filter(is_verified=True).exists()
        assert client.get(f"{IPN}?{raw}").json()["RspCode"] == "00"

    def test_flood_of_forgeries_is_kept_only_up_to_a_limit(self, due, monkeypatch):
        monkeypatch.setattr("payments.services.hearing.REFUSED_AN_HOUR", 3)
        fields = fields_of(due.start())
        at = timezone.now()
        for number in range(8):
            tell(signed(fields | {"vnp_PayDate": f"2026112100000{number}"}, secret="no"))
        assert PaymentNotice.objects.filter(is_verified=False, received_at__gte=at).count() <= 6  # two windows at most


def altered(raw: str) -> list[str]:
    """The notice with one thing changed each time: every tenth byte, a parameter less, one twice, another order."""
    flipped = [raw[:i] + chr(ord(raw[i]) ^ 1) + raw[i + 1 :] for i in range(0, len(raw), 10)]
    parts = raw.split("&")
    less = ["&".join(parts[:i] + parts[i + 1 :]) for i in range(len(parts))]
    twice = [f"{raw}&{part}" for part in parts]
    other = ["&".join(reversed(parts)), raw + "&vnp_Amount=1", raw.replace("vnp_Amount=", "vnp_Amount=9"), "", "a=b"]
    return [text for text in flipped + less + twice + other if text != raw and "#" not in text]


def without_locks(monkeypatch, meeting: Meeting) -> None:
    """The mistake this room must not make: look at the state, then act, with nobody kept out in between."""

    def look(attempt_id: int):
        attempt = PaymentAttempt.objects.select_related("order__dossier").get(pk=attempt_id)
        meeting.wait()
        return attempt.order.dossier, attempt.order, attempt

    monkeypatch.setattr(settling, "lock_for", look)


@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    COUNT = 20

    def all_tell(self, paying: Paying) -> list[str]:
        raw = notice(paying.start())
        return at_once([lambda: Client().get(f"{IPN}?{raw}").json()["RspCode"]] * self.COUNT)

    def test_twenty_notices_at_once_are_booked_once_and_answered_00_then_02(self):
        due = paying()
        assert sorted(self.all_tell(due)) == ["00"] + ["02"] * (self.COUNT - 1)
        assert due.taken() == PREPAID_FEE
        assert OutboxRow.objects.filter(name="payments.paid").count() == 1
        assert due.fresh().fee_state == "paid"
        drain()
        assert due.tasks() == []

    def test_negative_control_without_the_locks_the_same_race_goes_wrong(self, monkeypatch):
        due = paying()
        without_locks(monkeypatch, Meeting("between looking and acting", self.COUNT))
        # The database's own uniqueness still keeps the money from being booked twice; the answers are wrong.
        assert sorted(self.all_tell(due)) != ["00"] + ["02"] * (self.COUNT - 1)

    def test_money_and_withdrawal_at_once_leave_it_paid_or_owed_never_lost(self):
        for _ in range(4):
            due = paying()
            attempt = due.start()
            later = timezone.now() + timedelta(days=30)
            at_once(
                [lambda due=due, raw=notice(attempt): tell(raw), lambda due=due: fees.expire(due.dossier.pk, at=later)]
            )
            drain()
            dossier = due.fresh()
            facts = (dossier.state, dossier.fee_state, due.balance(), [task[1:] for task in due.tasks()])
            assert facts in [("new", "paid", PREPAID_FEE, []), ("refused", "pending", 0, [("open", PREPAID_FEE)])]
            assert due.taken() == PREPAID_FEE
