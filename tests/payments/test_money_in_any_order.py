"""Whatever comes in whatever order: no money is lost, none is booked twice, and the fee is paid exactly when it is there."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dossiers.services import fees
from payments.gateways.base import Money
from payments.models import LedgerEntry, PaymentAttempt, PaymentOrder, RefundTask
from payments.services import settle, settling
from payments.services.settling import Word
from tests.payments.fees_cast import PREPAID_FEE, Paying, drain, notice, tell

pytestmark = pytest.mark.django_db


class TestLateMoney:
    def test_money_for_a_withdrawn_dossier_is_booked_and_owed_back(self, due):
        tell(notice(due.start()))
        due.withdraw_paid()
        drain()
        assert due.fresh().state == "withdrawn"
        assert due.tasks() == [("withdrawn", "open", PREPAID_FEE)]
        assert (due.taken(), due.balance()) == (PREPAID_FEE, 0)

    def test_money_for_a_dossier_that_is_not_received_is_owed_back(self, due):
        tell(notice(due.start()))
        due.refuse()
        drain()
        assert due.tasks() == [("refused_intake", "open", PREPAID_FEE)]

    def test_money_after_the_limit_is_booked_owed_back_and_the_dossier_stays_closed(self, due):
        attempt = due.start()
        assert fees.expire(due.dossier.pk, at=timezone.now() + timedelta(days=30))
        drain()
        head = due.fresh().head_seq
        assert tell(notice(attempt)) == "00"
        assert due.tasks() == [("expired", "open", PREPAID_FEE)]
        assert (due.fresh().state, due.fresh().head_seq) == ("refused", head)

    def test_money_that_is_faster_than_the_news_of_the_closing_is_owed_back_too(self, due):
        attempt = due.start()
        assert fees.expire(due.dossier.pk, at=timezone.now() + timedelta(days=30))
        assert tell(notice(attempt)) == "00"
        drain()
        assert due.tasks() == [("late", "open", PREPAID_FEE)]
        assert PaymentOrder.objects.get().state == "expired"

    def test_second_payment_of_the_same_fee_is_owed_back(self, due):
        now = timezone.now()
        first, second = due.start(now), due.start(now + timedelta(minutes=16))
        assert tell(notice(second)) == "00"
        assert tell(notice(first)) == "00"
        assert due.tasks() == [("double", "open", PREPAID_FEE)]
        assert (due.taken(), due.balance()) == (2 * PREPAID_FEE, PREPAID_FEE)

    def test_success_after_a_failure_of_the_same_attempt_pays(self, due):
        attempt = due.start()
        assert [tell(notice(attempt, code="24")), tell(notice(attempt))] == ["00", "00"]
        assert due.fresh().fee_state == "paid"

    def test_failure_after_success_changes_nothing(self, due):
        attempt = due.start()
        assert [tell(notice(attempt)), tell(notice(attempt, code="24"))] == ["00", "02"]
        assert due.fresh().fee_state == "paid"

    def test_citizen_is_told_of_money_that_is_owed_back(self, due):
        from notifications.models import Message

        tell(notice(due.start()))
        due.refuse()
        drain()
        told = Message.objects.filter(kind="payments.refund_owed")
        assert set(told.values_list("channel", flat=True)) == {"sms", "email", "site"}

    def test_withdrawal_after_handling_began_is_for_a_person_to_decide(self, due):
        from dossiers.services import endings, intake

        tell(notice(due.start()))
        people = due.people
        intake.claim_intake(due.dossier.pk, user=people.hanh)
        intake.receive(due.dossier.pk, user=people.hanh)
        endings.withdraw(due.dossier.pk, user=due.user, reason="Không cần nữa")
        endings.agree_withdrawal(due.dossier.pk, user=people.cuong)
        drain()
        assert due.tasks() == [("withdrawn", "to_check", PREPAID_FEE)]
        assert due.balance() == PREPAID_FEE


MESSAGES = (
    ("ipn", Money.PAID),
    ("query", Money.PAID),
    ("ipn", Money.FAILED),
    ("query", Money.FAILED),
    ("ipn", Money.DISPUTED),
    ("query", Money.PENDING),
)


class AnyOrder(RuleBasedStateMachine):
    """Up to six events: messages of either source about either attempt, expiry, withdrawal, the workers.

    Every example begins at the same dossier with two attempts and is rolled back at its end.
    """

    due: Paying
    attempts: list[PaymentAttempt]

    @initialize()
    def begin(self) -> None:
        self.paid: set[int] = set()
        self.undo = transaction.atomic()
        self.undo.__enter__()

    @rule(which=st.integers(0, 1), message=st.sampled_from(MESSAGES), is_right=st.integers(0, 5).map(bool))
    def hear(self, which: int, message: tuple[str, Money], is_right: bool) -> None:
        attempt, (source, money) = self.attempts[which], message
        amount = attempt.amount if is_right else attempt.amount - 1
        provider = str(attempt.pk) if money in {Money.PAID, Money.DISPUTED} else ""
        with transaction.atomic():
            settle(attempt.pk, Word(source, money, amount, provider, code="x"), at=timezone.now())
        if money == Money.PAID and is_right:
            self.paid.add(which)

    @rule()
    def expire(self) -> None:
        with transaction.atomic():
            fees.expire(self.due.dossier.pk, at=timezone.now() + timedelta(days=30))

    @precondition(lambda self: self.due.fresh().state == "new")
    @rule()
    def withdraw(self) -> None:
        self.due.withdraw_paid()

    @rule()
    def workers(self) -> None:
        drain()

    @invariant()
    def every_payment_stands_in_the_books_once(self) -> None:
        entries = LedgerEntry.objects.filter(order__dossier=self.due.dossier, kind="payment")
        assert sorted(entries.values_list("attempt_id", flat=True)) == sorted(
            self.attempts[which].pk for which in self.paid
        )
        states = PaymentAttempt.objects.filter(order__dossier=self.due.dossier, state="paid")
        assert states.count() == len(self.paid)

    @invariant()
    def dossier_is_paid_exactly_when_the_fee_is_held(self) -> None:
        dossier, held = self.due.fresh(), self.due.balance()
        assert held in {0, PREPAID_FEE}
        if dossier.state in {"payment", "new"}:
            assert (dossier.fee_state == "paid") == (held >= PREPAID_FEE)
            assert (dossier.state == "new") == (held >= PREPAID_FEE)

    @invariant()
    def what_is_not_used_for_the_fee_is_owed(self) -> None:
        owed = sum(RefundTask.objects.filter(dossier=self.due.dossier, state="open").values_list("amount", flat=True))
        assert self.due.taken() == self.due.balance() + owed

    def teardown(self) -> None:
        if not hasattr(self, "undo"):
            return
        try:
            drain()
            if self.due.fresh().state in {"refused", "withdrawn"}:
                assert self.due.balance() == 0
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


RUNS = settings(
    max_examples=80,
    stateful_step_count=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)


@pytest.fixture
def machine(due) -> type[AnyOrder]:
    """The machine on a dossier with two attempts, the first of which ran out of time."""
    now = timezone.now()
    attempts = [due.start(now), due.start(now + timedelta(minutes=16))]
    return type("OneDossier", (AnyOrder,), {"due": due, "attempts": attempts})


class TestAnyOrder:
    def test_no_order_of_events_loses_or_doubles_money(self, machine):
        run_state_machine_as_test(machine, settings=RUNS)

    def test_negative_control_where_the_last_message_wins_money_goes_wrong(self, machine, monkeypatch):
        monkeypatch.setattr(settling, "_leads_on", lambda attempt, state, source: True)
        with pytest.raises((AssertionError, IntegrityError)):
            run_state_machine_as_test(machine, settings=settings(RUNS, phases=[Phase.generate]))
