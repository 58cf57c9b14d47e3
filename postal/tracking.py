"""Tracking numbers (UPU S10) and the states of a parcel in their order."""

import re
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
PER_ATTEMPT: Final = 20  # rank between one attempt to deliver and the next
MAX_ATTEMPTS: Final = 30


class ParcelStatus(TextChoices):
    """What the post reports about a parcel, in the post's own terms."""

    BOOKED = "booked", _("Booked with the post")
    ACCEPTED = "accepted", _("Accepted by the post")
    IN_TRANSIT = "in_transit", _("On its way")
    AT_OFFICE = "at_office", _("At the delivery post office")
    OUT_FOR_DELIVERY = "out_for_delivery", _("With the postman")
    DELIVERY_FAILED = "delivery_failed", _("Delivery failed")
    REDELIVERY = "redelivery", _("Out for another delivery")
    RETURNING = "returning", _("On its way back to the sender")
    DELIVERED = "delivered", _("Delivered")
    RETURNED = "returned", _("Returned to the sender")


RANKS: Final[dict[str, int]] = {
    ParcelStatus.BOOKED: 0,
    ParcelStatus.ACCEPTED: 10,
    ParcelStatus.IN_TRANSIT: 20,
    ParcelStatus.AT_OFFICE: 30,
    ParcelStatus.OUT_FOR_DELIVERY: 40,
    ParcelStatus.DELIVERY_FAILED: 50,
    ParcelStatus.REDELIVERY: 60,
    ParcelStatus.RETURNING: 800,
    ParcelStatus.DELIVERED: 900,
    ParcelStatus.RETURNED: 910,
}
REPEATED: Final = frozenset({ParcelStatus.DELIVERY_FAILED, ParcelStatus.REDELIVERY})
FINAL: Final = frozenset({ParcelStatus.DELIVERED, ParcelStatus.RETURNED})


def rank(status: str, attempt: int = 1) -> int:
    """The place of a state in a parcel's life; failures and new attempts rank higher each time (attempt 1, 2, …).

    Events come in any order: a parcel stands at the event of the highest rank. Raises KeyError for an unknown state.
    """
    return RANKS[status] + (PER_ATTEMPT * (attempt - 1) if status in REPEATED else 0)


def is_rank_of(status: str, number: int) -> bool:
    """True when `number` can be the rank of `status` at some attempt."""
    attempts = range(1, MAX_ATTEMPTS + 1) if status in REPEATED else range(1, 2)
    return status in RANKS and number in {rank(status, attempt) for attempt in attempts}


def check_digit(serial: str) -> int:
    """The check digit of eight digits (S10): 47312482 → 9; raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{8}", serial):
        raise ValueError("An S10 serial number has eight digits.")
    total = sum(int(digit) * weight for digit, weight in zip(serial, WEIGHTS, strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def is_s10(code: str) -> bool:
    """True for a well-formed S10 number with the right check digit.

    The domestic post also issues numbers of other shapes: warn about those, do not refuse them.
    """
    match = re.fullmatch(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}", code)
    return match is not None and check_digit(match[1]) == int(match[2])
