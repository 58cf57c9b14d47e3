"""The end of a part, told to the dossier it belongs to; and the end of that dossier, which ends its open parts."""

from datetime import datetime
from typing import Any

from django.db import transaction

from common import jobs
from common.models import Job
from common.outbox import News
from dossiers.models import Arrival, Branch, Dossier, DossierEvent
from dossiers.services import looks, routing
from dossiers.services.joint.opening import GONE, is_begun, open_ready
from dossiers.services.performing import SYSTEM, lock, perform
from dossiers.workflow import State

ENDED = (State.RESOLVED, State.RETURNED, State.STOPPED, State.WITHDRAWN, State.REFUSED)
Ended = Branch.State


def follow(news: News) -> None:
    """Reaction to an accepted dossier, one that moved on, and one that ended: note the job that looks after the parts."""
    dossier = Dossier.objects.only("parent_id", "open_children").get(pk=news.subject_id)
    parent_id = dossier.parent_id or (dossier.pk if dossier.open_children else None)
    if parent_id is None:
        return
    at = DossierEvent.objects.values_list("at", flat=True).get(dossier=dossier, seq=news.data["seq"])
    payload = {"parent": parent_id, "at": at.isoformat()}
    jobs.enqueue("dossier.parts", key=news.key("parts"), payload=payload)


def run(job: Job) -> None:
    """Job: bring the parts of a dossier up to what has happened; once however often it runs."""
    with jobs.fenced(job):
        settle(job.payload["parent"], at=datetime.fromisoformat(job.payload["at"]))


def sweep(*, at: datetime) -> int:
    """Parts that have ended and were not counted, because a job was given up: counted now. Returns how many dossiers."""
    left = Branch.objects.filter(state=Ended.OPEN, child__state__in=ENDED, ended_at=None)
    parents = set(left.values_list("parent_id", flat=True))
    for parent_id in sorted(parents):
        settle(parent_id, at=at)
    return len(parents)


def settle(parent_id: int, *, at: datetime) -> None:
    """Count the parts that have ended, hand their results in, open those whose turn it is. Does nothing twice.

    The citizen's dossier is locked first: two parts that end at the same moment are counted one after the other, and
    whoever comes second sees what the first has done.
    """
    with transaction.atomic():
        parent = lock(parent_id)
        rows = Branch.objects.filter(parent=parent, state=Ended.OPEN, child__state__in=ENDED)
        for row in rows.select_related("child").order_by("child_id"):
            parent = _count(parent, row, at)
        open_ready(parent, at)


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
    left = awaited(parent)
    return perform(parent.pk, "note_part", actor=SYSTEM, at=at, locked=parent, data=data, open_children=left).dossier


def awaited(parent: Dossier) -> int:
    """How many parts the dossier waits for."""
    return Branch.objects.filter(parent=parent, is_awaited=True, state__in=Branch.AWAITED).count()


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
