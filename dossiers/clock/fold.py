"""Reads the ledger of one track line by line, in the order of its sequence numbers, and refuses what cannot be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from dossiers.clock.entries import ClockError, Entry, Kind, Track
from dossiers.clock.joint import Share, shares_of
from dossiers.clock.limits import Limit
from dossiers.clock.waits import Wait

State = Literal["idle", "running", "paused", "stopped"]


# A new step, request or question takes the place of the one before it; only one filing and one handling can run.
REPEATED = ("supplement", "step", "consultation")


@dataclass
class Run:
    """What the lines read so far amount to. `counting` is the line from which the limit counts."""

    track: Track
    state: State = "idle"
    first_limit: Limit | None = None
    limit: Limit | None = None
    started_at: datetime | None = None
    counting: Entry | None = None
    ended_at: datetime | None = None
    appointment_at: datetime | None = None
    waits: list[Wait] = field(default_factory=list)
    counted_waits: int = 0  # index of the first wait after `counting`
    extensions: list[Entry] = field(default_factory=list)
    shifts: list[Entry] = field(default_factory=list)
    shares: tuple[Share, ...] = ()  # parts of other agencies, from the line that started the track
    counted_shifts: int = 0  # index of the first shift after `counting`
    recomputed: Entry | None = None
    reappointed: Entry | None = None


def fold(entries: Iterable[Entry], track: Track) -> Run:
    """The run a track is in; a start after a stop begins a new one. Raises ClockError for an impossible ledger."""
    run = Run(track)
    for entry in sorted((entry for entry in entries if entry.track == track), key=lambda entry: entry.seq):
        if entry.kind == "start":
            run = _started(run, entry)
        else:
            READERS[entry.kind](run, entry)
    return run


def _need(run: Run, entry: Entry, *states: State) -> None:
    if run.state not in states:
        raise ClockError(f"Entry {entry.seq}: {entry.kind} cannot follow while the {run.track} clock is {run.state}.")


def _started(run: Run, entry: Entry) -> Run:
    if entry.track not in REPEATED:
        _need(run, entry, "idle", "stopped")
    return Run(
        run.track,
        "running",
        first_limit=entry.limit,
        limit=entry.limit,
        started_at=entry.at,
        counting=entry,
        shares=shares_of(entry.data),
    )


def _pause(run: Run, entry: Entry) -> None:
    _need(run, entry, "running")
    run.waits.append(Wait(entry.at, None, entry.reason_code, entry.policy or "pause", entry.source))
    run.state = "paused"


def _resume(run: Run, entry: Entry) -> None:
    """Ends a wait, or opens a stopped clock again (a result corrected before hand-over keeps the first end)."""
    _need(run, entry, "paused", "stopped")
    if run.state == "paused" and run.waits[-1].policy == "restart":
        _count_anew(run, entry)
    elif run.state == "paused":
        _end_wait(run, entry)
    run.state = "running"


def _restart(run: Run, entry: Entry) -> None:
    _need(run, entry, "running", "paused")
    _count_anew(run, entry)
    run.state = "running"


def _filing_moved(run: Run, entry: Entry) -> None:
    """A prepaid fee was settled: the filing bears that moment, and its limit counts from there."""
    _need(run, entry, "idle", "running", "paused")
    run.first_limit = run.first_limit or entry.limit
    _count_anew(run, entry)
    run.started_at = entry.at
    run.state = "running"


def _count_anew(run: Run, entry: Entry) -> None:
    if run.state == "paused":
        _end_wait(run, entry)
    if run.counting and entry.at < run.counting.at:
        raise ClockError(f"Entry {entry.seq}: the limit cannot count from an earlier moment.")
    run.counting, run.recomputed = entry, None
    run.limit = entry.limit or run.limit
    run.counted_waits, run.counted_shifts = len(run.waits), len(run.shifts)


def _end_wait(run: Run, entry: Entry) -> None:
    wait = run.waits[-1]
    if entry.at < wait.requested_at:
        raise ClockError(f"Entry {entry.seq}: a wait cannot end before it began.")
    run.waits[-1] = replace(wait, completed_at=entry.at)


def _legal_extension(run: Run, entry: Entry) -> None:
    _need(run, entry, "running", "paused")
    if entry.limit is None:
        raise ClockError(f"Entry {entry.seq}: an extension needs its length.")
    run.extensions.append(entry)


def _outage_shift(run: Run, entry: Entry) -> None:
    _need(run, entry, "running", "paused")
    if entry.limit is None:
        raise ClockError(f"Entry {entry.seq}: a shift needs its length.")
    run.shifts.append(entry)


def _reappoint(run: Run, entry: Entry) -> None:
    """An apology: a new appointment, and nothing else. The limit of the law stays where it is."""
    _need(run, entry, "running", "paused")
    if entry.appointment_at is None:
        raise ClockError(f"Entry {entry.seq}: a new appointment needs its moment.")
    run.appointment_at, run.reappointed = entry.appointment_at, entry


def _recomputed(run: Run, entry: Entry) -> None:
    """Only a mark: from here on the caller hands in the corrected calendar."""
    run.recomputed = entry


def _stop(run: Run, entry: Entry) -> None:
    """The end; a further stop, or one of a track that never started, says nothing new."""
    if run.state not in ("running", "paused"):
        return
    run.ended_at = run.ended_at or entry.at
    run.state = "stopped"


READERS: dict[Kind, Callable[[Run, Entry], None]] = {
    "pause": _pause,
    "resume": _resume,
    "restart": _restart,
    "filing_moved": _filing_moved,
    "legal_extension": _legal_extension,
    "reappoint": _reappoint,
    "calendar_recomputed": _recomputed,
    "outage_shift": _outage_shift,
    "stop": _stop,
}
