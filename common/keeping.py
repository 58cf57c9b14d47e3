"""What is kept of work that is over, and for how long; deleted in small batches, so that nothing waits for long.

Jobs that died and news that was not told stay until a person has looked at them.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from common.models import AttemptCounter, Job, OutboxRow

WORK_KEPT = timedelta(days=30)
COUNTERS_KEPT = timedelta(days=2)  # the longest window of a limit is a day
BATCH = 1000
MOST = 500  # batches in one night: half a million rows of each kind


def forget(*, at: datetime) -> dict[str, int]:
    """Delete done jobs and told news older than 30 days and counters older than two days; returns how many of each.

    A key of a forgotten job could be used again; every key names something that is over by then.
    """
    done = Job.objects.filter(state=Job.State.DONE, done_at__lt=at - WORK_KEPT)
    told = OutboxRow.objects.filter(done_at__lt=at - WORK_KEPT)
    counters = AttemptCounter.objects.filter(window_start__lt=at - COUNTERS_KEPT)
    return {"jobs": in_batches(done), "news": in_batches(told), "counters": in_batches(counters)}


def in_batches(rows: "QuerySet[Any, Any]", *, batch: int = BATCH, most: int = MOST) -> int:
    """Delete the rows, oldest first, each batch in a transaction of its own; returns how many."""
    total = 0
    for _ in range(most):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:batch])
        if not ids:
            break
        # The condition once more: what changed since it was read is not deleted.
        total += rows.filter(pk__in=ids)._raw_delete(rows.db)
        if len(ids) < batch:
            break
    return total
