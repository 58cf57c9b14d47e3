"""My dossiers: what waits for me first, then drafts, then the rest, newest first."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dossiers.models import Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.services import awaiting
from dossiers.views.citizen import access, status
from dossiers.views.citizen.start import draft_row
from dossiers.workflow import OPEN, TERMINAL

PAGE = 10
MOST = 20  # drafts and waiting dossiers shown on the first page
RELATED = ("procedure", "receiving_agency", "deciding_agency", "organisation")
OPEN_STATES = [state for state in OPEN if state != "resolved"]


@access.reading
def mine(request: HttpRequest) -> HttpResponse:
    """Cards; `?loc=` filters by state, `?sau=` goes on after a dossier's code."""
    own = Dossier.objects.of_applicant(access.person(request)).whole().select_related(*RELATED)
    chosen, after = request.GET.get("loc", ""), request.GET.get("sau", "")
    rows = list(_rest(own, chosen, after)[: PAGE + 1])
    is_first = not after and not chosen
    waiting = list(own.filed().filter(status.WAITING)[:MOST]) if is_first else []
    asked = awaiting.asked_by_parts([*waiting, *rows])
    context = {
        "waiting": [_card(one, asked) for one in waiting],
        "drafts": [draft_row(one) for one in own.drafts().order_by("-updated_at")[:MOST]] if is_first else [],
        "cards": [_card(one, asked) for one in rows[:PAGE]],
        "tabs": _tabs(chosen),
        "next_url": _address(chosen, rows[PAGE - 1].code or "") if len(rows) > PAGE else "",
        "previous_url": _address(chosen, "") if after else "",
        "is_first": is_first,
    }
    return render(request, "dossiers/citizen/mine.html", context)


def _rest(own: DossierQuerySet, chosen: str, after: str) -> DossierQuerySet:
    rows = own.filed().order_by("-id")
    if chosen == "dang-giai-quyet":
        rows = rows.filter(state__in=OPEN_STATES)
    elif chosen == "da-xong":
        rows = rows.filter(state__in=[*TERMINAL, "resolved"])
    elif chosen == "can-lam":
        rows = rows.filter(status.WAITING)
    else:
        rows = rows.exclude(status.WAITING) if not after else rows.filter(~Q(status.WAITING))
    if after:
        rows = rows.filter(id__lt=own.filter(code=after).values("id")[:1])
    return rows


def _card(dossier: Dossier, asked: dict[int, Dossier]) -> dict[str, Any]:
    box = status.box(asked[dossier.pk]) if dossier.pk in asked else status.box(dossier)
    return {"dossier": dossier, "box": box, "sentence": status.sentence(dossier)}


def _tabs(chosen: str) -> list[dict[str, Any]]:
    names = {
        "": _("All"),
        "can-lam": _("Waiting for you"),
        "dang-giai-quyet": _("In progress"),
        "da-xong": _("Finished"),
    }
    return [{"label": label, "url": _address(key, ""), "is_current": key == chosen} for key, label in names.items()]


def _address(chosen: str, after: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in (("loc", chosen), ("sau", after)) if value)
    return reverse("dossiers:mine") + (f"?{query}" if query else "")
