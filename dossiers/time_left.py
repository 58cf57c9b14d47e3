"""Time left of a dossier in a queue, from its columns alone: no ledger, no query per row."""

from datetime import datetime

from agencies.models import calendar_of
from dossiers import clock
from dossiers.clock import FEE, SUPPLEMENT, Remaining
from dossiers.models import Dossier
from dossiers.terms import terms_of
from dossiers.workflow import State

NO_LIMIT = Remaining("none", 0, None, 0.0)
DONE = Remaining("done", 0, None, 1.0)
WAITING = frozenset({State.SUPPLEMENT, State.PAYMENT})
AT_WORK = frozenset({State.RECEIVED, State.PROCESSING})


def time_left(dossier: Dossier, now: datetime) -> Remaining:
    """What the cell shows: the answer within 8 hours, the legal limit, how long the citizen is waited for, or the end."""
    state = dossier.state
    if state in WAITING:
        return _waiting(dossier, now)
    if state == State.NEW:
        if dossier.intake_due_at is None:
            return NO_LIMIT
        due, calendar = dossier.intake_due_at, calendar_of(dossier.calendar_id, dossier.receiving_agency_id)
        return clock.remaining_until(due, "hour", now, calendar, started_at=dossier.filed_at, track="intake")
    if state not in AT_WORK:
        return DONE
    if dossier.due_at is None:
        return NO_LIMIT
    limit = terms_of(dossier).limit
    unit = limit.unit if limit else "working_day"
    calendar = calendar_of(dossier.calendar_id, dossier.handling_agency_id)
    return clock.remaining_until(dossier.due_at, unit, now, calendar, started_at=dossier.accepted_at)


def _waiting(dossier: Dossier, now: datetime) -> Remaining:
    """`updated_at` is the moment of the last act: the request, or the supplement that came."""
    reason = FEE if dossier.state == State.PAYMENT else SUPPLEMENT
    calendar = calendar_of(dossier.calendar_id)
    return clock.waiting_since(dossier.updated_at, reason, now, calendar, answer_due_at=dossier.answer_by)
