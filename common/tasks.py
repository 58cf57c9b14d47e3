"""The worker's two loops. Beat calls them every ten seconds, a nudge sooner."""

import logging
import time
from collections.abc import Callable

from celery import shared_task
from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models.functions import Now
from django.utils import timezone

from common import jobs, keeping, outbox
from common.models import Sweep

logger = logging.getLogger(__name__)
BUDGET_SECONDS = 20.0


@shared_task(name="common.tasks.run_loops", ignore_result=True)
def run_loops() -> None:
    """Drain the outbox and run due jobs until nothing is left or the budget is used up."""
    close_old_connections()
    stop = time.monotonic() + BUDGET_SECONDS
    while time.monotonic() < stop:
        if not _taken(outbox.drain) + _taken(jobs.run_due):
            break
    Sweep.objects.update_or_create(name="loops", defaults={"at": Now()})


@shared_task(name="common.tasks.forget", ignore_result=True)
def forget() -> None:
    """Nightly: work that is done and news that was told a month ago, counters of attempts two days ago."""
    close_old_connections()
    keeping.forget(at=timezone.now())


def _taken(loop: Callable[[], int]) -> int:
    """How much one loop took; a mistake in it does not keep the other one from running. A lost database ends both."""
    try:
        return loop()
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("loop.failed loop=%s", loop.__module__)
        return 0
