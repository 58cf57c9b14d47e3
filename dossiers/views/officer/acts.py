"""Acts on a dossier: the form, what the citizen will read, the act itself, and on to the next dossier."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from common.text import whole_number
from documents.signing import SigningUnavailable
from dossiers import previews, queues
from dossiers.errors import Conflict, Denied, Invalid, Refused
from dossiers.forms.officer import ActForm, SupplementForm
from dossiers.models import Dossier
from dossiers.services import intake, results
from dossiers.services.looks import has_looked_at
from dossiers.views.officer import act_table, listing
from dossiers.views.officer.access import conflict_page, dossier_or_404, moved_away_page, officers_only
from dossiers.views.officer.dossier import address, head, tab_of
from dossiers.views.officer.page import DossierPage


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def officer_act(request: PersonRequest, code: str, slug: str) -> HttpResponse:
    """GET: the form with a preview where nothing is left to be typed. POST: preview first, with `sure` the act itself."""
    name = act_table.BY_SLUG.get(slug)
    if name is None:
        raise Http404
    act = act_table.ACTS[name]
    try:
        dossier = dossier_or_404(request, code)
    except Http404:
        if request.method == "POST" and has_looked_at(request.user, code):
            return moved_away_page(request)
        raise
    page = DossierPage(dossier, request.user, timezone.now())
    if request.method == "POST":
        return _post(request, act, page)
    if name not in page.offer and not _same_service_offered(act, page):
        return conflict_page(request, Conflict(page.dossier), seen=_seen(request), kept=[])
    form = act.form(page=page, initial={"version": page.dossier.version})
    return _form_page(request, act, page, form, letters=_letters_at_once(act, page))


def _same_service_offered(act: act_table.DeskAct, page: DossierPage) -> bool:
    """Two addresses may share one service (issue a result or a negative answer)."""
    return any(act_table.ACTS[name].service is act.service for name in act_table.ACTS if name in page.offer)


def _seen(request: PersonRequest) -> int | None:
    return whole_number(request.POST.get("version") or request.GET.get("version"), 99_999_999)


def _post(request: PersonRequest, act: act_table.DeskAct, page: DossierPage) -> HttpResponse:
    form = act.form(request.POST, page=page)
    if not form.is_valid():
        return _form_page(request, act, page, form, status=422)
    try:
        if act.is_previewed and not (act.quick or request.POST.get("sure")):
            return _form_page(request, act, page, form, letters=_letters(act, page, form), is_checked=True)
        following = _next_url(request, act, page)
        _run(act, page, form)()
        following = _at_the_counter(request, act, page) or following
    except (Refused, SigningUnavailable) as error:
        return _refused(request, act, page, form, error)
    words = str(act.done)
    messages.success(request, words % {"code": page.dossier.code} if "%(code)s" in words else words)
    return HttpResponseRedirect(following)


def _refused(
    request: PersonRequest, act: act_table.DeskAct, page: DossierPage, form: ActForm, error: Exception
) -> HttpResponse:
    """409 with what changed meanwhile, 403 with the reason, or the form again with a sentence at each field."""
    if isinstance(error, Conflict):
        return conflict_page(request, error, seen=form.cleaned_data["version"], kept=_kept(form))
    if isinstance(error, Denied):
        return render(request, "dossiers/officer/denied.html", {"message": error, "dossier": page.dossier}, status=403)
    if isinstance(error, Invalid):
        for key, text in error.errors.items():
            form.add_error(key if key in form.fields else None, str(text))
        return _form_page(request, act, page, form, status=422)
    form.add_error(
        None,
        _("The result could not be signed: the signing key cannot be reached. Nothing was changed, "
          "the draft waits for the signature. Try again, or tell the system operator."),
    )  # fmt: skip
    return _form_page(request, act, page, form, status=503)


def _run(act: act_table.DeskAct, page: DossierPage, form: ActForm) -> Callable[[], Any]:
    values = form.values() | {"version": form.cleaned_data["version"]}
    return lambda: act.service(page.dossier.pk, user=page.user, **values)


def _letters(act: act_table.DeskAct, page: DossierPage, form: ActForm) -> list[previews.Letter]:
    return previews.preview(page.dossier, _run(act, page, form)) if act.is_previewed else []


def _letters_at_once(act: act_table.DeskAct, page: DossierPage) -> list[previews.Letter]:
    """An act without anything to type shows its letters on the first page already."""
    if act.form is not ActForm or act.quick or not act.is_previewed:
        return []
    form = act.form({"version": page.dossier.version}, page=page)
    form.is_valid()
    try:
        return _letters(act, page, form)
    except (Conflict, Denied, Invalid):
        return []  # said when the button is pressed, with its reason


def _form_page(
    request: PersonRequest,
    act: act_table.DeskAct,
    page: DossierPage,
    form: ActForm,
    *,
    letters: list[previews.Letter] | None = None,
    is_checked: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`is_checked`: the letters are shown and one press sends them; before that the button says that it shows them."""
    has_fields = bool(form.shown)
    context = head(request, page) | {
        "act": act,
        "form": form,
        "letters": letters or [],
        "is_checked": is_checked,
        "is_last_press": is_checked or not has_fields or not act.is_previewed,
        "cancel_url": address(page.dossier.reference, tab_of(request)),
        "is_supplement": isinstance(form, SupplementForm),
        "shows_request": act.shows == "request" and page.request is not None,
        "shows_result": act.shows == "result" and page.result is not None,
    }
    return render(request, "dossiers/officer/act.html", context, status=status)


def _kept(form: ActForm) -> list[dict[str, Any]]:
    """What the officer had typed, for the page of a conflict."""
    return [{"label": bound.label, "value": str(bound.value())} for bound in form.shown if bound.value()]


def _at_the_counter(request: PersonRequest, act: act_table.DeskAct, page: DossierPage) -> str:
    """Who may decide at once or hand over goes on with the same dossier: its applicant is standing there."""
    if act.service not in {intake.receive, results.decide_at_once} or not page.dossier.decides_at_once:
        return ""  # it has gone to the first step of its route
    fresh = Dossier.objects.visible_to(page.user).filter(pk=page.dossier.pk).first()
    if fresh is None:
        return ""
    now = DossierPage(fresh, page.user, page.now)
    stays = now.offer.primary in {"resolve_at_once", "return_at_counter"}
    return address(now.dossier.reference, tab_of(request)) if stays else ""


def _next_url(request: PersonRequest, act: act_table.DeskAct, page: DossierPage) -> str:
    """After an act that ends the work here: the next dossier of the tab; at its end the list."""
    tab = tab_of(request)
    if act.stays:
        return address(page.dossier.reference, tab)
    if not tab:
        return address(page.dossier.reference)
    viewer = queues.viewer_of(page.user, page.now)
    previous, following = queues.neighbours(queues.of_tab(viewer, tab), page.dossier)
    code = following or previous
    return address(code, tab) if code else listing.link(tab, {})
