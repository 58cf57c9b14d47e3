"""Doors for the worker."""

from celery import shared_task
from django.db import close_old_connections

from reports.services.folding import fold_all


@shared_task(name="reports.tasks.fold", ignore_result=True)
def fold() -> None:
    """Every half minute: put the news into the figures."""
    close_old_connections()
    fold_all()
