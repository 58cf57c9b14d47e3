"""`python -m tests.drills [worker] [database] …` (NAMES below): run by `make drills` beside the running demo."""

import os
import secrets
import sys
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from tests.drills.report import Report
    from tests.drills.stage import Stage

NAMES = ("worker", "database", "callbacks", "submits", "officers", "pairs", "clock")


def main() -> int:
    """Run the drills named (all without a name); 0 when nothing was lost."""
    wanted = sys.argv[1:] or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown or "PORTAL_URL" not in os.environ:
        sys.stderr.write(f'type: make drills, or make drills ARGS="{" ".join(NAMES)}"\n')
        return 2
    seed = int(os.environ.get("SEED") or secrets.randbelow(10**6))
    django.setup()
    return _run(wanted, seed)


def _run(wanted: list[str], seed: int) -> int:
    from tests.drills.report import print_table, say, write_json
    from tests.drills.stage import DATA_DIR

    say(f"seed {seed} (make drills SEED={seed} repeats it)")
    lines = [line for report in _reports(wanted, seed) for line in report.lines]
    print_table(lines)
    write_json(lines, seed, DATA_DIR / "drills.json")
    is_met = all(line.met for line in lines)
    say("nothing was lost" if is_met else f"SOMETHING WAS LOST: repeat it with SEED={seed}")
    return 0 if is_met else 1


def _reports(wanted: list[str], seed: int) -> "Iterator[Report]":
    from tests.drills.callbacks import Callbacks
    from tests.drills.clock import ClockDrill
    from tests.drills.database import KilledDatabase
    from tests.drills.officers import Officers
    from tests.drills.pairs import Pairs
    from tests.drills.submits import Submits
    from tests.drills.worker import KilledWorker

    on_stage = {"worker": KilledWorker, "database": KilledDatabase, "callbacks": Callbacks, "submits": Submits,
                "officers": Officers, "pairs": Pairs}  # fmt: skip
    beside = ClockDrill(seed) if "clock" in wanted else None
    for name in wanted:
        if name in on_stage:
            yield on_stage[name](_stage(seed)).run()
    if beside:
        yield beside.finish()


def _stage(seed: int) -> "Stage":
    from common.models import AttemptCounter
    from portal.demo import people
    from tests.drills.stage import Stage, open_sandbox

    AttemptCounter.objects.all().delete()  # the sign-ins of the drills an hour ago count no more
    return Stage(Random(seed), open_sandbox(), people.load())


if __name__ == "__main__":
    sys.exit(main())
