"""Doors for the worker."""

from celery import shared_task
from django.utils import timezone

from accounts.services import sweep_codes as forget_codes
from accounts.services import tokens
from common.api import idempotency


@shared_task(name="accounts.tasks.sweep_codes", ignore_result=True)
def sweep_codes() -> None:
    """Nightly: one-time codes a day after they ended."""
    forget_codes(at=timezone.now())


@shared_task(name="accounts.tasks.sweep_api", ignore_result=True)
def sweep_api() -> None:
    """Nightly: answers kept for repeated calls of the API after two days, tokens a month after they ended."""
    idempotency.sweep(at=timezone.now())
    tokens.sweep_tokens(at=timezone.now())
