"""`python -m benchmarks`, run by `make bench`: prints the table, writes $DATA_DIR/bench.json. SIZE=200000 for one size."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import bars, database, report
from benchmarks.servers import Server, floor, product

SMALL, LARGE = 10_000, 200_000


def main() -> int:
    """Measure at the sizes of the issue, or at SIZE alone; 0 when every bar is held."""
    if sys.argv[1:2] == ["profile"]:
        return profile(int(os.environ.get("SIZE") or SMALL), sys.argv[2:])
    sizes = [int(os.environ["SIZE"])] if os.environ.get("SIZE") else [SMALL, LARGE]
    rounds = int(os.environ.get("ROUNDS") or 5)
    servers = start(sizes)
    try:
        found = bars.measure(servers, rounds)
    finally:
        for server in servers:
            server.stop()
    report.print_table(found)
    report.write_json(found, Path(os.environ["DATA_DIR"]) / "bench.json")
    return 0 if all(line.met for line in found) else 1


def profile(size: int, names: list[str]) -> int:
    """Where the time of single operations goes."""
    plan = json.dumps(database.ready(size))
    command = [sys.executable, "-m", "benchmarks.profiling", *names]
    env = database.environment(f"bench_{size}")
    return subprocess.run(command, env=env, input=plan, text=True, check=False).returncode


def start(sizes: list[int]) -> list[Server]:
    """The floor at the largest size, the product at every size; each with a database of its own."""
    servers: list[Server] = []
    for size in sizes:
        plan = database.ready(size)
        servers.append(product(size, plan))
    plan = database.floor_ready(sizes[-1])
    servers += [floor("bare", sizes[-1], plan), floor("full", sizes[-1], plan)]
    for server in servers:
        server.start()
    return servers


if __name__ == "__main__":
    sys.exit(main())
