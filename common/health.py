"""What /readyz asks: is the worker's loop alive, is news waiting too long, does work pile up?"""

from datetime import timedelta

from django.db.models import Min, Q
from django.utils import timezone

from common.models import Job, OutboxRow, Sweep

FAILING_AFTER = 5  # tries; earlier ones are everyday life


def sweep_age() -> timedelta | None:
    """Time since the loops last ran through; None when they never did."""
    at = Sweep.objects.filter(name="loops").values_list("at", flat=True).first()
    return timezone.now() - at if at else None


def outbox_lag() -> timedelta:
    """How long the oldest news that could be handled now has been waiting.

    News whose handler failed waits for its next try and does not count: one mistake in a handler would otherwise take
    every web server out of service. `failing_news` counts it.
    """
    return _since(OutboxRow.objects.filter(done_at=None).aggregate(oldest=Min("due_at"))["oldest"])


def failing_news() -> int:
    """How many pieces of news a handler has failed on again and again."""
    return OutboxRow.objects.filter(done_at=None, attempts__gte=FAILING_AFTER).count()


def jobs_lag() -> timedelta:
    """How long the oldest due job that no worker holds has been waiting."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    waiting = Job.objects.filter(free, state=Job.State.READY, due_at__lte=now)
    return _since(waiting.aggregate(oldest=Min("due_at"))["oldest"])


def _since(moment: object) -> timedelta:
    waited = timezone.now() - moment if moment else timedelta()  # type: ignore[operator]
    return max(waited, timedelta())
