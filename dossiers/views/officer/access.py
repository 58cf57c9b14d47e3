"""Who may open the officers' pages, and what a refusal of a service looks like."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from time import time
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import http_date

from accounts.requests import PersonRequest
from dossiers import queues
from dossiers.errors import Conflict, Denied
from dossiers.models import Dossier
from dossiers.views.officer import history

View = Callable[..., HttpResponseBase]


def officers_only(view: View) -> View:
    """404 for everybody else: the pages do not exist for citizens. Whoever is not signed in signs in first."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.user.kind != "officer":
            raise Http404
        try:
            response = view(request, *args, **kwargs)
        except Denied as error:
            raise PermissionDenied(str(error)) from error
        _never_kept(response)
        return response

    return guarded


def _never_kept(response: HttpResponseBase) -> None:
    """No cache on the way keeps a page of the desk: Django's words, put together anew only where a view said something itself."""
    if response.has_header("Cache-Control") or response.has_header("Expires"):
        add_never_cache_headers(response)
        return
    response.headers["Expires"] = _now(int(time()))
    response.headers["Cache-Control"] = "max-age=0, no-cache, no-store, must-revalidate, private"


@lru_cache(maxsize=2)
def _now(second: int) -> str:
    return http_date(second)


def dossier_or_404(request: PersonRequest, code: str) -> Dossier:
    """The dossier of that code if this officer may see it; what is not theirs does not exist."""
    found = queues.one(request.user, code)
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Again:
    """The form that goes on with the words typed: where to, its hidden fields, the name of the act."""

    url: str
    fields: tuple[tuple[str, str], ...]
    title: Any


def conflict_page(
    request: PersonRequest,
    conflict: Conflict,
    *,
    seen: int | None,
    kept: list[dict[str, Any]],
    again: Again | None = None,
) -> HttpResponse:
    """409: what happened since the officer opened the page, what was typed, and the way on with it."""
    dossier = conflict.dossier
    since = seen if seen is not None else dossier.version
    context = {
        "base": "base_officer.html",
        "events": history.since(dossier, since),
        "reload_url": reverse("dossiers:officer_dossier", args=[dossier.code]),
        "kept": kept,
        "again": again,
    }
    return render(request, "409.html", context, status=409)


def gone_page(request: PersonRequest, *, kept: list[dict[str, Any]]) -> HttpResponse:
    """404 for an act on a dossier that is not (any more) for this officer; the same whether there is one or not."""
    return render(request, "dossiers/officer/gone.html", {"kept": kept}, status=404)
