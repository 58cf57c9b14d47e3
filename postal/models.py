"""Parcels: results returned (and papers collected) by public post, and everything the post reported about them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from postal.tracking import RANKS, ParcelStatus


class Parcel(models.Model):
    """One parcel of a dossier. Its state moves only forward, by rank; receiver and address are copied when it is made."""

    class Direction(models.TextChoices):
        RETURN = "return", _("Result to the citizen")
        COLLECT = "collect", _("Papers from the citizen")

    class State(models.TextChoices):
        REGISTERED = "registered", pgettext_lazy("parcel", "Registered")
        ORDERED = "ordered", pgettext_lazy("parcel", "Booked with the post")
        HANDED_OVER = "handed_over", pgettext_lazy("parcel", "Handed to the post")
        ACCEPTED = "accepted", pgettext_lazy("parcel", "Accepted by the post")
        IN_TRANSIT = "in_transit", pgettext_lazy("parcel", "On its way")
        AT_OFFICE = "at_office", pgettext_lazy("parcel", "At the delivery post office")
        OUT_FOR_DELIVERY = "out_for_delivery", pgettext_lazy("parcel", "With the postman")
        FAILED = "failed", pgettext_lazy("parcel", "Delivery failed")
        AGAIN = "again", pgettext_lazy("parcel", "Delivered again")
        RETURNING = "returning", pgettext_lazy("parcel", "On its way back")
        DELIVERED = "delivered", pgettext_lazy("parcel", "Delivered")
        RETURNED = "returned", pgettext_lazy("parcel", "Came back")
        CANCELLED = "cancelled", pgettext_lazy("parcel", "Not sent by post")

    class Booking(models.TextChoices):
        WAITING = "waiting", _("To be booked")
        BOOKED = "booked", _("Booked")
        REFUSED = "refused", _("Refused by the post")

    # Before the post has it a parcel ranks below zero; afterwards it stands at the highest rank the post reported.
    REGISTERED_RANK, ORDERED_RANK, HANDED_OVER_RANK, CANCELLED_RANK = -30, -20, -10, 1000

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=10, choices=Direction.choices, default=Direction.RETURN)
    state = models.CharField(max_length=20, choices=State.choices, default=State.REGISTERED)
    rank = models.SmallIntegerField(default=REGISTERED_RANK)
    booking = models.CharField(max_length=10, choices=Booking.choices, default=Booking.WAITING)
    booking_error = models.CharField(max_length=60, blank=True)
    item_code = models.CharField(max_length=40, blank=True, db_index=True)
    receiver = models.CharField(max_length=120)
    phone = models.CharField(max_length=16)
    address = models.JSONField(default=dict)
    erase_after = models.DateField(null=True)  # receiver, phone and address
    created_at = models.DateTimeField(db_default=Now())
    ordered_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField(null=True)  # the time of the event it stands at
    ended_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        indexes = [models.Index(fields=["dossier", "-id"], name="parcel_dossier")]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "direction"],
                condition=~Q(state__in=["delivered", "returned", "cancelled"]),
                name="one_open_parcel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code or self.public_id} {self.state}"

    @property
    def is_open(self) -> bool:
        """It has not arrived, neither there nor back."""
        return self.state not in ENDED

    @property
    def may_be_handed_over(self) -> bool:
        """It is booked and still lies at the return desk."""
        return self.state == self.State.ORDERED

    @property
    def may_be_cancelled(self) -> bool:
        """The post does not have it yet."""
        return self.state in {self.State.REGISTERED, self.State.ORDERED}


ENDED = frozenset({Parcel.State.DELIVERED, Parcel.State.RETURNED, Parcel.State.CANCELLED})
# The post's words in ours; `booked` is only the echo of our own order.
STATE_OF = {status: Parcel.State(status.value) for status in ParcelStatus if status.value in Parcel.State.values} | {
    ParcelStatus.DELIVERY_FAILED: Parcel.State.FAILED,
    ParcelStatus.REDELIVERY: Parcel.State.AGAIN,
    ParcelStatus.BOOKED: Parcel.State.ORDERED,
}


def rank_here(status: str, rank: int) -> int:
    """The rank of a reported status on our scale."""
    return Parcel.ORDERED_RANK if RANKS.get(status) == 0 else rank


class ParcelEvent(models.Model):
    """One event as the post reported it, stored once; settled by a job."""

    class Outcome(models.TextChoices):
        MOVED = "moved"
        OVERTAKEN = "overtaken"  # a later event came first
        UNKNOWN = "unknown"  # no parcel of ours has this reference
        MISMATCH = "mismatch"  # reference and item code belong to different parcels

    carrier = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, null=True, related_name="events")
    reference = models.CharField(max_length=100)
    item_code = models.CharField(max_length=100)
    status = models.CharField(max_length=20)
    rank = models.SmallIntegerField()
    at = models.DateTimeField()
    office = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=200, blank=True)
    raw = models.TextField(blank=True)  # exactly what came; empty when we fetched the event ourselves
    erase_after = models.DateField(null=True)  # raw names who received the parcel
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "event_id"], name="one_parcel_event")]
        indexes = [models.Index(fields=["parcel", "-at"], name="parcel_event_time")]

    def __str__(self) -> str:
        return f"{self.item_code} {self.status} {self.at:%d/%m %H:%M}"
