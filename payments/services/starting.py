"""Begin to pay: one open attempt per order, however often and in how many tabs the button is pressed."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language

from accounts.models import User
from common.gateways import GatewayError
from dossiers.services import fees
from payments.errors import NotPayable, StillUnclear
from payments.gateways.base import Start
from payments.models import PaymentAttempt, PaymentOrder
from payments.services import asking
from payments.services.gate import gateway
from payments.services.orders import lock_dossier, lock_order, waits_for_money

PAY_WITHIN = timedelta(minutes=15)
LEAST_TIME = timedelta(minutes=1)  # below that a payer cannot finish, so the time to pay is over
SHORTEST_IP = 7  # VNPay takes 7 to 45 characters; "::1" is a developer's own machine
RETURN_PATH = "/payments/vnpay/return/"


def start(order: PaymentOrder, *, user: User, at: datetime, client_ip: str) -> PaymentAttempt:
    """The attempt whose `pay_url` the payer goes to: the open one, or a new one when there is none or it ran out.

    An attempt that is open already is asked for first: its money may have come while the notice was lost. Raises
    NotPayable when nothing is to be paid (any more), StillUnclear while the gateway checks money it may have taken.
    """
    known = order.attempts.open().order_by("-pk").first()
    if known is not None:
        _look_first(known, at)
    with transaction.atomic():
        dossier = lock_dossier(order.dossier_id)
        order = lock_order(order.pk)
        ends = _end(order, at)
        if not order.is_open or not waits_for_money(dossier) or ends is None:
            raise NotPayable
        attempt = _still_open(order, at) or _create(order, dossier.code or "", user, at, ends, client_ip)
        fees.mark_pending(dossier.pk, pending=True)
    return attempt


def _look_first(attempt: PaymentAttempt, at: datetime) -> None:
    try:
        asking.query_now(attempt, at=at)
    except GatewayError:
        return  # whoever cannot be asked now is asked by the job; money that comes twice is owed back


def _end(order: PaymentOrder, at: datetime) -> datetime | None:
    end = at + PAY_WITHIN
    if order.purpose == PaymentOrder.Purpose.PREPAID and order.due_at:
        end = min(end, order.due_at)
    return end if end - at >= LEAST_TIME else None


def _still_open(order: PaymentOrder, at: datetime) -> PaymentAttempt | None:
    """The open attempt, while there is time to pay it; one that ran out makes room for a new one."""
    attempts = list(order.attempts.select_for_update(of=("self",), no_key=True).open())
    if any(attempt.state == PaymentAttempt.State.UNCLEAR for attempt in attempts):
        raise StillUnclear
    for attempt in attempts:
        if at < attempt.expires_at:
            return attempt
        attempt.state = PaymentAttempt.State.EXPIRED
        attempt.save(update_fields=["state"])
    return None


def _create(order: PaymentOrder, code: str, user: User, at: datetime, ends: datetime, client_ip: str) -> PaymentAttempt:
    public_id, created_at, language = uuid.uuid4(), at.replace(microsecond=0), (get_language() or "vi")[:2]
    door = gateway()
    begin = Start(
        reference=public_id.hex,
        amount=order.amount,
        order_info=f"Nop phi ho so {code}",
        return_url=f"{settings.PUBLIC_URL}{RETURN_PATH}",
        ip=client_ip if len(client_ip) >= SHORTEST_IP else "127.0.0.1",
        created_at=created_at,
        expires_at=ends,
        language=language,
    )
    attempt = PaymentAttempt.objects.create(
        public_id=public_id,
        order=order,
        gateway=door.name,
        txn_ref=begin.reference,
        amount=order.amount,
        started_by=user,
        created_at=created_at,
        expires_at=ends,
        pay_url=door.start(begin).url,
        language=language,
    )
    asking.enqueue_reconcile(attempt)
    asking.enqueue_sweep(at)
    return attempt
