"""The door for gunicorn."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from portal.checks import refuse_demo_accounts, refuse_unsafe
from portal.env import plainly
from portal.sharing import share_counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


@contextmanager
def without_requests() -> Iterator[None]:
    """The REST framework loads the library `requests`, where it is installed, for its test client: 4 MB of each process. It can
    be loaded as ever afterwards.
    """
    is_ours = "requests" not in sys.modules
    if is_ours:
        sys.modules["requests"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        if is_ours:
            del sys.modules["requests"]


share_counts()
with plainly(), without_requests():
    refuse_unsafe()
    application = get_wsgi_application()
    refuse_demo_accounts()
    get_resolver().url_patterns  # noqa: B018 - every page is loaded now, once for all workers

# What is loaded by now stays: the collector need not walk through it again, in no process forked from here. And a page
# makes more objects than the collector's own patience of 700; with much more patience, what waits to be collected takes room.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 20)
