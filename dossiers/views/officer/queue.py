"""The queue: tabs by what must be done, filters, the next dossier."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import background
from accounts.requests import PersonRequest
from agencies.models import Role
from agencies.standing import standing_of
from common.text import whole_number
from dossiers import queues
from dossiers.errors import Refused
from dossiers.forms.desk import chosen_filters
from dossiers.queues.columns import drawn
from dossiers.services import bulk_acts, intake
from dossiers.views.officer import drawing, listing
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.rows import row

CATALOGUE_ROLES = frozenset({Role.CATALOGUE, Role.DEPARTMENT})
UNTICKED = frozenset({"waiting", "return", "done"})  # nothing there is done to many at once
PANELS = ("loc", "cot")  # all filters; columns and order
TRIES = 3  # dossiers that were taken by others while the next one was sought


@officers_only
@require_safe
def officer_home(request: PersonRequest) -> HttpResponse:
    """`/can-bo/`: the queue; those who only look after the catalogue have their own pages."""
    roles = standing_of(request.user).roles
    place = "catalogue:home" if roles and roles <= CATALOGUE_ROLES else "dossiers:officer_queue"
    return HttpResponseRedirect(reverse(place))


@officers_only
@require_safe
def officer_queue(request: PersonRequest) -> HttpResponse:
    """One tab of the queue: rows by keyset, at most eight statements whatever their number."""
    viewer = queues.viewer_of(request.user, timezone.now())
    glance = queues.glance(viewer)
    key = listing.chosen_tab(request, viewer, glance.counts)
    filters = chosen_filters(request.GET)
    showing = _showing(request, glance, key)
    page = _page(request, viewer, key, filters, showing)
    asked = {"so-dong": request.GET.get("so-dong"), "xep": request.GET.get("xep")}
    place = listing.query(key, filters)
    context = listing.shell(viewer, glance, key) | listing.choices(viewer, filters) | {
        "rows": [row(dossier, viewer, place, showing.columns) for dossier in page.rows],
        "columns": drawn(showing.columns, get_language() or "vi"),
        "heads": _heads(key, filters, showing, asked),
        "next_url": listing.link(key, filters, **asked, after=page.after) if page.after else "",
        "previous_url": listing.link(key, filters, **asked, before=page.before) if page.before else "",
        "has_next": bool(page.after),
        "has_previous": bool(page.before),
        "showing": showing,
        "place": place,
        "current_view": request.GET.get("xem", ""),
        "can_take": key in queues.NEXT_TABS,
        "panel": request.GET.get("mo") if request.GET.get("mo") in PANELS else "",
    }  # fmt: skip
    context |= _filtering(key, filters, context) | _panel(context, showing)
    if page.rows and key not in UNTICKED:
        context |= _bulk(viewer, key, filters, glance.counts, has_more=bool(page.after or page.before))
    return render(request, "dossiers/officer/queue.html", context)


def _showing(request: PersonRequest, glance: queues.Glance, key: str) -> queues.Showing:
    size = whole_number(request.GET.get("so-dong"), queues.SIZES[-1])
    sort = listing.SORT_KEYS.get(request.GET.get("xep", ""), "")
    return glance.showing(key, size=size if size in queues.SIZES else None, sort=sort)


def _page(
    request: PersonRequest, viewer: queues.Viewer, key: str, filters: Mapping[str, Any], showing: queues.Showing
) -> queues.Page:
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if not filters:
        return queues.page_of_tab(viewer, key, showing, after=after, before=before)
    found = queues.narrowed(queues.of_tab(viewer, key, showing.sort), filters, viewer)
    rows_of = queues.rows_for(viewer.user.pk, showing.columns)
    return queues.page(found, after=after, before=before, size=showing.size, rows_of=rows_of)


def _heads(key: str, filters: Mapping[str, Any], showing: queues.Showing, asked: Mapping[str, Any]) -> str:
    address = "" if key == "done" else listing.query(key, filters, **{"so-dong": asked["so-dong"]})
    sort = queues.NEWEST if key == "done" else showing.sort
    return drawing.heads(showing.columns, sort, address, get_language())


def _filtering(key: str, filters: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Chips, and what the short filter form must carry along; nothing for a list without filters."""
    if not filters:
        return {}
    shown = {"procedure", "agency", "holder"}
    return {
        "chips": listing.chips(key, filters, known),
        "carried": tuple((name, value) for name, value in filters.items() if name not in shown),
    }


def _panel(context: Mapping[str, Any], showing: queues.Showing) -> dict[str, Any]:
    if context["panel"] == "loc":
        return listing.more_choices(context["procedures"])
    if context["panel"] != "cot":
        return {}
    keys = [*showing.columns, *(key for key in queues.COLUMNS if key not in showing.columns)]
    options = [
        {"key": key, "label": queues.COLUMNS[key].label, "is_on": key in showing.columns, "number": number}
        for number, key in enumerate(keys, 1)
    ]
    return {"column_options": options, "sizes": queues.SIZES}


def _bulk(
    viewer: queues.Viewer, key: str, filters: Mapping[str, Any], counts: Mapping[str, int], *, has_more: bool
) -> dict[str, Any]:
    """The acts for many dossiers at once, and how many the whole list has."""
    acts = bulk_acts.offered(viewer.standing)
    if not acts:
        return {}
    whole = 0
    if has_more and not filters:
        whole = counts.get(key, 0)
    elif has_more:
        found = queues.narrowed(queues.of_tab(viewer, key), filters, viewer)
        whole = found.order_by()[: bulk_acts.MOST + 1].count()
    options = drawing.options(tuple((act.key, act.label) for act in acts), get_language())
    return {
        "bulk_acts": options,
        "whole": whole,
        "most": bulk_acts.MOST,
        "may_assign": "assign" in {a.key for a in acts},
    }


@officers_only
@background
@require_safe
def tab_counts(request: PersonRequest) -> HttpResponse:
    """The tabs alone, for the page that refreshes them while it is being looked at."""
    viewer = queues.viewer_of(request.user, timezone.now())
    counts = queues.counts(viewer)
    tabs = listing.tabs(viewer, counts, listing.chosen_tab(request, viewer, counts))
    return render(request, "common/tabs.html", {"tabs": tabs, "label": _("Groups of dossiers")})


@officers_only
@require_POST
def next_dossier(request: PersonRequest) -> HttpResponse:
    """Take the most urgent dossier nobody holds; two officers asking at once never get the same one.

    The tab of the page comes first, then the others this person works in; what they may not go on with is left.
    """
    viewer = queues.viewer_of(request.user, timezone.now())
    key = request.POST.get("tab", "")
    keys = [tab.key for tab in queues.tabs_of(viewer) if tab.key in queues.NEXT_TABS]
    for one in sorted(keys, key=lambda other: other != key):
        dossier = _next_of(viewer, one)
        if dossier is not None:
            return HttpResponseRedirect(f"{reverse('dossiers:officer_dossier', args=[dossier.code])}?tab={one}")
    messages.info(request, _("No dossier waits that nobody holds."))
    return HttpResponseRedirect(listing.link(key, {}) if key in queues.BY_KEY else reverse("dossiers:officer_queue"))


def _next_of(viewer: queues.Viewer, key: str) -> Any:
    for _try in range(TRIES):
        try:
            return intake.next_dossier(user=viewer.user, queryset=queues.takable(viewer, key))
        except Refused:
            continue  # it changed between the look and the lock
    return None
