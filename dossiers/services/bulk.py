"""Many dossiers at once: shown first, then carried out one by one in the background, each in its own transaction.

What the officer saw is kept with its version: a dossier that changed meanwhile is left alone and says so. An item is done
in the transaction of its act, under the fence of the job, so that a worker that dies or comes late does nothing twice.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from accounts.models import User
from common import jobs
from common.models import Job
from dossiers.errors import Conflict, Refused
from dossiers.models import BulkItem, BulkRun
from dossiers.querysets import DossierQuerySet
from dossiers.services import bulk_acts

logger = logging.getLogger(__name__)
SLICE = 8.0  # seconds after which other jobs get their turn; well below the lease
KEPT, UNSTARTED = timedelta(days=90), timedelta(days=2)
KIND = jobs.Kind("dossiers.services.bulk.work", lease=60, attempts=10, on_dead="dossiers.services.bulk.give_up")
Item, Run = BulkItem.State, BulkRun.State


def show(
    found: DossierQuerySet, *, user: User, act: str, assignee: User | None, tab: str, back: str, at: datetime
) -> BulkRun:
    """What would be done to the first 500 of these dossiers, and to which it would not, with the reason. Nothing is done."""
    chosen = bulk_acts.ACTS[act]
    dossiers = list(found[: bulk_acts.MOST])
    left_out = found.order_by()[bulk_acts.MOST : 100_000].count() if len(dossiers) == bulk_acts.MOST else 0
    facts = bulk_acts.facts_of(dossiers, user, assignee)
    with transaction.atomic():
        run = BulkRun.objects.create(
            officer=user, act=act, assignee=assignee, tab=tab, back=back[:500], language=(get_language() or "vi")[:2],
            left_out=left_out, created_at=at,
        )  # fmt: skip
        items = []
        for position, dossier in enumerate(dossiers):
            words = bulk_acts.why_not(chosen, dossier, facts)[:300]
            state = Item.EXCLUDED if words else Item.WAITING
            items.append(
                BulkItem(run=run, position=position, dossier=dossier, version=dossier.version, state=state, words=words)
            )
        BulkItem.objects.bulk_create(items)
    return run


def start(run: BulkRun, *, user: User, at: datetime) -> bool:
    """Carry it out in the background; False when it was started or cancelled before (a second press changes nothing)."""
    with transaction.atomic():
        waiting = BulkRun.objects.filter(pk=run.pk, officer=user, state=Run.SHOWN)
        if not waiting.update(state=Run.RUNNING, started_at=at):
            return False
        jobs.enqueue("dossier.bulk", key=f"bulk:{run.pk}", payload={"run": run.pk})
    return True


def cancel(run: BulkRun, *, user: User, at: datetime) -> int:
    """Leave undone what is not done yet; returns how many dossiers that are. What is done stays done."""
    with transaction.atomic():
        open_run = BulkRun.objects.filter(pk=run.pk, officer=user, state__in=(Run.SHOWN, Run.RUNNING))
        if not open_run.update(state=Run.CANCELLED, ended_at=at):
            return 0
        return BulkItem.objects.filter(run=run, state=Item.WAITING).update(state=Item.CANCELLED)


def work(job: Job) -> None:
    """Job: one item after the other until none waits; after a while the others get their turn and this goes on later."""
    run = BulkRun.objects.select_related("officer", "assignee").get(pk=job.payload["run"])
    if not run.officer.is_active:
        give_up(job)
        return
    until = time.monotonic() + SLICE
    with override(run.language):
        for key in (
            BulkItem.objects.filter(run=run, state=Item.WAITING).order_by("position").values_list("pk", flat=True)
        ):
            if time.monotonic() > until:
                raise jobs.Postpone(timezone.now(), "more to do")
            _one(job, run, key)
    _ended(run)


def _one(job: Job, run: BulkRun, key: int) -> None:
    """The act and its being noted, or neither; a refusal is noted with its reason."""
    try:
        with transaction.atomic():
            item = _mine(job, key)
            if item is None:
                return
            bulk_acts.ACTS[run.act].run(item.dossier_id, run.officer, item.version, run.assignee)
            _note(key, Item.DONE)
    except Conflict:
        _refuse(job, key, Item.REFUSED, _("It has changed since you were shown it: open it and look."))
    except Refused as refusal:
        _refuse(job, key, Item.REFUSED, str(refusal))
    except (jobs.LeaseLost, OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("bulk.item_failed item=%s", key)
        _refuse(job, key, Item.FAILED, _("It could not be done because of a fault of the system; nothing was changed."))


def _mine(job: Job, key: int) -> BulkItem | None:
    """The item, locked, if it still waits; raises LeaseLost when another worker took the job over."""
    if not Job.objects.select_for_update().filter(pk=job.pk, lease_token=job.lease_token, state="ready").exists():
        raise jobs.LeaseLost
    return BulkItem.objects.select_for_update().filter(pk=key, state=Item.WAITING).first()


def _note(key: int, state: str, words: str = "") -> None:
    BulkItem.objects.filter(pk=key).update(state=state, words=words[:300], done_at=timezone.now())


def _refuse(job: Job, key: int, state: str, words: str) -> None:
    with transaction.atomic():
        if _mine(job, key) is not None:
            _note(key, state, words)


def _ended(run: BulkRun) -> None:
    BulkRun.objects.filter(pk=run.pk, state=Run.RUNNING).update(state=Run.DONE, ended_at=timezone.now())


def give_up(job: Job) -> None:
    """When the job is dead, or its officer no longer works here: what waits is said to have failed."""
    run = BulkRun.objects.get(pk=job.payload["run"])
    with override(run.language):
        words = _("It was not done: the run was given up. Nothing was changed; begin again.")
    BulkItem.objects.filter(run=run, state=Item.WAITING).update(state=Item.FAILED, words=words)
    _ended(run)


def figures(run: BulkRun) -> dict[str, int]:
    """How many dossiers are in which state."""
    found: dict[str, Any] = dict.fromkeys(Item.values, 0)
    rows = BulkItem.objects.filter(run=run).values_list("state").annotate(n=Count("pk"))
    return found | dict(rows)


def forget_runs(*, at: datetime) -> int:
    """Nightly: runs of last quarter, and those that were shown but never started; returns how many."""
    old = BulkRun.objects.filter(created_at__lt=at - KEPT)
    never = BulkRun.objects.filter(created_at__lt=at - UNSTARTED, state=Run.SHOWN)
    return sum(
        BulkRun.objects.filter(pk__in=list(keys.values_list("pk", flat=True))).delete()[0] for keys in (old, never)
    )
