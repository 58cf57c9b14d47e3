"""Values that may be half a minute old, kept in this process: what many requests ask for and few acts change.

Never for rights, states or money: those are read in the transaction that uses them.
"""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings

P = ParamSpec("P")
R = TypeVar("R")
MOST = 1_000  # entries per function; then all are forgotten


def for_a_moment(read: Callable[P, R]) -> Callable[P, R]:
    """Keep what `read` returned for settings.MOMENT_SECONDS; its arguments must be hashable. 0 keeps nothing."""
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
