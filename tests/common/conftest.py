"""Fixtures of the tests of what every room relies on."""

from collections.abc import Iterator

import pytest

from common import jobs, outbox
from tests.common import handlers
from tests.redis_process import own_redis, redis_server  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    """No reactions but those of the test, and one kind of job."""
    reactions, kinds = outbox.registered(), jobs.registered()
    handlers.reset()
    outbox.register({})
    jobs.register({"test.work": jobs.Kind("tests.common.handlers.work", attempts=3)})
    yield
    outbox.register(reactions)
    jobs._kinds.clear()
    jobs.register(kinds)
