"""Orders: asked once per fee of a dossier, closed when the dossier no longer waits."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from common import jobs, outbox
from common.jobs import Postpone
from common.models import Job
from common.outbox import News
from dossiers.models import Dossier
from dossiers.services import fees
from dossiers.workflow import State
from payments.models import LedgerEntry, PaymentAttempt, PaymentOrder, RefundTask
from payments.services import refunds

REMIND_AFTER = timedelta(hours=24)
GRACE = timedelta(minutes=30)  # a payer who is on the bank's page when the time runs out may finish
UNCLEAR_GRACE = timedelta(days=1)
# A withdrawal from these states comes before any work was done, so a fee that was taken is owed back.
BEFORE_HANDLING = frozenset({State.NEW, State.RECEIVED})


def waits_for_money(dossier: Dossier) -> bool:
    """The dossier stands in state 6 (or was received at the counter with the fee still open) and its fee is not paid."""
    return fees.is_asked(dossier)


def purpose_of(dossier: Dossier) -> str:
    """Which fee a waiting dossier waits for."""
    after = fees.waits_after_examination(dossier)
    return PaymentOrder.Purpose.AFTER if after else PaymentOrder.Purpose.PREPAID


def ensure_order(dossier: Dossier) -> PaymentOrder | None:
    """The open order of a dossier that waits for money, made when there is none; None when nothing is asked now.

    Called by the reaction and by the pay page, so that no worker stands between a citizen and the Pay button.
    """
    if not waits_for_money(dossier):
        return None
    wanted = {"dossier": dossier, "purpose": purpose_of(dossier)}
    return PaymentOrder.objects.open().filter(**wanted).first() or _make(dossier.pk)


def _make(dossier_id: int) -> PaymentOrder | None:
    with transaction.atomic():
        dossier = lock_dossier(dossier_id)
        amount = fees.amount_due(dossier)
        if not waits_for_money(dossier) or amount <= 0:
            return None
        purpose = purpose_of(dossier)
        live = PaymentOrder.objects.filter(dossier=dossier, purpose=purpose, state__in=["open", "paid"]).first()
        if live is not None:
            return live if live.is_open else None
        order = PaymentOrder.objects.create(
            dossier=dossier, purpose=purpose, amount=amount, lines=_lines(dossier, purpose), due_at=dossier.answer_by
        )
        _enqueue(order)
    return order


def lock_dossier(dossier_id: int) -> Dossier:
    """The dossier's row, locked first of all (deadlock rule)."""
    return Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)


def lock_order(order_id: int) -> PaymentOrder:
    """The order's row, locked after its dossier."""
    return PaymentOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=order_id)


def _lines(dossier: Dossier, purpose: str) -> list[dict[str, Any]]:
    timing = "before" if purpose == PaymentOrder.Purpose.PREPAID else "after"
    names = ("code", "kind", "name", "quantity", "unit", "unit_amount", "amount", "explanation")
    return list(dossier.fee_lines.filter(timing=timing).order_by("position").values(*names))


def _enqueue(order: PaymentOrder) -> None:
    payload = {"order": order.pk}
    jobs.enqueue(
        "payment.remind", key=f"payment.remind:{order.pk}", payload=payload, due_at=timezone.now() + REMIND_AFTER
    )
    if order.purpose == PaymentOrder.Purpose.PREPAID and order.due_at:
        jobs.enqueue("payment.expire", key=f"payment.expire:{order.pk}", payload=payload, due_at=order.due_at)


# ── reactions ──
def ensure_order_for(news: News) -> None:
    """Reaction to dossier.await_prepayment and dossier.fee_requested."""
    ensure_order(Dossier.objects.get(pk=news.subject_id))


def close_orders_for(news: News) -> None:
    """Reaction to every way out of waiting (refused, withdrawn, stopped, expired, paid at the counter).

    Open orders are cancelled. Money taken is owed back when intake was refused, or when the dossier was withdrawn before
    handling began; after that a person decides (the work the fee pays for was begun).
    """
    dossier = lock_dossier(news.subject_id)
    if not waits_for_money(dossier):
        state = PaymentOrder.State.EXPIRED if news.name == "dossier.expire_prepayment" else PaymentOrder.State.CANCELLED
        close_open(dossier, state, at=news.at)
    if news.name == "dossier.refused":
        _owe_what_was_taken(dossier, RefundTask.Reason.REFUSED_INTAKE, certain=True, at=news.at)
    elif news.name == "dossier.withdrawn":
        certain = dossier.accepted_at is None or news.data.get("from") in BEFORE_HANDLING
        _owe_what_was_taken(dossier, RefundTask.Reason.WITHDRAWN, certain=certain, at=news.at)


def close_open(dossier: Dossier, state: str, *, at: datetime) -> None:
    """Close the open orders of a locked dossier that no longer waits; their attempts are still followed to the end."""
    PaymentOrder.objects.open().filter(dossier=dossier).update(state=state, closed_at=at)


def _owe_what_was_taken(dossier: Dossier, reason: str, *, certain: bool, at: datetime) -> None:
    for order in PaymentOrder.objects.filter(dossier=dossier, state=PaymentOrder.State.PAID):
        held = LedgerEntry.objects.filter(order=order).balance()
        if held > 0:
            owed = _paid_with(order, f"{reason}:order:{order.pk}", reason, held)
            refunds.open_task(owed, at=at, certain=certain)


def _paid_with(order: PaymentOrder, key: str, reason: str, held: int) -> refunds.Owed:
    """What is owed back goes back the way it came: the cash of the receipt, else the attempt that paid.

    Money the bank took after the cash was owed back by itself when it came (paid twice).
    """
    receipt = order.receipts.filter(cancelled_at=None).first()
    if receipt is not None:
        return refunds.Owed(key, reason, held, order=order, gateway=receipt.GATEWAY, reference=receipt.reference)
    paying = order.attempts.filter(state=PaymentAttempt.State.PAID).order_by("settled_at", "pk").first()
    return refunds.Owed(key, reason, held, order=order, attempt=paying)


# ── jobs ──
def expire(job: Job) -> None:
    """Job at the end of the time to pay a prepaid fee: 6 → 3, unless somebody is paying this minute."""
    order = PaymentOrder.objects.get(pk=job.payload["order"])
    now = timezone.now()
    with jobs.fenced(job):
        dossier = lock_dossier(order.dossier_id)
        order = lock_order(order.pk)
        if order.is_open and waits_for_money(dossier):
            _expire(order, dossier, now)


def _expire(order: PaymentOrder, dossier: Dossier, now: datetime) -> None:
    under_way = order.attempts.open().first()
    if under_way is not None and under_way.state == PaymentAttempt.State.UNCLEAR:
        raise Postpone(now + UNCLEAR_GRACE, "unclear")
    if under_way is not None and now < under_way.expires_at + GRACE:
        raise Postpone(under_way.expires_at + GRACE, "being paid")
    if dossier.answer_by and now <= dossier.answer_by:
        raise Postpone(dossier.answer_by + timedelta(seconds=1), "time left")
    with transaction.atomic():  # a refused transition spoils the transaction it runs in
        is_expired = fees.expire(dossier.pk, at=now)
    if is_expired:
        close_open(dossier, PaymentOrder.State.EXPIRED, at=now)


def remind(job: Job) -> None:
    """Job a day after the fee was asked: tell the citizen once more."""
    order = PaymentOrder.objects.select_related("dossier").get(pk=job.payload["order"])
    with jobs.fenced(job):
        order = lock_order(order.pk)
        if order.is_open and waits_for_money(order.dossier):
            publish("payments.reminder", order)


def publish(name: str, order: PaymentOrder) -> None:
    """News about a dossier's money; only ids travel."""
    outbox.publish(name, subject_type="dossier", subject_id=order.dossier_id, data={"order": str(order.public_id)})
