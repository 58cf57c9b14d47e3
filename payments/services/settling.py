"""What a gateway says about an attempt becomes true here, under the locks, once.

The lattice: started < expired < failed < unclear < paid. A message that does not lead upwards changes nothing, so any
order of arrival ends in the same state. Success is final; success without a waiting dossier is booked and owed back.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from dossiers.models import Dossier
from dossiers.services import fees
from payments.gateways.base import Money, Notice, Outcome
from payments.models import LedgerEntry, PaymentAttempt, PaymentOrder, RefundTask
from payments.services import refunds
from payments.services.orders import lock_dossier, lock_order, publish

NO_REFERENCE = frozenset({"", "0"})


class Settled(StrEnum):
    """What became of a message."""

    CHANGED = "changed"
    FINAL = "final"  # known before, or overtaken
    WRONG_AMOUNT = "wrong_amount"
    REUSED = "reused"  # names a transaction that paid another attempt
    NOTHING = "nothing"  # still pending, or not known there


@dataclass(frozen=True)
class Word:
    """One proven message about an attempt, from a notice ("ipn") or an answer to our question ("query")."""

    source: str
    money: Money
    amount: int
    provider_ref: str = ""
    bank_ref: str = ""
    bank_code: str = ""
    code: str = ""
    status: str = ""
    paid_at: datetime | None = None


def word_of(said: Notice | Outcome) -> Word:
    """A notice or an outcome as the word that settles."""
    is_notice = isinstance(said, Notice)
    return Word(
        source="ipn" if is_notice else "query",
        money=said.money,
        amount=said.amount,
        provider_ref="" if said.provider_ref in NO_REFERENCE else said.provider_ref,
        bank_ref=said.bank_ref if isinstance(said, Notice) else "",
        bank_code=said.bank_code,
        code=said.code if is_notice else "",
        status=said.status,
        paid_at=said.paid_at,
    )


_STATES = {
    Money.PAID: PaymentAttempt.State.PAID,
    Money.FAILED: PaymentAttempt.State.FAILED,
    Money.DISPUTED: PaymentAttempt.State.UNCLEAR,
}


def settle(attempt_id: int, word: Word, *, at: datetime) -> Settled:
    """Make a proven word true. Locks dossier, order, attempt; changes only what is still open."""
    with transaction.atomic():
        dossier, order, attempt = lock_for(attempt_id)
        if word.money == Money.NOT_FOUND:
            return Settled.NOTHING
        if word.amount != attempt.amount:
            return _wrong_amount(attempt, order, word, at)
        if word.money == Money.PENDING:
            return Settled.NOTHING
        state = _STATES[word.money]
        if not _leads_on(attempt, state, word.source):
            return Settled.FINAL
        if _is_reused(attempt, word):
            return Settled.REUSED
        _write(attempt, state, word, at)
        _follow(dossier, order, attempt, at)
    return Settled.CHANGED


def _follow(dossier: Dossier, order: PaymentOrder, attempt: PaymentAttempt, at: datetime) -> None:
    """What a new state of an attempt means for order, books and dossier."""
    if attempt.state == PaymentAttempt.State.UNCLEAR:
        _doubt(order, attempt, RefundTask.Reason.UNCLEAR, attempt.amount, at)
        return
    refunds.clear_up(attempt, at=at)
    if attempt.state == PaymentAttempt.State.PAID:
        _take(dossier, order, attempt, at)
    else:
        free(order)


def lock_for(attempt_id: int) -> tuple[Dossier, PaymentOrder, PaymentAttempt]:
    """Dossier, order and attempt, locked in this order."""
    order_id, dossier_id = PaymentAttempt.objects.values_list("order_id", "order__dossier_id").get(pk=attempt_id)
    dossier, order = lock_dossier(dossier_id), lock_order(order_id)
    return dossier, order, PaymentAttempt.objects.select_for_update(of=("self",), no_key=True).get(pk=attempt_id)


def _leads_on(attempt: PaymentAttempt, state: PaymentAttempt.State, source: str) -> bool:
    if attempt.state == PaymentAttempt.State.UNCLEAR and source == "query":
        return state != PaymentAttempt.State.UNCLEAR  # what the gateway answers now overrides its earlier doubt
    return PaymentAttempt.RANKS[state] > attempt.rank


def _is_reused(attempt: PaymentAttempt, word: Word) -> bool:
    same = PaymentAttempt.objects.filter(gateway=attempt.gateway, provider_ref=word.provider_ref)
    return bool(word.provider_ref) and same.exclude(pk=attempt.pk).exists()


def _write(attempt: PaymentAttempt, state: str, word: Word, at: datetime) -> None:
    attempt.state, attempt.settled_at, attempt.settled_by = state, at, word.source
    attempt.response_code, attempt.transaction_status = word.code[:10], word.status[:10]
    attempt.provider_ref = word.provider_ref[:60]
    attempt.bank_ref, attempt.bank_code = word.bank_ref[:255], word.bank_code[:30]
    attempt.paid_at = (word.paid_at or at) if state == PaymentAttempt.State.PAID else None
    attempt.save()


def _take(dossier: Dossier, order: PaymentOrder, attempt: PaymentAttempt, at: datetime) -> None:
    """Book the money; pay the order and the dossier with it, or owe it back."""
    LedgerEntry.objects.create(
        order=order,
        attempt=attempt,
        kind=LedgerEntry.Kind.PAYMENT,
        amount=attempt.amount,
        gateway=attempt.gateway,
        reference=attempt.txn_ref,
        at=at,
    )
    if order.is_open and _settle_dossier(dossier, order, at):
        order.state, order.paid_at, order.closed_at = PaymentOrder.State.PAID, at, at
        order.save(update_fields=["state", "paid_at", "closed_at"])
        publish("payments.paid", order)
        return
    reason = _why_not(order)
    owed = refunds.Owed(f"{reason}:attempt:{attempt.pk}", reason, attempt.amount, order=order, attempt=attempt)
    refunds.open_task(owed, at=at, certain=True)


def _settle_dossier(dossier: Dossier, order: PaymentOrder, at: datetime) -> bool:
    # A refused transition spoils the transaction it runs in, so it gets a savepoint of its own.
    with transaction.atomic():
        return fees.settle(dossier.pk, at=at, order=str(order.public_id))


def _why_not(order: PaymentOrder) -> str:
    reasons = {
        PaymentOrder.State.PAID: RefundTask.Reason.DOUBLE,
        PaymentOrder.State.EXPIRED: RefundTask.Reason.EXPIRED,
    }
    return reasons.get(PaymentOrder.State(order.state), RefundTask.Reason.LATE)


def free(order: PaymentOrder) -> None:
    """No attempt is under way any more: the dossier's column says "not paid" again."""
    if order.is_open and not order.attempts.open().exists():
        fees.mark_pending(order.dossier_id, pending=False)


def _wrong_amount(attempt: PaymentAttempt, order: PaymentOrder, word: Word, at: datetime) -> Settled:
    """Nothing is booked. If money was taken a person has to look, and nobody is asked to pay again meanwhile."""
    if word.money in {Money.FAILED, Money.PENDING}:
        return Settled.WRONG_AMOUNT
    _doubt(order, attempt, RefundTask.Reason.WRONG_AMOUNT, word.amount, at)
    if attempt.rank < PaymentAttempt.RANKS[PaymentAttempt.State.UNCLEAR]:
        attempt.state = PaymentAttempt.State.UNCLEAR
        attempt.save(update_fields=["state"])
    return Settled.WRONG_AMOUNT


def _doubt(order: PaymentOrder, attempt: PaymentAttempt, reason: str, amount: int, at: datetime) -> None:
    """A question that a person (or a later, clear message) answers; nothing is owed yet."""
    key = f"{reason}:attempt:{attempt.pk}:{amount}"
    refunds.open_task(refunds.Owed(key, reason, amount, order=order, attempt=attempt), at=at, certain=False)
