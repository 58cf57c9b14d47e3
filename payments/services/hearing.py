"""Notices of the gateway (IPN): kept as they came, checked in VNPay's order, made true, answered at once.

Checksum (97), order (01), amount (04), already final (02), stored (00). The notice is committed before anything follows
from it; the effect on attempt, order, books and dossier is one transaction of its own (docs/decisions/0030-payment-notices.md).
"""

import hashlib
import logging
from datetime import datetime, timedelta

from django.db.models import F

from common import limits
from payments.gateways import vnpay_codes as codes
from payments.gateways.base import Money, Notice, NoticeRefused
from payments.models import PaymentAttempt, PaymentNotice, RefundTask
from payments.services import refunds
from payments.services.gate import gateway
from payments.services.settling import Settled, settle, word_of

logger = logging.getLogger(__name__)

REFUSED_AN_HOUR = 200  # forged notices kept as evidence; the rest is only counted
_ANSWERS = {
    Settled.CHANGED: codes.CONFIRMED,
    Settled.NOTHING: codes.CONFIRMED,
    Settled.FINAL: codes.ALREADY_CONFIRMED,
    Settled.WRONG_AMOUNT: codes.WRONG_AMOUNT,
    Settled.REUSED: codes.UNKNOWN_ERROR,
}


def record_notice(raw: str, *, at: datetime, name: str = "vnpay") -> str:
    """Keep and settle a notice given as its raw query string; the code to answer with."""
    try:
        notice = gateway(name).verify_notice(raw)
    except NoticeRefused as refused:
        _keep_refused(raw, refused.reason, name, at)
        return codes.WRONG_CHECKSUM
    attempt = PaymentAttempt.objects.filter(gateway=name, txn_ref=notice.reference).first()
    kept = _keep(raw, attempt, name, at)
    try:
        outcome, answer = _settle(notice, attempt, name, at)
    except Exception:
        # Whatever went wrong is rolled back; the gateway tries again, and the attempt's own job asks for it.
        logger.exception("payments.notice_failed notice=%s", kept.pk)
        outcome, answer = "error", codes.UNKNOWN_ERROR
    _note(kept, outcome, answer, at)
    return answer


def _keep(raw: str, attempt: PaymentAttempt | None, name: str, at: datetime) -> PaymentNotice:
    kept, _created = PaymentNotice.objects.get_or_create(
        gateway=name,
        digest=digest(raw),
        defaults={"raw": raw, "is_verified": True, "attempt": attempt, "received_at": at},
    )
    return kept


def digest(raw: str) -> str:
    """SHA-256 of a callback, hex."""
    return hashlib.sha256(raw.encode("utf-8", "surrogateescape")).hexdigest()


def _settle(notice: Notice, attempt: PaymentAttempt | None, name: str, at: datetime) -> tuple[str, str]:
    if attempt is None:
        _orphan(notice, name, at)
        return "unknown", codes.ORDER_NOT_FOUND
    outcome = settle(attempt.pk, word_of(notice), at=at)
    return outcome.value, _ANSWERS[outcome]


def _orphan(notice: Notice, name: str, at: datetime) -> None:
    """Signed by the gateway and unknown to us: if it took money, a person finds out whose."""
    if notice.money in {Money.PAID, Money.DISPUTED}:
        reference, reason = notice.reference[:100], RefundTask.Reason.ORPHAN
        owed = refunds.Owed(f"{reason}:{name}:{reference}", reason, notice.amount, gateway=name, reference=reference)
        refunds.open_task(owed, at=at, certain=False)


def _note(kept: PaymentNotice, outcome: str, answer: str, at: datetime) -> None:
    changes = {"times": F("times") + 1, "answer": answer}
    PaymentNotice.objects.filter(pk=kept.pk).update(**changes)
    # The first outcome that settled something stays: a replay must not read as if nothing had happened.
    undecided = PaymentNotice.objects.filter(pk=kept.pk, settled_at=None)
    undecided.update(outcome=outcome, settled_at=at if outcome in {Settled.CHANGED, Settled.FINAL} else None)


def _keep_refused(raw: str, reason: str, name: str, at: datetime) -> None:
    if not limits.hit("payments.refused", name, limit=REFUSED_AN_HOUR, window=timedelta(hours=1), at=at):
        return
    logger.warning("payments.notice_refused gateway=%s reason=%s", name, reason)
    text = raw[:4096].encode("utf-8", "replace").decode().replace("\x00", "")
    values = {"raw": text, "is_verified": False, "reason": reason, "answer": codes.WRONG_CHECKSUM, "received_at": at}
    # A digest of its own: what is refused today may be proven tomorrow, when a key was exchanged.
    PaymentNotice.objects.get_or_create(gateway=name, digest=digest(f"refused {raw}"), defaults=values)
