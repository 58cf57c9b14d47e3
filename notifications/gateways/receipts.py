"""Delivery receipts of the SMS carrier: proven by HMAC, at most five minutes old, read strictly."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from common.gateways import check_signature
from notifications.gateways.base import Delivery, Receipt


class ReceiptUnreadable(ValueError):
    """A properly signed receipt that does not say what a receipt must say."""


def verify(
    body: bytes, timestamp: str, signature: str, *, at: datetime, secrets: Iterable[str] | None = None
) -> Receipt:
    """The receipt in a raw body with its X-Timestamp and X-Signature.

    Raises common.gateways.SignatureRefused, or ReceiptUnreadable. `secrets` defaults to the settings' own.
    """
    keys = secrets if secrets is not None else [secret.strip() for secret in settings.SMS_SECRETS]
    check_signature(body, timestamp, signature, secrets=keys, at=at)
    return parse(body)


def parse(body: bytes) -> Receipt:
    """Read a receipt: {message_id, reference, status, at, error}; raises ReceiptUnreadable."""
    try:
        fields = json.loads(body)
        texts = {name: fields[name] for name in ("message_id", "reference", "status", "at")}
        if not all(isinstance(text, str) and 0 < len(text) <= 100 for text in texts.values()):
            raise ReceiptUnreadable("a field is empty, too long or no text")
        moment = datetime.fromisoformat(texts["at"])
        if moment.tzinfo is None:
            raise ReceiptUnreadable("at has no zone")
        error = str(fields.get("error") or "")[:40]
        return Receipt(texts["reference"], texts["message_id"], Delivery(texts["status"]), moment, error)
    except (ValueError, TypeError, KeyError) as error:
        raise ReceiptUnreadable(type(error).__name__) from None
