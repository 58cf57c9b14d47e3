"""What can be seen of the running house: each request is counted, timed and written down by the name of its view.

No address, no query, no name, no network address: a view, a status, milliseconds and the number of the account.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal import measures

logger = logging.getLogger("portal.requests")
GetResponse = Callable[[HttpRequest], HttpResponse]
NOT_TOLD = frozenset({"healthz", "readyz", "metrics"})  # asked every few seconds by machines
NOWHERE = "-"  # no view has this address


def observe(get_response: GetResponse) -> GetResponse:
    """The outermost middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = get_response(request)
        _note(request, response.status_code, time.perf_counter() - started)
        return response

    return middleware


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    view = view_of(request)
    measures.REQUESTS.labels(view, str(status)).inc()
    if view in NOT_TOLD:
        return
    measures.SECONDS.labels(view).observe(seconds)
    told: dict[str, Any] = {"view": view, "status": status, "ms": round(seconds * 1000), "user": user_id(request)}
    if incident := getattr(request, "incident", None):
        told["incident"] = incident
    logger.info("request", extra={"told": told})


def view_of(request: HttpRequest) -> str:
    """The name of the view that answers; never the address, which names a dossier."""
    match = getattr(request, "resolver_match", None)
    return str(getattr(match, "view_name", "") or NOWHERE)


def user_id(request: HttpRequest) -> int | None:
    """The number of the account, if the view asked who it is; asking here would cost a query."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    return getattr(user, "pk", None)
