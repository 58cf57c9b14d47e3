"""The sandbox as a real process for tests, and a small HTTP ear that stands for the portal's callback addresses.

A conftest imports the fixtures: `from tests.sandbox_process import outside_world, portal_ear, sandbox`.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {
    "VNPAY_SECRETS": "SECRETKEYSECRETKEYSECRETKEY12345",
    "SMS_SECRETS": "sms-secret-for-tests",
    "POSTAL_SECRETS": "postal-secret-for-tests",
    "SIGNING_SERVICE_TOKEN": "signing-token-for-tests",
    "SIGNING_SERVICE_PIN": "2805190",
}
NOWHERE = "http://127.0.0.1:9"
PATIENCE = 20.0  # seconds; a limit against hanging, never an expectation


def secret(name: str) -> str:
    """The vendor's key: the first one of the list that the settings read too, else a fixed one."""
    listed = os.environ.get(name, "")
    file = Path(os.environ.get(f"{name}_FILE") or Path(os.environ.get("SECRETS_DIR", "/nowhere")) / name.lower())
    if not listed and file.is_file():
        listed = file.read_text(encoding="utf-8").strip()
    return listed.split(",")[0].strip() or SECRETS[name]


def wait_until(is_so: Callable[[], Any], what: str) -> Any:
    """The first true value of `is_so`; fails with `what` when it never comes."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = is_so()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {what}")


@dataclass
class Sandbox:
    """A running sandbox and the words a test speaks to it."""

    url: str
    smtp_port: int
    http: httpx.Client

    def script(self, target: str, mode: str, times: int = 1, seconds: float = 0.3) -> None:
        """Let something go wrong."""
        wish = {"target": target, "mode": mode, "times": times, "seconds": seconds}
        self.http.post("/faults", json=wish).raise_for_status()

    def addresses(self) -> dict[str, object]:
        """The settings that lead the portal here instead of to the real world."""
        return {
            "SANDBOX_URL": self.url,
            "VNPAY_PAY_URL": f"{self.url}/vnpay/paymentv2/vpcpay.html",
            "VNPAY_API_URL": f"{self.url}/vnpay/merchant_webapi/api/transaction",
            "SMS_URL": f"{self.url}/sms/v1/messages",
            "POSTAL_URL": f"{self.url}/post/api",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": self.smtp_port,
        }

    def set_clock(self, moment: datetime | None = None) -> None:
        """Let the sandbox's clock go on from this moment; without one, back to the real time."""
        self.http.put("/clock", json={"now": moment.isoformat() if moment else ""}).raise_for_status()

    def reset(self) -> None:
        """Empty books, no faults, callbacks to nowhere, the real time."""
        self.point_at(NOWHERE)
        self.set_clock()
        self.forget()

    def forget(self) -> None:
        """Empty books, no faults."""
        self.http.delete("/faults").raise_for_status()
        self.http.delete("/books").raise_for_status()

    def point_at(self, url: str) -> None:
        """Send callbacks to this address."""
        self.http.put("/portal", json={"url": url}).raise_for_status()

    def book(self, name: str) -> dict[str, list[dict[str, Any]]]:
        """One of the sandbox's own books: vnpay, sms, smtp, post, csc."""
        return self.http.get(f"/books/{name}.json").raise_for_status().json()

    def inbox(self, to: str = "", after: int = 0) -> list[dict[str, Any]]:
        """What came for somebody, newest first."""
        return self.http.get("/inbox.json", params={"to": to, "after": after}).raise_for_status().json()

    def pay(self, url: str, code: str = "00") -> dict[str, Any]:
        """Pay at a pay address without a browser; the answer's `return_url` is where the browser would go."""
        return self.http.post("/vnpay/pay-now", json={"url": url, "code": code}).raise_for_status().json()

    def advance(self, item_code: str, **wish: str) -> dict[str, Any]:
        """Move a parcel on: to=, note=, office=, receiver=."""
        return self.http.post(f"/post/parcels/{item_code}/advance", json=wish).raise_for_status().json()


@dataclass(frozen=True)
class Heard:
    """One callback as the portal would see it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class PortalEar:
    """Hears the sandbox's callbacks; `answers` are given in turn, the last one for ever."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.answers: list[tuple[int, str]] = [(200, '{"RspCode": "00", "Message": "Confirm Success"}')]
        ear = self

        class Door(BaseHTTPRequestHandler):
            def log_message(self, *args: object) -> None:
                pass

            def _hear(self) -> None:
                parts, length = urlsplit(self.path), int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                ear.heard.append(Heard(self.command, parts.path, parts.query, headers, self.rfile.read(length)))
                status, text = ear.answers[min(len(ear.heard), len(ear.answers)) - 1]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = _hear

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def wait(self, count: int) -> list[Heard]:
        """The first `count` callbacks, as soon as they are here."""
        wait_until(lambda: len(self.heard) >= count, f"{count} callbacks, heard {len(self.heard)}")
        return self.heard[:count]

    def close(self) -> None:
        """Stop hearing."""
        self._server.shutdown()
        self._server.server_close()


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The outside world, one process for the session (and for each xdist worker); reset it before use."""
    port, smtp_port = _free_ports(2)
    folder = tmp_path_factory.mktemp("sandbox")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        **{name: secret(name) for name in SECRETS},
        "SANDBOX_PORT": str(port),
        "SMTP_PORT": str(smtp_port),
        "SANDBOX_DATA": str(folder),
        "PORTAL_URL": NOWHERE,
        "VNPAY_TMN_CODE": os.environ.get("VNPAY_TMN_CODE", "DEMOTMN1"),
        "CALLBACK_RETRY_SECONDS": "0.2",
        "SMS_RECEIPT_SECONDS": "0.05",
    }
    process = subprocess.Popen([sys.executable, "-m", "sandbox"], cwd=ROOT, env=environment)
    http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE, trust_env=False)
    try:
        wait_until(lambda: process.poll() is not None or _is_alive(http), "the sandbox's /healthz")
        assert process.poll() is None, "the sandbox did not start"
        yield Sandbox(str(http.base_url).rstrip("/"), smtp_port, http)
    finally:
        http.close()
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _is_alive(http: httpx.Client) -> bool:
    try:
        return http.get("/healthz").is_success
    except httpx.TransportError:
        return False


@pytest.fixture
def outside_world(sandbox: Sandbox, settings: Any) -> Iterator[Sandbox]:
    """An empty sandbox that every gateway made from the settings leads to; callbacks go nowhere until `point_at`."""
    sandbox.forget()  # not where it points: portal_ear may have been asked for first
    for name, value in sandbox.addresses().items():
        setattr(settings, name, value)
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] = [*policy["DIRECTIVES"]["form-action"], sandbox.url]
    settings.CONTENT_SECURITY_POLICY = policy
    yield sandbox
    sandbox.reset()


@pytest.fixture
def portal_ear(sandbox: Sandbox) -> Iterator[PortalEar]:
    """An empty sandbox that sends its callbacks to a fresh ear."""
    ear = PortalEar()
    sandbox.reset()
    sandbox.point_at(ear.url)
    yield ear
    sandbox.reset()
    ear.close()


@pytest.fixture
def signing_service(outside_world: Sandbox, settings: Any, tmp_path: Path) -> Sandbox:
    """The settings lead to the remote signing service and trust its authority; there is no key file."""
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(outside_world.http.get("/csc/authority.pem").content)
    settings.SIGNING_TRUST_FILE = str(trusted)
    settings.SIGNING_KEY_FILE, settings.SEAL_KEY_FILE = tmp_path / "none.pem", str(tmp_path / "none.pem")
    settings.SIGNING_SERVICE_URL = outside_world.url
    settings.SIGNING_SERVICE_TOKEN = secret("SIGNING_SERVICE_TOKEN")
    settings.SIGNING_SERVICE_PIN = secret("SIGNING_SERVICE_PIN")
    settings.SIGNING_CREDENTIAL, settings.SEAL_CREDENTIAL = "lanh-dao", "con-dau"
    return outside_world
