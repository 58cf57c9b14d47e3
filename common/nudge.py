"""A nudge to the workers after commit: "look into the tables". Nothing depends on it.

It must never delay or fail a request: no publish retry, short time-outs, a breaker of five seconds.
"""

import logging
import time
from functools import lru_cache

from celery import Celery
from django.conf import settings
from django.db import connection, transaction

logger = logging.getLogger(__name__)
BREAKER_SECONDS = 5.0
_closed_until = 0.0


@lru_cache(maxsize=1)
def _producer() -> Celery:
    """A Celery application of its own for sending, because the workers' must wait on the broker without time-outs."""
    app = Celery("nudges", broker=settings.REDIS_URL, set_as_current=False)
    app.conf.update(
        broker_transport_options={"socket_connect_timeout": 0.2, "socket_timeout": 0.3, "max_retries": 0},
        broker_connection_retry=False,
        broker_connection_max_retries=0,
        task_ignore_result=True,
        task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
        task_publish_retry=False,
    )
    return app


def after_commit() -> None:
    """Nudge once when the current transaction commits, however often this is called in it."""
    if not any(entry[1] is send for entry in connection.run_on_commit):
        transaction.on_commit(send, robust=True)


def send() -> bool:
    """Send one nudge now; False when the broker is away (it is then left alone for five seconds)."""
    global _closed_until  # noqa: PLW0603
    if time.monotonic() < _closed_until:
        return False
    try:
        _producer().send_task("common.tasks.run_loops", retry=False, expires=30)
    except Exception as error:
        _closed_until = time.monotonic() + BREAKER_SECONDS
        logger.warning("nudge.failed error=%s", type(error).__name__)
        return False
    return True
