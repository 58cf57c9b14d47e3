"""From the ledger to the state of the clock: what runs, since when, until when.

The end is a function of three things only: the limit, the moment from which it counts, and the sum of all moves since
then (waiting, extensions, outages). Whatever order independent moves come in, the sum is the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from agencies.calendar import Calendar, legal_date
from dossiers.clock.entries import SUPPLEMENT, TRACKS, ClockError, Entry, Track
from dossiers.clock.fold import Run, State, fold
from dossiers.clock.joint import Share, last_end
from dossiers.clock.limits import UNMOVED, Limit, Moves, moved_due_at, moves_of
from dossiers.clock.steps import step_due
from dossiers.clock.waits import Wait, moves_of_waits, waiting_days, waiting_time


@dataclass(frozen=True)
class ClockState:
    """One track of one dossier, derived; every moment is in UTC.

    `due_at` is None without a limit. While the track is paused it is the end without the wait that still lasts: it
    moves when the wait is over, so a paused dossier is never late. `original_due_at` is the end of the first limit,
    never moved; `index_due_at` the end as Decision 766 sees it (supplements move nothing, they are subtracted). An
    apology sets `appointment_at` and nothing else. `waits` are all waits, `counted_waits` those since `counting`, the
    entry from which the limit counts; `waited` and `waited_time` are how far these moved the end (dates, or time for
    limits in hours). `shares` are parts of other agencies inside the limit (see joint), `own_from` when the last of them
    is due: what `limit` says counts from there.
    """

    track: Track
    state: State = "idle"
    limit: Limit | None = None
    started_at: datetime | None = None
    counting: Entry | None = None
    due_at: datetime | None = None
    original_due_at: datetime | None = None
    index_due_at: datetime | None = None
    appointment_at: datetime | None = None
    ended_at: datetime | None = None
    waits: tuple[Wait, ...] = ()
    counted_waits: tuple[Wait, ...] = ()
    waited: int = 0
    waited_time: timedelta = timedelta()
    extensions: tuple[Entry, ...] = ()
    shifts: tuple[Entry, ...] = ()
    recomputed: Entry | None = None
    reappointed: Entry | None = None
    moves: Moves = UNMOVED
    shares: tuple[Share, ...] = ()
    own_from: datetime | None = None

    @property
    def due_date(self) -> date | None:
        """The date in Viet Nam on which the limit ends."""
        return legal_date(self.due_at) if self.due_at else None

    @property
    def paused_since(self) -> datetime | None:
        """When the wait that still lasts began."""
        return self.waits[-1].requested_at if self.state == "paused" else None

    @property
    def waiting_for(self) -> str:
        """Reason code of the wait that still lasts, else empty."""
        return self.waits[-1].reason_code if self.state == "paused" else ""

    @property
    def counted_from(self) -> datetime | None:
        """The moment the own limit counts from: the start, the last time it was counted anew, or the end of the shares."""
        return self.own_from or (self.counting.at if self.counting else None)

    @property
    def began_at(self) -> datetime | None:
        """The moment the whole counts from, parts of other agencies included."""
        return self.counting.at if self.counting else None

    @property
    def supplements(self) -> int:
        """How often a supplement was asked for on this track."""
        return sum(1 for wait in self.waits if wait.reason_code == SUPPLEMENT)

    @property
    def promised_at(self) -> datetime | None:
        """What the citizen was told: the later of the due date and the new appointment."""
        return max(filter(None, (self.due_at, self.appointment_at)), default=None)


def derive(entries: Iterable[Entry], calendar: Calendar) -> dict[Track, ClockState]:
    """The state of every track; raises ClockError for an impossible ledger."""
    found = list(entries)
    return {track: derive_track(found, track, calendar) for track in TRACKS}


def derive_track(entries: Iterable[Entry], track: Track, calendar: Calendar) -> ClockState:
    """The state of one track; entries of other tracks are ignored. Raises ClockError for an impossible ledger."""
    run = fold(entries, track)
    try:
        return _state(run, calendar)
    except ValueError as error:
        raise ClockError(f"The {track} clock: {error}") from error


def _state(run: Run, calendar: Calendar) -> ClockState:
    if run.counting is None or run.started_at is None:
        return ClockState(run.track)
    counted, limit = tuple(run.waits[run.counted_waits :]), run.limit
    moves = _moves(run, calendar, limit, counted, run.shifts[run.counted_shifts :])
    first_from, own_from = (last_end(run.shares, at, calendar) for at in (run.started_at, run.counting.at))
    others = [wait for wait in run.waits if wait.reason_code != SUPPLEMENT]
    index_moves = _moves(run, calendar, run.first_limit, others, run.shifts)
    ends = cache(lambda limit, start, moves: _due(run, limit, start, calendar, moves))  # most often all three are one
    return ClockState(
        track=run.track,
        state=run.state,
        limit=limit,
        started_at=run.started_at,
        counting=run.counting,
        due_at=ends(limit, own_from, moves),
        original_due_at=ends(run.first_limit, first_from, UNMOVED),
        index_due_at=ends(run.first_limit, first_from, index_moves),
        appointment_at=run.appointment_at,
        ended_at=run.ended_at,
        waits=tuple(run.waits),
        counted_waits=counted,
        waited=sum(waiting_days(limit, wait, calendar) for wait in counted) if limit else 0,
        waited_time=sum((waiting_time(limit, wait, calendar) for wait in counted), timedelta())
        if limit
        else timedelta(),
        extensions=tuple(run.extensions),
        shifts=tuple(run.shifts[run.counted_shifts :]),
        recomputed=run.recomputed,
        reappointed=run.reappointed,
        moves=moves,
        shares=run.shares,
        own_from=own_from if run.shares else None,
    )


def _moves(run: Run, calendar: Calendar, limit: Limit | None, waits: Iterable[Wait], shifts: Sequence[Entry]) -> Moves:
    """The sum of what moves the end. Extensions outlive a restart: counting anew never takes back what was granted."""
    if limit is None and run.track != "step":
        return UNMOVED
    moves = moves_of_waits(limit, waits, calendar) if limit else UNMOVED
    began = legal_date(run.counting.at) if run.counting else None
    for entry in (*run.extensions, *shifts):
        if entry.limit:
            moves += moves_of(entry.limit, calendar, on=began, route_hours=run.track == "step")
    return moves


def _due(run: Run, limit: Limit | None, start: datetime, calendar: Calendar, moves: Moves) -> datetime | None:
    if limit is None:
        return _step_due(run, start, calendar, moves)
    return moved_due_at(limit, start, calendar, moves, route_hours=run.track == "step")


def _step_due(run: Run, start: datetime, calendar: Calendar, moves: Moves) -> datetime | None:
    """Steps may bear their budget as `hours` of the entry, because it may be half an hour."""
    hours = run.counting.data.get("hours") if run.counting and run.track == "step" else None
    return step_due(start, Decimal(str(hours)), calendar, moves.time) if hours and Decimal(str(hours)) else None
