"""The legal clock: from the ledger of clock entries to due dates, remaining time and the explanation in words.

Pure: no database, no settings except the language, no clock of the machine. Every moment is given by the caller.
"""

from dossiers.clock.cells import DayCell, Week
from dossiers.clock.derive import ClockState, derive, derive_track
from dossiers.clock.entries import FEE, KINDS, SUPPLEMENT, TRACKS, ClockError, Entry, Kind, Policy, Track
from dossiers.clock.explain import Explanation, explain, explain_state
from dossiers.clock.joint import Share, as_data, ends, last_end
from dossiers.clock.limits import UNITS, Limit, Unit, due_at, due_date, moves_of
from dossiers.clock.remaining import Remaining, remaining, remaining_until, waiting_since
from dossiers.clock.steps import after_wait, step_due, step_time, step_warned_and_due
from dossiers.clock.timeliness import (
    APOLOGY_DRAFT_WORKING_DAYS,
    Timeliness,
    apology_draft_date,
    is_late,
    legal_timeliness,
    q766_timeliness,
)
from dossiers.clock.waits import Wait

__all__ = [
    "APOLOGY_DRAFT_WORKING_DAYS",
    "FEE",
    "KINDS",
    "SUPPLEMENT",
    "TRACKS",
    "UNITS",
    "ClockError",
    "ClockState",
    "DayCell",
    "Entry",
    "Explanation",
    "Kind",
    "Limit",
    "Policy",
    "Remaining",
    "Share",
    "Timeliness",
    "Track",
    "Unit",
    "Wait",
    "Week",
    "after_wait",
    "apology_draft_date",
    "as_data",
    "derive",
    "derive_track",
    "due_at",
    "due_date",
    "ends",
    "explain",
    "explain_state",
    "is_late",
    "last_end",
    "legal_timeliness",
    "moves_of",
    "q766_timeliness",
    "remaining",
    "remaining_until",
    "step_due",
    "step_time",
    "step_warned_and_due",
    "waiting_since",
]
