"""Doors for the worker."""

import random
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from common.gateways import GatewayError
from common.jobs import Postpone, fenced
from common.models import Job
from documents import services
from documents.gateways import ScanResult


def scan(job: Job) -> None:
    """Scan one file; while the scanner is away the job waits without counting as failed, so that it never dies of it."""
    file_id = job.payload["file"]
    result: ScanResult | None = None
    refused = ""
    try:
        result = services.examine(file_id)
    except GatewayError as error:
        if not error.permanent:
            wait = timedelta(seconds=random.uniform(15, 30))  # noqa: S311 - spreads retries, no secret
            raise Postpone(timezone.now() + wait, error.code) from None
        refused = error.code
    with fenced(job):
        services.settle_scan(file_id, result, at=timezone.now(), refused=refused)


@shared_task(name="documents.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Nightly: orphans, half-stored rows, due erasures, forgotten scans."""
    services.sweep(at=timezone.now())
