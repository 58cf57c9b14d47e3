"""Measures for Prometheus: counted by each web process, or asked of the database when somebody looks.

Web processes put their counts into files of one folder (PROMETHEUS_MULTIPROC_DIR), so that whichever of them answers
/metrics tells of all. `share_counts` has to run before this module is imported first.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily

from common import health
from common.models import Job
from dossiers.models import Dossier
from dossiers.workflow.states import OPEN
from notifications.models import Message
from payments.models import PaymentAttempt, RefundTask

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
REQUESTS = Counter("motcua_requests", "Requests answered, by view and status.", ["view", "status"])
SECONDS = Histogram("motcua_request_seconds", "Seconds until the answer, by view.", ["view"], buckets=BUCKETS)
RECENT = timedelta(days=1)
NEVER = -1.0  # seconds; the loops never ran


def exposition() -> bytes:
    """Everything in the text format of Prometheus. Raises django.db.Error when the database does not answer."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(House())
    return bytes(generate_latest(registry))


class House:
    """The state of the house, the same whichever web process is asked."""

    def describe(self) -> list[Any]:
        """Nothing: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge, each with one sentence that says what it is."""
        yield gauge("outbox_lag_seconds", "How long the oldest news waits.", health.outbox_lag().total_seconds())
        yield gauge("outbox_failing", "News that a handler fails on again and again.", health.failing_news())
        yield gauge("jobs_lag_seconds", "How long the oldest due job waits.", health.jobs_lag().total_seconds())
        yield jobs()
        age = health.sweep_age()
        yield gauge("sweep_age_seconds", "Since the loops ran through.", age.total_seconds() if age else NEVER)
        yield gauge("disk_free_bytes", "Room where the files are.", disk_free())
        yield dossiers()
        since = timezone.now() - RECENT
        failed = Message.objects.filter(created_at__gte=since, state=Message.State.FAILED).count()
        yield gauge("messages_failed", "Messages of the last 24 hours that could not be sent.", failed)
        unclear = PaymentAttempt.objects.filter(state=PaymentAttempt.State.UNCLEAR).count()
        yield gauge("payments_unclear", "Payments the gateway could not tell the end of.", unclear)
        to_check = RefundTask.objects.filter(state=RefundTask.State.TO_CHECK).count()
        yield gauge("refunds_to_check", "Money that somebody has to decide about.", to_check)


def gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    """One number."""
    return GaugeMetricFamily(f"motcua_{name}", words, value=value)


def jobs() -> GaugeMetricFamily:
    """Jobs that wait and jobs that were given up, by kind."""
    family = GaugeMetricFamily("motcua_jobs", "Durable jobs by state and kind.", labels=["state", "kind"])
    rows = (
        Job.objects.filter(state__in=[Job.State.READY, Job.State.DEAD]).values("state", "kind").annotate(n=Count("pk"))
    )
    for row in rows.order_by("state", "kind"):
        family.add_metric([row["state"], row["kind"]], row["n"])
    return family


def dossiers() -> GaugeMetricFamily:
    """Dossiers that are under way, by state (a state without any is 0)."""
    family = GaugeMetricFamily("motcua_dossiers_open", "Dossiers that are not finished, by state.", labels=["state"])
    rows = Dossier.objects.filter(state__in=OPEN).values("state").annotate(n=Count("pk")).order_by()
    found = {row["state"]: row["n"] for row in rows}
    for state in OPEN:
        family.add_metric([state], found.get(state, 0))
    return family


def disk_free() -> int:
    """Bytes free where files are stored."""
    folder: Path = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.DATA_DIR
    return shutil.disk_usage(folder).free
