"""The pages of a head: who holds what, sharing out, handing over what an absent colleague holds."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from agencies.models import Agency
from agencies.services import share_at_once
from agencies.standing import absent_from
from common.text import whole_number
from dossiers import queues
from dossiers.forms.team import HandOverForm
from dossiers.models import Dossier
from dossiers.services import distributing
from dossiers.views.officer import listing
from dossiers.views.officer.leading import Team, frame, heads_only
from dossiers.views.officer.rows import procedure_name

SHOWN = 100  # dossiers of a plan that are shared out in one go


# ── who holds what ──
@heads_only
@require_safe
def team(request: PersonRequest, team: Team) -> HttpResponse:
    """`/can-bo/nhom/`: open, due soon and late dossiers by person, each number with the list behind it."""
    viewer = queues.viewer_of(request.user, timezone.now())
    context = frame(request, "team") | {"agencies": team.agencies, "agency": _one(team), "rows": loads(viewer, team)}
    return render(request, "dossiers/officer/team.html", context)


def loads(viewer: queues.Viewer, team: Team) -> list[dict[str, Any]]:
    """A line for everybody of the team, whoever else holds a dossier of theirs, and for what nobody holds."""
    counted = {row["assignee"]: row for row in _counted(viewer, team)}
    titles, people = _titles(team), {person.pk: person for person in team.people()}
    known = list(people.values())
    others = User.objects.filter(pk__in=[key for key in counted if key and key not in people])
    away = absent_from(team.agency_ids, team.today)
    lines = [_line(person, counted.get(person.pk), titles, away) for person in (*known, *others)]
    return [*lines, _line(None, counted.get(None), titles, away)]


def _counted(viewer: queues.Viewer, team: Team) -> Any:
    here = Q(receiving_agency__in=team.agency_ids) | Q(handling_agency__in=team.agency_ids)
    found = queues.of_tab(viewer, "all").filter(here).order_by()
    rules = {key: queues.BY_KEY[key].rule(viewer) for key in ("soon", "late")}
    return found.values("assignee").annotate(
        open=Count("pk"), soon=Count("pk", filter=rules["soon"]), late=Count("pk", filter=rules["late"])
    )


def _titles(team: Team) -> dict[int, str]:
    """The roles of everybody, in words."""
    found: dict[int, list[str]] = {}
    for post in team.posts():
        found.setdefault(post.user_id, []).append(str(post.get_role_display()))
    return {key: ", ".join(dict.fromkeys(words)) for key, words in found.items()}


def _line(person: User | None, counts: Any, titles: dict[int, str], away: frozenset[int]) -> dict[str, Any]:
    holder = str(person.pk) if person else "nobody"
    cells = []
    for tab, name in (("all", "open"), ("soon", "soon"), ("late", "late")):
        number = counts[name] if counts else 0
        url = listing.link(tab, {"holder": holder}) if number else ""
        label = pgettext("number", "Open") if tab == "all" else queues.BY_KEY[tab].label
        cells.append({"number": number, "url": url, "label": label})
    return {
        "person": person,
        "roles": titles.get(person.pk, "") if person else "",
        "is_away": bool(person and person.pk in away),
        "cells": cells,
        "has_open": bool(counts and counts["open"]),
    }


def _one(team: Team) -> Agency | None:
    return team.agencies[0] if len(team.agencies) == 1 else None


# ── sharing out ──
@heads_only
@require_http_methods(["GET", "HEAD", "POST"])
def share_out(request: PersonRequest, team: Team) -> HttpResponse:
    """`/can-bo/nhom/chia/`: GET shows who would get which dossier that nobody holds; POST does what was shown."""
    agency = team.agency(request.POST.get("agency") or request.GET.get("agency"))
    steps = _steps(request, agency)
    wanted = request.POST.get("role") or request.GET.get("role") or ""
    role = wanted if wanted in distributing.SHARED_ROLES else next((one["role"] for one in steps if one["number"]), "")
    if request.method == "POST" and role:
        return _share(request, agency, role)
    at = timezone.now()
    found = list(_unheld(request, agency, role).select_related("procedure")[:SHOWN]) if role else []
    plan = distributing.plan(agency.pk, role, found, at=at) if role else []
    return _share_page(request, team, agency, role, steps, plan)


def _unheld(request: PersonRequest, agency: Agency, role: str) -> Any:
    mine = queues.base(queues.viewer_of(request.user, timezone.now()))
    return distributing.unheld(agency.pk, role).filter(pk__in=mine.values("pk"))


def _steps(request: PersonRequest, agency: Agency) -> list[dict[str, Any]]:
    """How many dossiers nobody holds, by step."""
    return [
        {
            "role": str(role),
            "label": role.label,
            "number": _unheld(request, agency, role).count(),
            "url": f"{reverse('dossiers:share_out')}?{urlencode({'agency': agency.pk, 'role': str(role)})}",
        }
        for role in distributing.SHARED_ROLES
    ]


def _share_page(
    request: PersonRequest,
    team: Team,
    agency: Agency,
    role: str,
    steps: list[dict[str, Any]],
    plan: list[distributing.Given],
) -> HttpResponse:
    rows = [
        {
            "dossier": given.dossier,
            "procedure": procedure_name(given.dossier.procedure),
            "person": given.person,
            "value": f"{given.dossier.pk}:{given.dossier.version}:{given.person.pk}" if given.person else "",
        }
        for given in plan
    ]
    for one in steps:
        one["is_current"] = one["role"] == role
    context = frame(request, "share_out") | {
        "agencies": team.agencies, "agency": agency, "chosen": agency, "role": role, "steps": steps, "rows": rows,
        "has_people": any(given.person for given in plan), "most": SHOWN,
    }  # fmt: skip
    return render(request, "dossiers/officer/share_out.html", context)


def _share(request: PersonRequest, agency: Agency, role: str) -> HttpResponse:
    wanted = {}
    for text in request.POST.getlist("chia")[:SHOWN]:
        parts = [whole_number(part, queues.LARGEST_KEY) for part in text.split(":")]
        if len(parts) == 3 and None not in parts:
            wanted[parts[0]] = (parts[1], parts[2])
    mine = set(_seen(request, list(wanted)).values_list("pk", flat=True))
    chosen = {key: value for key, value in wanted.items() if key in mine}
    done = distributing.share_out(agency, role, chosen, user=request.user)  # type: ignore[arg-type]
    title = _("Shared out")
    return _outcomes(request, "share_out", title, done, reverse("dossiers:share_out"))


def _seen(request: PersonRequest, keys: list[Any]) -> Any:
    return queues.base(queues.viewer_of(request.user, timezone.now())).filter(pk__in=keys)


def _outcomes(
    request: PersonRequest, page: str, title: str, done: list[distributing.Outcome], back: str
) -> HttpResponse:
    """What became of each dossier; reloading shows the page before, nothing is done twice."""
    context = frame(request, page) | {
        "title": title, "done": done, "given": sum(not one.refusal for one in done), "back": back,
    }  # fmt: skip
    return render(request, "dossiers/officer/team_outcomes.html", context)


@heads_only
@require_POST
def switch_sharing(request: PersonRequest, team: Team) -> HttpResponse:
    """Dossiers of the agency are given out as they come, or wait in the common queue."""
    agency = team.agency(request.POST.get("agency"))
    is_on = request.POST.get("at_once") == "1"
    share_at_once(agency, is_on=is_on, actor=request.user)
    words = _("New dossiers are given out as they come.") if is_on else _("New dossiers wait in the common queue.")
    messages.success(request, words)
    return HttpResponseRedirect(f"{reverse('dossiers:share_out')}?{urlencode({'agency': agency.pk})}")


# ── what a colleague holds ──
@heads_only
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: PersonRequest, team: Team, person: int) -> HttpResponse:
    """`/can-bo/nhom/ban-giao/<person>/`: choose who gets a colleague's open dossiers, see each, do it."""
    at = timezone.now()
    owner = User.objects.filter(pk=person, kind=User.Kind.OFFICER).first()
    found = _held(request, team, owner)
    colleagues, away = team.people(), absent_from(team.agency_ids, team.today)
    if owner is None or not (found or owner in colleagues):
        raise Http404
    people = [one for one in colleagues if one.pk != owner.pk and one.pk not in away]
    sent = request.POST if request.method == "POST" else (request.GET if "to" in request.GET else None)
    form = HandOverForm(sent, people=people)
    if request.method == "POST" and form.is_valid() and found:
        return _hand_over(request, team, owner, form.receiver(), at)
    is_chosen = form.is_bound and form.is_valid()
    to = form.receiver() if is_chosen else None
    fitting = distributing.fitting(found, to)
    rows = [_held_row(dossier, fits=dossier.pk in fitting) for dossier in found]
    context = frame(request, "team") | {
        "agencies": team.agencies, "agency": _one(team), "owner": owner, "form": form, "rows": rows,
        "is_chosen": is_chosen, "to": to,
    }  # fmt: skip
    return render(
        request, "dossiers/officer/team_hand_over.html", context, status=200 if is_chosen or not form.is_bound else 422
    )


def _held(request: PersonRequest, team: Team, owner: User | None) -> list[Dossier]:
    if owner is None:
        return []
    mine = queues.base(queues.viewer_of(request.user, timezone.now()))
    found = distributing.held_by(owner, team.agency_ids, mine).select_related("procedure")
    return list(found[: distributing.MOST])


def _held_row(dossier: Dossier, *, fits: bool) -> dict[str, Any]:
    return {
        "dossier": dossier,
        "procedure": procedure_name(dossier.procedure),
        "value": f"{dossier.pk}:{dossier.version}",
        "fits": fits,
    }


def _hand_over(request: PersonRequest, team: Team, owner: User, to: User | None, at: datetime) -> HttpResponse:
    versions = {}
    for text in request.POST.getlist("ho-so")[: distributing.MOST]:
        parts = [whole_number(part, queues.LARGEST_KEY) for part in text.split(":")]
        if len(parts) == 2 and None not in parts:
            versions[parts[0]] = parts[1]
    chosen = [dossier for dossier in _held(request, team, owner) if dossier.pk in versions]
    done = distributing.hand_over(chosen, versions, to, user=request.user, at=at)  # type: ignore[arg-type]
    if done:
        distributing.note_hand_over(owner, team.agencies[0], done, user=request.user, to=to)
    title = _("Dossiers of %(name)s handed over") % {"name": owner.display_name}
    return _outcomes(request, "team", title, done, reverse("dossiers:team"))
