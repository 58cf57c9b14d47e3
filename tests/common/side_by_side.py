"""Threads that stand for workers on two machines: each with a database connection of its own, meeting at named places."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

PATIENCE = 20.0  # seconds; a limit against hanging, never an expectation


class Meeting:
    """A named place where threads wait for each other."""

    def __init__(self, name: str, count: int) -> None:
        self.name, self._barrier = name, threading.Barrier(count)

    def wait(self) -> None:
        try:
            self._barrier.wait(timeout=PATIENCE)
        except threading.BrokenBarrierError:
            raise AssertionError(f"not everybody came to {self.name}") from None


class Signal:
    """Something that one thread says and another one waits for."""

    def __init__(self, name: str) -> None:
        self.name, self._event = name, threading.Event()

    def say(self) -> None:
        self._event.set()

    def wait(self) -> None:
        assert self._event.wait(PATIENCE), f"waited in vain: {self.name}"


class Other:
    """Work in another thread; `result()` waits for it and raises what it raised."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work, self._result, self._error = work, None, None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:
            self._error = error
        finally:
            connection.close()

    def result(self) -> Any:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the other one never ended"
        if self._error:
            raise self._error
        return self._result


def all_at_once(count: int, work: Callable[[], Any]) -> list[Any]:
    """`work()` in threads that all start at one place; what each returned."""
    start = Meeting("the start", count)

    def run() -> Any:
        start.wait()
        return work()

    return [other.result() for other in [Other(run) for _ in range(count)]]


def until_somebody_waits_for_a_lock() -> None:
    """Return when another connection to this database waits for a row that we hold."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")
