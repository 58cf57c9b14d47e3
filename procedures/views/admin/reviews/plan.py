"""The simplification plan of a closed campaign: how far each procedure is."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from common.templatetags.mc import vn_date
from common.text import whole_number
from procedures.forms_reviews import PlanForm
from procedures.models import Campaign, CampaignItem, PlanItem
from procedures.services import reviewing
from procedures.services.reviewing import PlanStale
from procedures.views.admin.access import catalogue_or_department, is_catalogue, page
from procedures.views.admin.conflicts import Conflict, differing, save_again, words_of
from procedures.views.admin.reviews.campaigns import campaign_or_404

SIZE = 25
MOST_PAGES = 1000
LARGEST = 2**31 - 1


@catalogue_or_department
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: PersonRequest, pk: int) -> HttpResponse:
    """A department sees and follows its own rows, the province all; POST writes one row."""
    campaign = campaign_or_404(request, pk)
    if request.method == "POST":
        return _follow(request, campaign)
    return _page(request, campaign)


def _rows(request: PersonRequest, campaign: Campaign) -> QuerySet[PlanItem]:
    own = CampaignItem.objects.of(campaign).visible_to(request.user)
    related = ("item__procedure", "item__task__agency", "changed_by")
    rows = PlanItem.objects.filter(item__in=own.values("pk")).select_related(*related)
    return rows.order_by("item__task__agency__sort_key", "item__procedure__sort_key", "pk")


def _page(
    request: PersonRequest, campaign: Campaign, *, wrong: PlanItem | None = None, form: PlanForm | None = None,
    errors: Any = (), conflict: Conflict | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    rows, state = _rows(request, campaign), request.GET.get("tinh-trang", "")
    sums = _sums(rows)
    number = max(1, whole_number(request.GET.get("trang"), MOST_PAGES) or 1)
    chosen = rows.filter(state=state) if state in PlanItem.State.values else rows
    some = list(chosen[(number - 1) * SIZE : number * SIZE + 1])
    context = {
        "campaign": campaign,
        "rows": [(row, form if wrong is not None and row.pk == wrong.pk else _form(row)) for row in some[:SIZE]],
        **sums,
        "width": round(100 * sums["done"] / sums["total"]) if sums["total"] else 0,
        "state": state,
        "states": PlanItem.State.choices,
        "next_url": f"?tinh-trang={state}&trang={number + 1}" if len(some) > SIZE else "",
        "previous_url": f"?tinh-trang={state}&trang={number - 1}" if number > 1 else "",
        "errors": errors,
        "conflict": conflict,
        "is_catalogue": is_catalogue(request),
    }
    return page(request, "procedures/admin/reviews/plan.html", context, status=status)


def _sums(rows: QuerySet[PlanItem]) -> dict[str, int]:
    """How many there are, are done and in work, and what is saved when all is done."""
    found = rows.order_by().aggregate(
        total=Count("pk"), done=Count("pk", filter=Q(state=PlanItem.State.DONE)),
        in_work=Count("pk", filter=Q(state=PlanItem.State.IN_WORK)), days=Sum("item__days_saved"),
        papers=Sum("item__papers_saved"),
    )  # fmt: skip
    return {name: number or 0 for name, number in found.items()}


def _form(row: PlanItem) -> PlanForm:
    initial = {"state": row.state, "done_on": row.done_on, "note": row.note}
    return PlanForm(initial=initial, auto_id=f"id_{row.pk}_%s")


def _conflict(stale: PlanStale, form: PlanForm, reload_url: str) -> Conflict:
    """What stands in the row now beside what was typed."""
    row = PlanItem.objects.select_related("changed_by").get(pk=stale.row.pk)
    now = {"state": row.state, "done_on": vn_date(row.done_on), "note": row.note}
    differs = differing(
        (str(field.label), words_of(field, now[name]), words_of(field, form.data.get(name, "")))
        for name, field in form.fields.items()
    )
    return Conflict(
        str(stale), by=row.changed_by, at=row.changed_at, way_on=save_again(), differs=differs, reload_url=reload_url
    )


def _follow(request: PersonRequest, campaign: Campaign) -> HttpResponse:
    row = _rows(request, campaign).filter(pk=whole_number(request.POST.get("row"), LARGEST) or 0).first()
    if row is None:
        raise Http404
    form = PlanForm(request.POST, auto_id=f"id_{row.pk}_%s")
    if not form.is_valid():
        return _page(request, campaign, wrong=row, form=form, status=422)
    version = whole_number(request.POST.get("version"), LARGEST) or 0
    try:
        reviewing.follow(row.pk, version=version, actor=request.user, at=timezone.now(), **form.cleaned_data)
    except ValidationError as fault:
        return _page(request, campaign, wrong=row, form=form, errors=fault.messages, status=422)
    except PlanStale as stale:
        return _page(request, campaign, wrong=row, form=form, conflict=_conflict(stale, form, request.path), status=409)
    messages.success(request, _("The plan was brought up to date."))
    return redirect(f"{request.get_full_path()}#ke-hoach-{row.pk}")
