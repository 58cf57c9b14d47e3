"""`/can-bo/ca-truc/`: who guides people at the counter each week; officers keep their own, heads everybody's."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.requests import PersonRequest
from agencies.models import LEADING_ROLES, Agency, Post, Role, Shift
from agencies.services import ShiftRefused, end_shift, enter_shift
from agencies.services.shifts import may_keep
from agencies.standing import standing_of
from dossiers.forms.shifts import WEEKDAYS, ShiftForm
from dossiers.services import assistance
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.leading import frame


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def shifts(request: PersonRequest) -> HttpResponse:
    """The table of the week by counter, how many each officer has assisted this month, and the form for another shift."""
    form = ShiftForm(request.POST or None, colleagues=_colleagues(request.user))
    if request.method == "POST" and form.is_valid() and _entered(request, form):
        return HttpResponseRedirect(reverse("dossiers:shifts"))
    agencies = _agencies(request.user)
    context = frame(request, "shifts") | {
        "form": form,
        "rows": [_row(request.user, one) for one in _shown(agencies)],
        "has_colleagues": bool(form.colleagues),
        "assisted": assistance.counted([agency.pk for agency in agencies], at=timezone.now()),
    }
    return render(request, "dossiers/officer/shifts.html", context, status=422 if form.errors else 200)


def _agencies(user: User) -> list[Agency]:
    ids = {holding.agency_id for holding in standing_of(user).holdings}
    return list(Agency.objects.filter(pk__in=ids).order_by("sort_key"))


def _colleagues(user: User) -> list[tuple[Agency, User]]:
    """Whose shifts this person may keep: officers of the counters they lead, and themselves."""
    standing, today = standing_of(user), timezone.localdate()
    leads = set(standing.agency_ids(LEADING_ROLES))
    own = set(standing.agency_ids([Role.RECEPTION]))
    posts = Post.objects.valid_on(today).filter(role=Role.RECEPTION, agency__in=leads | own, user__is_active=True)
    rows = posts.select_related("user", "agency").order_by("agency__sort_key", "user__full_name", "pk")
    return [(post.agency, post.user) for post in rows if post.agency_id in leads or post.user_id == user.pk]


def _entered(request: PersonRequest, form: ShiftForm) -> bool:
    agency, officer, hours = form.chosen()
    try:
        enter_shift(officer, agency, hours, actor=request.user, at=timezone.now())
    except ShiftRefused as refused:
        for field, text in refused.errors.items():
            form.add_error(field or None, text)
        return False
    messages.success(request, _("The shift is entered. It is published within a minute."))
    return True


def _shown(agencies: list[Agency]) -> Any:
    rows = Shift.objects.filter(agency__in=agencies, valid_to=None).select_related("agency", "officer")
    return rows.order_by("agency__sort_key", "weekday", "starts", "pk")[:300]


def _row(user: User, shift: Shift) -> dict[str, Any]:
    words = dict(WEEKDAYS)[shift.weekday]
    return {"shift": shift, "day": words, "may_end": may_keep(user, shift.officer, shift.agency)}


@officers_only
@require_POST
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """The shift ends today."""
    shift = Shift.objects.select_related("agency", "officer").filter(pk=pk, valid_to=None).first()
    if shift is None or not may_keep(request.user, shift.officer, shift.agency):
        raise Http404
    end_shift(shift, actor=request.user, at=timezone.now())
    messages.success(request, _("The shift is ended."))
    return HttpResponseRedirect(reverse("dossiers:shifts"))
