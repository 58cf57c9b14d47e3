"""The list of campaigns, a new one, changing one that is not open yet."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from common.text import whole_number
from procedures.forms_reviews import CampaignForm
from procedures.models import Campaign, Field, Procedure
from procedures.services import reviewing
from procedures.views.admin.access import catalogue_only, catalogue_or_department, is_catalogue, page

SIZE = 30
MOST_PAGES = 1000
FORM = ["GET", "HEAD", "POST"]


def campaign_or_404(request: PersonRequest, pk: int) -> Campaign:
    """The campaign if the reader takes part in it."""
    found = Campaign.objects.visible_to(request.user).select_related("decision").filter(pk=pk).first()
    if found is None or (found.state == Campaign.State.PLANNED and not is_catalogue(request)):
        raise Http404
    return found


@catalogue_or_department
@require_safe
def campaigns(request: PersonRequest) -> HttpResponse:
    """Newest first, each with how many departments have sent everything."""
    number = max(1, whole_number(request.GET.get("trang"), MOST_PAGES) or 1)
    rows = Campaign.objects.filter(pk__in=Campaign.objects.visible_to(request.user).values("pk")).with_progress()
    some = list(rows.select_related("decision").defer("annex")[(number - 1) * SIZE : number * SIZE + 1])
    context = {
        "rows": some[:SIZE],
        "today": timezone.localdate(),
        "is_catalogue": is_catalogue(request),
        "next_url": f"?trang={number + 1}" if len(some) > SIZE else "",
        "previous_url": f"?trang={number - 1}" if number > 1 else "",
    }
    return page(request, "procedures/admin/reviews/list.html", context)


@catalogue_only
@require_http_methods(FORM)
def new_campaign(request: PersonRequest) -> HttpResponse:
    """Name, scope, days; nobody is asked before it is opened."""
    form = _form(request, {"opens_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = reviewing.plan_campaign(
                name=form.cleaned_data["name"], scope=form.scope, days=form.days, actor=request.user, at=timezone.now()
            )
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            messages.success(request, _("The campaign is planned. Open it when it is right."))
            return redirect("catalogue:review_board", made.pk)
    return page(request, "procedures/admin/reviews/form.html", {"form": form}, status=422 if form.errors else 200)


@catalogue_only
@require_http_methods(FORM)
def edit_campaign(request: PersonRequest, pk: int) -> HttpResponse:
    """The same facts of a campaign that is not open yet."""
    campaign = get_object_or_404(Campaign, pk=pk, state=Campaign.State.PLANNED)
    names = ("name", "levels", "opens_on", "due_on", "effective_on")
    initial: dict[str, Any] = {name: getattr(campaign, name) for name in names}
    initial["agencies"] = [str(key) for key in campaign.agencies.values_list("pk", flat=True)]
    initial["fields_of"] = list(campaign.fields.values_list("key", flat=True))
    form = _form(request, initial)
    if request.method == "POST" and form.is_valid():
        try:
            reviewing.change_campaign(campaign.pk, name=form.cleaned_data["name"], scope=form.scope, days=form.days)
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect("catalogue:review_board", pk)
    context = {"form": form, "campaign": campaign}
    return page(request, "procedures/admin/reviews/form.html", context, status=422 if form.errors else 200)


def _form(request: PersonRequest, initial: dict[str, Any]) -> CampaignForm:
    agencies = Procedure.objects.published().owners()
    return CampaignForm(request.POST or None, agencies=agencies, fields=Field.objects.all(), initial=initial)
