"""What Django keeps per request is kept per thread here, by the interpreter itself.

Django 5 keeps the language, the connections and the prefix of addresses in a place that follows asynchronous calls as well;
looking something up there costs ten times as much, and a page asks some 350 times. This house answers in threads and
processes only (gunicorn's threads, Celery's processes): no view, task or middleware is asynchronous.
"""

import os
import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.core.cache import caches
from django.db import connections
from django.urls import base as addresses
from django.utils import timezone
from django.utils.translation import trans_real

# Handlers of connections and modules, and the name under which each keeps what belongs to the thread.
_PLACES: tuple[tuple[Any, str], ...] = (
    (trans_real, "_active"),
    (timezone, "_active"),
    (addresses, "_prefixes"),
    (addresses, "_urlconfs"),
    (connections, "_connections"),
    (caches, "_connections"),
)


_mine = threading.local()
T = TypeVar("T")


def kept_by_thread(key: Hashable, make: Callable[[], T]) -> T:
    """What this thread made under that key; made anew after a fork, for a connection belongs to one side of it."""
    kept: dict[Any, Any] = _mine.__dict__
    known = (os.getpid(), key)
    if known not in kept:
        kept[known] = make()
    found: T = kept[known]
    return found


def keep_plainly() -> None:
    """Let threads keep by the interpreter's own means what they kept before; what this thread holds already stays."""
    for owner, name in _PLACES:
        before = getattr(owner, name)
        if isinstance(before, threading.local):
            continue
        after = threading.local()
        for key in _KEPT[name]:
            if (value := getattr(before, key, None)) is not None:
                setattr(after, key, value)
        setattr(owner, name, after)


_KEPT = {"_active": ("value",), "_prefixes": ("value",), "_urlconfs": ("value",), "_connections": ("default",)}
