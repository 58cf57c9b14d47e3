"""The bars of performance.md: blocks of requests, ours and the floor by turns, medians over the rounds."""

import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks import mixed, requests
from benchmarks.client import Client, Request
from benchmarks.report import Line, say
from benchmarks.servers import Server

Maker = Callable[[Server, int], list[Request]]


@dataclass(frozen=True)
class Operation:
    """What is measured: how many requests a block has, and how ours and the floor's are made ("" = no floor)."""

    name: str
    count: int
    floor: str = ""


OPERATIONS = (
    Operation("list", 40, "list"),
    Operation("next", 40, "list"),
    Operation("last", 40, "list"),
    Operation("list100", 10),
    Operation("counts", 40, "list"),
    Operation("largest", 40, "list"),
    Operation("show", 40, "show"),
    Operation("rich", 40, "show"),
    Operation("code", 40, "show"),
    Operation("phone", 40, "list"),
    Operation("name", 40, "list"),
    Operation("form", 20, "show"),
    Operation("submit", 24, "create"),
    Operation("claim", 24, "move"),
    Operation("receive", 24, "move"),
    Operation("forward", 24, "move"),
)
CONNECTIONS, WARM = 8, 24
LIVES = 3  # of each program while it is measured
KEPT = 0.5  # of a statement: what is kept for a moment (common.cache) may be asked anew within a block of either
GROWTH = (
    "list",
    "next",
    "last",
    "counts",
    "code",
    "phone",
    "name",
    "show",
    "rich",
    "submit",
    "claim",
    "receive",
    "forward",
)
# A dossier's life: one form page, one submission, three moves, ten queue pages, ten dossier pages.
# What the full floor cost beside the bare one where the bars were set (November 2026, PostgreSQL 15): how much dearer a Django
# page is than a bare view differs by machine (what a commit costs, how fast Python is), so each bar is shown against both.
FULL_WHERE_SET = {"life": 3.3, "create": 2.7, "move": 1.8, "list": 4.0, "show": 3.5}
AGAINST_FULL = (
    ("P2", "submit", "create", 6),
    ("P3", "forward", "move", 4),
    ("P4", "list", "list", 6),
    ("P4", "rich", "show", 9),
)
LIFE = {"form": 1, "submit": 1, "claim": 1, "receive": 1, "forward": 1, "list": 10, "show": 10}
FLOOR_LIFE = {"show": 11, "create": 1, "move": 3, "list": 10}


@dataclass
class Found:
    """What the blocks of one operation on one server cost, per request: CPU ms, statements, milliseconds of each."""

    cpu: list[float] = field(default_factory=list)
    statements: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)

    @property
    def median_cpu(self) -> float:
        """CPU ms per request, median of the rounds."""
        return statistics.median(self.cpu)

    @property
    def sql(self) -> float:
        """Statements per request, median of the rounds."""
        return statistics.median(self.statements)

    @property
    def p50(self) -> float:
        """Half of the requests were answered within this many milliseconds."""
        return statistics.median(self.took)


Table = dict[tuple[str, str, int], Found]


def measure(servers: list[Server], rounds: int) -> list[Line]:
    """Run everything and say what is held."""
    table: Table = {}
    _warm_all(servers)
    for number in range(rounds):
        if number and number * LIVES % rounds < LIVES:
            _anew(servers)
        say(f"round {number + 1} of {rounds}")
        for operation in OPERATIONS:
            for server in servers:
                _turn(table, server, operation)
    sizes = sorted(server.size for server in servers if server.name == "ours")
    lines = [line for size in sizes for line in _lines(table, size, sizes[-1])]
    lines += [line for size in sizes[1:] for line in _growth(table, sizes[0], size)]
    return lines + mixed.measure([server for server in servers if server.name == "ours"])


def _turn(table: Table, server: Server, operation: Operation) -> None:
    """A block of ours, or right beside it one of its floor: how fast a machine is changes from one second to the next."""
    if server.name == "ours":
        _into(table, server, operation)
    elif operation.floor:
        _into(table, server, next(one for one in _operations_of(server) if one.name == operation.floor))


def _anew(servers: list[Server]) -> None:
    """Every program once more: the same code lies otherwise in each process, which costs a tenth more or less."""
    for server in servers:
        server.stop()
        server.start()
    _warm_all(servers)


def _warm_all(servers: list[Server]) -> None:
    for server in servers:
        for operation in _operations_of(server):
            _warm(server, operation)


def _warm(server: Server, operation: Operation) -> None:
    """Every thread of every worker gets its connection, caches and compiled templates: eight connections at once."""
    made = requests.made(server, operation.name, WARM)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda part: send_all(Client(server.port), part), shares(made)))


def send_all(client: Client, part: list[Request]) -> None:
    """One request after the other."""
    for request in part:
        client.send(request)


def shares(made: list[Request]) -> list[list[Request]]:
    """The requests dealt to the connections."""
    return [made[number::CONNECTIONS] for number in range(CONNECTIONS)]


def _operations_of(server: Server) -> list[Operation]:
    if server.name == "ours":
        return list(OPERATIONS)
    return [Operation(name, 40) for name in ("list", "show", "create", "move")]


def _into(table: Table, server: Server, operation: Operation) -> None:
    cpu, statements, took = _block(server, operation, operation.count)
    found = table.setdefault((server.name, operation.name, server.size), Found())
    found.cpu.append(cpu)
    found.statements.append(statements)
    found.took += took


def _block(server: Server, operation: Operation, count: int) -> tuple[float, float, list[float]]:
    """CPU ms and statements per request, and how long each took."""
    made = requests.made(server, operation.name, count)
    client = Client(server.port)
    statements, cpu = server.statements(), server.cpu()
    took = [client.send(request) for request in made]
    used = server.cpu() - cpu
    return used / count, (server.statements() - statements) / count, took


# ── what is held ──
def _lines(table: Table, size: int, large: int) -> list[Line]:
    """P1 to P4 at one size, beside the floor, which stands at the largest only (its rows are found by index alone)."""

    def ours(name: str) -> Found:
        return table["ours", name, size]

    def floor(name: str, kind: str = "bare") -> Found:
        return table[kind, name, large]

    def cpu(bar: str, what: str, mine: float, base: float, hold: float) -> Line:
        return Line(bar, what, size, mine, base, "ms CPU", mine / base, f"≤ {hold:g}", mine / base <= hold)

    def sql(bar: str, what: str, mine: float, base: float, hold: float) -> Line:
        return Line(bar, what, size, mine, base, "SQL", mine, f"≤ {hold:g}", mine <= hold)

    bare = sum(count * floor(name).median_cpu for name, count in FLOOR_LIFE.items())
    full = sum(count * floor(name, "full").median_cpu for name, count in FLOOR_LIFE.items())
    life = sum(count * ours(name).median_cpu for name, count in LIFE.items())
    list_cpu, list_sql = ours("list").median_cpu, ours("list").sql

    lines = [
        cpu("P1", "a dossier's life", life, bare, 7),
        Line("P1", "the full floor's life, for comparison", size, full, bare, "ms CPU", full / bare, "-", True),
        cpu("P2", "submit", ours("submit").median_cpu, floor("create").median_cpu, 6),
        sql("P2", "submit, statements", ours("submit").sql, floor("create").sql, 16),
        cpu("P3", "move (hand on along the route)", ours("forward").median_cpu, floor("move").median_cpu, 4),
        sql("P3", "move, statements", ours("forward").sql, floor("move").sql, 13),
        cpu("P4", "queue page of 20", list_cpu, floor("list").median_cpu, 6),
        sql("P4", "queue page of 20, statements", list_sql, floor("list").sql, 8),
        Line("P4", "queue page of 100, statements as for 20", size, ours("list100").sql, list_sql, "SQL",
             ours("list100").sql - list_sql, "= 0", abs(ours("list100").sql - list_sql) < KEPT),
        cpu("P4", "dossier page, 60 answers, 10 papers, 12 events", ours("rich").median_cpu, floor("show").median_cpu, 9),
        sql("P4", "dossier page, statements", ours("rich").sql, floor("show").sql, 16),
    ]  # fmt: skip
    return lines + _against_full(table, size, large, life, full) + _others(table, size, large)


def _against_full(table: Table, size: int, large: int, life: float, full_life: float) -> list[Line]:
    """The same bars beside the full floor, and what they allowed where they were set; for comparison."""

    def line(bar: str, what: str, mine: float, base: float, allowed: float) -> Line:
        words = f"{what}, against the full floor"
        return Line(bar, words, size, mine, base, "ms CPU", mine / base, f"({allowed:.1f})", True)

    found = [line("P1", "a dossier's life", life, full_life, 7 / FULL_WHERE_SET["life"])]
    for bar, name, kind, hold in AGAINST_FULL:
        mine, base = table["ours", name, size].median_cpu, table["full", kind, large].median_cpu
        found.append(line(bar, name, mine, base, hold / FULL_WHERE_SET[kind]))
    return found


def _others(table: Table, size: int, large: int) -> list[Line]:
    """Parts of the life that have no bar of their own, shown for what they are."""
    found = []
    for name in ("form", "show", "claim", "receive", "counts", "code", "phone", "name", "largest"):
        base = next(one.floor for one in OPERATIONS if one.name == name)
        mine, floor = table["ours", name, size], table["bare", base, large]
        found.append(
            Line("-", f"{name}, {mine.sql:.1f} statements", size, mine.median_cpu, floor.median_cpu, "ms CPU",
                 mine.median_cpu / floor.median_cpu, "-", True)
        )  # fmt: skip
    return found


def _growth(table: Table, small: int, size: int) -> list[Line]:
    """P5: what each page and act costs at one size beside the smallest."""
    found = []
    for name in GROWTH:
        before, after = table["ours", name, small], table["ours", name, size]
        for what, first, last in (("CPU", before.median_cpu, after.median_cpu), ("p50", before.p50, after.p50)):
            found.append(
                Line("P5", f"{name}, {what} from {small:,} to {size:,}", size, last, first, f"ms {what}", last / first,
                     "≤ 1.25", last / first <= 1.25)
            )  # fmt: skip
    return found
