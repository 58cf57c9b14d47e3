"""clamd by its INSTREAM command, over a Unix socket or TCP."""

import time
from typing import BinaryIO

from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket, ClamdUnixSocket

from common.gateways import GatewayError, refuse_open_transaction
from documents.gateways.base import ScanResult

TIMEOUT_SECONDS = 20
BREAKER_SECONDS = 10.0  # a hanging clamd must not hold up the worker's other jobs one time-out after the other
_away_until: dict[str, float] = {}


class ClamdScanner:
    """`address` is "unix:/path/of/socket" or "host:port"."""

    def __init__(self, address: str, *, timeout: int = TIMEOUT_SECONDS) -> None:
        self._address = address
        self._timeout = timeout

    def scan(self, stream: BinaryIO) -> ScanResult:
        """Raises GatewayError: "clamd_away" while clamd is down or slow, "too_large_to_scan" for good."""
        refuse_open_transaction()
        if time.monotonic() < _away_until.get(self._address, 0.0):
            raise GatewayError("clamd_away", permanent=False)
        try:
            answer = self._client().instream(stream).get("stream")
        except BufferTooLongError:
            raise GatewayError("too_large_to_scan", permanent=True) from None
        except (ClamdError, OSError):
            _away_until[self._address] = time.monotonic() + BREAKER_SECONDS
            raise GatewayError("clamd_away", permanent=False) from None
        if answer is None or answer[0] not in {"OK", "FOUND"}:
            raise GatewayError("clamd_error", permanent=False)
        return ScanResult("" if answer[0] == "OK" else (answer[1] or "unnamed")[:100])

    def ping(self) -> bool:
        """Whether clamd answers PONG."""
        try:
            return self._client(timeout=2).ping().strip() == "PONG"
        except (ClamdError, OSError, GatewayError):
            return False

    def _client(self, timeout: int | None = None) -> ClamdNetworkSocket:
        seconds = timeout or self._timeout
        if self._address.startswith("unix:"):
            return ClamdUnixSocket(self._address.removeprefix("unix:"), timeout=seconds)
        host, _, port = self._address.rpartition(":")
        if not host or not port.isdigit():
            raise GatewayError("clamd_address_missing", permanent=False)
        return ClamdNetworkSocket(host.strip("[]"), int(port), timeout=seconds)
