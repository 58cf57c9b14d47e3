"""The sandbox's own signatures (written apart from the portal's, so that a shared mistake cannot hide)."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote_plus

from sandbox import clock


def vnpay_query(fields: Mapping[str, str], secret: str) -> str:
    """The sorted, encoded query string of VNPay 2.1.0 with its vnp_SecureHash at the end."""
    pairs = [f"{quote_plus(name)}={quote_plus(fields[name])}" for name in sorted(fields) if fields[name]]
    line = "&".join(pairs)
    return f"{line}&vnp_SecureHash={vnpay_hash(line, secret)}"


def vnpay_hash(line: str, secret: str) -> str:
    """HMAC-SHA512 in lower hex."""
    return hmac.new(secret.encode(), line.encode(), hashlib.sha512).hexdigest()


def headers(body: bytes, secret: str) -> dict[str, str]:
    """X-Timestamp and X-Signature of a JSON message: HMAC-SHA256 over timestamp, a full stop and the body."""
    timestamp = str(int(clock.now()))
    return {"X-Timestamp": timestamp, "X-Signature": stamp(timestamp, body, secret)}


def stamp(timestamp: str, body: bytes, secret: str) -> str:
    """The HMAC-SHA256 itself, lower hex."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(body: bytes, timestamp: str, signature: str, secret: str) -> bool:
    """True for a signature of ours that is not older or newer than five minutes."""
    if not timestamp.isdigit() or abs(clock.now() - int(timestamp)) > 300:
        return False
    return hmac.compare_digest(stamp(timestamp, body, secret).encode(), signature.encode())


def access_token(customer_code: str, secret: str) -> str:
    """The post's standing token of one customer, made from the secret so that the secret itself never travels."""
    return hmac.new(secret.encode(), f"access_token:{customer_code}".encode(), hashlib.sha256).hexdigest()
