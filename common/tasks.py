"""The worker's two loops. Beat calls them every ten seconds, a nudge sooner."""

import time

from celery import shared_task
from django.db import close_old_connections
from django.db.models.functions import Now

from common import jobs, outbox
from common.models import Sweep

BUDGET_SECONDS = 20.0


@shared_task(name="common.tasks.run_loops", ignore_result=True)
def run_loops() -> None:
    """Drain the outbox and run due jobs until nothing is left or the budget is used up."""
    close_old_connections()
    stop = time.monotonic() + BUDGET_SECONDS
    while time.monotonic() < stop:
        if not outbox.drain() + jobs.run_due():
            break
    Sweep.objects.update_or_create(name="loops", defaults={"at": Now()})
