"""The catalogue's part: pages over 250 and 2,500 procedures beside the floor's bare list of the same number of rows.

To add a line: an Operation in OPERATIONS, and what its requests need in the plan of `benchmarks.catalogue_plan`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote

from benchmarks import catalogue_import, database
from benchmarks.bars import CONNECTIONS, WARM, Found, send_all, shares
from benchmarks.client import Client, Request
from benchmarks.report import Line, say
from benchmarks.servers import Server, catalogue, floor

SMALL, LARGE = 250, 2_500
FLOOR_SIZE = 10_000
HOLD, MOST_SQL, GROWTH = 6.0, 8, 1.25


@dataclass(frozen=True)
class Operation:
    """A page: `rows` it shows (the floor's list shows as many), requests of a block, how they are made of the plan."""

    name: str
    what: str
    rows: int
    count: int
    made: Callable[[Server], Iterator[Request]] = field(repr=False)


def _searches(server: Server) -> Iterator[Request]:
    """Searches by turns, never the same one twice in a block."""
    for text in server.plan["searches"]:
        words, _sign, rest = text.partition("&")
        yield Request(f"/thu-tuc/?q={quote(words)}{_sign}{rest}")


def _list(server: Server) -> Iterator[Request]:
    yield Request("/thu-tuc/")


def _suggestions(server: Server) -> Iterator[Request]:
    for text in server.plan["typed"]:
        yield Request(f"/thu-tuc/goi-y/?q={quote(text)}")


GRID = "/quan-tri/phan-loai/"
VIEWS = ("", "?trang=2", "?loai=partial", "?chua-dat=presence", "?q=giay")


def _grid(server: Server) -> Iterator[Request]:
    """The grid as it opens, its next page, and what its filters give: each fills a page at both sizes."""
    for view in VIEWS:
        yield Request(f"{GRID}{view}", server.plan["admin"])


OPERATIONS = (
    Operation("grid", "grid of services and criteria", 25, 40, _grid),
    Operation("search", "search page", 20, 60, _searches),
    Operation("list", "first page of the list", 20, 30, _list),
    Operation("suggest", "suggestions while typing", 8, 60, _suggestions),
)


def measure(rounds: int) -> list[Line]:
    """Run every operation at both sizes, the floor by turns."""
    with _started() as servers:
        table: dict[tuple[str, int], Found] = {}
        for server in servers:
            for operation in OPERATIONS:
                _warm(server, operation)
        for number in range(rounds):
            say(f"catalogue, round {number + 1} of {rounds}")
            for operation in OPERATIONS:
                for server in servers:
                    _into(
                        table.setdefault((f"{server.name} {operation.name}", server.size), Found()), server, operation
                    )
    return [*catalogue_import.lines(_import), *(line for one in OPERATIONS for line in _lines(one, table))]


def _import(size: int) -> dict[str, Any]:
    """The dry run and its floor, in a process of their own."""
    say(f"import of {size:,} procedures")
    database.catalogue_ready(size)
    return database.run("benchmarks.catalogue_import", database.environment(database.catalogue_name(size)), str(size))


@contextmanager
def _started() -> Iterator[list[Server]]:
    servers = [catalogue(size, database.catalogue_ready(size)) for size in (SMALL, LARGE)]
    servers.append(floor("bare", FLOOR_SIZE, database.floor_ready(FLOOR_SIZE)))
    try:
        for server in servers:
            server.start()
        yield servers
    finally:
        for server in servers:
            server.stop()


def _made(server: Server, operation: Operation, count: int) -> list[Request]:
    if server.name == "ours":
        return list(islice(cycle(operation.made(server)), count))
    return [Request(f"{mark}&rows={operation.rows}") for mark in islice(cycle(server.plan["marks"]), count)]


def _warm(server: Server, operation: Operation) -> None:
    made = _made(server, operation, WARM)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda part: send_all(Client(server.port), part), shares(made)))


def _into(found: Found, server: Server, operation: Operation) -> None:
    made, client = _made(server, operation, operation.count), Client(server.port)
    statements, cpu = server.statements(), server.cpu()
    found.took += [client.send(request) for request in made]
    found.cpu.append((server.cpu() - cpu) / operation.count)
    found.statements.append((server.statements() - statements) / operation.count)


def _lines(operation: Operation, table: dict[tuple[str, int], Found]) -> Iterator[Line]:
    small, large = (table[f"ours {operation.name}", size] for size in (SMALL, LARGE))
    base = table[f"bare {operation.name}", FLOOR_SIZE]
    ratio, growth = large.median_cpu / base.median_cpu, large.median_cpu / small.median_cpu
    yield Line("C", f"{operation.what}, {operation.rows} rows", LARGE, large.median_cpu, base.median_cpu, "ms CPU", ratio,
               f"≤ {HOLD:g}", ratio <= HOLD)  # fmt: skip
    yield Line("C", f"{operation.what}, statements", LARGE, large.sql, base.sql, "SQL", large.sql, f"≤ {MOST_SQL}",
               large.sql <= MOST_SQL)  # fmt: skip
    yield Line("C", f"{operation.what}, CPU from {SMALL} to {LARGE:,}", LARGE, large.median_cpu, small.median_cpu, "ms CPU",
               growth, f"≤ {GROWTH:g}", growth <= GROWTH)  # fmt: skip
