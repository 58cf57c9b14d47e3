"""P8: a mixed day of 10 lists, 10 dossier pages, 3 moves, 1 submission, over one connection and over eight."""

import statistics
import threading
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from benchmarks import requests
from benchmarks.client import Client, Request
from benchmarks.report import Line, say
from benchmarks.servers import Server

CYCLES = 16  # of 24 requests each
ROUNDS = 2
MANY = 8


@dataclass(frozen=True)
class Day:
    """One run of the mix."""

    per_second: float
    p50: float
    p99: float


def measure(servers: list[Server]) -> list[Line]:
    """Throughput with eight connections against one, tail and memory."""
    lines: list[Line] = []
    for server in servers:
        alone, together = [], []
        for number in range(ROUNDS):
            say(f"a mixed day at {server.size:,}, {number + 1} of {ROUNDS}")
            alone.append(_day(server, 1))
            together.append(_day(server, MANY))
        lines += _lines(server, alone, together)
    return lines


def _lines(server: Server, alone: list[Day], together: list[Day]) -> list[Line]:
    one = statistics.median(day.per_second for day in alone)
    many = statistics.median(day.per_second for day in together)
    p50 = statistics.median(day.p50 for day in together)
    p99 = statistics.median(day.p99 for day in together)
    memory = server.memory()
    return [
        Line("P8", f"mixed day, {MANY} connections against 1", server.size, many, one, "req/s", many / one, "≥ 1.6",
             many / one >= 1.6),
        Line("P8", f"mixed day, p99 against p50 with {MANY} connections", server.size, p99, p50, "ms", p99 / p50, "≤ 4",
             p99 / p50 <= 4),
        Line("P8", "memory of the largest worker", server.size, memory, 0, "MB", memory, "≤ 130", memory <= 130),
    ]  # fmt: skip


def _day(server: Server, connections: int) -> Day:
    todo: SimpleQueue[Request] = SimpleQueue()
    for request in _mix(server):
        todo.put(request)
    took: list[float] = []
    wrong: list[BaseException] = []
    threads = [threading.Thread(target=_work, args=(server.port, todo, took, wrong)) for _ in range(connections)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
    seconds = time.perf_counter() - begin
    took.sort()
    return Day(len(took) / seconds, statistics.median(took), took[int(len(took) * 0.99)])


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
