"""`/can-bo/vang-mat/`: who is away, who stands in; officers enter their own, heads everybody's of their agencies."""

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
from agencies.models import LEADING_ROLES, Absence, Agency, Post
from agencies.services import AbsenceRefused, end_absence, enter_absence
from agencies.standing import standing_of
from dossiers.forms.team import AbsenceForm
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.leading import frame


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: PersonRequest) -> HttpResponse:
    """The list of those away now or soon, and the form for another absence."""
    form = AbsenceForm(request.POST or None, **_choices(request.user))
    if request.method == "POST" and form.is_valid() and _entered(request, form):
        return HttpResponseRedirect(reverse("dossiers:absences"))
    today = timezone.localdate()
    rows = [
        {"absence": one, "may_end": _may_end(request.user, one), "has_begun": one.valid_from <= today}
        for one in _shown(request.user)
    ]
    context = frame(request, "absences") | {"form": form, "rows": rows, "has_posts": bool(form.colleagues)}
    return render(request, "dossiers/officer/absences.html", context, status=422 if form.errors else 200)


def _choices(user: User) -> dict[str, Any]:
    """Whose absence this person may enter, and who may stand in: colleagues of the same agencies."""
    standing, today = standing_of(user), timezone.localdate()
    leads = set(standing.agency_ids(LEADING_ROLES))
    own = {holding.agency_id for holding in standing.holdings if holding.instead_of is None}
    posts = Post.objects.valid_on(today).filter(agency__in=own | leads, user__is_active=True)
    pairs: dict[tuple[Agency, User], None] = {}
    for post in posts.select_related("user", "agency").order_by("user__full_name", "user_id", "pk"):
        pairs[post.agency, post.user] = None
    mine = sorted(pairs, key=lambda pair: pair[1].pk != user.pk)  # oneself first
    allowed = [(agency, person) for agency, person in mine if person.pk == user.pk or agency.pk in leads]
    return {"colleagues": allowed, "others": list(dict.fromkeys(person for _agency, person in pairs))}


def _entered(request: PersonRequest, form: AbsenceForm) -> bool:
    agency, person, away = form.chosen()
    try:
        enter_absence(person, agency, away, actor=request.user, at=timezone.now())
    except AbsenceRefused as refusal:
        for field, text in refusal.errors.items():
            form.add_error({"user": "person"}.get(field, field) or None, text)
        return False
    messages.success(request, _("The absence is noted."))
    return True


def _shown(user: User) -> Any:
    """Absences of today and later: one's own, those one stands in for, and those in the agencies one works at."""
    agencies = {holding.agency_id for holding in standing_of(user).holdings}
    found = Absence.objects.not_over(timezone.localdate()).filter(agency__in=agencies)
    return found.select_related("user", "substitute", "agency").order_by("valid_from", "pk")[:200]


def _may_end(user: User, absence: Absence) -> bool:
    return absence.user_id == user.pk or absence.agency_id in standing_of(user).agency_ids(LEADING_ROLES)


@officers_only
@require_POST
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """They are back, or do not go: the substitute's rights end at once."""
    absence = Absence.objects.select_related("user", "agency").filter(pk=pk).first()
    if absence is None or not _may_end(request.user, absence):
        raise Http404
    end_absence(absence, actor=request.user, at=timezone.now())
    messages.success(request, _("The absence is ended."))
    return HttpResponseRedirect(reverse("dossiers:absences"))
