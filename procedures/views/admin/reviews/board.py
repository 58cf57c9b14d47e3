"""The board of a campaign: how far each department is; opening, postponing, throwing away; the annex."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from common.text import whole_number
from documents.render import RenderFailed
from procedures.forms_reviews import PostponeForm
from procedures.models import Campaign, CampaignTask, Procedure
from procedures.services import reviewing
from procedures.services.reviewing import annex
from procedures.views.admin.access import catalogue_only, catalogue_or_department, is_catalogue, page
from procedures.views.admin.reviews.campaigns import campaign_or_404

SOON = 3  # days before the last day
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@catalogue_or_department
@require_safe
def board(request: PersonRequest, pk: int) -> HttpResponse:
    """The departments of a campaign; a department is led to its own task."""
    campaign = campaign_or_404(request, pk)
    if not is_catalogue(request):
        own = campaign.tasks.visible_to(request.user).select_related("agency")
        return redirect("catalogue:review_task", pk, own[0].agency.key)
    return _board(request, campaign)


def _board(
    request: PersonRequest, campaign: Campaign, *, errors: Any = (), form: PostponeForm | None = None, status: int = 200
) -> HttpResponse:
    tasks = [row(task) for task in campaign.tasks.with_progress().select_related("agency", "campaign")]
    is_planned = campaign.state == Campaign.State.PLANNED
    initial = {"due_on": campaign.due_on, "effective_on": campaign.effective_on}
    context = {
        "campaign": campaign,
        "rows": tasks,
        "sent": sum(task["is_sent"] for task in tasks),
        "total": sum(task["task"].total for task in tasks),
        "decided": sum(task["task"].decided for task in tasks),
        "to_check": sum(task["task"].to_check for task in tasks),
        "coming": coming(campaign) if is_planned else None,
        "agencies": campaign.agencies.all(),
        "fields": campaign.fields.all(),
        "parts": annex.parts(campaign),
        "levels": [label for value, label in Procedure.Level.choices if value in campaign.levels],
        "is_late": campaign.state == Campaign.State.OPEN and campaign.due_on < timezone.localdate(),
        "form": form or PostponeForm(initial=initial),
        "errors": errors,
    }
    return page(request, "procedures/admin/reviews/board.html", context, status=status)


def row(task: CampaignTask) -> dict[str, Any]:
    """A department with its numbers, and whether it is late or soon due. `task` carries its progress."""
    unsent = task.waiting + task.answered + task.returned  # type: ignore[attr-defined]
    left = (task.campaign.due_on - timezone.localdate()).days
    is_open = task.campaign.state == Campaign.State.OPEN and unsent > 0
    total = task.total  # type: ignore[attr-defined]
    done = total - task.waiting - task.returned  # type: ignore[attr-defined]
    return {
        "task": task,
        "unsent": unsent,
        "done": done,
        "is_sent": unsent == 0,
        "is_late": is_open and left < 0,
        "is_soon": is_open and 0 <= left <= SOON,
        "days": abs(left),
        "answered_width": round(100 * done / total) if total else 0,
        "sent_width": round(100 * (total - unsent) / total) if total else 0,
        "decided_width": round(100 * task.decided / total) if total else 0,  # type: ignore[attr-defined]
    }


def coming(campaign: Campaign) -> dict[str, int]:
    """What opening would ask for."""
    found = reviewing.in_scope(campaign).order_by()
    return {
        "procedures": found.filter(owner__isnull=False).count(),
        "departments": found.filter(owner__isnull=False).values("owner").distinct().count(),
        "ownerless": found.filter(owner=None).count(),
    }


@catalogue_only
@require_POST
def open_now(request: PersonRequest, pk: int) -> HttpResponse:
    """Departments get their tasks and hear of it."""
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        opened = reviewing.open_campaign(campaign.pk, actor=request.user, at=timezone.now())
    except ValidationError as fault:
        return _board(request, campaign, errors=fault.messages, status=422)
    reviewing.tell_opened(opened)
    messages.success(request, _("The campaign is open. The departments were told."))
    return redirect("catalogue:review_board", pk)


@catalogue_only
@require_POST
def postpone(request: PersonRequest, pk: int) -> HttpResponse:
    """More time for the departments."""
    campaign = get_object_or_404(Campaign, pk=pk, state=Campaign.State.OPEN)
    form = PostponeForm(request.POST)
    if form.is_valid():
        try:
            reviewing.postpone(pk, actor=request.user, **form.cleaned_data)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("The new days hold."))
            return redirect("catalogue:review_board", pk)
    return _board(request, campaign, form=form, status=422)


@catalogue_only
@require_POST
def drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Throw a planned campaign away."""
    campaign = get_object_or_404(Campaign, pk=pk)
    try:
        reviewing.drop_campaign(campaign.pk)
    except ValidationError as fault:
        return _board(request, campaign, errors=fault.messages, status=422)
    messages.success(request, _("The campaign was thrown away."))
    return redirect("catalogue:reviews")


# ── the annex ──
@catalogue_only
@require_safe
def annex_pdf(request: PersonRequest, pk: int) -> HttpResponse:
    """The annex as it was decided, or as it would be now; `?phan=` one part of a long one."""
    campaign = campaign_or_404(request, pk)
    part = whole_number(request.GET.get("phan", "1"), 1000) or 0
    if part not in annex.parts(campaign):
        raise Http404
    try:
        body = annex.as_pdf(campaign, part)
    except RenderFailed:
        texts = [_("The annex is too long for a PDF. Take the workbook.")]
        return _board(request, campaign, errors=texts, status=422)
    return _download(body, "application/pdf", f"phu-luc-{pk}-{part}.pdf")


@catalogue_only
@require_safe
def annex_xlsx(request: PersonRequest, pk: int) -> HttpResponse:
    """The same rows as a workbook."""
    return _download(annex.as_xlsx(campaign_or_404(request, pk)), XLSX, f"phu-luc-{pk}.xlsx")


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
