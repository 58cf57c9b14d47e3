"""Durable jobs: leased with SKIP LOCKED, fenced by a token, retried with back-off, dead-lettered at the end.

A handler gets the job, does its outside call without an open transaction, and stores the outcome inside
`with fenced(job): …`, which marks the job done in the same transaction, unless the lease was lost meanwhile.
Leases use the clock of the database, so that two machines with different clocks cannot both hold one.
"""

import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.module_loading import import_string

from common import nudge
from common.models import Job
from common.outbox import backoff

logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker took the job over; what this one did must not be stored."""


class Postpone(Exception):
    """The job cannot run yet and should be tried at `due_at`, without counting as a failure."""

    def __init__(self, due_at: datetime, reason: str = "") -> None:
        super().__init__(reason)
        self.due_at = due_at


@dataclass(frozen=True)
class Kind:
    """How jobs of one kind are run: the handler, seconds of lease, attempts before it is dead, what to do then."""

    handler: str
    lease: int = 60
    attempts: int = 10
    on_dead: str = ""


# While a new version is rolled out an old worker may meet kinds it does not know: they wait a day for one that does.
UNKNOWN = Kind("", attempts=100)
_kinds: dict[str, Kind] = {}


def register(kinds: Mapping[str, Kind]) -> None:
    """Add kinds of jobs; called at start-up by each room's AppConfig."""
    _kinds.update(kinds)


def registered() -> dict[str, Kind]:
    """The kinds in force."""
    return dict(_kinds)


def enqueue(kind: str, *, key: str, payload: Mapping[str, Any] | None = None, due_at: datetime | None = None) -> bool:
    """Insert a job once per key, in the caller's transaction; False when the key was there already."""
    _, created = Job.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "payload": dict(payload or {}),
            "due_at": due_at or timezone.now(),
            "lease_seconds": _kinds[kind].lease,
        },
    )
    if created:
        nudge.after_commit()
    return created


# MATERIALIZED: a plan that ran the inner query twice would take more than `limit`.
_LEASE = """
WITH due AS MATERIALIZED (
  SELECT id FROM common_job WHERE state = 'ready' AND due_at <= clock_timestamp()
  AND (lease_until IS NULL OR lease_until < clock_timestamp()) {kinds}
  ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE common_job SET lease_until = clock_timestamp() + lease_seconds * interval '1 second',
  lease_token = gen_random_uuid(), attempts = attempts + 1
FROM due WHERE common_job.id = due.id RETURNING common_job.*
"""


def lease(limit: int = 4, *, kinds: list[str] | None = None) -> list[Job]:
    """Take up to `limit` due jobs; each stays ours for its kind's lease."""
    clause, values = ("AND kind = ANY(%s)", [kinds]) if kinds else ("", [])
    # The rows come from the UPDATE itself: read afterwards, they could already carry the token of another worker.
    taken = list(Job.objects.raw(_LEASE.format(kinds=clause), [*values, limit]))
    return sorted(taken, key=lambda job: (job.due_at, job.pk))


def run_due(limit: int = 4) -> int:
    """Lease and run due jobs; returns how many were taken."""
    started = time.monotonic()
    jobs = lease(limit)
    for job in jobs:
        if time.monotonic() - started < job.lease_seconds / 4 or renew(job):
            run(job)
    return len(jobs)


def renew(job: Job) -> bool:
    """Start the lease anew for a job that waited for the others of its batch; False when it was taken over meanwhile."""
    end = RawSQL("clock_timestamp() + lease_seconds * interval '1 second'", [])
    return bool(_mine(job).update(lease_until=end))


def run(job: Job) -> None:
    """Run one leased job; every outcome ends in the row: done, to be tried again, or dead."""
    kind = _kinds.get(job.kind)
    if kind is None:
        _fail(job, f"no handler for {job.kind}", UNKNOWN)
        return
    if job.attempts > kind.attempts:
        _fail(job, job.error or "the worker died at every attempt", kind)
        return
    try:
        import_string(kind.handler)(job)
    except LeaseLost:
        logger.warning("job.lease_lost job=%s kind=%s", job.pk, job.kind)
    except Postpone as pause:
        _release(job, pause.due_at, str(pause), counted=False)
    except Exception as error:
        _fail(job, _describe(error), kind, permanent=bool(getattr(error, "permanent", False)))
    else:
        _finish(job)


def _describe(error: Exception) -> str:
    """Class and code of an error, never its text: messages may carry personal data."""
    code = getattr(error, "code", "")
    return f"{type(error).__name__}{f': {code}' if code else ''}"


@contextmanager
def fenced(job: Job) -> Iterator[Job]:
    """A transaction that stores a job's outcome together with its being done; raises LeaseLost if it is not ours."""
    with transaction.atomic():
        if not Job.objects.select_for_update().filter(pk=job.pk, lease_token=job.lease_token, state="ready").exists():
            raise LeaseLost
        yield job
        Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, done_at=timezone.now(), error="")


def _mine(job: Job) -> Any:
    return Job.objects.filter(pk=job.pk, lease_token=job.lease_token, state=Job.State.READY)


def _finish(job: Job) -> None:
    _mine(job).update(state=Job.State.DONE, done_at=timezone.now(), error="")


def _release(job: Job, due_at: datetime, error: str, *, counted: bool = True) -> None:
    attempts = job.attempts if counted else max(0, job.attempts - 1)
    _mine(job).update(due_at=due_at, lease_until=None, lease_token=uuid.uuid4(), error=error[:500], attempts=attempts)


def _fail(job: Job, error: str, kind: Kind, *, permanent: bool = False) -> None:
    if not permanent and job.attempts < kind.attempts:
        logger.warning("job.retry job=%s kind=%s attempt=%s error=%s", job.pk, job.kind, job.attempts, error)
        _release(job, timezone.now() + backoff(job.attempts, cap=900.0), error)
        return
    logger.error("job.dead job=%s kind=%s error=%s", job.pk, job.kind, error)
    try:
        with transaction.atomic():
            if _bury(job, error) and kind.on_dead:
                import_string(kind.on_dead)(job)
    except (OperationalError, InterfaceError):
        raise
    except Exception as second:
        # A mistake in what follows must not keep the job alive for ever, nor the jobs behind it waiting.
        logger.exception("job.on_dead_failed job=%s kind=%s", job.pk, job.kind)
        _bury(job, f"{error}; on_dead: {_describe(second)}")


def retry_dead(dead: QuerySet[Job]) -> int:
    """Make jobs that were given up due again with all their attempts, after their cause was mended; returns how many."""
    count = dead.filter(state=Job.State.DEAD).update(
        state=Job.State.READY, due_at=timezone.now(), attempts=0, lease_until=None, lease_token=None, done_at=None
    )
    if count:
        nudge.send()
    return count


def _bury(job: Job, error: str) -> int:
    return int(_mine(job).update(state=Job.State.DEAD, done_at=timezone.now(), error=error[:500]))
