"""What every gateway to the outside world shares: one error, one way to call, one signature for messages.

A gateway is a file `<room>/gateways/<vendor>.py` that takes and gives frozen dataclasses. It never touches the
database: read first, call, then write, so that a slow vendor holds neither a row lock nor a transaction.
"""

import hashlib
import hmac
import json
import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

if TYPE_CHECKING:  # read where somebody is called: it takes 5 MB of each process of the portal
    import httpx

CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 3.0, 10.0, 30.0
MAX_ANSWER = 1_000_000  # bytes
SIGNATURE_SECONDS = 300  # a signed message may be five minutes old, or as much ahead of our clock
UNCLEAR = "unclear"
# Statuses that say "this message, never": all other refusals (keys, addresses, limits) can be mended and tried again.
PERMANENT_STATUSES = frozenset({400, 409, 410, 413, 422})


class GatewayError(Exception):
    """The outside world did not do it.

    `permanent`: trying the same again cannot help. `code`: one short word for books and logs, never a personal value;
    "unclear" means that we do not know whether it was done.
    """

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent

    @property
    def is_unclear(self) -> bool:
        """True when it may have been done all the same: a one-time code must then not be sent again by itself."""
        return self.code == UNCLEAR or self.code.startswith("http_5")


class SignatureRefused(Exception):
    """An incoming message is not proven to come from its sender; `code` is "timestamp" or "signature"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What a vendor answered: never 5xx, 3xx, 408 or 429, those are errors already."""

    status: int
    body: bytes

    @property
    def is_ok(self) -> bool:
        """2xx."""
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; raises GatewayError "unclear" when it is none (it may be done)."""
        try:
            found = json.loads(self.body)
        except ValueError:
            raise GatewayError(UNCLEAR, permanent=False) from None
        if not isinstance(found, dict):
            raise GatewayError(UNCLEAR, permanent=False)
        return found

    def refusal(self, code: str = "") -> GatewayError:
        """The error of a 4xx answer; `code` is the vendor's own word, used when short and plain."""
        word = code if re.fullmatch(r"[A-Za-z0-9_]{1,40}", code) else f"http_{self.status}"
        return GatewayError(word, permanent=self.status in PERMANENT_STATUSES)


def refuse_open_transaction() -> None:
    """Raise RuntimeError inside a transaction: a call there would hold locks as long as the vendor likes.

    The wrapper that test cases put around a test does not count (Django's `durable` blocks make the same exception).
    """
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("A gateway was called inside a database transaction; call it before or after.")


def call(method: str, url: str, *, content: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask the outside world: connect within 3 s, read within 10 s, no redirects, outside any transaction.

    Raises GatewayError, never permanent here: "unreachable" and "bad_address" surely changed nothing, "unclear" and
    "http_5xx" may have, "busy" (429) and "redirected" were refused.
    """
    import httpx

    refuse_open_transaction()
    try:
        with client().stream(method, url, content=content, headers=headers) as response:
            answer = Answer(response.status_code, _read(response))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        raise GatewayError("unreachable", permanent=False) from None
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise GatewayError("bad_address", permanent=False) from None
    except httpx.HTTPError:
        raise GatewayError(UNCLEAR, permanent=False) from None
    return _checked(answer)


def _checked(answer: Answer) -> Answer:
    if answer.status >= 500:
        raise GatewayError(f"http_{answer.status}", permanent=False)
    if answer.status in {408, 429}:
        raise GatewayError("busy", permanent=False)
    if 300 <= answer.status < 400:
        raise GatewayError("redirected", permanent=False)
    return answer


def _read(response: "httpx.Response") -> bytes:
    """The body, at most 1 MB and 30 s: a vendor that drips one byte a second would never meet the read time-out."""
    end, body = time.monotonic() + TOTAL_SECONDS, b""
    for part in response.iter_bytes():
        body += part
        if len(body) > MAX_ANSWER or time.monotonic() > end:
            raise GatewayError(UNCLEAR, permanent=False)
    return body


def client() -> "httpx.Client":
    """The process's HTTP client (connections are kept for a few seconds, and never shared across a fork)."""
    return _client(os.getpid(), getattr(settings, "OUTGOING_PROXY", None) or None)


@cache
def _client(pid: int, proxy: str | None) -> "httpx.Client":
    import httpx

    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
    return httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False, proxy=proxy)


def signed_headers(body: bytes, secret: str, *, at: datetime) -> dict[str, str]:
    """X-Timestamp and X-Signature for a JSON message that we send."""
    timestamp = str(int(at.timestamp()))
    headers = {"X-Timestamp": timestamp, "X-Signature": signature(timestamp, body, secret)}
    return headers | {"Content-Type": "application/json"}


def signature(timestamp: str, body: bytes, secret: str) -> str:
    """HMAC-SHA256 over timestamp, a full stop and the raw body, in lower hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check_signature(body: bytes, timestamp: str, given: str, *, secrets: Iterable[str], at: datetime) -> None:
    """Raise SignatureRefused unless one of `secrets` signed this body within five minutes of `at`.

    Every secret is tried, in constant time, so that old and new keys are both good while they are exchanged.
    """
    if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(at.timestamp() - int(timestamp)) > SIGNATURE_SECONDS:
        raise SignatureRefused("timestamp")
    sent = given.encode("utf-8", "replace")
    if not any([hmac.compare_digest(signature(timestamp, body, secret).encode(), sent) for secret in secrets]):
        raise SignatureRefused("signature")
