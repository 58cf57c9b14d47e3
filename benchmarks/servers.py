"""The programs under measurement: gunicorn with two workers of four threads each, the CPU they and their database use."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import database
from benchmarks.client import Client, free_port

GUNICORN = ["--worker-class=gthread", "--workers=2", "--threads=4", "--no-control-socket", "--log-level=error",
            "--keep-alive=60", "--timeout=120"]  # fmt: skip
# What opens and ends transactions is no statement, nor is what the connection sets up once.
_COUNT = """
SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = %s)
AND query !~* '^(begin|commit|rollback|start transaction|savepoint|release|set |show |discard)'
"""


@dataclass
class Server:
    """One program on one database. `plan`: cookies, codes and marks for its requests."""

    name: str
    size: int
    application: str
    database: str
    environment: dict[str, str]
    plan: dict[str, Any]
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    used: dict[str, int] = field(default_factory=dict)  # how much of each stock is used up

    def start(self) -> None:
        """Start and wait until it answers."""
        self.port = free_port()
        log = Path(os.environ["DATA_DIR"]) / "logs"
        log.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "gunicorn", self.application, f"--bind=127.0.0.1:{self.port}", "--preload"]
        with (log / f"bench-{self.name}-{self.size}.log").open("ab") as file:
            self.process = subprocess.Popen(
                [*command, *GUNICORN], cwd=database.ROOT, env=self.environment, stdout=file, stderr=file
            )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                Client(self.port).get("/healthz")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit(f"{self.name} did not start; see logs/bench-{self.name}-{self.size}.log")

    def stop(self) -> None:
        """Stop it and its workers."""
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)

    def take(self, kind: str, count: int) -> list[Any]:
        """The next unused things of a stock; SystemExit when it is used up, never a reuse."""
        begin = self.used.get(kind, 0)
        self.used[kind] = begin + count
        if begin + count > len(self.plan[kind]):
            raise SystemExit(f"{self.name}: the stock of {kind} is too small")
        found: list[Any] = self.plan[kind][begin : begin + count]
        return found

    def workers(self) -> list[int]:
        """Process ids of gunicorn's workers."""
        assert self.process
        parent = self.process.pid
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        return [int(pid) for pid in text.split()]

    def backends(self) -> list[int]:
        """Process ids of the database's servers for this program."""
        with database.connect("postgres").cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [self.database])
            return [pid for (pid,) in cursor.fetchall()]

    def cpu(self) -> float:
        """Milliseconds of CPU used so far by the workers and by their backends."""
        return sum(cpu_of(pid) for pid in [*self.workers(), *self.backends()])

    def statements(self) -> int:
        """Statements so far, without those that only open and end transactions."""
        with database.connect("motcua").cursor() as cursor:  # another database: looking counts nothing
            cursor.execute(_COUNT, [self.database])
            return int(cursor.fetchone()[0])

    def memory(self) -> float:
        """MB of the largest worker (resident, shared pages included)."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) for pid in self.workers()]
        return max(pages) * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def cpu_of(pid: int) -> float:
    """Milliseconds a process was on a CPU, by the scheduler's nanoseconds, all threads."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text(encoding="ascii").split()[0])
        except OSError:
            continue  # a thread that has just ended
    return total / 1e6


def product(size: int, plan: dict[str, Any]) -> Server:
    """The portal as production runs it."""
    name = f"bench_{size}"
    return Server("ours", size, "portal.wsgi:application", name, database.environment(name), plan)


def catalogue(size: int, plan: dict[str, Any]) -> Server:
    """The portal with a generated catalogue of that size."""
    name = database.catalogue_name(size)
    return Server("ours", size, "portal.wsgi:application", name, database.environment(name), plan)


def floor(kind: str, size: int, plan: dict[str, Any]) -> Server:
    """`bare` or `full` (docs/bench.md)."""
    name = f"floor_{size}"
    env = database.environment(name) | database.FLOOR | {"FLOOR": kind}
    return Server(kind, size, "benchmarks.floor.wsgi:application", name, env, plan)
