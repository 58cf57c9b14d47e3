"""Acts on a dossier: the form, what the citizen will read, the act itself, and on to the next dossier."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from common.text import whole_number
from documents.render import render_pdf
from documents.signing import SigningUnavailable, sentence
from dossiers import previews, queues
from dossiers.errors import Conflict, Denied, Invalid, Refused
from dossiers.forms.officer import ActForm, SupplementForm
from dossiers.models import Dossier
from dossiers.services import intake, paper_forms, results
from dossiers.services.performing import held
from dossiers.views.officer import act_table, desk_choices, presence
from dossiers.views.officer.access import Again, conflict_page, dossier_or_404, gone_page, officers_only
from dossiers.views.officer.frame import address, head, list_query, neighbours, tab_of
from dossiers.views.officer.page import DossierPage


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def officer_act(request: PersonRequest, code: str, slug: str) -> HttpResponse:
    """GET: the form with a preview where nothing is left to be typed. POST: preview first, with `sure` the act itself."""
    name = act_table.BY_SLUG.get(slug)
    if name is None:
        raise Http404
    act = act_table.ACTS[name]
    if request.method == "POST" and act.quick:
        return _at_once(request, act, code)
    dossier = queues.one(request.user, code, is_bare=_draws_nothing(request, act))
    if dossier is None and request.method == "POST":
        return gone_page(request, kept=_typed(request))
    page = DossierPage(dossier or dossier_or_404(request, code), request.user, timezone.now())
    if request.method == "POST":
        return _post(request, act, page)
    if name not in page.offer and not _same_service_offered(act, page):
        return conflict_page(request, Conflict(page.dossier), seen=_seen(request), kept=[])
    form = act.form(page=page, initial={"version": page.dossier.version})
    return _form_page(request, act, page, form, letters=_letters_at_once(act, page))


def _draws_nothing(request: PersonRequest, act: act_table.DeskAct) -> bool:
    """The act is sent to be carried out; without a fault no page of the dossier follows."""
    return request.method == "POST" and (not act.is_previewed or bool(request.POST.get("sure")))


def _same_service_offered(act: act_table.DeskAct, page: DossierPage) -> bool:
    """Two addresses may share one service (issue a result or a negative answer)."""
    return any(act_table.ACTS[name].service is act.service for name in act_table.ACTS if name in page.offer)


def _seen(request: PersonRequest) -> int | None:
    return whole_number(request.POST.get("version") or request.GET.get("version"), 99_999_999)


def _at_once(request: PersonRequest, act: act_table.DeskAct, code: str) -> HttpResponse:
    """An act without a page of its own: the row is locked as it is read, and read once."""
    try:
        with transaction.atomic():
            dossier = queues.locked(request.user, code)
            if dossier is None:
                return gone_page(request, kept=_typed(request))
            page = DossierPage(dossier, request.user, timezone.now())
            form = act.form(request.POST, page=page)
            if form.is_valid():
                following = _next_url(request, act, page)
                with held(dossier):
                    _run(act, page, form)()
    except Refused as error:
        # The row was changed before the refusal took it back: what is shown is read anew.
        page = DossierPage(dossier_or_404(request, code), request.user, page.now)
        return _refused(request, act, page, form, error)
    if not form.is_valid():
        return _form_page(request, act, page, form, status=422)
    return _done(request, act, page, following)


def _post(request: PersonRequest, act: act_table.DeskAct, page: DossierPage) -> HttpResponse:
    form = act.form(request.POST, page=page)
    if not form.is_valid():
        return _form_page(request, act, page, form, status=422)
    try:
        if act.is_previewed and not request.POST.get("sure"):
            return _form_page(request, act, page, form, letters=_letters(act, page, form), is_checked=True)
        following = _next_url(request, act, page)
        _run(act, page, form)()
        following = _at_the_counter(request, act, page) or following
    except (Refused, SigningUnavailable) as error:
        return _refused(request, act, page, form, error)
    return _done(request, act, page, following)


def _done(request: PersonRequest, act: act_table.DeskAct, page: DossierPage, following: str) -> HttpResponse:
    presence.leave(page.dossier, page.user)
    messages.success(request, _done_words(act, page, following))
    return HttpResponseRedirect(following)


def _done_words(act: act_table.DeskAct, page: DossierPage, following: str) -> str:
    """What was done; when the page after it is another one, with the way back to this dossier."""
    words = str(act.done)
    words = words % {"code": page.dossier.code} if "%(code)s" in words else words
    here = address(page.dossier.reference)
    if following.partition("?")[0] == here:
        return words
    return format_html('{} <a class="govuk-link" href="{}">{}</a>', words, here, _("Open it again"))


def _refused(
    request: PersonRequest, act: act_table.DeskAct, page: DossierPage, form: ActForm, error: Exception
) -> HttpResponse:
    """409 with what changed meanwhile, 403 with the reason, or the form again with a sentence at each field."""
    if isinstance(error, Conflict):
        again = _again(request, act, page, error)
        return conflict_page(request, error, seen=form.cleaned_data["version"], kept=_kept(form), again=again)
    if isinstance(error, Denied):
        context = {"message": error, "dossier": page.dossier, "kept": _kept(form)}
        return render(request, "dossiers/officer/denied.html", context, status=403)
    if isinstance(error, Invalid):
        for key, text in error.errors.items():
            form.add_error(key if key in form.fields else None, str(text))
        return _form_page(request, act, page, form, status=422)
    if isinstance(error, SigningUnavailable):
        form.add_error(None, sentence(error))
    return _form_page(request, act, page, form, status=503)


NOT_TYPED = frozenset({"csrfmiddlewaretoken", "version", "sure", "tab"})


def _again(request: PersonRequest, act: act_table.DeskAct, page: DossierPage, conflict: Conflict) -> Again | None:
    """The same act with the same words on the dossier as it is now, where it is still to be done; looked at once more
    before it is sent."""
    fresh = queues.one(page.user, page.dossier.reference)
    if fresh is None or not _same_service_offered(act, DossierPage(fresh, page.user, page.now)):
        return None
    fields = [(key, value) for key in request.POST if key not in NOT_TYPED for value in request.POST.getlist(key)]
    url = reverse("dossiers:officer_act", args=[fresh.reference, act.slug]) + list_query(request)
    return Again(url, (("version", str(fresh.version)), *fields), act.title)


def _typed(request: PersonRequest) -> list[dict[str, Any]]:
    """What was typed, without knowing the dossier: nothing is lost with the right to it."""
    fields = [(key, value) for key, value in request.POST.items() if key not in NOT_TYPED and len(value) > 10]
    return [{"label": "", "value": value} for _key, value in fields]


def _run(act: act_table.DeskAct, page: DossierPage, form: ActForm) -> Callable[[], Any]:
    values = form.values() | {"version": form.cleaned_data["version"]}
    return lambda: act.service(page.dossier.pk, user=page.user, **values)


@officers_only
@require_POST
def act_paper(request: PersonRequest, code: str, slug: str) -> HttpResponse:
    """The form an act would produce, as a PDF, from what is typed so far; nothing is kept."""
    act = act_table.ACTS.get(act_table.BY_SLUG.get(slug, ""))
    if act is None or not act.paper:
        raise Http404
    page = DossierPage(dossier_or_404(request, code), request.user, timezone.now())
    form = act.form(request.POST, page=page)
    if not form.is_valid():
        return _form_page(request, act, page, form, status=422)
    try:
        sheet = previews.paper(page.dossier, _run(act, page, form), act.paper, is_proposal=act.proposes)
    except Refused as error:
        return _refused(request, act, page, form, error)
    if sheet is None:
        raise Http404
    pdf = render_pdf(sheet.template, sheet.context, title=sheet.title)
    name = f'inline; filename="xem-truoc-mau-{act.paper}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


def _letters(act: act_table.DeskAct, page: DossierPage, form: ActForm) -> list[previews.Letter]:
    if not act.is_previewed:
        return []
    if act.told:
        letter = previews.letter_of(page.dossier, act.told, form.values().get("text", ""))
        return [letter] if letter else []
    return (previews.proposed if act.proposes else previews.preview)(page.dossier, _run(act, page, form))


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
        "cancel_url": address(page.dossier.reference, list_query(request)),
        "is_supplement": isinstance(form, SupplementForm),
        "shows_request": act.shows == "request" and page.request is not None,
        "shows_result": act.shows == "result" and page.result is not None,
        "paper_number": _paper_number(act, page) if is_checked or not has_fields else "",
    }
    return render(request, "dossiers/officer/act.html", context, status=status)


def _paper_number(act: act_table.DeskAct, page: DossierPage) -> str:
    """The number of the form the act produces by the law of today; "" for none."""
    form = paper_forms.form_on(act.paper, timezone.localdate(page.now)) if act.paper else None
    return form.number if form else ""


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
    return address(now.dossier.reference, list_query(request)) if stays else ""


def _next_url(request: PersonRequest, act: act_table.DeskAct, page: DossierPage) -> str:
    """After an act that ends the work here: the next dossier of the list, at its end the list; or this one, as chosen."""
    query = list_query(request)
    if act.stays or not tab_of(request) or not desk_choices.goes_on(request):
        return address(page.dossier.reference, query)
    previous, following = neighbours(request, page)
    code = following or previous
    return address(code, query) if code else reverse("dossiers:officer_queue") + query
