"""P8: a mixed day of 10 lists, 10 dossier pages, 3 moves, 1 submission, over one connection and over eight."""

import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from benchmarks import requests
from benchmarks.client import Client, Request
from benchmarks.report import Line, say
from benchmarks.servers import Server

CYCLES = 5  # of 24 requests each
ROUNDS = 6  # one connection and eight by turns: how fast a machine is changes from one second to the next
MANY = 8


@dataclass
class Days:
    """The runs of the mix over so many connections: milliseconds of each request, and what all took together."""

    took: list[float] = field(default_factory=list)
    seconds: float = 0

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return len(self.took) / self.seconds

    def within(self, part: float) -> float:
        """This part of the requests was answered within so many milliseconds."""
        return sorted(self.took)[int(len(self.took) * part)]


def measure(servers: list[Server]) -> list[Line]:
    """Throughput with eight connections against one, tail and memory."""
    lines: list[Line] = []
    for server in servers:
        alone, together = Days(), Days()
        for number in range(ROUNDS):
            say(f"a mixed day at {server.size:,}, {number + 1} of {ROUNDS}")
            _day(server, 1, alone)
            _day(server, MANY, together)
        lines += _lines(server, alone, together)
    return lines


def _lines(server: Server, alone: Days, together: Days) -> list[Line]:
    one, many = alone.per_second, together.per_second
    p50, p99, memory = together.within(0.5), together.within(0.99), server.memory()
    return [
        Line("P8", f"mixed day, {MANY} connections against 1", server.size, many, one, "req/s", many / one, "≥ 1.6",
             many / one >= 1.6),
        Line("P8", f"mixed day, p99 against p50 with {MANY} connections", server.size, p99, p50, "ms", p99 / p50, "≤ 4",
             p99 / p50 <= 4),
        Line("P8", "memory of the largest worker", server.size, memory, 0, "MB", memory, "≤ 130", memory <= 130),
    ]  # fmt: skip


def _day(server: Server, connections: int, days: Days) -> None:
    todo: SimpleQueue[Request] = SimpleQueue()
    for request in _mix(server):
        todo.put(request)
    wrong: list[BaseException] = []
    threads = [threading.Thread(target=_work, args=(server.port, todo, days.took, wrong)) for _ in range(connections)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    days.seconds += time.perf_counter() - begin


def _work(port: int, todo: "SimpleQueue[Request]", took: list[float], wrong: list[BaseException]) -> None:
    client = Client(port)
    try:
        while True:
            took.append(client.send(todo.get_nowait()))
    except Empty:
        return
    except BaseException as error:
        wrong.append(error)


def _mix(server: Server) -> list[Request]:
    """The kinds spread evenly over the day, as they come in life."""
    found = []
    for _cycle in range(CYCLES):
        parts = {"list": 10, "show": 10, "forward": 3, "submit": 1}
        made = {name: requests.made(server, name, count) for name, count in parts.items()}
        order = sorted((at / len(made[name]), name, at) for name in parts for at in range(len(made[name])))
        found += [made[name][at] for _place, name, at in order]
    return found
