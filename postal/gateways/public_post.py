"""Public post (BCCI): the order message that provinces send, and signed tracking events."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings

from common.gateways import UNCLEAR, Answer, GatewayError, call, check_signature
from postal.gateways.base import Address, Booked, EventUnreadable, ParcelOrder, Track, TrackingEvent
from postal.tracking import RANKS, is_rank_of

TAKEN = "100"


@dataclass(frozen=True, slots=True)
class PostConfig:
    """Address, contract and keys. `access_token` goes with every order; all `secrets` verify events."""

    url: str
    customer_code: str
    access_token: str
    secrets: tuple[str, ...]


def from_settings() -> "PublicPost":
    """The gateway that the settings describe; without POSTAL_TOKEN the token is made from the first secret."""
    secrets = tuple(secret.strip() for secret in settings.POSTAL_SECRETS if secret.strip())
    customer = settings.POSTAL_CUSTOMER_CODE
    token = getattr(settings, "POSTAL_TOKEN", "") or standing_token(customer, secrets[0])
    return PublicPost(PostConfig(settings.POSTAL_URL, customer, token, secrets))


def standing_token(customer_code: str, secret: str) -> str:
    """A token that proves the secret without sending it; it stays the same as long as the secret does."""
    return hmac.new(secret.encode(), f"access_token:{customer_code}".encode(), hashlib.sha256).hexdigest()


class PublicPost:
    """One contract with the post."""

    name = "public_post"

    def __init__(self, config: PostConfig) -> None:
        self._config = config

    def book(self, order: ParcelOrder) -> Booked:
        """Order a parcel; raises GatewayError, permanent when the post refuses this order for good."""
        body = json.dumps(self._message(order), ensure_ascii=False).encode()
        fields = self._call("POST", f"{self._config.url}/orders/", body).json()
        if str(fields.get("Status")) != TAKEN:
            raise _refusal(fields)
        item_code = fields.get("ItemCode")
        if not isinstance(item_code, str) or not re.fullmatch(r"[A-Za-z0-9-]{5,40}", item_code):
            raise GatewayError(UNCLEAR, permanent=False)
        return Booked(order.reference, item_code)

    def fetch(self, reference: str) -> Track | None:
        """State and events of a parcel; None when the post does not know it."""
        answer = self._call(
            "GET", f"{self._config.url}/orders/{quote(reference, safe='')}/", None, unknown_is_fine=True
        )
        return None if answer.status == 404 else _track(answer.json())

    def verify_event(self, body: bytes, timestamp: str, signature: str, *, at: datetime) -> TrackingEvent:
        """The event in a raw callback with its X-Timestamp and X-Signature.

        Raises common.gateways.SignatureRefused or EventUnreadable. A replay inside five minutes is proven too: the
        event's id must be unique where it is stored.
        """
        check_signature(body, timestamp, signature, secrets=self._config.secrets, at=at)
        try:
            return _event(json.loads(body))
        except (ValueError, TypeError, KeyError) as error:
            raise EventUnreadable(type(error).__name__) from None

    def _call(self, method: str, url: str, body: bytes | None, *, unknown_is_fine: bool = False) -> Answer:
        headers = {"access_token": self._config.access_token, "Content-Type": "application/json"}
        answer = call(method, url, content=body, headers=headers)
        if answer.is_ok or (answer.status == 404 and unknown_is_fine):
            return answer
        raise answer.refusal()

    def _message(self, order: ParcelOrder) -> dict[str, Any]:
        """The order as provinces send it; OrderNumber is our reference, so that one dossier can have two parcels."""
        purpose = "Thu gom ho so" if order.is_collection else "Tra ket qua ho so"
        return {
            "CustomerCode": self._config.customer_code,
            "OrderNumber": order.reference,
            "CODAmount": order.cod_amount,
            "Sender": _person(order.sender) | {"Desc": order.dossier_code},
            "Description": f"{purpose} {order.dossier_code}",
            "Receiver": _person(order.receiver),
            "FlagConfig": "2" if order.is_collection else "1",
        }


def _person(address: Address) -> dict[str, str]:
    return {
        "Name": address.name,
        "Address": address.address,
        "Tel": address.phone,
        "Province": address.province,
        "Email": address.email,
    }


def _refusal(fields: Mapping[str, Any]) -> GatewayError:
    code = str(fields.get("Status", ""))
    return GatewayError(
        f"post_{code}" if re.fullmatch(r"[0-9]{1,4}", code) else UNCLEAR, permanent=code in {"102", "103"}
    )


def _track(fields: Mapping[str, Any]) -> Track:
    try:
        if str(fields["Status"]) != TAKEN:
            raise _refusal(fields)
        events = tuple(_event(event) for event in fields["Events"])
        status, rank = str(fields["State"]), int(fields["Rank"])
        if status not in RANKS:
            raise ValueError(status)
        return Track(str(fields["OrderNumber"]), str(fields["ItemCode"]), status, rank, events)
    except (ValueError, TypeError, KeyError):
        raise GatewayError(UNCLEAR, permanent=False) from None


def _event(fields: Any) -> TrackingEvent:
    """Read one event strictly; raises ValueError, TypeError or KeyError."""
    texts = {name: fields[name] for name in ("event_id", "item_code", "reference", "status", "at")}
    if not all(isinstance(text, str) and 0 < len(text) <= 100 for text in texts.values()):
        raise ValueError("a field is empty, too long or no text")
    rank, at = fields["rank"], datetime.fromisoformat(texts["at"])
    if type(rank) is not int or not is_rank_of(texts["status"], rank) or at.tzinfo is None:
        raise ValueError("the rank is not one of this status, or the time has no zone")
    extra = {name: str(fields.get(name) or "")[:200] for name in ("office", "note", "receiver")}
    return TrackingEvent(
        event_id=texts["event_id"],
        item_code=texts["item_code"],
        reference=texts["reference"],
        status=texts["status"],
        rank=rank,
        at=at,
        **extra,
    )
