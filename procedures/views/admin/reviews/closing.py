"""The closing page: what will happen, what stands against it, the decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from procedures.forms_reviews import CloseForm, LeaveOutForm
from procedures.models import Campaign, CampaignItem
from procedures.services import reviewing
from procedures.services.reviewing import annex
from procedures.views.admin.access import catalogue_only, page
from procedures.views.admin.reviews.campaigns import campaign_or_404
from procedures.views.admin.reviews.checking import tell, ticked

MOST = 200


@catalogue_only
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """POST `act`: leave_out (the ticked ones, with a reason) or close."""
    campaign = campaign_or_404(request, pk)
    if campaign.state != Campaign.State.OPEN:
        return redirect("catalogue:review_board", pk)
    if request.method != "POST":
        return _page(request, campaign)
    if request.POST.get("act") == "leave_out":
        return _leave_out(request, campaign)
    return _close(request, campaign)


def _page(
    request: PersonRequest, campaign: Campaign, *, form: CloseForm | None = None, leave_form: LeaveOutForm | None = None,
    errors: Any = (),
) -> HttpResponse:  # fmt: skip
    undecided = CampaignItem.objects.of(campaign).exclude(state__in=["approved", "left_out"])
    undecided = undecided.select_related("procedure", "task__agency").order_by("task__agency__sort_key", "pk")
    today = timezone.localdate()
    initial = {"title": campaign.name, "signed_on": today, "effective_on": max(campaign.effective_on, today)}
    context = {
        "campaign": campaign,
        "outcome": reviewing.outcome(campaign),
        "faults": reviewing.faults(campaign),
        "undecided": undecided[:MOST],
        "undecided_total": undecided.count(),
        "most": MOST,
        "parts": annex.parts(campaign),
        "form": form or CloseForm(initial=initial),
        "leave_form": leave_form or LeaveOutForm(),
        "errors": errors,
    }
    status = 422 if errors or (form and form.errors) or (leave_form and leave_form.errors) else 200
    return page(request, "procedures/admin/reviews/close.html", context, status=status)


def _leave_out(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    form = LeaveOutForm(request.POST)
    if not form.is_valid():
        return _page(request, campaign, leave_form=form)
    try:
        done = reviewing.leave_out_many(
            ticked(request, campaign), remark=form.cleaned_data["remark"], actor=request.user, at=timezone.now()
        )
    except ValidationError as fault:
        return _page(request, campaign, leave_form=form, errors=fault.messages)
    tell(request, done)
    return redirect("catalogue:review_close", campaign.pk)


def _close(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            reviewing.close_campaign(campaign.pk, form.paper, actor=request.user, at=timezone.now())
        except ValidationError as fault:
            if hasattr(fault, "error_dict"):
                form.add_error(None, fault)
                return _page(request, campaign, form=form)
            return _page(request, campaign, form=form, errors=fault.messages)
        messages.success(request, _("The campaign is closed and its decision is published."))
        return redirect("catalogue:review_board", campaign.pk)
    return _page(request, campaign, form=form)
