"""The end of a part, told to the dossier it belongs to; and the end of that dossier, which ends its open parts."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction

from common import jobs
from common.models import Job
from common.outbox import News
from dossiers.models import Arrival, Branch, Dossier, DossierEvent
from dossiers.services import looks, routing
from dossiers.services.awaiting import awaited
from dossiers.services.joint.opening import GONE, is_begun, open_ready, opens_at
from dossiers.services.joint.passing_on import pass_on
from dossiers.services.performing import SYSTEM, lock, perform
from dossiers.workflow import State

logger = logging.getLogger(__name__)

ENDED = (State.RESOLVED, State.RETURNED, State.STOPPED, State.WITHDRAWN, State.REFUSED)
Ended = Branch.State
SUPPLEMENTED = "dossier.supplement_confirmed"
OPENED_WITHIN = timedelta(minutes=10)  # by the job; then the sweep looks after it


def follow(news: News) -> None:
    """Reaction to an accepted dossier, one that moved on, was supplemented or ended: note the job that looks after the parts."""
    dossier = Dossier.objects.only("parent_id", "open_children").get(pk=news.subject_id)
    has_parts = dossier.open_children or (news.name == SUPPLEMENTED and _goes_on_without(dossier))
    parent_id = dossier.parent_id or (dossier.pk if has_parts else None)
    if parent_id is None:
        return
    at = DossierEvent.objects.values_list("at", flat=True).get(dossier=dossier, seq=news.data["seq"])
    payload = {"parent": parent_id, "at": at.isoformat()}
    jobs.enqueue("dossier.parts", key=news.key("parts"), payload=payload)


def _goes_on_without(dossier: Dossier) -> bool:
    """Nobody waits for its parts any more, and some are still handled."""
    return Branch.objects.filter(parent=dossier, state=Ended.OPEN).exists()


def run(job: Job) -> None:
    """Job: bring the parts of a dossier up to what has happened; once however often it runs."""
    with jobs.fenced(job):
        settle(job.payload["parent"], at=datetime.fromisoformat(job.payload["at"]))


def sweep(*, at: datetime) -> int:
    """What a job that was given up left behind: parts that ended and were not counted, parts that were never opened.

    Returns how many dossiers it set right.
    """
    left = Branch.objects.filter(state=Ended.OPEN, child__state__in=ENDED)
    parents = set(left.values_list("parent_id", flat=True)) | _never_opened(at)
    return sum(_set_right(parent_id, at) for parent_id in sorted(parents))


def _set_right(parent_id: int, at: datetime) -> bool:
    """False, with a line in the log, where it cannot be done: one dossier does not hold up the others."""
    try:
        settle(parent_id, at=at)
    except (OperationalError, InterfaceError):
        raise  # the database is gone, for all of them
    except Exception:
        logger.exception("parts.not_settled dossier=%s", parent_id)
        return False
    return True


def _never_opened(at: datetime) -> set[int]:
    """Dossiers of which a part's turn came more than `OPENED_WITHIN` ago."""
    waiting = Branch.objects.filter(state=Ended.WAITING, is_awaited=True, parent__accepted_at__lt=at - OPENED_WITHIN)
    rows = list(waiting.exclude(parent__state__in=GONE).select_related("parent"))
    ended = Branch.objects.filter(parent__in={row.parent_id for row in rows}, state=Ended.GRANTED)
    granted = set(ended.filter(ended_at__lt=at - OPENED_WITHIN).values_list("parent_id", "key"))
    return {
        row.parent_id
        for row in rows
        if row.parent.step_no >= opens_at(row.parent) and {(row.parent_id, key) for key in row.after} <= granted
    }


def settle(parent_id: int, *, at: datetime) -> None:
    """Count the parts that have ended, hand their results in, open those whose turn it is, pass a supplement on to those
    that are open. Does nothing twice.

    The citizen's dossier is locked first: two parts that end at the same moment are counted one after the other, and
    whoever comes second sees what the first has done.
    """
    with transaction.atomic():
        parent = lock(parent_id)
        rows = Branch.objects.filter(parent=parent, state=Ended.OPEN, child__state__in=ENDED)
        for row in rows.select_related("child").order_by("child_id"):
            parent = _count(parent, row, at)
        open_ready(parent, at)
        pass_on(parent, at)


def _count(parent: Dossier, row: Branch, at: datetime) -> Dossier:
    """One part that has ended; returns the dossier it belongs to as it stands then."""
    child = lock(row.child_id or 0)
    if child.state not in ENDED:
        return parent  # corrected since: its next end comes with news of its own
    at = max(at, child.finished_at or at)
    if child.state == State.RESOLVED:
        child = perform(child.pk, "hand_in_part", actor=SYSTEM, at=at, locked=child).dossier
    row.state, row.ended_at = _outcome(child), at
    row.save(update_fields=["state", "ended_at"])
    return parent if parent.state in GONE else _told(parent, row, at)


def _outcome(child: Dossier) -> str:
    if child.state == State.RETURNED:
        return Ended.GRANTED if child.outcome == "granted" else Ended.REJECTED
    return {State.STOPPED: Ended.STOPPED, State.WITHDRAWN: Ended.WITHDRAWN}.get(State(child.state), Ended.STOPPED)


def _told(parent: Dossier, row: Branch, at: datetime) -> Dossier:
    """The history of the citizen's dossier, its list and its holder hear of it."""
    opened = open_ready(parent, at)
    looks.note_arrival(parent.pk, Arrival.Kind.PART, at=at)
    data: dict[str, Any] = {"part": row.key, "outcome": row.state, "child": row.child.code if row.child else ""}
    if opened:
        data["opened"] = [one.code for one in opened]
    left = awaited(parent).count()
    return perform(parent.pk, "note_part", actor=SYSTEM, at=at, locked=parent, data=data, open_children=left).dossier


def call_off(parent: Dossier, at: datetime, *, is_withdrawn: bool) -> None:
    """The whole ends early: its open parts end in the same act. A part that is signed already goes on and is kept.

    The caller holds the lock of the citizen's dossier; raises nothing for parts that ended meanwhile.
    """
    if not parent.accepted_at:
        return
    rows = Branch.objects.filter(parent=parent, state__in=Branch.AWAITED)
    for row in rows.order_by("child_id", "pk"):
        if row.child_id is None:
            row.state = Ended.DROPPED
        elif _ended_with(lock(row.child_id), at, is_withdrawn=is_withdrawn):
            row.state = Ended.WITHDRAWN if is_withdrawn else Ended.STOPPED
        if row.state != Ended.OPEN:
            row.ended_at = at
        row.is_awaited = False
        row.save(update_fields=["state", "ended_at", "is_awaited"])
    parent.open_children = 0


def _ended_with(child: Dossier, at: datetime, *, is_withdrawn: bool) -> bool:
    """False for a part that has ended or is signed: what was decided stays decided."""
    if not is_begun(child) or child.result_state not in {"", "drafted"}:
        return False

    def prepare(dossier: Dossier, at: datetime) -> dict[str, Any]:
        routing.close(dossier, at, ended_by=None, direction="end")
        return {}

    name = "withdraw_part" if is_withdrawn else "stop_part"
    perform(child.pk, name, actor=SYSTEM, at=at, prepare=prepare, locked=child)
    return True
