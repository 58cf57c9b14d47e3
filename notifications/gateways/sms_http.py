"""The SMS carrier over HTTP: one signed JSON message; the carrier sends a reference only once."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from common.gateways import UNCLEAR, Answer, GatewayError, call, signed_headers
from notifications.gateways.base import Sent, SmsOut


@dataclass(frozen=True, slots=True)
class SmsConfig:
    """Address, brand name (at most 11 ASCII characters) and key; the first secret signs."""

    url: str
    sender: str
    secret: str


def from_settings() -> "HttpSmsGateway":
    """The gateway that the settings describe."""
    return HttpSmsGateway(SmsConfig(settings.SMS_URL, settings.SMS_SENDER, settings.SMS_SECRETS[0].strip()))


class HttpSmsGateway:
    """One account at one carrier."""

    name = "sms_http"

    def __init__(self, config: SmsConfig, now: Callable[[], datetime] = timezone.now) -> None:
        self._config = config
        self._now = now

    def send(self, message: SmsOut) -> Sent:
        """Hand one message over; raises GatewayError, permanent when this text or number will never be taken.

        Sending the same reference again is safe: the carrier answers as it did the first time.
        """
        fields = {"reference": message.reference, "to": message.to, "from": self._config.sender}
        body = json.dumps(fields | {"text": message.text, "type": message.kind}, ensure_ascii=False).encode()
        headers = signed_headers(body, self._config.secret, at=self._now())
        return _sent(call("POST", self._config.url, content=body, headers=headers))


def _sent(answer: Answer) -> Sent:
    if not answer.is_ok:
        raise answer.refusal(_word(answer))
    fields = answer.json()
    provider_ref, segments = fields.get("message_id"), fields.get("segments")
    if fields.get("status") != "accepted" or not isinstance(provider_ref, str) or not isinstance(segments, int):
        raise GatewayError(UNCLEAR, permanent=False)
    return Sent(provider_ref, segments)


def _word(answer: Answer) -> str:
    try:
        return str(answer.json().get("error", ""))
    except GatewayError:
        return ""
