"""The two named measures of timeliness. They answer different questions and are never mixed.

`legal_timeliness` compares the end with the due date of the law; people and tables see it. `q766_timeliness` follows
Decision 766/QĐ-TTg: waiting for a supplement is subtracted and a second supplement makes the dossier late; only the
index uses it.
"""

from datetime import date, datetime, timedelta
from typing import Literal

from agencies.calendar import Calendar, legal_date
from dossiers.clock.derive import ClockState
from dossiers.clock.entries import SUPPLEMENT

Timeliness = Literal["early", "on_time", "late"]
APOLOGY_DRAFT_WORKING_DAYS = 2


def legal_timeliness(state: ClockState, ended_at: datetime | None = None) -> Timeliness | None:
    """Early, on time or late, compared by date: a dossier finished on its due date is on time whatever the hour.

    `ended_at` is the moment of state 9; without it the end the clock recorded. None when there is no limit or no end.
    """
    end = ended_at or state.ended_at
    if state.due_date is None or end is None:
        return None
    return _compare(legal_date(end), state.due_date)


def q766_timeliness(
    state: ClockState, *, ended_at: datetime | None = None, period_end: datetime | None = None
) -> Timeliness | None:
    """The measure of Decision 766, indicator 2.1, compared by date.

    The end is that of the dossier, else the request of the one supplement it still waits for, else the end of the
    reporting period. Supplement waiting is subtracted as time completed less time requested. None when there is no
    limit or no end.
    """
    if state.supplements > 1:
        return "late"
    end = ended_at or state.ended_at or _open_request(state) or period_end
    if state.index_due_at is None or end is None:
        return None
    waited = sum((wait.elapsed() for wait in state.waits if wait.reason_code == SUPPLEMENT), timedelta())
    return _compare(legal_date(end - waited), legal_date(state.index_due_at))


def is_late(state: ClockState, now: datetime) -> bool:
    """Whether a running track is past its end; what waits for the citizen or is finished is not."""
    return state.state == "running" and state.due_at is not None and state.due_at < now


def apology_draft_date(state: ClockState, calendar: Calendar) -> date | None:
    """The date on which the draft of the apology (form 04) lies before the leader: two working days before the due
    date."""
    if state.due_date is None:
        return None
    return calendar.add_working_days(state.due_date, -APOLOGY_DRAFT_WORKING_DAYS)


def _open_request(state: ClockState) -> datetime | None:
    return state.paused_since if state.waiting_for == SUPPLEMENT else None


def _compare(end: date, due: date) -> Timeliness:
    if end < due:
        return "early"
    return "on_time" if end == due else "late"
