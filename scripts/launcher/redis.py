"""The embedded Redis (valkey-server): nudges and caches only, so nothing of it is kept on disk."""

import os
import secrets
import socket
from urllib.parse import unquote, urlsplit

from launcher.console import LauncherError
from launcher.engines import Engines
from launcher.places import Home
from launcher.processes import Child, wait_until


class Redis:
    """A server on a free port of the loopback interface, behind a password made for this start."""

    def __init__(self, home: Home, engines: Engines) -> None:
        self.password = secrets.token_hex(16)
        self.port = free_port()
        lines = ["bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}", 'save ""', "appendonly no"]
        lines += ["maxmemory 128mb", "maxmemory-policy volatile-lru", f"dir {home.path}"]
        environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
        # The configuration goes through standard input: a command line can be read by everybody.
        self.child = Child(
            "redis", [str(engines.redis_server), "-"], environment, home, home.account, stdin="\n".join(lines) + "\n"
        )

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.child.start()
        wait_until(lambda: not _complaint(self.url), 20, self.child)


def free_port() -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def check_url(url: str) -> None:
    """Raise LauncherError unless REDIS_URL answers."""
    complaint = _complaint(url)
    if complaint:
        raise LauncherError(f"REDIS_URL does not work: {complaint}")


def _complaint(url: str) -> str:
    """Why the Redis at `url` cannot be used; empty when it answers PING."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"}:
        return "it must look like redis://:password@host:6379/0"
    if parts.scheme == "rediss":
        return ""  # the certificate is the client's business
    words = [["PING"]]
    if parts.password:
        words.insert(0, ["AUTH", *([unquote(parts.username)] if parts.username else []), unquote(parts.password)])
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379), timeout=3) as link:
            for command in words:
                link.sendall(_encode(command))
                answer = link.recv(200).decode(errors="replace").strip()
    except (OSError, ValueError) as error:
        return str(getattr(error, "strerror", None) or error)
    return "" if answer == "+PONG" else answer or "no answer"


def _encode(words: list[str]) -> bytes:
    parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    return f"*{len(words)}\r\n{''.join(parts)}".encode()
