"""The parts of an explanation, as facts without words: which dates were skipped, what moved the end, what was
promised."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from agencies.calendar import Calendar, legal_date
from agencies.calendar.time import legal_datetime
from dossiers.clock.derive import ClockState
from dossiers.clock.entries import Track
from dossiers.clock.joint import ends, order
from dossiers.clock.limits import Limit, nominal_end, same_day_date
from dossiers.clock.waits import Wait, waiting_days, waiting_time

PartKind = Literal[
    "idle",
    "no_limit",
    "share",
    "limit",
    "budget",
    "filing_moved",
    "restart",
    "skip",
    "makeup",
    "wait",
    "extension",
    "outage",
    "rolled",
    "recomputed",
    "open_wait",
    "due",
    "reappoint",
]


@dataclass(frozen=True)
class Part:
    """One fact of an explanation; `source` cites its law. The words come from `sentences.part_words`."""

    kind: PartKind
    track: Track
    values: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


def parts_of(state: ClockState, calendar: Calendar) -> Iterator[Part]:
    """The facts in the order they are told."""
    if state.counting is None or state.counted_from is None:
        yield Part("idle", state.track)
    elif state.due_at is None:
        yield Part("no_limit", state.track, source=state.counting.source)
    elif state.limit is None or (state.track == "step" and state.limit.unit == "hour"):
        yield _budget(state, state.counted_from, state.due_at, calendar)
        yield from _outages(state)
        yield Part("due", state.track, {"at": state.due_at, "by_hour": True})
    else:
        yield from _shares(state, calendar)
        yield from _beginning(state, state.limit, state.counted_from, calendar)
        yield from _moved(state, state.limit, calendar)
        yield from _rolled(state, state.limit, state.counted_from, calendar)
        yield from _end(state, state.limit, state.due_at)


def _shares(state: ClockState, calendar: Calendar) -> Iterator[Part]:
    """The parts of other agencies, each with its limit and its end, in the order they are done."""
    if state.began_at is None:
        return
    ended = ends(state.shares, state.began_at, calendar)
    titles = {share.key: share.title for share in state.shares}
    for share in order(state.shares):
        values = {"share": share, "end": ended[share.key], "after": [titles[key] for key in share.after]}
        yield Part("share", state.track, values)


def _beginning(state: ClockState, limit: Limit, start: datetime, calendar: Calendar) -> Iterator[Part]:
    counting = state.counting
    first = _first_counted(limit, start, calendar)
    values = {"limit": limit, "event_at": start, "first": first, "is_restart": False}
    values["follows_shares"] = bool(state.shares)
    kind = counting.kind if counting else "start"
    if kind in ("resume", "restart"):
        values["is_restart"] = True
    yield Part("limit", state.track, values, counting.source if counting else "")
    if kind == "filing_moved":
        yield Part("filing_moved", state.track, {"at": start})
    if values["is_restart"]:
        after = next((wait for wait in reversed(state.waits) if wait.completed_at == start), None)
        reason = after.reason_code if after else ""
        yield Part("restart", state.track, {"at": start, "reason": reason}, after.source if after else "")


def _budget(state: ClockState, start: datetime, due_at: datetime, calendar: Calendar) -> Part:
    """A step is told by the opening time it really has, not by its route hours."""
    time = calendar.working_time_between(start, due_at) - state.moves.time
    return Part("budget", state.track, {"time": time, "first": calendar.next_open(start)})


def _first_counted(limit: Limit, start: datetime, calendar: Calendar) -> datetime | date:
    """The first date that counts, or for limits in hours the moment from which they run."""
    if limit.unit == "working_day":
        return calendar.next_working_date(legal_date(start))
    if limit.unit == "calendar_day":
        return legal_date(start) + timedelta(days=1)
    if limit.unit == "hour":
        return calendar.next_open(start)
    return same_day_date(legal_datetime(start), calendar) if limit.unit == "same_day" else legal_date(start)


def _moved(state: ClockState, limit: Limit, calendar: Calendar) -> Iterator[Part]:
    yield from _skipped(state, limit, calendar)
    for wait in state.counted_waits:
        if wait.completed_at:
            yield Part("wait", state.track, _wait_values(limit, wait, calendar), wait.source)
    for entry in state.extensions:
        yield Part("extension", state.track, {"limit": entry.limit, "at": entry.at}, entry.source)
    yield from _outages(state)


def _outages(state: ClockState) -> Iterator[Part]:
    for entry in state.shifts:
        yield Part("outage", state.track, {"limit": entry.limit, "at": entry.at}, entry.source)


def _wait_values(limit: Limit, wait: Wait, calendar: Calendar) -> dict[str, Any]:
    return {
        "reason": wait.reason_code,
        "from": legal_date(wait.requested_at),
        "to": legal_date(wait.completed_at or wait.requested_at),
        "days": waiting_days(limit, wait, calendar),
        "time": waiting_time(limit, wait, calendar),
        "unit": limit.unit,
    }


def _skipped(state: ClockState, limit: Limit, calendar: Calendar) -> Iterator[Part]:
    """Weekends, holidays and worked weekends between the start and the end of a limit that runs on working days."""
    stretch = _stretch(state, limit, calendar)
    if stretch is None:
        return
    first, last = stretch
    days = [first + timedelta(days=index) for index in range(1, (last - first).days)]
    off = [day for day in days if not calendar.is_working(day)]
    holidays = [day for day in off if calendar.is_usual(day)]
    weekends = [day for day in off if not calendar.is_usual(day)]
    if off:
        yield Part("skip", state.track, {"holidays": holidays, "weekends": weekends})
    makeup = [day for day in (*days, last) if calendar.is_makeup(day)]
    if makeup:
        yield Part("makeup", state.track, {"days": makeup})


def _stretch(state: ClockState, limit: Limit, calendar: Calendar) -> tuple[date, date] | None:
    """The dates between which only working days count; None for limits in calendar days and months."""
    if limit.unit in ("calendar_day", "month") or state.counted_from is None or state.due_date is None:
        return None
    end = legal_date(state.paused_since) if state.paused_since else state.due_date
    if limit.unit == "hour":
        return legal_date(calendar.next_open(state.counted_from)), end
    return legal_date(state.counted_from), end


def _rolled(state: ClockState, limit: Limit, start: datetime, calendar: Calendar) -> Iterator[Part]:
    if limit.unit in ("calendar_day", "month") and not state.paused_since:
        end = nominal_end(limit, legal_date(start), state.moves)
        if not calendar.is_working(end):
            yield Part("rolled", state.track, {"from": end, "to": calendar.roll_forward(end)})
    if state.recomputed and state.recomputed.data.get("moved", True):
        yield Part("recomputed", state.track, {"at": state.recomputed.at}, state.recomputed.source)


def _end(state: ClockState, limit: Limit, due_at: datetime) -> Iterator[Part]:
    if state.paused_since:
        wait = state.waits[-1]
        values = {"reason": wait.reason_code, "policy": wait.policy, "from": legal_date(wait.requested_at)}
        yield Part("open_wait", state.track, values, wait.source)
    else:
        yield Part("due", state.track, {"at": due_at, "by_hour": limit.unit == "hour"})
    if state.appointment_at:
        values = {"at": state.appointment_at, "due_at": due_at, "is_waiting": state.state == "paused"}
        yield Part("reappoint", state.track, values, state.reappointed.source if state.reappointed else "")
