"""What a drill works with: the running demo, its processes, the sandbox, the demo's people."""

import contextlib
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx

from portal.demo.people import Cast
from tests.sandbox_process import Sandbox

DATA_DIR = Path(os.environ.get("DATA_DIR", "var"))
WEB = os.environ.get("PORTAL_URL", "")
PATIENCE = 30.0


@dataclass
class Stage:
    """One run: its chance, the sandbox, the people, and what is broken at the moment."""

    chance: Random
    sandbox: Sandbox
    cast: Cast
    phase: str = "calm"
    kills: list[str] = field(default_factory=list)

    def kill(self, name: str) -> int:
        """`kill -9` every process of a service; the launcher starts it again. Returns how many there were."""
        pids = members(name)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.kills.append(name)
        return len(pids)

    def keep_down(self, name: str, seconds: float) -> None:
        """Kill a service, and again whenever it comes back, for some seconds; it starts empty at last."""
        end = time.monotonic() + seconds
        self.kills.append(name)
        while time.monotonic() < end:
            for pid in members(name):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def hang(self, name: str, seconds: float) -> None:
        """A service that takes connections and does not answer."""
        pids = members(name)
        self.kills.append(f"{name} hung")
        for number, wait in ((signal.SIGSTOP, seconds), (signal.SIGCONT, 0)):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            time.sleep(wait)


def open_sandbox() -> Sandbox:
    """The sandbox that the launcher started."""
    url = os.environ["SANDBOX_URL"]
    http = httpx.Client(base_url=url, timeout=PATIENCE, trust_env=False)
    return Sandbox(url, int(os.environ["SMTP_PORT"]), http)


def members(name: str) -> list[int]:
    """The living processes of a service: the launcher notes the leader of its session."""
    try:
        leader = int(json.loads((DATA_DIR / "pids" / f"{name}.json").read_text(encoding="utf-8"))["pid"])
    except (OSError, ValueError, KeyError):
        return []
    return [pid for pid, session in _sessions() if session == leader]


def _sessions() -> list[tuple[int, int]]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if fields[0] != "Z":
                found.append((int(entry.name), int(fields[3])))
    return found


def until(is_so: Callable[[], Any], seconds: float, pause: float = 0.2) -> Any:
    """The first true value of `is_so`, or its last one when the time is over."""
    end = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < end:
        time.sleep(pause)
    return found


class Aside(threading.Thread):
    """Work beside the drill; `done()` waits for it and raises what it raised."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work, self.error = work, None
        self.start()

    def run(self) -> None:
        from django.db import connection

        try:
            self.work()
        except BaseException as error:
            self.error = error
        finally:
            connection.close()

    def done(self) -> None:
        self.join()
        if self.error:
            raise self.error
