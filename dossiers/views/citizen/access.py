"""Who is asking, and which dossier may be shown to them: the first two lines of every citizen's view."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.prepared import Prepared
from dossiers.errors import Conflict, Denied
from dossiers.models import Answers, Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.services import filing
from dossiers.views.citizen import timeline

View = Callable[..., HttpResponseBase]
UNREAD = ("procedure_version__content", "procedure__search_text")  # long; the content is read once per process
RELATED = ("procedure", "procedure_version", "receiving_agency", "handling_agency", "deciding_agency", "organisation")


def is_fetch(request: HttpRequest) -> bool:
    """Sent by a script of the page, which wants a short answer."""
    return request.headers.get("X-Requested-With") == "fetch"


def person(request: HttpRequest) -> User:
    """The signed-in account (the decorators below let nobody else in)."""
    return cast("User", request.user)


def for_people(view: View) -> View:
    """Signed-in people only: others sign in and come back; a script is told 401 so that it can do the same."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if is_fetch(request):
                return JsonResponse({"error": _("You were signed out.")}, status=401)
            return redirect_to_login(request.get_full_path())
        try:
            return view(request, *args, **kwargs)
        except Conflict as conflict:
            return conflict_page(request, conflict)
        except Denied:
            raise Http404 from None

    return inner


def page(view: View) -> View:
    """A page with a form."""
    return require_http_methods(["GET", "HEAD", "POST"])(for_people(view))


def reading(view: View) -> View:
    """A page that only shows."""
    return require_safe(for_people(view))


def act(view: View) -> View:
    """A button."""
    return require_POST(for_people(view))


def draft_of(request: HttpRequest, code: str, draft: UUID) -> Dossier:
    """The draft (or filed dossier that may still be changed) of this address; 404 for anything that is not mine.

    Officers come here with the drafts their counter prepares for somebody: the same pages, the same rules.
    """
    user = person(request)
    if user.is_officer:
        found = _whole(Dossier.objects.prepared_at_counter_of(user), code, draft).first()
    else:
        found = _DRAFT.first(user=user.pk, day=timezone.localdate(), code=code, public_id=draft)
    if found is None:
        raise Http404
    return found


def locked_draft_of(request: HttpRequest, code: str, draft: UUID) -> Dossier:
    """A citizen's own draft of this address under its lock, as `filing.submit` wants it; 404 as above."""
    found = LOCKED.first(user=person(request).pk, day=timezone.localdate(), code=code, public_id=draft)
    if found is None:
        raise Http404
    return found


def _draft(user: int, day: date, code: str, public_id: UUID) -> DossierQuerySet:
    return _whole(Dossier.objects.of_applicant(user, day), code, public_id)


def _locked(user: int, day: date, code: str, public_id: UUID) -> DossierQuerySet:
    return filing.under_lock(_of_address(Dossier.objects.of_applicant(user, day), code, public_id))


def _of_address(rows: DossierQuerySet, code: str, public_id: UUID) -> DossierQuerySet:
    # A draft begun under the provincial code is found under it for ever.
    return rows.filter(Q(procedure__code=code) | Q(procedure__local_code=code), public_id=public_id)


def _whole(rows: DossierQuerySet, code: str, public_id: UUID) -> DossierQuerySet:
    found = _of_address(rows, code, public_id)
    return found.select_related(*RELATED, "applicant", "delivery_choice__counter").defer(*UNREAD)


_DRAFT = Prepared(_draft, user=int, day=date, code=str, public_id=UUID)
LOCKED = Prepared(_locked, user=int, day=date, code=str, public_id=UUID)


def home_of(request: HttpRequest) -> HttpResponseRedirect:
    """Where "continue later" leads: to my dossiers, or back to the counter."""
    return redirect("dossiers:counter" if person(request).is_officer else "dossiers:mine")


def dossier_of(request: HttpRequest, code: str) -> Dossier:
    """My filed dossier of that code, or 404."""
    rows = Dossier.objects.of_applicant(person(request)).filed()
    found = rows.select_related(*RELATED, "party", "parent", "delivery_choice__counter").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def answers_of(dossier: Dossier) -> dict[str, Any]:
    """The newest answers, those of a change that was not sent yet included."""
    row = _ANSWERS.first(dossier=dossier.pk)
    return dict(row.answers) if row else {}


_ANSWERS = Prepared(lambda dossier: Answers.objects.filter(dossier=dossier).order_by("-revision")[:1], dossier=int)


def conflict_page(request: HttpRequest, conflict: Conflict, kept: list[dict[str, str]] | None = None) -> HttpResponse:
    """409: what happened since, what had been typed, and the way on."""
    dossier = conflict.dossier
    if is_fetch(request):
        return JsonResponse({"error": str(conflict)}, status=409)
    context = {
        "message": _("This dossier can no longer be changed here. What you sent was not saved."),
        "events": timeline.since(dossier, conflict.since),
        "reload_url": timeline.address(dossier),
        "kept": kept or [],
    }
    return render(request, "409.html", context, status=409)
