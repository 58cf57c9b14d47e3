"""Drill B: 20,000 random dossiers on random calendars; the product's clock against the oracle, under three time zones."""

import os
import subprocess
import sys
import time

from tests.drills.report import Report, say
from tests.drills.stage import Aside
from tests.sandbox_process import ROOT

CASES = 20_000
ZONES = ("Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York")
PARTS = 4  # of each zone, for the progress
LANES = 2


Part = tuple[str, int, int]  # zone, cases, seed


class ClockDrill:
    """Runs beside the other drills, with the least priority."""

    def __init__(self, seed: int) -> None:
        share, rest = divmod(CASES, len(ZONES) * PARTS)
        parts = [(zone, number) for number, zone in enumerate(ZONES * PARTS)]
        self.todo: list[Part] = [(zone, share + (n < rest), seed * 100 + n) for zone, n in parts]
        self.done: list[tuple[Part, int, str]] = []
        self.started = time.monotonic()
        self.lanes = [Aside(self._lane) for _ in range(LANES)]

    def _lane(self) -> None:
        while self.todo:
            part = self.todo.pop(0)
            zone, count, seed = part
            command = ["nice", "-n", "15", sys.executable, "-m", "tests.dossiers.clock_cases", str(count), str(seed)]
            ran = subprocess.run(
                command, cwd=ROOT, env={**os.environ, "TZ": zone}, capture_output=True, text=True, check=False
            )
            self.done.append((part, ran.returncode, ran.stdout + ran.stderr))
            say(f"clock: {sum(d[0][1] for d in self.done):,} of {CASES:,} cases ({zone}, seed {seed})")

    def finish(self) -> Report:
        """Wait for the rest."""
        for lane in self.lanes:
            lane.done()
        report = Report("clock")
        for zone in ZONES:
            mine = [entry for entry in self.done if entry[0][0] == zone]
            wrong = [line for _part, code, text in mine if code for line in text.strip().splitlines()]
            report.none(f"dates equal to the oracle's with TZ={zone}", wrong, sum(part[1] for part, _, _ in mine))
        report.told("seconds (beside the other drills)", f"{time.monotonic() - self.started:.0f}")
        return report
