"""The open draft and what is done with it; a published version in words; going back to an earlier one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from common.text import whole_number
from procedures.content import parse
from procedures.content.words import missing_names
from procedures.differences import Part, differences, tell
from procedures.forms_catalogue import PublishForm, ReasonForm, RemarkForm
from procedures.models import Procedure, ProcedureVersion, PublicationDecision
from procedures.services import Stale, content_of, deciding, discard, draft_from, open_draft, publish, send_back, submit
from procedures.views.admin.access import catalogue_or_department, is_catalogue, page, procedure_or_404
from procedures.views.admin.conflicts import conflict_page

LARGEST = 2**31 - 1
REVIEW = ProcedureVersion.State.REVIEW


def draft_or_404(request: PersonRequest, code: str) -> ProcedureVersion:
    """The open draft of a procedure the reader may edit."""
    found = procedure_or_404(request, code).versions.open().select_related("procedure", "edited_by", "decision").first()
    if found is None:
        raise Http404
    return found


@catalogue_or_department
@require_POST
def start_draft(request: PersonRequest, code: str) -> HttpResponse:
    """Open the draft there is, or a new one that starts as the version in force, in the editor."""
    procedure = procedure_or_404(request, code)
    open_draft(procedure, actor=request.user, at=timezone.now())
    return redirect(f"{reverse('catalogue:procedure', args=[procedure.code])}soan/")


@catalogue_or_department
@require_safe
def draft(request: PersonRequest, code: str) -> HttpResponse:
    """What the draft changes, what is missing, how many running dossiers stay on the old version, what comes next."""
    return _draft_page(request, draft_or_404(request, code))


def _draft_page(request: PersonRequest, version: ProcedureVersion, **forms: Any) -> HttpResponse:
    published = version.procedure.current_version
    content = parse(version.content)
    context = {
        "procedure": version.procedure,
        "version": version,
        "published": published,
        "parts": differences(content_of(published.pk), content) if published else [],
        "told": [] if published else tell(content),
        "missing": missing_names(content),
        "is_catalogue": is_catalogue(request),
        "decisions": _open_decisions(request, version),
        "editor_url": f"{reverse('catalogue:procedure', args=[version.procedure.code])}soan/",
        "remark_form": forms.get("remark_form") or RemarkForm(),
        "publish_form": forms.get("publish_form") or PublishForm(initial={"effective_from": timezone.localdate()}),
        "errors": forms.get("errors", ()),
        "form": next((form for form in forms.values() if getattr(form, "errors", None)), None),
    }
    status = 422 if context["form"] or context["errors"] else 200
    return page(request, "procedures/admin/versions/draft.html", context, status=status)


def _open_decisions(request: PersonRequest, version: ProcedureVersion) -> list[PublicationDecision]:
    """The decisions a draft in review can still be put into, newest first."""
    if version.state != REVIEW or version.decision_id or not is_catalogue(request):
        return []
    return list(PublicationDecision.objects.filter(published_on=None).order_by("-signed_on", "-pk")[:20])


@catalogue_or_department
@require_POST
def act_on_draft(request: PersonRequest, code: str, act: str) -> HttpResponseBase:
    """Hand in, send back, publish, discard. 409 with the difference when somebody changed the draft meanwhile."""
    version = draft_or_404(request, code)
    carry_out = ACTS.get(act)
    if carry_out is None or (act in PROVINCE_ONLY and not is_catalogue(request)):
        raise Http404
    try:
        return carry_out(request, version, whole_number(request.POST.get("revision"), LARGEST) or 0)
    except Stale as stale:
        return conflict_page(request, stale, reload_url=_url(version), kept=_typed(request))
    except ValidationError as fault:
        return _draft_page(request, version, errors=fault.messages)


def _url(version: ProcedureVersion) -> str:
    return reverse("catalogue:draft", args=[version.procedure.code])


def _typed(request: PersonRequest) -> list[dict[str, str]]:
    labels = {"remark": _("What must be changed"), "effective_from": _("Holds from")}
    return [
        {"label": label, "value": request.POST[name]}
        for name, label in labels.items()
        if request.POST.get(name, "").strip()
    ]


def _hand_in(request: PersonRequest, version: ProcedureVersion, revision: int) -> HttpResponse:
    submit(version.pk, actor=request.user, revision=revision, at=timezone.now())
    messages.success(request, _("The draft was handed in. The province reviews and publishes it."))
    return redirect(_url(version))


def _return(request: PersonRequest, version: ProcedureVersion, revision: int) -> HttpResponse:
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, version, remark_form=form)
    remark = form.cleaned_data["remark"]
    send_back(version.pk, actor=request.user, remark=remark, revision=revision, at=timezone.now())
    messages.success(request, _("The draft was sent back with your remark."))
    return redirect(_url(version))


def _decide(request: PersonRequest, version: ProcedureVersion, revision: int) -> HttpResponse:
    chosen = PublicationDecision.objects.filter(pk=whole_number(request.POST.get("decision"), LARGEST) or 0).first()
    if chosen is None:
        return _draft_page(request, version, errors=[_("Choose a decision.")])
    deciding.put_in(chosen.pk, version.pk)
    return redirect("catalogue:decision", chosen.pk)


def _publish(request: PersonRequest, version: ProcedureVersion, revision: int) -> HttpResponse:
    form = PublishForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, version, publish_form=form)
    day = form.cleaned_data["effective_from"]
    publish(version, actor=request.user, effective_from=day, revision=revision, at=timezone.now())
    messages.success(request, _("Version %(number)s is published.") % {"number": version.number})
    return redirect("catalogue:procedure", version.procedure.code)


def _discard(request: PersonRequest, version: ProcedureVersion, revision: int) -> HttpResponse:
    discard(version.pk, revision=revision)
    messages.success(request, _("The draft was discarded."))
    if Procedure.objects.filter(pk=version.procedure_id).exists():
        return redirect("catalogue:procedure", version.procedure.code)
    return redirect("catalogue:procedures")


ACTS: dict[str, Callable[[PersonRequest, ProcedureVersion, int], HttpResponse]] = {
    "nop": _hand_in,
    "tra-lai": _return,
    "quyet-dinh": _decide,
    "cong-bo": _publish,
    "bo": _discard,
}
PROVINCE_ONLY = {"tra-lai", "quyet-dinh", "cong-bo"}


def _published(request: PersonRequest, code: str, number: int) -> ProcedureVersion:
    rows = procedure_or_404(request, code).versions.exclude(published_at=None)
    return get_object_or_404(rows.select_related("procedure", "decision", "published_by"), number=number)


@catalogue_or_department
@require_safe
def version(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """A published version in words, and how it differs from the one before."""
    found = _published(request, code, number)
    before = found.procedure.versions.exclude(published_at=None).filter(number__lt=number).order_by("-number").first()
    content = content_of(found.pk)
    parts: list[Part] = differences(content_of(before.pk), content) if before else []
    context = {"procedure": found.procedure, "version": found, "before": before, "parts": parts, "told": tell(content)}
    return page(request, "procedures/admin/versions/version.html", context)


@catalogue_or_department
@require_http_methods(["GET", "HEAD", "POST"])
def roll_back(request: PersonRequest, code: str, number: int) -> HttpResponse:
    """A new draft with the content of an earlier version, and the reason for it."""
    found = _published(request, code, number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = draft_from(found, actor=request.user, reason=form.cleaned_data["reason"], at=timezone.now())
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("The draft says what version %(number)s said.") % {"number": number})
            return redirect("catalogue:draft", made.procedure.code)
    current = found.procedure.current_version
    parts = differences(content_of(current.pk), content_of(found.pk)) if current else []
    context = {"procedure": found.procedure, "version": found, "form": form, "parts": parts}
    return page(request, "procedures/admin/versions/roll_back.html", context, status=422 if form.errors else 200)
