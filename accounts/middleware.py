"""Sessions end by themselves, and pages of a signed-in person are kept nowhere.

Idle time: settings.IDLE_MINUTES (citizens 30, officers 15), absolute: 12 hours after sign-in. The stamp of the last use
is written at most once a minute. What the browser asks by itself (`background`) does not count as use.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.services.sessions import ENDED, SEEN, SINCE, end_session

GetResponse = Callable[[HttpRequest], HttpResponse]
ABSOLUTE = timedelta(hours=12)
STAMP_EVERY = 60
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def idle_sign_out(get_response: GetResponse) -> GetResponse:
    """End sessions that were left alone or are too old; forbid caching of what a signed-in person sees."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not _is_signed_in(request):
            return get_response(request)
        reason = _end_reason(request)
        if reason:
            return _ended(request, reason, get_response)
        response = get_response(request)
        if _is_signed_in(request) and not getattr(response, "is_background", False):
            _stamp(request)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware


def unwrapped(get_response: GetResponse) -> GetResponse:
    """The account of a session as it is, below Django's and the second factor's wrappers: a page asks it some hundred times.

    Stands behind both; `idle_sign_out` has read the account by then.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if _is_signed_in(request):
            request.user = _bare(request.user)
        return get_response(request)

    return middleware


def _bare(user: Any) -> Any:
    while type(user) is SimpleLazyObject:
        bool(user)  # asks whoever it stands for, if nobody did
        user = user._wrapped
    return user


def background(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For views that a page polls by itself: they do not keep a forgotten session alive."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.is_background = True  # type: ignore[attr-defined]
        return response

    return inner


def _is_signed_in(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session


def _now() -> int:
    return int(timezone.now().timestamp())


def _end_reason(request: HttpRequest) -> str:
    now = _now()
    if now - request.session.get(SINCE, now) >= ABSOLUTE.total_seconds():
        return "absolute"
    kind = "officer" if request.user.is_authenticated and request.user.is_officer else "citizen"
    if now - request.session.get(SEEN, now) >= settings.IDLE_MINUTES[kind] * 60:
        return "idle"
    return ""


def _stamp(request: HttpRequest) -> None:
    now = _now()
    request.session.setdefault(SINCE, now)
    if now - request.session.get(SEEN, 0) >= STAMP_EVERY:
        request.session[SEEN] = now


def _ended(request: HttpRequest, reason: str, get_response: GetResponse) -> HttpResponse:
    """Sign out. Reading goes on as a visitor (pages that need an account lead to sign-in, which says what happened);
    anything sent is not carried out and leads to sign-in at once, and so do partial requests of a page.
    """
    end_session(request)
    is_unsent = request.method not in SAFE_METHODS
    request.session[ENDED] = {"reason": reason, "is_unsent": is_unsent}
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=200)
        response.headers["HX-Redirect"] = _sign_in(request.headers.get("HX-Current-URL", ""))
        return response
    if is_unsent:
        return HttpResponseRedirect(_sign_in(request.headers.get("Referer", "")))
    return get_response(request)


def _sign_in(page: str) -> str:
    """The sign-in page, coming back to the page the person was on."""
    address = urlsplit(page)
    back = address.path + (f"?{address.query}" if address.query else "")
    return reverse("accounts:sign_in") + (f"?{urlencode({'next': back})}" if back else "")
