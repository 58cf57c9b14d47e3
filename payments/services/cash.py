"""Cash at the counter: taken once per order however often the button is pressed, with a numbered receipt.

Locks: dossier, order, and last the row of the receipt numbers, so that numbers have neither gaps nor doubles.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Role
from agencies.standing import standing_of
from audit.services import record
from common import text
from dossiers.errors import Conflict, Denied, Invalid, Refused
from dossiers.models import Dossier
from dossiers.services import actor_of, fees
from dossiers.services.codes import next_number
from payments.errors import NotPayable, StillUnclear
from payments.models import CashReceipt, LedgerEntry, PaymentAttempt, PaymentOrder
from payments.services.orders import lock_dossier, lock_order, publish, waits_for_money

LONGEST_PAYER, LONGEST_REASON = 250, 300


class TooLate(Refused):
    """The receipt cannot be cancelled any more: only a refund gives the money back."""

    def __init__(self) -> None:
        super().__init__(
            _("This receipt can no longer be cancelled: a result is signed or the dossier has ended. Open a refund.")
        )


def is_cashier_for(user: User, dossier: Dossier) -> bool:
    """Holds a cashier's post, today, at the counter that received the dossier."""
    return user.is_officer and standing_of(user).has(Role.CASHIER, dossier.receiving_agency_id)


def take(order_id: UUID, *, cashier: User, payer: str, at: datetime | None = None) -> CashReceipt:
    """Take the cash for an order and write its receipt; a second press gives the receipt there is.

    Raises Denied for others than the cashier of that counter, NotPayable, StillUnclear, Invalid without a payer.
    """
    at = at or timezone.now()
    dossier_id, pk = PaymentOrder.objects.values_list("dossier_id", "pk").get(public_id=order_id)
    with transaction.atomic():
        dossier, order = lock_dossier(dossier_id), lock_order(pk)
        if not is_cashier_for(cashier, dossier):
            raise Denied(_("Only the cashier of this counter takes its fees."))
        known = order.receipts.filter(cancelled_at=None).first()
        if known is not None:
            return known
        _must_be_payable(dossier, order)
        receipt = _write(dossier, order, cashier, _payer(payer), at)
        record("cash.taken", actor_id=cashier.pk, subject_type="dossier", subject_id=dossier.pk)
    return receipt


def take_together(
    order_ids: Sequence[UUID], *, cashier: User, payer: str, total: int, at: datetime | None = None
) -> list[CashReceipt]:
    """One payment for several orders: all of them or none, a numbered receipt for each; a second press changes nothing.

    `total` (VND) is what the payer was told. Raises as `take`, and Invalid when the sum is not that one any more.
    """
    at = at or timezone.now()
    rows = PaymentOrder.objects.filter(public_id__in=order_ids).order_by("dossier_id", "pk")
    with transaction.atomic():
        orders = list(rows)
        for order in orders:  # every dossier before the numbers of receipts: nobody waits for us while we wait for them
            lock_dossier(order.dossier_id)
        if len(orders) != len(set(order_ids)) or sum(order.amount for order in orders) != total:
            raise Invalid({"payer": _("The fees have changed since you looked. Count them once more.")})
        return [take(order.public_id, cashier=cashier, payer=payer, at=at) for order in orders]


def receipts_of(dossiers: Sequence[Dossier]) -> list[CashReceipt]:
    """The receipts in force of some dossiers, in the order they were written; the caller asks who may see them."""
    rows = CashReceipt.objects.filter(order__dossier__in=dossiers, cancelled_at=None)
    return list(rows.select_related("order__dossier", "cashier").order_by("pk"))


def _payer(typed: str) -> str:
    payer = text.clean(typed)[:LONGEST_PAYER]
    if not payer:
        raise Invalid({"payer": _("Write the name of the person who pays.")})
    return payer


def _must_be_payable(dossier: Dossier, order: PaymentOrder) -> None:
    if not order.is_open or not waits_for_money(dossier):
        raise NotPayable
    if order.attempts.filter(state=PaymentAttempt.State.UNCLEAR).exists():
        raise StillUnclear


def _write(dossier: Dossier, order: PaymentOrder, cashier: User, payer: str, at: datetime) -> CashReceipt:
    if not fees.settle(dossier.pk, at=at, order=str(order.public_id), actor=actor_of(cashier)):
        raise NotPayable
    PaymentOrder.objects.filter(pk=order.pk).update(state=PaymentOrder.State.PAID, paid_at=at, closed_at=at)
    publish("payments.paid", order)
    agency = dossier.receiving_agency.code if dossier.receiving_agency else ""
    year = timezone.localdate(at).strftime("%Y")
    receipt = CashReceipt(
        order=order, series=f"{agency}/{year}", amount=order.amount, payer=payer, cashier=cashier, taken_at=at
    )
    _book(receipt, LedgerEntry.Kind.PAYMENT, at)
    receipt.number = next_number(f"receipt:{agency}", year)  # its row is locked last and until commit
    receipt.save(force_insert=True)
    return receipt


def _book(receipt: CashReceipt, kind: str, at: datetime) -> None:
    LedgerEntry.objects.create(
        order=receipt.order,
        kind=kind,
        amount=receipt.amount,
        gateway=CashReceipt.GATEWAY,
        reference=receipt.reference,
        at=at,
    )


def may_cancel(receipt: CashReceipt, user: User, *, at: datetime) -> bool:
    """The cashier who wrote it, on the same day in Viet Nam."""
    same_day = timezone.localdate(receipt.taken_at) == timezone.localdate(at)
    return receipt.is_valid and receipt.cashier_id == user.pk and same_day


def cancel(receipt_id: UUID, *, cashier: User, reason: str, at: datetime | None = None) -> CashReceipt:
    """Cancel a receipt and hand the money back; the fee is open again. A second press changes nothing.

    Raises Denied for anybody else or on another day, Invalid without a reason, TooLate once a result is signed.
    """
    at, reason = at or timezone.now(), text.clean(reason)[:LONGEST_REASON]
    dossier_id, order_id = CashReceipt.objects.values_list("order__dossier_id", "order_id").get(public_id=receipt_id)
    with transaction.atomic():
        dossier, order = lock_dossier(dossier_id), lock_order(order_id)
        receipt = CashReceipt.objects.select_related("order").get(public_id=receipt_id)
        if not receipt.is_valid and receipt.cashier_id == cashier.pk:
            return receipt
        if not (may_cancel(receipt, cashier, at=at) and is_cashier_for(cashier, dossier)):
            raise Denied(_("Only the cashier who wrote the receipt cancels it, and only the same day."))
        if not reason:
            raise Invalid({"reason": _("Write why the receipt is cancelled.")})
        _undo(receipt, order, cashier, reason, at)
        record("cash.cancelled", actor_id=cashier.pk, subject_type="dossier", subject_id=dossier.pk)
    return receipt


def _undo(receipt: CashReceipt, order: PaymentOrder, cashier: User, reason: str, at: datetime) -> None:
    """Owed back and given back at once: the books show both lines beside the payment."""
    receipt.cancelled_at, receipt.cancel_reason = at, reason
    receipt.save(update_fields=["cancelled_at", "cancel_reason"])
    _book(receipt, LedgerEntry.Kind.REFUND_DUE, at)
    _book(receipt, LedgerEntry.Kind.REFUND, at)
    PaymentOrder.objects.filter(pk=order.pk).update(state=PaymentOrder.State.CANCELLED, paid_at=None, closed_at=at)
    is_prepaid = order.purpose == PaymentOrder.Purpose.PREPAID
    data = {"receipt": str(receipt.public_id)}
    try:
        fees.undo(order.dossier_id, actor=actor_of(cashier), reason=reason, is_prepaid=is_prepaid, data=data, at=at)
    except Conflict:
        raise TooLate from None
