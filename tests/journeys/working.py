"""The worker of the journeys: the product's own loops, run here and now until nothing is left to do."""

from datetime import UTC, datetime

from django.db.models import Value
from django.db.models.functions import Least, Now
from django.utils import timezone

from common import jobs, outbox
from common.models import Job, OutboxRow
from tests.sandbox_process import Sandbox, wait_until

NEVER = datetime(9000, 1, 1, tzinfo=UTC)


def let_the_worker_run(sandbox: Sandbox) -> None:
    """Drain the outbox and run due jobs until both are idle and the neighbours have called back."""
    while True:
        wait_until(lambda: not _callbacks_open(sandbox), "the callbacks of the sandbox")
        if not _work():
            return


def _work() -> int:
    done = 0
    while step := _one_round():
        done += step
    return done


def _one_round() -> int:
    """One round of the loops by the portal's clock.

    New rows and leases go by the database's clock, which no test can turn: what is due by the portal's clock is made
    due by the database's too, whichever of the two is ahead, and jobs of later days are held back for this round.
    """
    now = timezone.now()
    OutboxRow.objects.filter(done_at=None).update(due_at=now)
    ready = Job.objects.filter(state=Job.State.READY)
    later = dict(ready.filter(due_at__gt=now).values_list("pk", "due_at"))
    ready.filter(due_at__lte=now).update(due_at=Least(Value(now), Now()))
    Job.objects.filter(pk__in=later).update(due_at=NEVER)
    try:
        return outbox.drain() + jobs.run_due()
    finally:
        for pk, due_at in later.items():
            Job.objects.filter(pk=pk).update(due_at=due_at)


def _callbacks_open(sandbox: Sandbox) -> bool:
    """Whether the sandbox still has something to tell the portal."""
    told = [("sms", "receipts"), ("post", "notices"), ("vnpay", "notices")]
    return any(row["state"] == "pending" for book, part in told for row in sandbox.book(book)[part])
