"""Celery carries nudges only; what is owed to a person lies in PostgreSQL and is found again by the sweep.

The beat wakes the two loops (outbox, jobs) every ten seconds, so that a lost nudge costs seconds. Two beats do no harm.
"""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

from portal.checks import refuse_unsafe
from portal.env import plainly

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

SWEEP_SECONDS = 10.0
FIGURES_SECONDS = 30.0
WATCH_SECONDS = 180.0

with plainly():
    refuse_unsafe()


@setup_logging.connect
def use_our_logging(**kwargs: Any) -> None:
    """Leave the logs as the settings say: Celery's own lines hold the texts of errors."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


app = Celery("motcua")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    # A sweep that waited longer than the next one is due is worth nothing.
    "sweep": {"task": "common.tasks.run_loops", "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}},
    "figures": {
        "task": "reports.tasks.fold",
        "schedule": FIGURES_SECONDS,
        "options": {"expires": FIGURES_SECONDS},
    },
    # What waits too long: a rung of four hours may be noticed three minutes late.
    "watch": {"task": "dossiers.tasks.watch", "schedule": WATCH_SECONDS, "options": {"expires": WATCH_SECONDS}},
    # The legal day begins at midnight; every hour, so that a missed midnight costs an hour.
    "day": {"task": "procedures.tasks.begin_day", "schedule": crontab(minute=0)},
    # Soon after midnight: what cards say of fees that begin or end today.
    "catalogue": {"task": "procedures.tasks.reproject", "schedule": crontab(hour=0, minute=5)},
    "supplements": {"task": "dossiers.tasks.sweep_supplements", "schedule": crontab(minute=25)},
    "usual": {"task": "reports.tasks.usual", "schedule": crontab(hour=0, minute=20)},
    # At night: what nobody is owed any more. Every one of them may run twice.
    "work": {"task": "common.tasks.forget", "schedule": crontab(hour=2, minute=0)},
    "files": {"task": "documents.tasks.sweep", "schedule": crontab(hour=2, minute=10)},
    "codes": {"task": "accounts.tasks.sweep_codes", "schedule": crontab(hour=2, minute=20)},
    "api": {"task": "accounts.tasks.sweep_api", "schedule": crontab(hour=2, minute=25)},
    "reviews": {"task": "procedures.tasks.remind_departments", "schedule": crontab(hour=6, minute=0)},
    "drafts": {"task": "dossiers.tasks.sweep_drafts", "schedule": crontab(hour=2, minute=30)},
}
