"""A nudge to the workers after commit: "look into the tables". Nothing depends on it.

It must never delay or fail a request: one attempt, short time-outs, a breaker of five seconds. One that still waits in the
queue serves everybody who has committed by then, so no second one is put beside it.
"""

import json
import logging
import time
from functools import lru_cache
from typing import Any
from uuid import uuid4

from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)
BREAKER_SECONDS = 5.0
TASK = "common.tasks.run_loops"
_SCRIPT = "if redis.call('LLEN', KEYS[1]) == 0 then redis.call('LPUSH', KEYS[1], ARGV[1]) end"
_MARK = "the number of the message"
_closed_until = 0.0


@lru_cache(maxsize=1)
def _client() -> "Redis[Any]":
    """A connection of its own for sending, because the workers' must wait on the broker without time-outs."""
    return Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.3, retry=Retry(NoBackoff(), 0)
    )


@lru_cache(maxsize=1)
def _push() -> Any:
    return _client().register_script(_SCRIPT)


@lru_cache(maxsize=1)
def _mould() -> str:
    """The message as Celery itself writes it, its number left open: making it anew costs an act more than sending it."""
    queue = settings.CELERY_TASK_DEFAULT_QUEUE
    app = Celery("nudges", broker="memory://", set_as_current=False)
    app.conf.update(task_ignore_result=True, task_default_queue=queue)
    with app.connection_for_write() as link:
        channel: Any = link.default_channel
        app.send_task(TASK, task_id=_MARK, connection=link)
        message = channel._get(queue)
    message["properties"]["delivery_tag"] = _MARK
    return json.dumps(message)


def after_commit() -> None:
    """Nudge once when the current transaction commits, however often this is called in it."""
    if not any(entry[1] is send for entry in connection.run_on_commit):
        transaction.on_commit(send, robust=True)


def send() -> bool:
    """See to it that one nudge waits now; False when the broker is away (it is then left alone for five seconds)."""
    global _closed_until  # noqa: PLW0603
    if time.monotonic() < _closed_until:
        return False
    try:
        _push()(keys=[settings.CELERY_TASK_DEFAULT_QUEUE], args=[_mould().replace(_MARK, str(uuid4()))])
    except Exception as error:
        _closed_until = time.monotonic() + BREAKER_SECONDS
        logger.warning("nudge.failed error=%s", type(error).__name__)
        return False
    return True


def forget() -> None:
    """Ask for the broker's address anew (it changes in tests)."""
    for kept in (_client, _push):
        kept.cache_clear()
