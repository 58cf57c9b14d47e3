"""Fees: what is asked, every try to pay it, what the gateways said, the books, and what is owed back.

Amounts are whole VND. An order is one request for money, an attempt one visit to a gateway's pay page. Only a proven
notice (IPN) or the gateway's own answer to a question (querydr) moves money; a browser never does.
"""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from payments.querysets import AttemptQuerySet, LedgerQuerySet, OrderQuerySet, ReceiptQuerySet


class PaymentOrder(models.Model):
    """One request for the fee of a dossier; amount and lines are copies of the quote frozen when it was filed."""

    class Purpose(models.TextChoices):
        PREPAID = "prepaid", _("Before acceptance")
        AFTER = "after", _("After examination")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("payment order", "Not paid")
        PAID = "paid", pgettext_lazy("payment order", "Paid")
        CANCELLED = "cancelled", pgettext_lazy("payment order", "Cancelled")
        EXPIRED = "expired", pgettext_lazy("payment order", "Not paid in time")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    amount = models.PositiveBigIntegerField()
    lines = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    paid_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment order")
        verbose_name_plural = _("payment orders")
        indexes = [models.Index(fields=["dossier", "-id"], name="order_dossier")]
        constraints = [
            # Paid counts too: the same fee is never asked twice.
            models.UniqueConstraint(
                fields=["dossier", "purpose"], condition=Q(state__in=["open", "paid"]), name="one_live_order"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="order_asks_for_money"),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False) | (~Q(state="paid") & Q(paid_at=None)),
                name="order_paid_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.purpose} {self.state}"

    @property
    def is_open(self) -> bool:
        """Money is asked for and did not come yet."""
        return self.state == self.State.OPEN


class PaymentAttempt(models.Model):
    """One visit to a pay page. `txn_ref` is our own public_id in letters and digits; the gateway knows it by that."""

    class State(models.TextChoices):
        STARTED = "started"
        EXPIRED = "expired"
        FAILED = "failed"
        UNCLEAR = "unclear"
        PAID = "paid"

    # What one more message may do: only upwards. Success wins over everything that came before it, and nothing undoes it.
    RANKS = {State.STARTED: 0, State.EXPIRED: 1, State.FAILED: 2, State.UNCLEAR: 3, State.PAID: 4}

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="attempts")
    gateway = models.CharField(max_length=20)
    txn_ref = models.CharField(max_length=100)
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()  # to the second: the gateway is asked for the attempt by this time
    expires_at = models.DateTimeField()
    pay_url = models.TextField()
    language = models.CharField(max_length=2, default="vi")  # of the page the payer left, and comes back to
    response_code = models.CharField(max_length=10, blank=True)
    transaction_status = models.CharField(max_length=10, blank=True)
    provider_ref = models.CharField(max_length=60, blank=True)
    bank_ref = models.CharField(max_length=255, blank=True)
    bank_code = models.CharField(max_length=30, blank=True)
    paid_at = models.DateTimeField(null=True)  # by the gateway's clock
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=10, blank=True)  # ipn, query
    asked_at = models.DateTimeField(null=True)
    times_asked = models.PositiveSmallIntegerField(default=0)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "txn_ref"], name="one_txn_ref"),
            models.UniqueConstraint(
                fields=["gateway", "provider_ref"], condition=~Q(provider_ref=""), name="one_provider_ref"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(state="started"), name="one_open_attempt"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_asks_for_money"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="attempt_has_time"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state__in=["started", "unclear"]), name="attempt_undecided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.txn_ref} {self.state}"

    @property
    def rank(self) -> int:
        """The place of its state in the order in which news is believed."""
        return self.RANKS[self.State(self.state)]


class PaymentNotice(models.Model):
    """A callback exactly as it came, stored once; `answer` is what the gateway was told last."""

    gateway = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    raw = models.TextField()
    is_verified = models.BooleanField()
    reason = models.CharField(max_length=30, blank=True)  # why it was not believed
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="notices")
    outcome = models.CharField(max_length=20, blank=True)
    answer = models.CharField(max_length=10, blank=True)
    times = models.PositiveIntegerField(default=0)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "digest"], name="one_notice")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.digest[:12]} {self.outcome}"


class LedgerEntry(models.Model):
    """One line of the books: money confirmed to the gateway, money owed back, money given back. Never changed."""

    class Kind(models.TextChoices):
        PAYMENT = "payment"
        REFUND_DUE = "refund_due"
        REFUND = "refund"

    append_only = True

    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="entries")
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount = models.PositiveBigIntegerField()
    gateway = models.CharField(max_length=20)
    reference = models.CharField(max_length=100)
    at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now())

    objects = LedgerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "kind", "reference"], name="booked_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="entry_is_money"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.reference}"


class CashReceipt(models.Model):
    """Cash taken at the counter: a receipt with the running number of its agency and year (Decree 123/2020, art. 30-38).

    A cancelled receipt keeps its number; only the cashier who wrote it cancels it, the same day, with a reason.
    """

    GATEWAY = "cash"  # its name in the books, beside the gateways

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, related_name="receipts")
    series = models.CharField(max_length=45)  # H37.12/2026
    number = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField()
    payer = models.CharField(max_length=250)
    cashier = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    erase_after = models.DateField(null=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = _("cash receipt")
        verbose_name_plural = _("cash receipts")
        indexes = [models.Index(fields=["cashier", "-taken_at"], name="receipt_cashier")]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="one_receipt_number"),
            models.UniqueConstraint(fields=["order"], condition=Q(cancelled_at=None), name="one_live_receipt"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_is_money"),
            models.CheckConstraint(
                condition=Q(cancelled_at=None, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.number:07d}"

    @property
    def reference(self) -> str:
        """What its lines in the books, and what is owed back of it, are called."""
        return f"receipt:{self.public_id}"

    @property
    def is_valid(self) -> bool:
        """Not cancelled."""
        return self.cancelled_at is None


class RefundTask(models.Model):
    """Money that a person has to look at: owed back, or not explained. Paying it back is a later act by two persons."""

    class Reason(models.TextChoices):
        REFUSED_INTAKE = "refused_intake", _("The dossier was not received")
        WITHDRAWN = "withdrawn", _("The dossier was withdrawn")
        EXPIRED = "expired", _("The time to pay had run out")
        DOUBLE = "double", _("The fee was paid twice")
        LATE = "late", _("The dossier no longer waited for the fee")
        WRONG_AMOUNT = "wrong_amount", _("The amount does not match")
        UNCLEAR = "unclear", _("The gateway does not know whether it took the money")
        ORPHAN = "orphan", _("No order has this reference")

    class State(models.TextChoices):
        OPEN = "open"  # owed: the citizen was told
        TO_CHECK = "to_check"  # a person decides whether anything is owed
        DONE = "done"
        VOID = "void"  # cleared up by a later message

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=160, unique=True)
    order = models.ForeignKey(PaymentOrder, on_delete=models.PROTECT, null=True, related_name="refund_tasks")
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="refund_tasks")
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, null=True, related_name="+")
    gateway = models.CharField(max_length=20)
    reference = models.CharField(max_length=100, blank=True)
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("refund task")
        verbose_name_plural = _("refund tasks")
        indexes = [
            models.Index(fields=["dossier"], name="refund_dossier"),
            models.Index(fields=["opened_at"], condition=Q(state__in=["open", "to_check"]), name="refund_open"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount} {self.state}"
