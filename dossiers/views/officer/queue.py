"""The queue: tabs by what must be done, filters, the next dossier."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from agencies.models import COUNTER_ROLES, HANDLING_ROLES, LEADING_ROLES, Agency, Post, Role
from agencies.standing import standing_of
from common.cache import for_a_moment
from common.templatetags import mc
from common.text import whole_number
from dossiers import queues
from dossiers.clock import Remaining
from dossiers.errors import Refused
from dossiers.forms.officer import FilterForm
from dossiers.models import Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.services import intake
from dossiers.time_left import time_left
from dossiers.views.officer import drawing
from dossiers.views.officer.access import officers_only
from dossiers.workflow import State
from procedures.models import Procedure

SIZES = (20, 50, 100)
CATALOGUE_ROLES = frozenset({Role.CATALOGUE, Role.DEPARTMENT})
KEYS = "desk_keys"  # in the session: "off" when the officer has switched the keys off


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
    """One tab of the queue: twenty rows by keyset, at most eight statements whatever the size."""
    viewer = queues.viewer_of(request.user, timezone.now())
    counts = queues.counts(viewer)
    key = chosen_tab(request, viewer, counts)
    filters = FilterForm(request.GET).chosen()
    size = next((size for size in SIZES if request.GET.get("so-dong") == str(size)), SIZES[0])
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    if filters:
        page = queues.page(filtered(queues.of_tab(viewer, key), filters, viewer), after=after, before=before, size=size)
    else:
        page = queues.page_of_tab(viewer, key, after=after, before=before, size=size)
    context = shell(viewer, counts, key) | choices(viewer, filters) | {
        "rows": [row(dossier, viewer, key) for dossier in page.rows],
        "next_url": link(key, filters, size, after=page.after) if page.after else "",
        "previous_url": link(key, filters, size, before=page.before) if page.before else "",
        "keys": request.session.get(KEYS, "on"),
        "can_take": key in {"receive", "work", "sign", "issue"},
    }  # fmt: skip
    return render(request, "dossiers/officer/queue.html", context)


def chosen_tab(request: PersonRequest, viewer: queues.Viewer, counts: dict[str, int]) -> str:
    """The tab of the address if the person has it, else the first in which something waits."""
    keys = [tab.key for tab in queues.tabs_of(viewer)]
    wanted = request.GET.get("tab") or request.POST.get("tab") or ""
    return wanted if wanted in keys else next((key for key in keys if counts.get(key)), keys[0])


def filtered(found: DossierQuerySet, filters: dict[str, Any], viewer: queues.Viewer) -> DossierQuerySet:
    """The chosen filters laid over a tab."""
    if "procedure" in filters:
        found = found.filter(procedure=filters["procedure"])
    if "agency" in filters:
        found = found.filter(Q(receiving_agency=filters["agency"]) | Q(handling_agency=filters["agency"]))
    holder = filters.get("holder")
    if holder == "nobody":
        return found.filter(assignee=None)
    if holder:
        return found.filter(assignee=viewer.user.pk if holder == "me" else int(holder))
    return found


def link(key: str, filters: dict[str, Any], size: int = SIZES[0], **more: str) -> str:
    """The address of a list: tab, filters and marks; never a name or number of a person."""
    values = {"tab": key, **filters, **more} | ({"so-dong": size} if size != SIZES[0] else {})
    return f"{_desk(get_language())}?{urlencode(values)}"


def shell(viewer: queues.Viewer, counts: dict[str, int], key: str) -> dict[str, Any]:
    """Tabs and side menu of every list of the desk."""
    tabs = [
        {
            "key": tab.key,
            "label": tab.label,
            "help": tab.help,
            "url": link(tab.key, {}),
            "count": counts.get(tab.key) if tab.is_counted else None,
            "is_current": tab.key == key,
            "tone": tab.tone if counts.get(tab.key) else "",
        }
        for tab in queues.tabs_of(viewer)
    ]
    tab = queues.BY_KEY.get(key)
    return {
        "tabs": tabs,
        "tab": tab,
        "tab_key": key,
        "has_posts": bool(viewer.standing.holdings),
        "leads": bool(viewer.standing.roles & set(LEADING_ROLES)),
        "at_counter": bool(viewer.standing.roles & {Role.RECEPTION, Role.CASHIER}),
    }


def choices(viewer: queues.Viewer, filters: dict[str, Any]) -> dict[str, Any]:
    """What can be filtered by: procedures with open dossiers, the person's agencies, colleagues."""
    agencies = agencies_of(viewer)
    mine = tuple(agency.pk for agency in agencies)
    return {
        "filters": filters,
        "agencies": agencies,
        "agency": agencies[0] if len(agencies) == 1 else None,
        "procedures": queues.procedures_open_at(mine),
        "people": [person for person in _people_of(mine) if person.pk != viewer.user.pk],
        "sizes": SIZES,
    }


@for_a_moment
def _people_of(agencies: tuple[int, ...]) -> list[User]:
    """Who holds a post at these agencies today."""
    posts = Post.objects.valid_on(timezone.localdate()).filter(agency__in=agencies)
    return list(User.objects.filter(pk__in=posts.values("user")).order_by("full_name").only("full_name", "username"))


def agencies_of(viewer: queues.Viewer) -> list[Agency]:
    """The agencies in which the person works on dossiers today."""
    return _agencies(tuple(viewer.standing.agency_ids((*COUNTER_ROLES, *HANDLING_ROLES))))


@for_a_moment
def _agencies(keys: tuple[int, ...]) -> list[Agency]:
    return list(Agency.objects.filter(pk__in=keys).order_by("sort_key"))


def procedure_name(procedure: Procedure) -> str:
    """The short name in the reader's language."""
    english = (procedure.short_name_en or procedure.name_en) if (get_language() or "vi").startswith("en") else ""
    return english or procedure.short_name_vi or procedure.name_vi


@dataclass(frozen=True)
class Cell:
    """The time left for a narrow column: what the column's head says already is left out."""

    level: str
    words: str
    fraction: float
    due_words: str

    @classmethod
    def of(cls, left: Remaining) -> "Cell":
        """The cell of a Remaining."""
        return cls(left.level, left.short, left.fraction, left.due_words)


@lru_cache
def _desk(language: str | None) -> str:
    """The address of the desk in the language of the page, in front of a code."""
    return reverse("dossiers:officer_queue")


def row(dossier: Dossier, viewer: queues.Viewer, tab: str = "") -> dict[str, Any]:
    """One row of the list, its cells drawn; everything comes from the columns that were read."""
    left = Cell.of(time_left(dossier, viewer.now))
    mine = dossier.assignee_id == viewer.user.pk
    return {
        "url": f"{_desk(get_language())}{dossier.code}/{f'?tab={tab}' if tab else ''}",
        "pk": dossier.pk,
        "code": dossier.code,
        "procedure": procedure_name(dossier.procedure),
        "applicant": dossier.party.full_name,
        "level": left.level,
        "left": mc.time_left(left),
        "state": mc.state_badge(dossier.state),
        "badges": drawing.badges(badges(dossier)[:2]),
        "holder": _("You") if mine else (dossier.assignee.display_name if dossier.assignee else _("Nobody yet")),
    }


def badges(dossier: Dossier) -> list[dict[str, str]]:
    """Why this dossier is to be looked at, most urgent first; at most two are shown."""
    found = []
    if dossier.withdrawal_asked_at and dossier.is_open:
        found.append({"text": _("Withdrawal asked"), "tone": "bad", "icon": "undo"})
    if dossier.state == State.SUPPLEMENT and dossier.supplement_sent_at:
        found.append({"text": _("Supplement came"), "tone": "ok", "icon": "msg"})
    if dossier.state == State.NEW and dossier.supplement_sent_at:
        found.append({"text": _("Supplemented"), "tone": "ok", "icon": "msg"})
    if dossier.state == State.PROCESSING and dossier.supplement_request_state == "drafted":
        found.append({"text": _("Supplement proposed"), "tone": "blue", "icon": "msg"})
    if dossier.state == State.PROCESSING and dossier.supplement_request_state == "approved":
        found.append({"text": _("Supplement to be sent"), "tone": "blue", "icon": "send"})
    if dossier.appointment_at and dossier.state == State.PROCESSING:
        day = timezone.localtime(dossier.appointment_at).strftime("%d/%m")
        found.append({"text": _("Apologised, %(day)s") % {"day": day}, "tone": "ok", "icon": "mail"})
    if dossier.state == State.NEW and not dossier.opened_at:
        changed = dossier.answers_revision > 1
        words = pgettext("dossier", "Changed") if changed else pgettext("dossier", "New")
        found.append({"text": words, "tone": "blue", "icon": "edit" if changed else "flag"})
    if dossier.result_state == "signed":
        found.append({"text": pgettext("result", "Signed"), "tone": "ok", "icon": "sign"})
    if dossier.result_state == "drafted" and dossier.outcome == "rejected":
        found.append({"text": _("Rejection proposed"), "tone": "bad", "icon": "cross"})
    return found


@officers_only
@require_POST
def next_dossier(request: PersonRequest) -> HttpResponse:
    """Take the most urgent dossier nobody holds; two officers asking at once never get the same one."""
    viewer = queues.viewer_of(request.user, timezone.now())
    key = request.POST.get("tab", "")
    keys = [tab.key for tab in queues.tabs_of(viewer) if tab.key in {"receive", "work", "sign", "issue"}]
    for one in sorted(keys, key=lambda other: other != key):
        takable = queues.of_tab(viewer, one).filter(state__in=(State.NEW, State.PROCESSING))
        dossier = intake.next_dossier(user=request.user, queryset=takable.filter(supplement_request_state=""))
        if dossier is not None:
            return HttpResponseRedirect(f"{reverse('dossiers:officer_dossier', args=[dossier.code])}?tab={one}")
    messages.info(request, _("No dossier waits that nobody holds."))
    return HttpResponseRedirect(link(key, {}) if key in queues.BY_KEY else reverse("dossiers:officer_queue"))


@officers_only
@require_POST
def take_selected(request: PersonRequest) -> HttpResponse:
    """Take the ticked dossiers one by one; says of each that could not be taken why."""
    viewer = queues.viewer_of(request.user, timezone.now())
    wanted = [whole_number(text, queues.LARGEST_KEY) for text in request.POST.getlist("chon")[:100]]
    taken = 0
    for dossier in queues.base(viewer).filter(pk__in=[key for key in wanted if key]).order_by("queue_at", "id"):
        try:
            intake.take(dossier.pk, user=request.user)
            taken += 1
        except Refused as error:
            messages.warning(request, f"{dossier.code}: {error}")
    if taken or not wanted:
        words = _("You have taken %(n)s dossiers.") % {"n": taken} if taken else _("Tick the dossiers first.")
        (messages.success if taken else messages.info)(request, words)
    return HttpResponseRedirect(link(request.POST.get("tab", "") or "receive", {}))


@officers_only
@require_POST
def switch_keys(request: PersonRequest) -> HttpResponse:
    """Switch the keyboard shortcuts on or off for this session (WCAG 2.1.4)."""
    request.session[KEYS] = "off" if request.session.get(KEYS, "on") == "on" else "on"
    return HttpResponseRedirect(reverse("dossiers:officer_queue"))
