"""Outages: the log, recording one, its dry run, and the order to give the time back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from agencies.models import Agency
from common.text import whole_number
from dossiers.forms.corrections import OutageForm
from dossiers.models import Outage, OutageShift
from dossiers.services.corrections import in_background
from dossiers.services.corrections import outages as services
from dossiers.views.admin.menu import OUTAGES
from dossiers.views.admin.recounting import LARGEST, shown
from procedures.views.admin.access import only, page

LOG = 50
admins = only(OUTAGES)


@admins
@require_http_methods(["GET", "HEAD", "POST"])
def outages(request: PersonRequest) -> HttpResponse:
    """The log, newest first; POST records one more and shows what it would move."""
    form = OutageForm(request.POST if request.method == "POST" else None, initial={"day_share": 50})
    if form.is_bound and form.is_valid():
        recorded = _record(request, form)
        if recorded is not None:
            messages.success(request, _("Recorded. Nothing has moved yet: look at what it moves."))
            return redirect("clock:outage", recorded.pk)
    log = Outage.objects.annotate(moved=Count("shifts__dossier", distinct=True)).prefetch_related("agencies")[:LOG]
    return page(request, "dossiers/admin/outages.html", {"form": form, "log": log}, status=422 if form.errors else 200)


@admins
@require_http_methods(["GET", "HEAD", "POST"])
def outage(request: PersonRequest, pk: int) -> HttpResponse:
    """One outage: what it moved, what it would still move; POST orders the worker to give the time back."""
    found = get_object_or_404(Outage, pk=pk)
    if request.method == "POST":
        in_background.order_shift(found, by=request.user)
        messages.success(request, _("Ordered. The dossiers are moved one by one; this page shows what is left."))
        return redirect("clock:outage", found.pk)
    after = whole_number(request.GET.get("after"), LARGEST) or 0
    rows, mark = shown(services.plan(found, after=after))
    done = OutageShift.objects.filter(outage=found).select_related("dossier").order_by("-pk")
    context = {
        "outage": found,
        "rows": rows,
        "next": mark,
        "after": after,
        "done": done[:LOG],
        "done_count": done.count(),
    }
    return page(request, "dossiers/admin/outage.html", context)


def _record(request: PersonRequest, form: OutageForm) -> Outage | None:
    values = dict(form.cleaned_data)
    agencies = Agency.objects.filter(key__in=values.pop("agencies"))
    try:
        return services.record_outage(**values, agencies=agencies, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
