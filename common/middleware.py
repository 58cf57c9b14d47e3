"""Headers on every response, and a kind page while the database restarts."""

import logging
from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from common.api.problems import PREFIX, plain_response
from common.identifiers import new_incident

logger = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def security_headers(get_response: GetResponse) -> GetResponse:
    """Headers that Django's own middleware does not set."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def content_policy(get_response: GetResponse) -> GetResponse:
    """The Content-Security-Policy of the settings, written once: django-csp's own middleware puts it together at each answer
    for pages with a policy or a nonce of their own, which this house has not.
    """
    written: tuple[Any, str] = (None, "")

    def middleware(request: HttpRequest) -> HttpResponse:
        nonlocal written
        response = get_response(request)
        if written[0] is not settings.CONTENT_SECURITY_POLICY:
            written = settings.CONTENT_SECURITY_POLICY, build_policy()
        response.headers.setdefault(HEADER, written[1])
        return response

    return middleware


def without_zero_characters(get_response: GetResponse) -> GetResponse:
    """PostgreSQL takes no zero character in any text: such an address names nothing (404), in a query it is left out.

    Forms refuse or drop it themselves, so that what was typed is kept.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        request.META["QUERY_STRING"] = _without_zero(request.META.get("QUERY_STRING", ""))
        return get_response(request)

    return middleware


def _without_zero(query: str) -> str:
    """Until none is left: taking one out may put another together."""
    while "%00" in query or "\x00" in query:
        query = query.replace("%00", "").replace("\x00", "")
    return query


def is_outage(exception: BaseException | None) -> bool:
    """The database was lost. The driver calls a connection cut in the middle of an answer a plain DatabaseError without
    an SQLSTATE; Django's own plain ones ("did not affect any rows") come from no driver.
    """
    if type(exception) is DatabaseError:
        return getattr(exception.__cause__, "pgcode", "") is None
    return isinstance(exception, (OperationalError, InterfaceError))


class DatabaseOutage:
    """A 503 with Retry-After instead of a 500 while PostgreSQL is being restarted.

    Django turns what is raised inside other middleware into its error page first: that page asks `outage_page` too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; nothing is done on the way."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A connection lost inside a view."""
        return outage_page(request) if is_outage(exception) else None


def outage_page(request: HttpRequest) -> HttpResponse:
    """503: the database does not answer; nothing was changed, try again in ten seconds."""
    if request.path.startswith(PREFIX):
        response = plain_response(503)
    else:
        incident = request.incident = new_incident()  # type: ignore[attr-defined]
        logger.warning("incident=%s status=503 the database did not answer", incident)
        response = render(None, "503.html", {"incident": incident}, status=503)
    response.headers["Retry-After"] = "10"
    response.headers["Cache-Control"] = "no-store"
    return response
