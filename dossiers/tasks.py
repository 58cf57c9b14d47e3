"""Doors for the worker."""

from celery import shared_task
from django.utils import timezone

from dossiers.services.counter import forget_visits
from dossiers.services.filing import drop_expired_drafts


@shared_task(name="dossiers.tasks.sweep_drafts", ignore_result=True)
def sweep_drafts() -> None:
    """Nightly: drafts nobody touched until their last day, and visits at the counter that are over."""
    now = timezone.now()
    drop_expired_drafts(at=now)
    forget_visits(at=now)
