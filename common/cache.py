"""A Redis cache whose absence costs a query, never a page."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
BREAKER_SECONDS = 5.0


def forgiving(default: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return `default` while Redis is away, and leave it alone for five seconds after a failure."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(self: "ForgivingRedisCache", *args: Any, **kwargs: Any) -> Any:
            if time.monotonic() < ForgivingRedisCache.closed_until:
                return default
            try:
                return method(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                ForgivingRedisCache.closed_until = time.monotonic() + BREAKER_SECONDS
                logger.warning("cache.away error=%s", type(error).__name__)
                return default

        return call

    return decorate


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; while Redis is away reads miss and writes are dropped."""

    closed_until = 0.0

    @forgiving(None)
    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The cached value, or None when it is not there or Redis is away."""
        return super().get(key, default, version)

    @forgiving(None)
    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        """Store a value if Redis is there."""
        super().set(key, value, timeout, version)

    @forgiving(True)
    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Store a value if the key is free; says True while Redis is away."""
        return bool(super().add(key, value, timeout, version))

    @forgiving(False)
    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value."""
        return bool(super().delete(key, version))

    @forgiving(False)
    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether the key is cached."""
        return bool(super().has_key(key, version))

    @forgiving(False)
    def touch(self, key: Any, timeout: Any = 300, version: int | None = None) -> bool:
        """Give a value a new lifetime."""
        return bool(super().touch(key, timeout, version))
