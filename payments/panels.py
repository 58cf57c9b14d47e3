"""The fee on a dossier's page (slot "dossier.fee"): at most two queries."""

from typing import Any

from django.utils import timezone

from dossiers.models import Dossier
from dossiers.services import fees as dossier_fees
from dossiers.services import visits
from payments import summary
from payments.models import CashReceipt, PaymentOrder, RefundTask
from payments.services import cash
from payments.services.orders import waits_for_money


def fee_panel(dossier: Dossier, user: Any) -> dict[str, Any] | None:
    """What the fee is and where it stands; None when there is none. Officers see tasks instead of the Pay button."""
    if dossier.fee_state == Dossier.FeeState.NONE:
        return None
    is_officer = getattr(user, "kind", "") == "officer"
    if dossier.fee_state == Dossier.FeeState.LATER:
        return _later(dossier) | {"is_officer": is_officer}
    orders = summary.orders_of(dossier)
    newest = orders[0] if orders else None
    attempt, tasks = None, []
    if newest is not None and newest.is_open and not is_officer:
        attempt = summary.last_attempt(newest)
    else:
        tasks = list(RefundTask.objects.filter(dossier=dossier).exclude(state="void").order_by("pk"))
    fees = [_fee(order, attempt if order is newest else None) for order in orders]
    may_pay = not is_officer and (newest is None or newest.is_open) and dossier.fee_state in {"due", "pending"}
    return {"dossier": dossier, "fees": fees, "tasks": tasks, "is_officer": is_officer, "may_pay": may_pay}


def cash_panel(dossier: Dossier, user: Any) -> dict[str, Any] | None:
    """Below the fee: cash receipts, and for the cashier of that counter the button that takes the money."""
    receipts = _receipts(dossier, user) if dossier.fee_state != Dossier.FeeState.NONE else []
    is_officer = getattr(user, "kind", "") == "officer"
    is_asked = is_officer and waits_for_money(dossier)
    if not receipts and not is_asked:
        return None
    may_take = is_asked and cash.is_cashier_for(user, dossier)
    values = {"receipts": receipts, "may_take_cash": may_take, "is_for_cashier": is_asked}
    return values | {"dossier": dossier, "is_officer": is_officer}


def visit_panel(work: visits.Work, user: Any) -> dict[str, Any] | None:
    """Below what was received in a visit: the fees of all of it, and for the cashier the button for one payment."""
    waiting = [dossier for dossier in work.received if waits_for_money(dossier)]
    if not waiting:
        return None
    mine = [dossier for dossier in waiting if cash.is_cashier_for(user, dossier)]
    total = sum(dossier_fees.amount_due(dossier) for dossier in waiting)
    return {"visit": work.visit, "number": len(waiting), "total": total, "may_take_cash": bool(mine)}


def _receipts(dossier: Dossier, user: Any) -> list[CashReceipt]:
    """The cash receipts of the dossier that this reader may see, newest first."""
    return list(CashReceipt.objects.visible_to(user).filter(order__dossier=dossier).order_by("-pk"))


def _fee(order: PaymentOrder, attempt: Any) -> summary.Fee:
    return summary.fee_of(order, attempt, has_returned=False, at=timezone.now())


def _later(dossier: Dossier) -> dict[str, Any]:
    """The fee that is asked for after examination, as it was quoted."""
    quoted = dossier.fee_lines.order_by("position").values("name", "amount")
    lines = [{"label": line["name"], "amount": line["amount"]} for line in quoted]
    return {"dossier": dossier, "later": lines, "total": sum(line["amount"] for line in lines)}
