"""What was found, as a table and as JSON."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One bar: ours beside the floor. `ratio` is what is held against `hold` (a ratio, statements, MB: see `unit`)."""

    bar: str
    what: str
    dossiers: int
    ours: float
    floor: float
    unit: str
    ratio: float
    hold: str
    met: bool


def say(text: str) -> None:
    """A line of progress."""
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def print_table(lines: list[Line]) -> None:
    """The table on the screen."""
    print(f"{'bar':4} {'what':58} {'dossiers':>9} {'ours':>9} {'floor':>9} {'unit':8} {'ratio':>7} {'hold':>9}  met")
    for line in lines:
        print(
            f"{line.bar:4} {line.what:58} {line.dossiers:9,} {line.ours:9.2f} {line.floor:9.2f} {line.unit:8} "
            f"{line.ratio:7.2f} {line.hold:>9}  {'yes' if line.met else 'NO'}"
        )


def write_json(lines: list[Line], path: Path) -> None:
    """The list that design.md §6 fixes."""
    path.write_text(json.dumps([asdict(line) for line in lines], indent=1), encoding="utf-8")
