"""Who may open the officers' pages, and what a refusal of a service looks like."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

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
        add_never_cache_headers(response)
        return response

    return guarded


def dossier_or_404(request: PersonRequest, code: str) -> Dossier:
    """The dossier of that code if this officer may see it; what is not theirs does not exist."""
    found = queues.one(request.user, code)
    if found is None:
        raise Http404
    return found


def moved_away_page(request: PersonRequest) -> HttpResponse:
    """403: the post or the dossier moved while the page was open; what was typed is shown, to be copied."""
    hidden = {"csrfmiddlewaretoken", "version", "tab", "sure"}
    kept = [
        {"label": key, "value": value}
        for key in request.POST
        if key not in hidden
        for value in request.POST.getlist(key)
        if value.strip()
    ]
    return render(request, "dossiers/officer/moved_away.html", {"kept": kept}, status=403)


def conflict_page(
    request: PersonRequest, conflict: Conflict, *, seen: int | None, kept: list[dict[str, Any]]
) -> HttpResponse:
    """409: what happened since the officer opened the page, and what was typed."""
    dossier = conflict.dossier
    since = seen if seen is not None else dossier.version
    context = {
        "base": "base_officer.html",
        "events": history.since(dossier, since),
        "reload_url": reverse("dossiers:officer_dossier", args=[dossier.code]),
        "kept": kept,
    }
    return render(request, "409.html", context, status=409)
