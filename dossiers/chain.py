"""The chain of events: each hash covers the previous one, with a key that lies outside the database."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings


def current_key_id() -> str:
    """The id of the key that signs new events: the last of settings.CHAIN_KEYS."""
    return str(next(reversed(settings.CHAIN_KEYS)))


def knows_key(key_id: str) -> bool:
    """Whether the key of this id is at hand."""
    return key_id in settings.CHAIN_KEYS


def event_hash(event: Any) -> str:
    """HMAC-SHA256 (hex) over the previous hash and the canonical JSON of what the event says."""
    key = settings.CHAIN_KEYS[event.key_id]
    message = event.previous_hash + canonical(_facts(event))
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: one text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """SHA-256 (hex) of a text that lives in its own, erasable table."""
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(event: Any) -> dict[str, Any]:
    return {
        "dossier": event.dossier_id,
        "seq": event.seq,
        "name": event.name,
        "actor": event.actor_id,
        "role": event.actor_role,
        "agency": event.agency_code,
        "from": event.from_state,
        "to": event.to_state,
        "at": _moment(event.at),
        "data": event.data,
        "key": event.key_id,
    }


def _moment(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def first_broken(events: Iterable[Any], *, head_seq: int, head_hash: str) -> int | None:
    """The seq of the first event that does not fit (events in order of seq), or None when the chain is whole."""
    previous, expected = "", 1
    for event in events:
        if event.seq != expected or event.previous_hash != previous or event_hash(event) != event.hash:
            return expected
        previous, expected = event.hash, expected + 1
    return None if (expected - 1, previous) == (head_seq, head_hash) else expected
