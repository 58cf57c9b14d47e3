"""The province's check page: answers that were sent, approved one by one or in bulk."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from common.text import clean, whole_number
from procedures.models import Campaign, CampaignItem
from procedures.services import reviewing
from procedures.services.reviewing import Bulk
from procedures.views.admin.access import catalogue_only, page
from procedures.views.admin.reviews.campaigns import campaign_or_404

SIZE = 50
MOST_PAGES = 1000
LARGEST = 2**31 - 1


@catalogue_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: PersonRequest, pk: int) -> HttpResponse:
    """Fifty answers a page, by agency, all ticked with `?danh-dau=1`; POST approves the ticked ones."""
    campaign = campaign_or_404(request, pk)
    if request.method == "POST":
        return _approve(request, campaign)
    number = max(1, whole_number(request.GET.get("trang"), MOST_PAGES) or 1)
    state = request.GET.get("tinh-trang", CampaignItem.State.SENT)
    state = state if state in CampaignItem.State.values else CampaignItem.State.SENT
    agency = clean(request.GET.get("co-quan", ""))[:40]
    items = CampaignItem.objects.of(campaign).filter(state=state)
    if agency:
        items = items.filter(task__agency__key=agency)
    items = items.select_related("procedure", "task__agency", "successor")
    ordered = items.order_by("task__agency__sort_key", "procedure__sort_key", "pk")
    some = list(ordered[(number - 1) * SIZE : number * SIZE + 1])
    query = f"tinh-trang={state}&co-quan={agency}&"
    context: dict[str, Any] = {
        "campaign": campaign,
        "rows": some[:SIZE],
        "state": state,
        "agency": agency,
        "states": CampaignItem.State.choices,
        "tasks": campaign.tasks.select_related("agency"),
        "is_ticked": request.GET.get("danh-dau") == "1",
        "tick_url": f"?{query}trang={number}&danh-dau=1",
        "may_approve": state == CampaignItem.State.SENT and campaign.state == Campaign.State.OPEN,
        "next_url": f"?{query}trang={number + 1}" if len(some) > SIZE else "",
        "previous_url": f"?{query}trang={number - 1}" if number > 1 else "",
    }
    return page(request, "procedures/admin/reviews/check.html", context)


def ticked(request: PersonRequest, campaign: Campaign) -> dict[int, int]:
    """{item: version read} of the ticked boxes, of this campaign only."""
    wanted = {}
    for value in request.POST.getlist("item"):
        item, _colon, version = value.partition(":")
        wanted[whole_number(item, LARGEST) or 0] = whole_number(version, LARGEST) or 0
    known = CampaignItem.objects.of(campaign).filter(pk__in=wanted).values_list("pk", flat=True)
    return {pk: wanted[pk] for pk in known}


def _approve(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    wanted = ticked(request, campaign)
    sent = CampaignItem.objects.of(campaign).filter(pk__in=wanted, state=CampaignItem.State.SENT)
    versions = {pk: wanted[pk] for pk in sent.values_list("pk", flat=True)}
    if campaign.state == Campaign.State.OPEN:
        tell(request, reviewing.approve_many(versions, actor=request.user, at=timezone.now()))
    return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)


def tell(request: PersonRequest, done: Bulk) -> None:
    """What became of the ticked ones."""
    number = len(done.done)
    if number:
        words = ngettext("%(number)s procedure is decided.", "%(number)s procedures are decided.", number)
        messages.success(request, words % {"number": number})
    if done.stale:
        codes = ", ".join(item.procedure.code for item in done.stale)
        messages.warning(
            request, _("Somebody else changed these meanwhile, look at them again: %(codes)s") % {"codes": codes}
        )
    if not number and not done.stale:
        messages.warning(request, _("Nothing was ticked."))
