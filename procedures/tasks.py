"""Doors for the worker."""

from celery import shared_task
from django.db import close_old_connections
from django.utils import timezone

from procedures.services import enter_into_force, reproject, reviewing
from procedures.services.projecting import begin_answers


@shared_task(name="procedures.tasks.begin_day", ignore_result=True)
def begin_day() -> None:
    """Just after midnight, and every hour in case that was missed: versions and answers begin and end with the legal day."""
    close_old_connections()
    enter_into_force(on=timezone.localdate())
    begin_answers(on=timezone.localdate())
    reviewing.apply_due(on=timezone.localdate(), at=timezone.now())


@shared_task(name="procedures.tasks.remind_departments", ignore_result=True)
def remind_departments() -> None:
    """Every morning: campaigns that begin today are opened, departments that have not answered are reminded."""
    close_old_connections()
    reviewing.sweep(on=timezone.localdate(), at=timezone.now())


@shared_task(name="procedures.tasks.reproject", ignore_result=True)
def reproject_catalogue() -> None:
    """Nightly, soon after midnight: cards whose fees change today."""
    close_old_connections()
    reproject(on=timezone.localdate())
