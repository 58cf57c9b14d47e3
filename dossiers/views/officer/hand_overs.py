"""Hand-over lists: choosing what goes over, the lists made, confirming what arrived, the paper."""

import contextlib
import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from agencies.models import COUNTER_ROLES, HANDLING_ROLES
from agencies.standing import standing_of
from audit.services import record
from common.text import whole_number
from documents.render import RenderFailed
from documents.services import serve
from dossiers.errors import Invalid
from dossiers.forms.lists import FindListForm, NewListForm
from dossiers.models import HandOver
from dossiers.services import hand_over_papers, hand_overs
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.made_papers import could_not

PAGE = 25
LARGEST = 2**63 - 1
DIFFERENCE = r"difference-\d{1,18}"


@officers_only
@require_safe
def hand_over_lists(request: PersonRequest) -> HttpResponse:
    """The lists of my counters and departments, newest first; found by day, direction, or what waits for us."""
    form = FindListForm(request.GET)
    found = HandOver.objects.visible_to(request.user)
    if form.is_valid():
        found = form.applied(found, request.user)
    before = whole_number(request.GET.get("truoc"), LARGEST)
    if before is not None:
        found = found.filter(pk__lt=before)
    related = ("counter", "department", "made_by", "confirmed_by")
    rows = list(found.select_related(*related).order_by("-pk")[: PAGE + 1])
    context = {
        "form": form,
        "rows": [_listed(row) for row in rows[:PAGE]],
        "next_url": _next_url(request, rows),
        "directions": directions(request),
    }
    return render(request, "dossiers/officer/hand_overs.html", context)


def _listed(row: HandOver) -> dict[str, Any]:
    giver, receiver = hand_over_papers.sides(row)
    return {"list": row, "giver": giver, "receiver": receiver, "direction": direction_words(row.direction)}


def _next_url(request: PersonRequest, rows: list[HandOver]) -> str:
    if len(rows) <= PAGE:
        return ""
    query = request.GET.copy()
    query["truoc"] = str(rows[PAGE - 1].pk)
    return f"?{query.urlencode()}"


def direction_words(direction: str) -> str:
    """What goes where."""
    if direction == HandOver.Direction.DEPARTMENT:
        return pgettext("hand-over", "Dossiers to the department")
    return pgettext("hand-over", "Results to the one-stop")


def directions(request: PersonRequest) -> list[tuple[str, str]]:
    """What this person may hand over today."""
    standing = standing_of(request.user)
    roles = {HandOver.Direction.DEPARTMENT: COUNTER_ROLES, HandOver.Direction.COUNTER: HANDLING_ROLES}
    return [(key.value, direction_words(key)) for key, held in roles.items() if standing.agency_ids(held)]


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_hand_over(request: PersonRequest) -> HttpResponse:
    """What was handed over on a day and stands on no list yet; ticked, it becomes one."""
    allowed = directions(request)
    form = NewListForm(request.POST if request.method == "POST" else _asked(request, allowed), directions=allowed)
    if not form.is_valid():
        return render(request, "dossiers/officer/new_hand_over.html", {"form": form, "groups": []})
    direction, day = form.cleaned_data["direction"], form.cleaned_data["day"]
    if request.method == "POST":
        try:
            made = hand_overs.make(
                user=request.user, direction=direction, day=day, group=request.POST.get("group", ""),
                events=_numbers(request.POST.getlist("event")),
            )  # fmt: skip
        except Invalid as error:
            form.add_error(None, list(error.errors.values()))
        else:
            data = {"list": made.pk}
            record("hand_over.made", actor_id=request.user.pk, subject_type="hand_over", subject_id=made.pk, data=data)
            _draw(made)
            messages.success(request, _("List %(number)s is made.") % {"number": made.number})
            return redirect("dossiers:hand_over", made.public_id)
    context = {
        "form": form, "direction": direction, "day": day, "groups": hand_overs.candidates(request.user, direction, day),
        "picked": _numbers(request.POST.getlist("event")),
    }  # fmt: skip
    return render(request, "dossiers/officer/new_hand_over.html", context)


def _asked(request: PersonRequest, allowed: list[tuple[str, str]]) -> QueryDict:
    """What the address asks for, today and the first direction where it says nothing."""
    values = request.GET.copy()
    values.setdefault("day", timezone.localdate().strftime("%d/%m/%Y"))
    values.setdefault("direction", allowed[0][0] if allowed else "")
    return values


def _numbers(texts: list[str]) -> list[int]:
    found = [whole_number(text, LARGEST) for text in texts[: hand_overs.MOST * 2]]
    return [number for number in found if number is not None]


def _one(request: PersonRequest, public_id: UUID) -> HandOver:
    related = ("counter", "department", "made_by", "confirmed_by", "file", "confirmed_file")
    found = HandOver.objects.visible_to(request.user).select_related(*related).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@officers_only
@require_safe
def hand_over(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """One list: its rows, and for the receiving side the form to confirm it."""
    return _page(request, _one(request, public_id))


def _page(
    request: PersonRequest, found: HandOver, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    items = list(found.items.select_related("dossier__party", "dossier__procedure", "result").order_by("position"))
    arrived = (
        set(_numbers(request.POST.getlist("arrived"))) if request.method == "POST" else {item.pk for item in items}
    )
    context = _listed(found) | {
        "rows": [_row(request, item, item.pk in arrived, errors or {}) for item in items],
        "errors": errors or {},
        "may_confirm": hand_overs.may_confirm(found, request.user),
        "missing": sum(item.has_arrived is False or bool(item.difference) for item in items),
    }
    return render(request, "dossiers/officer/hand_over.html", context, status=status)


def _row(request: PersonRequest, item: Any, is_ticked: bool, errors: dict[str, str]) -> dict[str, Any]:
    key = f"difference-{item.pk}"
    return {
        "item": item, "is_ticked": is_ticked, "typed": request.POST.get(key, ""), "error": errors.get(key, ""), "key": key
    }  # fmt: skip


@officers_only
@require_POST
def confirm_hand_over(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """The receiving side: what arrived, and what differs."""
    found = _one(request, public_id)
    typed = {int(key[11:]): str(text) for key, text in request.POST.items() if re.fullmatch(DIFFERENCE, key)}
    arrived = _numbers(request.POST.getlist("arrived"))
    try:
        confirmed = hand_overs.confirm(found.pk, user=request.user, arrived=arrived, differences=typed)
    except Invalid as error:
        if "" in error.errors:
            messages.error(request, error.errors[""])
            return redirect("dossiers:hand_over", found.public_id)
        return _page(request, found, errors=error.errors, status=422)
    record("hand_over.confirmed", actor_id=request.user.pk, subject_type="hand_over", subject_id=found.pk)
    _draw(confirmed)
    messages.success(request, _("The list is confirmed."))
    return redirect("dossiers:hand_over", found.public_id)


def _draw(made: HandOver) -> None:
    """Draw the paper with the act; where that fails, the first to print it draws it."""
    with contextlib.suppress(RenderFailed):
        hand_over_papers.printed(made)


@officers_only
@require_safe
def hand_over_pdf(request: PersonRequest, public_id: UUID) -> HttpResponseBase:
    """The list on paper, as it was made or, once confirmed, with what the receiving side wrote."""
    found = _one(request, public_id)
    try:
        file = hand_over_papers.printed(found)
    except RenderFailed:
        messages.error(request, could_not())
        return HttpResponseRedirect(reverse("dossiers:hand_over", args=[found.public_id]))
    record("hand_over.printed", actor_id=request.user.pk, subject_type="hand_over", subject_id=found.pk)
    return serve(file, inline=True, byte_range=request.headers.get("Range", ""))
