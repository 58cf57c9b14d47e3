"""Where a dossier's fee stands, as pages and panels show it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from payments.gateways import vnpay_codes
from payments.models import PaymentAttempt, PaymentOrder

UNPAID_STATES = frozenset({"due", "failed"})


@dataclass(frozen=True)
class Fee:
    """One order and its last attempt. `state`: due, failed, checking, paid, closed."""

    order: PaymentOrder
    attempt: PaymentAttempt | None
    state: str
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_unclear(self) -> bool:
        """The gateway itself does not know yet whether it took the money."""
        return self.attempt is not None and self.attempt.state == PaymentAttempt.State.UNCLEAR

    @property
    def failure(self) -> tuple[str, str]:
        """Why the last attempt failed, in the page's language: what happened, and what to do about it."""
        calm = _("The fee is not paid. No money was taken from your account.")
        code = self.attempt.response_code if self.attempt else ""
        if not code:
            return calm, ""
        said = vnpay_codes.sentence(code)["en" if (get_language() or "vi").startswith("en") else "vi"]
        return (calm, said.removeprefix(calm).strip()) if said.startswith(calm) else (said, "")


def orders_of(dossier: Dossier) -> list[PaymentOrder]:
    """All orders of a dossier, the newest first."""
    return list(PaymentOrder.objects.filter(dossier=dossier).order_by("-pk"))


def fee_of(order: PaymentOrder, attempt: PaymentAttempt | None, *, has_returned: bool, at: datetime) -> Fee:
    """`has_returned`: the payer's browser just came back from the pay page, so an open attempt is being looked into."""
    lines = [line | {"label": line["name"]} for line in order.lines]
    return Fee(order, attempt, _state(order, attempt, has_returned, at), lines)


def last_attempt(order: PaymentOrder) -> PaymentAttempt | None:
    """What is known of the money last: an unclear attempt before all others, else the newest."""
    attempts = sorted(order.attempts.order_by("-pk")[:10], key=lambda one: one.state != PaymentAttempt.State.UNCLEAR)
    return attempts[0] if attempts else None


def _state(order: PaymentOrder, attempt: PaymentAttempt | None, has_returned: bool, at: datetime) -> str:
    if order.state == PaymentOrder.State.PAID:
        return "paid"
    if not order.is_open:
        return "closed"
    if attempt is None:
        return "due"
    if attempt.state == PaymentAttempt.State.UNCLEAR:
        return "checking"
    if attempt.state == PaymentAttempt.State.STARTED and has_returned and at < attempt.expires_at:
        return "checking"
    return "failed" if attempt.state == PaymentAttempt.State.FAILED else "due"
