"""A Redis cache whose absence costs a query, never a page, and whose return never brings back what was changed meanwhile."""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

from common.redis_lines import ask
from common.threads import kept_by_thread

logger = logging.getLogger(__name__)
BREAKER_SECONDS = 5.0
MOST_STALE = 10_000  # keys remembered while Redis is away; beyond that it is emptied when it comes back
_AWAY = object()
_stale_lock = threading.Lock()


class KeptClient(RedisCacheClient):
    """Django's client makes a new object of the Redis library for each question, and that one fetches a connection, asks
    whether it is still there and gives it back: twice the work of the answer. Here each thread keeps one connection; when
    it breaks the question fails, as any other (see below), and the next one connects anew.
    """

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """This thread's client for reading or writing."""
        inner: Any = self  # the stubs do not know the parts
        pool = inner._get_connection_pool(write)
        return kept_by_thread(pool, lambda: inner._client(connection_pool=pool, single_connection_client=True))

    def get(self, key: Any, default: Any) -> Any:
        """The value of a key: what each request asks (its session)."""
        inner: Any = self
        value = ask(self.get_client(key), "GET", key)
        return default if value is None else inner._serializer.loads(value)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        """Keep a value for so many seconds."""
        inner: Any = self
        if timeout:
            ask(self.get_client(key, write=True), "SET", key, inner._serializer.dumps(value), "EX", timeout)
        else:
            inner.delete(key)  # ForgivingRedisCache gives each value its seconds


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; while Redis is away reads miss and writes are dropped.

    Two things keep an old value from being believed once Redis answers again (a session that was signed out meanwhile):
    this process forgets every key whose writing it dropped before it reads anything, and no value lives longer than the
    TIMEOUT of the settings, so that other processes cannot believe it for long either.
    """

    closed_until = 0.0
    stale: set[str] = set()

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The cached value, or `default` when it is not there or Redis is away."""
        get = super().get
        return self._ask(lambda: get(key, default, version), default)

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        """The values that are cached; none while Redis is away."""
        wanted, get_many = list(keys), super().get_many
        return self._ask(lambda: get_many(wanted, version), {})

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether the key is cached."""
        has_key = super().has_key
        return bool(self._ask(lambda: has_key(key, version), False))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Give a value a new lifetime."""
        touch = super().touch
        return bool(self._ask(lambda: touch(key, timeout, version), False))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store a value if Redis is there."""
        store = super().set
        self._change([key], version, lambda: store(key, value, timeout, version), None)

    def set_many(
        self, data: Mapping[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        """Store values; returns the keys that were not stored."""
        store = super().set_many
        return list(self._change(list(data), version, lambda: store(dict(data), timeout, version), list(data)))

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store a value if the key is free; says True while Redis is away."""
        add = super().add
        return bool(self._change([key], version, lambda: add(key, value, timeout, version), True))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value."""
        delete = super().delete
        return bool(self._change([key], version, lambda: delete(key, version), False))

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        """Forget values."""
        gone, delete = list(keys), super().delete_many
        self._change(gone, version, lambda: delete(gone, version), None)

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int:
        """Seconds a value lives: what was asked for, at most the TIMEOUT of the settings."""
        most = int(self.default_timeout or 300)
        asked = most if timeout is DEFAULT_TIMEOUT or timeout is None else int(timeout)
        return max(0, min(asked, most))

    def _ask(self, act: Callable[[], Any], otherwise: Any) -> Any:
        """What Redis answers; `otherwise` while it is away, and for five seconds after a failure."""
        if time.monotonic() < ForgivingRedisCache.closed_until:
            return otherwise
        try:
            self._forget_stale()
            return act()
        except (RedisError, OSError) as error:
            ForgivingRedisCache.closed_until = time.monotonic() + BREAKER_SECONDS
            logger.warning("cache.away error=%s", type(error).__name__)
            return otherwise

    def _change(self, keys: list[Any], version: int | None, act: Callable[[], Any], otherwise: Any) -> Any:
        """Do a write; when it was dropped, what Redis holds under these keys is old from now on."""
        done = self._ask(act, _AWAY)
        if done is not _AWAY:
            return done
        with _stale_lock:
            if len(self.stale) <= MOST_STALE:
                self.stale.update(self.make_key(key, version=version) for key in keys)
        return otherwise

    def _forget_stale(self) -> None:
        if not self.stale:
            return
        with _stale_lock:
            if len(self.stale) > MOST_STALE:
                self._cache.clear()
            elif self.stale:
                self._cache.delete_many(list(self.stale))
            self.stale.clear()


P = ParamSpec("P")
R = TypeVar("R")
MOST = 1_000  # entries per function; then all are forgotten


def for_a_moment(read: Callable[P, R]) -> Callable[P, R]:
    """Keep what `read` returned in this process for settings.MOMENT_SECONDS (0: not at all); arguments must be hashable.

    For what many requests ask for and few acts change; never for rights, states or money.
    """
    kept: dict[Hashable, tuple[float, R]] = {}

    @wraps(read)
    def reader(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (args, tuple(sorted(kwargs.items())))
        found = kept.get(key)
        if found and time.monotonic() < found[0]:
            return found[1]
        value = read(*args, **kwargs)
        if settings.MOMENT_SECONDS:
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = (time.monotonic() + settings.MOMENT_SECONDS, value)
        return value

    return reader


class Kept(Generic[R]):
    """One thing held in memory by each process, read anew when its stamp has changed or it is older than `oldest` seconds.

    `stamp` is asked each time (one cheap statement); two threads that find it changed read it once.
    """

    def __init__(self, read: Callable[[], R], *, stamp: Callable[[], Hashable], oldest: float) -> None:
        self._read, self._stamp, self._oldest = read, stamp, oldest
        self._held: tuple[Hashable, float, R] | None = None
        self._lock = threading.Lock()

    def current(self) -> R:
        """The thing as it stands now."""
        stamp, held = self._stamp(), self._held
        if held and held[0] == stamp and time.monotonic() < held[1]:
            return held[2]
        with self._lock:
            held = self._held
            if held is None or held[0] != stamp or time.monotonic() >= held[1]:
                held = self._held = (stamp, time.monotonic() + self._oldest, self._read())
            return held[2]
