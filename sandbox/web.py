"""A small HTTP server: a table of routes, a request, a response. Standard library only."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.world import World

MAX_BODY = 1_000_000


class NoAnswer(Exception):
    """Close the connection without a word, as a dying server does."""


@dataclass(frozen=True)
class Request:
    """One request; `fault` names what the handler itself has to get wrong."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    args: tuple[str, ...] = ()
    fault: str = ""

    def fields(self) -> dict[str, str]:
        """The query's fields, the last one of each name."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    def sent(self) -> dict[str, object]:
        """The body as JSON object or form; an empty dictionary when it is neither."""
        if "json" in self.headers.get("content-type", ""):
            try:
                found = json.loads(self.body)
            except ValueError:
                return {}
            return found if isinstance(found, dict) else {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    """One answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


Handler = Callable[[World, Request], Response]
ROUTES: list[tuple[str, re.Pattern[str], Handler]] = []


def route(method: str, pattern: str) -> Callable[[Handler], Handler]:
    """Register a handler for a method and a whole path."""

    def register(handler: Handler) -> Handler:
        ROUTES.append((method, re.compile(pattern), handler))
        return handler

    return register


def answers_as(target: str) -> Callable[[Handler], Handler]:
    """The handler shows the faults scripted for `target`."""

    def wrap(handler: Handler) -> Handler:
        @wraps(handler)
        def run(world: World, request: Request) -> Response:
            fault = world.faults.take(target)
            if fault is None:
                return handler(world, request)
            return _show(fault.mode, fault.seconds, lambda mode: handler(world, replace(request, fault=mode)))

        return run

    return wrap


def _show(mode: str, seconds: float, act: Callable[[str], Response]) -> Response:
    """slow: wait, act, answer. late: act, wait, answer. down: nothing. lost_answer: act, no answer."""
    if mode == "down":
        raise NoAnswer
    if mode == "error_500":
        return as_json({"error": "internal error"}, 500)
    if mode == "slow":
        time.sleep(seconds)
    response = act(mode)
    if mode == "late":
        time.sleep(seconds)
    if mode == "lost_answer":
        raise NoAnswer
    return response


def as_json(value: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")


def see_other(address: str) -> Response:
    """Send the browser on."""
    return Response(303, headers={"Location": address})


def dispatch(world: World, request: Request) -> Response:
    """Find the handler of a request and run it."""
    known = False
    for method, pattern, handler in ROUTES:
        match = pattern.fullmatch(request.path)
        if match is None:
            continue
        known = True
        if method == request.method:
            return handler(world, replace(request, args=tuple(unquote(part) for part in match.groups())))
    return as_json({"error": "method not allowed" if known else "not found"}, 405 if known else 404)


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    wbufsize = -1  # one packet per answer: header and body apart wait 40 ms for each other
    timeout = 60
    world: World

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the books say more."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            self._write(as_json({"error": "too large"}, 413))
            return
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, parts.query, headers, self.rfile.read(length))
        try:
            self._write(dispatch(self.world, request))
        except NoAnswer:
            self.close_connection = True

    def _write(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    do_GET = do_POST = do_PUT = do_DELETE = _serve


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def server(world: World) -> ThreadingHTTPServer:
    """A threaded server on the configured port, not yet serving."""
    door = type("Door", (_Door,), {"world": world})
    return _Server((world.config.host, world.config.port), door)
