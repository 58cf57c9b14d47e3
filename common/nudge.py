"""A nudge to the workers after commit: "look into the tables". Nothing depends on it.

It must never delay or fail a request: one attempt, short time-outs, a breaker of five seconds. One that still waits in the
queue serves everybody who has committed by then, so no second one is put beside it.
"""

import json
import logging
import time
from base64 import b64encode
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

from common.redis_lines import ask
from common.threads import kept_by_thread

logger = logging.getLogger(__name__)
BREAKER_SECONDS = 5.0
TASK = "common.tasks.run_loops"
_SCRIPT = "if redis.call('LLEN', KEYS[1]) == 0 then redis.call('LPUSH', KEYS[1], ARGV[1]) end"
_closed_until = 0.0


_address = 0  # goes up when the broker has another one


def _script() -> Any:
    """The script over this thread's connection for sending; the workers' must wait on the broker without time-outs."""
    return kept_by_thread(("nudge", _address), _connected)


def _push(queue: str, message: str) -> None:
    script = _script()
    try:
        ask(script.registered_client, "EVALSHA", script.sha, 1, queue, message)
    except NoScriptError:  # a broker that was started anew
        script(keys=[queue], args=[message])


def _connected() -> Any:
    client = Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.3, retry=Retry(NoBackoff(), 0),
        single_connection_client=True,
    )  # fmt: skip
    return client.register_script(_SCRIPT)


def _message() -> str:
    """A task without arguments as Celery writes it (message protocol 2 of Celery, over Redis); a test compares the two.

    Written here, because Celery and what comes with it take 6 MB of each process of the portal and a millisecond of each act.
    """
    number = str(uuid4())
    headers = _HEADERS | {"id": number, "root_id": number}
    where = {"exchange": "", "routing_key": settings.CELERY_TASK_DEFAULT_QUEUE}
    properties = _PROPERTIES | {"correlation_id": number, "delivery_tag": number, "delivery_info": where}
    return json.dumps(_MESSAGE | {"headers": headers, "properties": properties})


_NOTHING = json.dumps([[], {}, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}])
_MESSAGE = {
    "body": b64encode(_NOTHING.encode()).decode(),
    "content-encoding": "utf-8",
    "content-type": "application/json",
}
_HEADERS: dict[str, Any] = {
    "lang": "py", "task": TASK, "shadow": None, "eta": None, "expires": None, "group": None, "group_index": None,
    "retries": 0, "timelimit": [None, None], "parent_id": None, "argsrepr": "()", "kwargsrepr": "{}", "origin": "portal",
    "ignore_result": True, "replaced_task_nesting": 0, "stamped_headers": None, "stamps": {},
}  # fmt: skip
_PROPERTIES: dict[str, Any] = {"reply_to": "", "delivery_mode": 2, "priority": 0, "body_encoding": "base64"}


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
        _push(settings.CELERY_TASK_DEFAULT_QUEUE, _message())
    except Exception as error:
        _closed_until = time.monotonic() + BREAKER_SECONDS
        logger.warning("nudge.failed error=%s", type(error).__name__)
        return False
    return True


def forget() -> None:
    """Ask for the broker's address anew (it changes in tests)."""
    global _address  # noqa: PLW0603
    _address += 1
