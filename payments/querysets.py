"""Reading rules of orders, attempts and the books."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from agencies.models import Role
from agencies.standing import standing_of
from dossiers.models import Dossier

if TYPE_CHECKING:
    from payments.models import CashReceipt, LedgerEntry, PaymentAttempt, PaymentOrder  # noqa: F401 - named in QuerySet["…"]


class OrderQuerySet(models.QuerySet["PaymentOrder"]):
    """Orders of a dossier."""

    def open(self) -> "OrderQuerySet":
        """Money is asked for and did not come yet."""
        return self.filter(state="open")


class ReceiptQuerySet(models.QuerySet["CashReceipt"]):
    """Cash receipts by who may see them."""

    def visible_to(self, user: Any) -> "ReceiptQuerySet":
        """Cashiers those of their agencies, citizens those of their own dossiers."""
        if not user.is_authenticated:
            return self.none()
        if user.kind == "officer":
            counters = standing_of(user).agency_ids([Role.CASHIER])
            return self.filter(order__dossier__receiving_agency__in=counters)
        return self.filter(order__dossier__in=Dossier.objects.of_applicant(user).filed())


class AttemptQuerySet(models.QuerySet["PaymentAttempt"]):
    """Attempts by what is known of them."""

    def open(self) -> "AttemptQuerySet":
        """The payer may be on the pay page, or the gateway has not said yet what became of the money."""
        return self.filter(state__in=["started", "unclear"])

    def unasked(self, now: datetime) -> "AttemptQuerySet":
        """Ended without a word of the gateway: still open after their time, or replaced before anybody asked."""
        return self.filter(Q(state__in=["started", "unclear"]) | Q(state="expired", times_asked=0), expires_at__lt=now)


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    """Sums of the books."""

    def balance(self) -> int:
        """VND that we hold: payments less what is owed back (giving back settles the debt and changes nothing)."""
        signed = Case(
            When(kind="payment", then=F("amount")), When(kind="refund_due", then=-F("amount")), default=Value(0)
        )
        return int(self.aggregate(sum=Coalesce(Sum(signed), 0))["sum"])
