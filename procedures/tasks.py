"""Doors for the worker."""

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from procedures.services import enter_into_force


@shared_task(name="procedures.tasks.begin_day", ignore_result=True)
def begin_day() -> None:
    """Just after midnight, and every hour in case that was missed: versions begin and end with the legal day."""
    close_old_connections()
    enter_into_force(on=timezone.localdate())
