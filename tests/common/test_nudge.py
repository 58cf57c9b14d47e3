"""A nudge is a courtesy: with Redis gone, hanging or restarted, the act stands and nobody waits for it."""

import json
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator

import pytest
from celery import Celery
from django.db import transaction

from common import nudge, outbox
from common.models import OutboxRow
from common.tasks import run_loops
from tests.redis_process import RedisProcess, forget_breakers

pytestmark = pytest.mark.django_db(transaction=True)


class SilentEar:
    """Takes connections and never says a word, as a server behind a broken network; counts who came."""

    def __init__(self) -> None:
        self.callers: list[socket.socket] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._door.getsockname()[1]}/0"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self.callers.append(self._door.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self._door.close()
        for caller in self.callers:
            caller.close()


@pytest.fixture
def silence(own_redis: RedisProcess, settings) -> Iterator[SilentEar]:
    ear = SilentEar()
    settings.REDIS_URL = ear.url
    nudge.forget()
    yield ear
    ear.close()


def act() -> OutboxRow:
    """An act of any room, with its news."""
    with transaction.atomic():
        return outbox.publish("test.happened", subject_type="test", subject_id=1)


def nudges_waiting(server: RedisProcess, queue: str) -> int:
    with Celery(broker=server.url, set_as_current=False).connection_for_read() as link:
        return link.default_channel.client.llen(queue)


def test_nudge_reaches_the_workers_queue_after_commit(own_redis, settings):
    act()
    assert nudges_waiting(own_redis, settings.CELERY_TASK_DEFAULT_QUEUE) == 1


def test_nudge_that_still_waits_serves_the_next_act_too(own_redis, settings):
    act()
    act()
    assert nudges_waiting(own_redis, settings.CELERY_TASK_DEFAULT_QUEUE) == 1


def test_act_after_the_worker_took_the_nudge_puts_a_new_one_there(own_redis, settings):
    """The worker may have looked into the tables before this act was committed."""
    with Celery(broker=own_redis.url, set_as_current=False).connection_for_read() as link:
        queue = link.SimpleQueue(settings.CELERY_TASK_DEFAULT_QUEUE)
        act()
        first = queue.get(timeout=5)
        act()
        second = queue.get(timeout=5)
        for message in (first, second):
            assert message.headers["task"] == run_loops.name
            assert message.decode()[0] == []  # no arguments: it says nothing of the act
            message.ack()
        assert first.delivery_tag != second.delivery_tag  # a worker keeps what it has not acknowledged by this number
        queue.close()


def test_the_message_is_the_one_celery_writes(settings):
    queue = settings.CELERY_TASK_DEFAULT_QUEUE
    app = Celery(broker="memory://", set_as_current=False)
    app.conf.task_default_queue = queue
    with app.connection_for_write() as link:
        channel = link.default_channel
        app.send_task(run_loops.name, connection=link, ignore_result=True)
        theirs = channel._get(queue)
    ours = json.loads(nudge._message())
    assert json.loads(b64decode(ours.pop("body"))) == json.loads(b64decode(theirs.pop("body")))
    for part, own in (("headers", {"id", "root_id", "origin"}), ("properties", OWN_PROPERTIES)):
        assert ours[part].keys() == theirs[part].keys()
        for key in own:
            ours[part].pop(key), theirs[part].pop(key)
    assert ours == theirs


OWN_PROPERTIES = {"correlation_id", "delivery_tag", "reply_to"}  # numbers; nobody waits for a result


def test_act_that_is_rolled_back_nudges_nobody(own_redis, settings):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.publish("test.happened", subject_type="test", subject_id=1)
        raise ZeroDivisionError
    assert nudges_waiting(own_redis, settings.CELERY_TASK_DEFAULT_QUEUE) == 0


def test_act_stands_while_redis_is_gone(own_redis):
    own_redis.kill()
    row = act()
    assert OutboxRow.objects.filter(pk=row.pk).exists()
    assert outbox.drain() == 1


def test_act_stands_and_returns_while_redis_hangs(own_redis):
    nudge.send()  # a connection that is open already hangs as well
    own_redis.hang()
    forget_breakers()
    row = act()  # would never return without time-outs: the server is still stopped here
    assert OutboxRow.objects.filter(pk=row.pk).exists()


def test_after_one_failure_redis_is_left_alone_for_five_seconds(silence, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(nudge.time, "monotonic", lambda: clock[0])
    for _ in range(20):
        act()
    assert len(silence.callers) == 1
    clock[0] += 4.9
    act()
    assert len(silence.callers) == 1
    clock[0] += 0.2
    act()
    assert len(silence.callers) == 2


def test_negative_control_without_the_breaker_every_act_calls_again(silence):
    for _ in range(3):
        forget_breakers()
        act()
    assert len(silence.callers) == 3


def test_one_nudge_makes_one_attempt_and_both_its_waits_are_bounded():
    options = nudge._script().registered_client.connection_pool.connection_kwargs
    assert options["socket_connect_timeout"] <= 0.2
    assert options["socket_timeout"] <= 0.3
    assert options["retry"].get_retries() == 0


def test_nudges_go_through_again_when_redis_is_back_empty(own_redis, settings):
    act()
    own_redis.kill()
    act()
    own_redis.start()
    forget_breakers()
    act()
    assert nudges_waiting(own_redis, settings.CELERY_TASK_DEFAULT_QUEUE) == 1


def test_wrong_address_of_redis_raises_nothing(own_redis, settings):
    settings.REDIS_URL = "redis://no-such-host.invalid:6379/0"
    nudge.forget()
    row = act()
    assert OutboxRow.objects.filter(pk=row.pk).exists()
