"""Asking the gateway (querydr): when a payer comes back before the notice, and until every attempt has an end."""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from common import jobs, limits
from common.gateways import GatewayError
from common.jobs import Postpone
from common.models import Job
from payments.gateways.base import Money, Query
from payments.models import PaymentAttempt
from payments.services.gate import gateway
from payments.services.settling import free, lock_for, settle, word_of

logger = logging.getLogger(__name__)

ONE_QUESTION_PER = timedelta(seconds=3)
RECONCILE_AFTER = timedelta(minutes=15)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 180, 360, 720))
ASK_FOR = timedelta(days=7)  # afterwards the attempt stays as it is, for a person to look at
SWEEP_BACK = timedelta(days=10)


def query_now(attempt: PaymentAttempt, *, at: datetime) -> PaymentAttempt:
    """Ask the gateway and make its answer true; the attempt as it is then. At most one question every few seconds.

    Raises GatewayError when the gateway cannot be asked. Must not run inside a transaction.
    """
    if attempt.state == PaymentAttempt.State.PAID or not limits.hit(
        "payments.query", str(attempt.public_id), limit=1, window=ONE_QUESTION_PER, at=at
    ):
        return attempt
    _ask(attempt, at)
    attempt.refresh_from_db()
    return attempt


def _ask(attempt: PaymentAttempt, at: datetime) -> Money:
    question = Query(
        reference=attempt.txn_ref, request_id=uuid.uuid4().hex, created_at=attempt.created_at, at=timezone.now()
    )
    outcome = gateway(attempt.gateway).query(question)
    PaymentAttempt.objects.filter(pk=attempt.pk).update(asked_at=at, times_asked=F("times_asked") + 1)
    settle(attempt.pk, word_of(outcome), at=at)
    return outcome.money


# ── jobs ──
def reconcile(job: Job) -> None:
    """Job: ask until the attempt has an end. Begins 15 minutes after its time ran out, backs off, gives up after a week."""
    attempt = PaymentAttempt.objects.get(pk=job.payload["attempt"])
    now = timezone.now()
    if _has_end(attempt):
        return
    try:
        money = _ask(attempt, now)
    except GatewayError as error:
        logger.warning("payments.query_failed attempt=%s code=%s", attempt.pk, error.code)
        _again(attempt, now, error.code)
        return
    attempt.refresh_from_db()
    if attempt.state == PaymentAttempt.State.UNCLEAR:
        _again(attempt, now, "unclear")
    elif money in {Money.PENDING, Money.NOT_FOUND}:
        _run_out(attempt)


def _has_end(attempt: PaymentAttempt) -> bool:
    if attempt.state in {PaymentAttempt.State.PAID, PaymentAttempt.State.FAILED}:
        return True
    return attempt.state == PaymentAttempt.State.EXPIRED and attempt.times_asked > 0


def _again(attempt: PaymentAttempt, now: datetime, why: str) -> None:
    waited = now - attempt.expires_at
    if waited > ASK_FOR:
        logger.error("payments.never_answered attempt=%s code=%s", attempt.pk, why)
        return
    pause = next((pause for pause in PAUSES if pause > waited // 2), PAUSES[-1])
    raise Postpone(now + pause, why)


def _run_out(attempt: PaymentAttempt) -> None:
    """The gateway took no money and takes none any more: the attempt is over, the fee can be paid anew."""
    with transaction.atomic():
        _dossier, order, locked = lock_for(attempt.pk)
        if locked.state == PaymentAttempt.State.STARTED:
            locked.state = PaymentAttempt.State.EXPIRED
            locked.save(update_fields=["state"])
            free(order)


def enqueue_reconcile(attempt: PaymentAttempt) -> None:
    """The job that asks about an attempt 15 minutes after its time ran out."""
    due_at = attempt.expires_at + RECONCILE_AFTER
    jobs.enqueue("payment.reconcile", key=_key(attempt), payload={"attempt": attempt.pk}, due_at=due_at)


def _key(attempt: PaymentAttempt) -> str:
    return f"payment.reconcile:{attempt.pk}"


def _is_asked_about(attempt: PaymentAttempt) -> bool:
    mine = Q(key=_key(attempt)) | Q(key__startswith=f"{_key(attempt)}:")
    return Job.objects.filter(mine, state=Job.State.READY).exists()


def enqueue_sweep(at: datetime) -> None:
    """One sweep a day, at two in the morning, as long as people pay."""
    night = timezone.localtime(at).replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=1)
    jobs.enqueue("payment.sweep", key=f"payment.sweep:{night:%Y-%m-%d}", due_at=night)


def sweep(job: Job) -> None:
    """Job: find attempts that nobody asks about any more (their job died) and give them a new one."""
    now = timezone.now()
    with jobs.fenced(job):
        lost = PaymentAttempt.objects.unasked(now - timedelta(hours=1)).filter(expires_at__gt=now - SWEEP_BACK)
        for attempt in lost.order_by("pk")[:1000]:
            if not _is_asked_about(attempt):
                key = f"{_key(attempt)}:{now:%Y-%m-%d}"
                jobs.enqueue("payment.reconcile", key=key, payload={"attempt": attempt.pk})
        if PaymentAttempt.objects.open().exists():
            enqueue_sweep(now)
