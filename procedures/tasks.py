"""Doors for the worker."""

from celery import shared_task
from django.utils import timezone

from procedures.services import reproject


@shared_task(name="procedures.tasks.reproject", ignore_result=True)
def reproject_catalogue() -> None:
    """Nightly, soon after midnight: versions that begin or end today, rates of fees that change today."""
    reproject(on=timezone.localdate())
