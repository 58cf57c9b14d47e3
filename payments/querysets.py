"""Reading rules of orders, attempts and the books."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from payments.models import LedgerEntry, PaymentAttempt, PaymentOrder  # noqa: F401 - named in QuerySet["…"]


class OrderQuerySet(models.QuerySet["PaymentOrder"]):
    """Orders of a dossier."""

    def open(self) -> "OrderQuerySet":
        """Money is asked for and did not come yet."""
        return self.filter(state="open")


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
