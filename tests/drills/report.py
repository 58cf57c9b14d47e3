"""What a drill found: lines of a table, and the same as JSON."""

import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

STARTED = time.monotonic()


def say(text: str) -> None:
    """A line of progress with the seconds since the start."""
    sys.stdout.write(f"{time.monotonic() - STARTED:6.1f} s  {text}\n")
    sys.stdout.flush()


@dataclass(frozen=True)
class Line:
    """One thing looked at: what was found, what must hold ("" when it is only told), whether it does."""

    drill: str
    what: str
    found: str
    hold: str = ""
    met: bool = True


@dataclass
class Report:
    """The lines of one drill."""

    drill: str
    lines: list[Line] = field(default_factory=list)

    def told(self, what: str, found: object) -> None:
        """A figure that nobody has to reach."""
        self.lines.append(Line(self.drill, what, str(found)))

    def held(self, what: str, found: object, hold: object, *, met: bool) -> None:
        """Something that must hold."""
        self.lines.append(Line(self.drill, what, str(found), str(hold), met))

    def none(self, what: str, wrong: list[str], of: int) -> None:
        """Nothing of `of` things may be wrong; the first wrong ones are named."""
        if not wrong:
            self.held(what, f"{of} of {of}", "all", met=True)
            return
        named = "; ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        self.held(what, f"{len(wrong)} wrong of {of}: {named}", "all", met=False)

    @property
    def is_met(self) -> bool:
        return all(line.met for line in self.lines)


def print_table(lines: list[Line]) -> None:
    """The table for people."""
    width = max(len(line.what) for line in lines)
    for drill in dict.fromkeys(line.drill for line in lines):
        sys.stdout.write(f"\n{drill}\n")
        for line in (line for line in lines if line.drill == drill):
            mark = "    " if not line.hold else "ok  " if line.met else "LOST"
            hold = f"   (must be {line.hold})" if line.hold and not line.met else ""
            sys.stdout.write(f"  {mark} {line.what:<{width}}  {line.found}{hold}\n")
    sys.stdout.flush()


def write_json(lines: list[Line], seed: int, path: Path) -> None:
    """The same for programs: a list of {drill, what, found, hold, met, seed}."""
    path.write_text(json.dumps([asdict(line) | {"seed": seed} for line in lines], ensure_ascii=False, indent=1) + "\n")
