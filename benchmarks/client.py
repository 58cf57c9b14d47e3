"""A client over one kept connection: as little of its own as can be, so that it does not disturb what it measures."""

import http.client
import socket
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Refused(SystemExit):
    """The program answered otherwise than it must: a measurement of errors is no measurement."""


@dataclass(frozen=True)
class Request:
    """One request; `expect` is the status that counts as success."""

    path: str
    cookies: str = ""
    form: dict[str, str] | None = None
    expect: int = 200


@dataclass
class Client:
    """One connection to 127.0.0.1."""

    port: int
    connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str) -> int:
        """The status of a page."""
        return self._ask(Request(path))[0]

    def send(self, request: Request) -> float:
        """Milliseconds until the whole answer was there; Refused when it was not what was expected."""
        begin = time.perf_counter()
        status, where, body = self._ask(request)
        took = (time.perf_counter() - begin) * 1000
        if status != request.expect:
            raise Refused(f"{request.path} answered {status} {where} instead of {request.expect}: {body[:2000]!r}")
        return took

    def _ask(self, request: Request) -> tuple[int, str, bytes]:
        try:
            return self._once(request)
        except (http.client.RemoteDisconnected, ConnectionError):
            if self.connection is None:
                raise
            self.connection = None  # closed while it was idle
            return self._once(request)

    def _once(self, request: Request) -> tuple[int, str, bytes]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": request.cookies} if request.cookies else {}
        body = urlencode(request.form) if request.form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if body is not None else "GET", request.path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.getheader("Location") or "", answer.read()
