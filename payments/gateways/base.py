"""What any payment gateway does for us, in our own words. Amounts are VND, whole; times are aware."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Money(StrEnum):
    """What became of the money, as far as the gateway knows."""

    PAID = "paid"
    FAILED = "failed"
    PENDING = "pending"
    NOT_FOUND = "not_found"
    DISPUTED = "disputed"  # taken but suspected, reversed or being refunded: a person has to look


class RefundState(StrEnum):
    """What became of a request to give money back."""

    ACCEPTED = "accepted"  # VNPay has it, the bank will do it
    DONE = "done"
    ALREADY_ASKED = "already_asked"  # the same request came before (its answer was lost)
    REFUSED = "refused"


class NoticeRefused(Exception):
    """A notice is forged, altered, for another merchant, or cannot be read; nothing may follow from it.

    `reason` is one of: format, duplicate_parameter, altered, checksum, merchant.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Start:
    """One attempt to pay: `reference` is our own row's id in letters and digits, unique for ever."""

    reference: str
    amount: int
    order_info: str
    return_url: str
    ip: str
    created_at: datetime
    expires_at: datetime
    language: str = "vi"
    bank_code: str = ""


@dataclass(frozen=True, slots=True)
class PayAddress:
    """Where to send the payer's browser."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Query:
    """Ask what became of an attempt; `request_id` is new for every question, `created_at` is the attempt's."""

    reference: str
    request_id: str
    created_at: datetime
    at: datetime
    ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The gateway's answer to a Query. `amount` is 0 when the attempt is not known there."""

    reference: str
    money: Money
    amount: int = 0
    provider_ref: str = ""
    bank_code: str = ""
    code: str = ""
    status: str = ""
    paid_at: datetime | None = None
    raw: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A proven message of the gateway about one attempt; `raw` is the whole of it, to be stored as evidence."""

    reference: str
    money: Money
    amount: int
    provider_ref: str
    bank_ref: str
    bank_code: str
    card_type: str
    code: str
    status: str
    paid_at: datetime | None
    raw: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refund:
    """Give back `amount` of the `paid` VND of an attempt; `asked_by` is the officer's account name."""

    reference: str
    request_id: str
    amount: int
    paid: int
    provider_ref: str
    created_at: datetime
    at: datetime
    asked_by: str
    reason: str
    ip: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class RefundOutcome:
    """The gateway's answer to a Refund."""

    state: RefundState
    code: str
    amount: int = 0
    provider_ref: str = ""
    raw: str = field(default="", repr=False)


class PaymentGateway(Protocol):
    """One vendor. `start` and `verify_notice` make no call; the other two raise common.gateways.GatewayError."""

    name: str

    def start(self, start: Start) -> PayAddress:
        """The signed address of the pay page; raises ValueError when a value cannot be sent."""
        ...

    def verify_notice(self, query: str) -> Notice:
        """The notice in a raw query string; raises NoticeRefused."""
        ...

    def query(self, query: Query) -> Outcome:
        """Ask the vendor what became of an attempt."""
        ...

    def refund(self, refund: Refund) -> RefundOutcome:
        """Ask the vendor to give money back."""
        ...
