"""The legal clock: from the ledger of clock entries to due dates, remaining time and the explanation in words.

Pure: no database, no settings except the language, no clock of the machine. Every moment is given by the caller.
"""

from dossiers.clock.derive import ClockState, Wait, derive, derive_track
from dossiers.clock.entries import FEE, SUPPLEMENT, TRACKS, ClockError, Entry

from dossiers.clock.limits import Limit, due_at, due_date

from dossiers.clock.steps import step_due
from dossiers.clock.timeliness import apology_draft_date, is_late, legal_timeliness, q766_timeliness

__all__ = [
    "FEE",
    "SUPPLEMENT",
    "TRACKS",
    "ClockError",
    "ClockState",
    "Entry",
    "Explanation",
    "Limit",
    "Remaining",
    "Wait",
    "apology_draft_date",
    "derive",
    "derive_track",
    "due_at",
    "due_date",
    "explain",
    "is_late",
    "legal_timeliness",
    "q766_timeliness",
    "remaining",
    "step_due",
]
