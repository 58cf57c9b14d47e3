"""Who may open the pages of the catalogue, and what stands in their side menu."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.requests import PersonRequest
from agencies.models import Role
from agencies.standing import standing_of
from procedures.models import Procedure

View = Callable[..., HttpResponseBase]
BOTH = frozenset({Role.CATALOGUE, Role.DEPARTMENT})
# url name, words, icon, who sees it; pages below an entry have addresses that begin with its own.
Entry = tuple[str, str | Promise, str, frozenset[str]]
MENU: tuple[Entry, ...] = (
    ("catalogue:home", _("Overview"), "home", BOTH),
    ("catalogue:procedures", _("Procedures"), "list", BOTH),
    ("catalogue:classification", _("Classification"), "scale", BOTH),
    ("catalogue:stopping", _("What stops it"), "alert", BOTH),
    ("catalogue:decisions", _("Publication decisions"), "sign", frozenset({Role.CATALOGUE})),
    ("catalogue:reviews", _("Review campaigns"), "check", BOTH),
    ("catalogue:transfers", _("Import and export"), "upload", frozenset({Role.CATALOGUE})),
    ("catalogue:history", _("Catalogue on a past day"), "clock", BOTH),
)
_MORE: dict[str, Entry] = {}


def add_to_menu(entries: Iterable[Entry]) -> None:
    """Entries of upper rooms, told at start-up; they stand behind the catalogue's own."""
    _MORE.update({entry[0]: entry for entry in entries})


def only(roles: frozenset[str]) -> Callable[[View], View]:
    """A decorator: those who hold one of the roles today; for everybody else the page does not exist (404)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not roles & standing_of(request.user).roles:
                raise Http404
            response = view(request, *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


catalogue_only = only(frozenset({Role.CATALOGUE}))
catalogue_only.__doc__ = """Those who control procedures; for everybody else the page does not exist (404)."""
catalogue_or_department = only(BOTH)
catalogue_or_department.__doc__ = """As `catalogue_only`, and the departments' contacts, each for what is theirs."""


def is_catalogue(request: HttpRequest) -> bool:
    """Whether the reader controls procedures for the whole province."""
    return Role.CATALOGUE in standing_of(request.user).roles


def procedure_or_404(request: PersonRequest, code: str) -> Procedure:
    """The procedure of that code if the reader may edit it; another department's does not exist."""
    found = Procedure.objects.editable_by(request.user).by_code(code).select_related("field", "owner").first()
    if found is None:
        raise Http404
    return found


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the catalogue with its side menu; templates extend `procedures/admin/base.html`."""
    return render(request, template, context | {"menu": menu(request)}, status=status)


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """Groups of the side menu, the current page marked."""
    roles = standing_of(request.user).roles
    home = reverse("catalogue:home")
    entries = []
    for name, label, icon, who in (*MENU, *_MORE.values()):
        if who & roles:
            url = reverse(name)
            here = request.path == url if url == home else request.path.startswith(url)
            entries.append({"label": label, "url": url, "icon": icon, "count": None, "is_current": here})
    return [{"title": _("Catalogue"), "entries": entries}]
