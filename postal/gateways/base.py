"""What any postal carrier does for us, in our own words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody to collect from or deliver to. There are no districts since July 2025."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    province: str
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ParcelOrder:
    """One parcel to be carried. `reference` is our own row's id, the same at every try (at most 64 characters).

    `cod_amount` is the VND that the postman collects; `is_collection` means papers fetched at the citizen's door.
    """

    reference: str
    dossier_code: str
    sender: Address
    receiver: Address
    cod_amount: int = 0
    is_collection: bool = False


@dataclass(frozen=True, slots=True)
class Booked:
    """The carrier took the order under this tracking number."""

    reference: str
    item_code: str


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One proven event in a parcel's life; `status` and `rank` are those of postal.tracking."""

    event_id: str
    item_code: str
    reference: str
    status: str
    rank: int
    at: datetime
    office: str = ""
    note: str = ""
    receiver: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Track:
    """All that the carrier knows about a parcel."""

    reference: str
    item_code: str
    status: str
    rank: int
    events: tuple[TrackingEvent, ...]


class PostalGateway(Protocol):
    """One carrier; `book` and `fetch` raise common.gateways.GatewayError."""

    name: str

    def book(self, order: ParcelOrder) -> Booked:
        """Order a parcel; the same reference again gives the same answer."""
        ...

    def fetch(self, reference: str) -> Track | None:
        """State and events of a parcel by our reference; None when the carrier does not know it."""
        ...

    def verify_event(self, body: bytes, timestamp: str, signature: str, *, at: datetime) -> TrackingEvent:
        """The event in a raw callback; raises common.gateways.SignatureRefused or EventUnreadable."""
        ...


class EventUnreadable(ValueError):
    """A properly signed event that does not say what an event must say."""
