"""What any message gateway does for us, in our own words."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Delivery(StrEnum):
    """How far a message got. Receipts come in any order: take a new one only when its rank is higher (`is_news`)."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"

    @property
    def rank(self) -> int:
        """Order of the states; delivered and failed are both final."""
        return {"sent": 1, "delivered": 2, "failed": 2}[self.value]


def is_news(old: str, new: Delivery) -> bool:
    """True when `new` moves a message forward; `old` is "" (or any state of ours before sent) at first."""
    return old not in {state.value for state in Delivery} or new.rank > Delivery(old).rank


@dataclass(frozen=True, slots=True)
class SmsOut:
    """One SMS. `reference` is our own row's id, the same at every try; `to` is 84…; `kind` is "care" or "otp"."""

    reference: str
    to: str = field(repr=False)
    text: str = field(repr=False)
    kind: str = "care"


@dataclass(frozen=True, slots=True)
class MailOut:
    """One e-mail; `html` may be empty. `reference` makes the Message-ID, the same at every try."""

    reference: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The carrier took the message."""

    provider_ref: str
    segments: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """A proven delivery receipt about the message `reference`."""

    reference: str
    provider_ref: str
    delivery: Delivery
    at: datetime
    error: str = ""


class SmsGateway(Protocol):
    """One SMS vendor."""

    name: str

    def send(self, message: SmsOut) -> Sent:
        """Hand one message over; raises common.gateways.GatewayError, `is_unclear` when it may have gone out."""
        ...


class MailGateway(Protocol):
    """One mail server."""

    name: str

    def send(self, message: MailOut) -> Sent:
        """Hand one letter over; raises common.gateways.GatewayError, `is_unclear` when it may have gone out."""
        ...
