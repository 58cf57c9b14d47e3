"""Doors for the worker."""

from celery import shared_task
from django.utils import timezone

from dossiers.services import joint
from dossiers.services.bulk import forget_runs
from dossiers.services.counter import forget_visits
from dossiers.services.filing import drop_expired_drafts
from dossiers.services.looks import forget_looks
from dossiers.services.supplement_limits import sweep
from dossiers.services.watching import watch


@shared_task(name="dossiers.tasks.sweep_drafts", ignore_result=True)
def sweep_drafts() -> None:
    """Nightly: drafts nobody touched until their last day, visits at the counter that are over, old looks and runs."""
    now = timezone.now()
    drop_expired_drafts(at=now)
    forget_visits(at=now)
    forget_looks(at=now)
    forget_runs(at=now)


@shared_task(name="dossiers.tasks.sweep_supplements", ignore_result=True)
def sweep_supplements() -> None:
    """Hourly: citizens whose limit for a supplement is near, or over."""
    sweep(at=timezone.now())


@shared_task(name="dossiers.tasks.watch", ignore_result=True)
def watch_time() -> None:
    """Every few minutes: filings nobody answers, steps that run out, apologies to be sent. May run twice."""
    watch()
    joint.sweep(at=timezone.now())
