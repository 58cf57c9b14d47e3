"""Money owed back, or unexplained: one open task each, written once. Giving it back is a later act of two persons."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from common import outbox
from payments.models import LedgerEntry, PaymentAttempt, PaymentOrder, RefundTask


@dataclass(frozen=True)
class Owed:
    """What a task is about; `key` makes it unique, `reference` is the gateway's when we know no attempt."""

    key: str
    reason: str
    amount: int
    order: PaymentOrder | None = None
    attempt: PaymentAttempt | None = None
    gateway: str = ""
    reference: str = ""


def open_task(owed: Owed, *, at: datetime, certain: bool) -> RefundTask:
    """Open the task once per key. `certain`: it is owed, so it goes into the books and the citizen is told."""
    order, attempt = owed.order, owed.attempt
    with transaction.atomic():
        task, created = RefundTask.objects.get_or_create(
            key=owed.key,
            defaults={
                "order": order,
                "attempt": attempt,
                "dossier_id": order.dossier_id if order else None,
                "gateway": attempt.gateway if attempt else owed.gateway,
                "reference": attempt.txn_ref if attempt else owed.reference,
                "amount": owed.amount,
                "reason": owed.reason,
                "state": RefundTask.State.OPEN if certain else RefundTask.State.TO_CHECK,
                "opened_at": at,
            },
        )
        if created and certain and order is not None:
            _book_debt(task, order, at)
    return task


def _book_debt(task: RefundTask, order: PaymentOrder, at: datetime) -> None:
    LedgerEntry.objects.create(
        order=order,
        attempt=task.attempt,
        kind=LedgerEntry.Kind.REFUND_DUE,
        amount=task.amount,
        gateway=task.gateway,
        reference=f"task:{task.public_id}",
        at=at,
    )
    outbox.publish(
        "payments.refund_owed",
        subject_type="dossier",
        subject_id=order.dossier_id,
        data={"order": str(order.public_id), "task": str(task.public_id), "reason": task.reason},
    )


def clear_up(attempt: PaymentAttempt, *, at: datetime) -> None:
    """A clear message came: the questions that earlier ones raised are answered."""
    questions = [RefundTask.Reason.UNCLEAR]
    if attempt.state == PaymentAttempt.State.PAID:
        questions.append(RefundTask.Reason.WRONG_AMOUNT)
    RefundTask.objects.filter(attempt=attempt, reason__in=questions, state=RefundTask.State.TO_CHECK).update(
        state=RefundTask.State.VOID, closed_at=at
    )
