"""Corrections of many dossiers as durable jobs: ordered on a page, done by the worker in slices."""

import time
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from agencies.models import CalendarRevision
from common import jobs
from common.models import Job
from dossiers.models import Outage
from dossiers.services.corrections import calendar, outages

SLICE = 40.0  # seconds of work before the job gives way to others; the lease is longer


def order_recount(revision: CalendarRevision, *, by: User, shorten: str = "") -> bool:
    """Have every affected dossier moved to the revision; False when somebody ordered it this minute."""
    key = f"calendar.recompute:{revision.number}:{timezone.now():%y%m%d%H%M}"
    return jobs.enqueue(
        "calendar.recompute", key=key, payload={"revision": revision.number, "by": by.pk, "shorten": shorten}
    )


def order_shift(outage: Outage, *, by: User) -> bool:
    """Have the time an outage took given back; False when somebody ordered it this minute."""
    key = f"outage.shift:{outage.pk}:{timezone.now():%y%m%d%H%M}"
    return jobs.enqueue("outage.shift", key=key, payload={"outage": outage.pk, "by": by.pk})


def recompute(job: Job) -> None:
    """Job: a slice of the affected dossiers; dossiers that keep their calendar are passed over once per run."""
    revision = CalendarRevision.objects.get(number=job.payload["revision"])
    by = User.objects.get(pk=job.payload["by"])
    done = calendar.apply(revision, by=by, at=timezone.now(), shorten=job.payload["shorten"])
    _slice(job, (outcome.what in {"moved", "pinned"} for outcome in done))


def shift(job: Job) -> None:
    """Job: a slice of the dossiers an outage hit."""
    outage = Outage.objects.get(pk=job.payload["outage"])
    by = User.objects.get(pk=job.payload["by"])
    _slice(job, (not relief.fault for relief in outages.apply(outage, by=by, at=timezone.now())))


def _slice(job: Job, outcomes: Any) -> None:
    began = time.monotonic()
    changed = False
    for is_changed in outcomes:
        changed = changed or is_changed
        if changed and time.monotonic() - began > SLICE:
            raise jobs.Postpone(timezone.now() + timedelta(seconds=1), "more dossiers to go")
    with jobs.fenced(job):
        pass
