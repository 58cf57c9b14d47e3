"""Doors for the worker."""

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from reports.services.folding import fold_all
from reports.services.usual import write_ranks, write_usual


@shared_task(name="reports.tasks.fold", ignore_result=True)
def fold() -> None:
    """Every half minute: put the news into the figures."""
    close_old_connections()
    fold_all()


@shared_task(name="reports.tasks.usual", ignore_result=True)
def usual() -> None:
    """Every night: how long procedures take and how often they are filed."""
    close_old_connections()
    write_usual(at=timezone.now())
    write_ranks(at=timezone.now())
