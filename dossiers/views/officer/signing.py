"""Signing many results: the list, the PIN, giving one back with a comment, the paper as it would be signed."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from accounts.services import pins
from agencies.models import HANDLING_ROLES, Role
from agencies.standing import standing_of
from audit.services import record
from common.text import whole_number
from documents.render import RenderFailed
from documents.signing import SigningUnavailable, sentence
from dossiers import queues
from dossiers.errors import Conflict, Invalid
from dossiers.forms.results import PinForm, SetPinForm, chosen
from dossiers.models import Dossier, Result
from dossiers.services import batches, result_papers, results, routing
from dossiers.terms import terms_of
from dossiers.views.officer import listing
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.rows import row
from dossiers.workflow import State

LOOKED_THROUGH = 300  # dossiers at the signer's step; most of them are to be signed
ALL = "het"  # ?chon=het ticks every line


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def signing(request: PersonRequest) -> HttpResponse:
    """GET: what waits for this person's signature, most urgent first. POST: sign what is ticked, with one PIN."""
    if request.method == "POST":
        return _sign(request)
    return _page(request, PinForm(), ticked=set(), is_all=request.GET.get("chon") == ALL)


def _sign(request: PersonRequest) -> HttpResponse:
    lines = request.POST.getlist("chon")
    form = PinForm(request.POST)
    if not form.is_valid():
        return _page(request, form, ticked=set(lines), status=422)
    try:
        batch = batches.authorise(request.user, pin=form.cleaned_data["pin"], chosen=chosen(lines), at=timezone.now())
    except pins.PinRefused as refused:
        form.add_error("pin", str(refused))
        return _page(request, form, ticked=set(lines), status=429 if refused.is_locked else 422)
    except Invalid as refused:
        form.add_error(None, str(refused))
        return _page(request, form, ticked=set(lines), status=422)
    except SigningUnavailable as away:
        form.add_error(None, sentence(away))
        return _page(request, form, ticked=set(lines), status=503)
    if batches.is_quick(batch.items.count()):
        batches.run(batch)
    return HttpResponseRedirect(reverse("dossiers:result_batch", args=[batch.public_id]))


def _page(
    request: PersonRequest, form: PinForm, *, ticked: set[str], is_all: bool = False, status: int = 200
) -> HttpResponse:
    viewer = queues.viewer_of(request.user, timezone.now())
    waiting = to_sign(viewer)
    rows = rows_of(viewer, waiting[: batches.MOST], ticked=ticked, is_all=is_all)
    context = listing.shell(viewer, queues.glance(viewer), "sign") | {
        "form": form,
        "rows": rows,
        "more": max(0, len(waiting) - batches.MOST),
        "most": batches.MOST,
        "has_pin": pins.has_pin(request.user),
        "all_url": f"?chon={ALL}",
        "is_all": is_all,
        "places": places(request, "signing"),
    }
    return render(request, "dossiers/officer/signing.html", context, status=status)


def places(request: PersonRequest, current: str) -> list[dict[str, Any]]:
    """The pages about results as tabs: what this person's posts give a use for."""
    roles = queues.viewer_of(request.user, timezone.now()).standing.roles
    pages: list[tuple[str, str, set[str]]] = [
        ("signing", _("Sign"), {Role.LEADER, Role.HEAD}),
        ("issuing", _("Issue"), {Role.CLERK}),
        ("register", _("Register of results"), set(Role.values)),
    ]
    return [
        {"label": label, "url": reverse(f"dossiers:{name}"), "count": None, "is_current": name == current, "tone": ""}
        for name, label, wanted in pages
        if name == current or roles & wanted
    ]


def to_sign(viewer: queues.Viewer) -> list[Dossier]:
    """Drafted results at a step whose signature is this person's, by what is due first."""
    steps = Q()
    for role in (Role.LEADER, Role.HEAD):
        steps |= Q(step_role=role) & viewer.handles(role)
    found = queues.base(viewer).filter(steps, state=State.PROCESSING, result_state="drafted")
    found = found.filter(Q(assignee=None) | Q(assignee=viewer.user.pk)).order_by("queue_at", "id")
    related = ("party", "procedure", "assignee", *result_papers.RELATED)
    nearest = found.select_related(*related).prefetch_related("deciding_agency__former_names")[:LOOKED_THROUGH]
    return [one for one in nearest if terms_of(one).signs_at(one.step_no)]


def rows_of(viewer: queues.Viewer, dossiers: list[Dossier], *, ticked: set[str], is_all: bool) -> list[dict[str, Any]]:
    """The lines of the list, each with the digest of the content that is shown."""
    drafts: dict[int, Result] = {}
    for result in Result.objects.filter(dossier__in=dossiers, revoked_at=None).order_by("revision"):
        drafts[result.dossier_id] = result
    known = result_papers.Known()
    rows = []
    for dossier in dossiers:
        if draft := drafts.get(dossier.pk):
            content = result_papers.content_of(dossier, draft, viewer.user, known)
            value = f"{dossier.pk}:{dossier.version}:{result_papers.digest_of(content)}"
            is_own = draft.drafted_by_id == viewer.user.pk
            rows.append(
                row(dossier, viewer, "?tab=sign")
                | {
                    "dossier": dossier, "result": draft, "value": value, "is_own": is_own,
                    "is_ticked": not is_own and (is_all or value in ticked),
                    "can_return": bool(routing.earlier_steps(dossier)),
                }
            )  # fmt: skip
    return rows


@officers_only
@require_POST
def return_draft(request: PersonRequest, code: str) -> HttpResponse:
    """Give one draft back to the step before, with a comment, and go on with the list."""
    dossier = dossier_or_404(request, code)
    version = whole_number(request.POST.get("version"), 99_999_999)
    reason = request.POST.get("reason", "").strip()[:2000]
    try:
        routing.send_back(dossier.pk, user=request.user, reason=reason, version=version)
    except (Conflict, Invalid) as refused:
        messages.error(request, f"{dossier.code}: {refused}")
    else:
        messages.success(request, _("%(code)s is given back with your comment.") % {"code": dossier.code})
    return HttpResponseRedirect(reverse("dossiers:signing"))


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def signing_pin(request: PersonRequest) -> HttpResponse:
    """Set or change the signing PIN; the password proves the person."""
    form = SetPinForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                pins.set_pin(request.user, password=data["password"], pin=data["pin"], at=timezone.now())
            except pins.PinRefused as refused:
                form.add_error(refused.field, str(refused))
                status = 429 if refused.is_locked else 422
            else:
                messages.success(request, _("Your signing PIN is set."))
                return HttpResponseRedirect(reverse("dossiers:signing"))
    context = {"form": form, "has_pin": pins.has_pin(request.user)}
    return render(request, "dossiers/officer/signing_pin.html", context, status=status)


@officers_only
@require_safe
def draft_paper(request: PersonRequest, code: str) -> HttpResponse:
    """The drafted result as a PDF, as it would be signed; the look is written down."""
    dossier = dossier_or_404(request, code)
    draft = results.current(dossier)
    if draft is None:
        raise Http404
    roles = standing_of(request.user).roles_in(dossier.handling_agency_id)
    if not roles & set(HANDLING_ROLES):
        raise Http404  # the counter reads a decision once it is one
    signing_role = terms_of(dossier).content.route.signing_role
    is_signer = terms_of(dossier).signs_at(dossier.step_no) and signing_role in roles
    try:
        pdf = result_papers.preview(draft, signer=request.user if is_signer else None, at=timezone.now())
    except RenderFailed:
        messages.error(request, _("The paper could not be made. Try again in a moment."))
        return HttpResponseRedirect(reverse("dossiers:officer_dossier", args=[dossier.code]))
    data = {"result": draft.pk}
    record("result.draft_viewed", actor_id=request.user.pk, subject_type="dossier", subject_id=dossier.pk, data=data)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="du-thao-{dossier.code}.pdf"'
    return response
