"""Handlers of news and jobs for the tests; what they were called with, and what they shall do wrong."""

from collections.abc import Callable
from typing import Any

from common import jobs
from common.models import Job
from common.outbox import News

GOOD, BAD, BROKEN = (f"tests.common.handlers.{name}" for name in ("write_once", "fail", "break_the_transaction"))
calls: list[tuple[str, int]] = []
works: dict[str, Callable[[Any], None]] = {}


def reset() -> None:
    calls.clear()
    works.clear()


def write_once(news: News) -> None:
    """A handler as it should be: one durable row per piece of news."""
    calls.append(("write_once", news.id))
    works.get("write_once", lambda news: None)(news)
    jobs.enqueue("test.work", key=news.key("write_once"))


def fail(news: News) -> None:
    """Writes a row, then makes a mistake."""
    calls.append(("fail", news.id))
    jobs.enqueue("test.work", key=news.key("fail"))
    works.get("fail", _mistake)(news)


def break_the_transaction(news: News) -> None:
    """A mistake that PostgreSQL itself refuses."""
    Job.objects.create(kind="x" * 61, key=news.key("broken"))


def work(job: Job) -> None:
    """A job's handler."""
    calls.append(("work", job.pk))
    works.get("work", lambda job: None)(job)


def on_dead(job: Job) -> None:
    calls.append(("on_dead", job.pk))
    works.get("on_dead", lambda job: None)(job)


def _mistake(news: News) -> None:
    raise ValueError("0912345678 is nobody's business")
