"""`python -m benchmarks [dossiers] [catalogue]`, run by `make bench`: prints the table, writes $DATA_DIR/bench.json.

SIZE=200000 measures one size of the dossiers, SIZES=10000,200000,3300000 those: every bar at each, growth from the smallest.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import bars, catalogue, database, report
from benchmarks.servers import Server, floor, product

SMALL, LARGE = 10_000, 200_000


def main() -> int:
    """Measure the named parts (all of them when none is named); 0 when every bar is held."""
    if sys.argv[1:2] == ["profile"]:
        return profile(int(os.environ.get("SIZE") or SMALL), sys.argv[2:])
    rounds = int(os.environ.get("ROUNDS") or 5)
    parts = {"dossiers": dossiers, "catalogue": catalogue.measure}
    chosen = sys.argv[1:] or list(parts)
    if unknown := set(chosen) - parts.keys():
        raise SystemExit(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    found = [line for name in chosen for line in parts[name](rounds)]
    report.print_table(found)
    report.write_json(found, Path(os.environ["DATA_DIR"]) / "bench.json")
    return 0 if all(line.met for line in found) else 1


def dossiers(rounds: int) -> list[report.Line]:
    """The bars of performance.md."""
    chosen = os.environ.get("SIZES") or os.environ.get("SIZE") or f"{SMALL},{LARGE}"
    sizes = sorted(int(size) for size in chosen.split(","))
    servers = start(sizes)
    try:
        return bars.measure(servers, rounds)
    finally:
        for server in servers:
            server.stop()


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
