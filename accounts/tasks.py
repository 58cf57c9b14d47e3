"""Doors for the worker."""

from celery import shared_task
from django.utils import timezone

from accounts.services import sweep_codes as forget_codes


@shared_task(name="accounts.tasks.sweep_codes", ignore_result=True)
def sweep_codes() -> None:
    """Nightly: one-time codes a day after they ended."""
    forget_codes(at=timezone.now())
