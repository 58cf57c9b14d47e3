"""Threads that meet at named places."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection


class Meeting:
    """A named place where threads wait for each other."""

    def __init__(self, name: str, count: int) -> None:
        self.name, self._barrier = name, threading.Barrier(count)

    def wait(self) -> None:
        try:
            self._barrier.wait(timeout=20)
        except threading.BrokenBarrierError:
            raise AssertionError(f"not everybody came to {self.name}") from None


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Each work in a thread of its own, all let go together; what they returned, or the exception, in no order."""
    start, results = Meeting("the start", len(works)), []

    def run(work: Callable[[], Any]) -> None:
        try:
            start.wait()
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
