"""Who leads a team: the agencies of a head, the people in them, the line of pages every page of the team shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import PersonRequest
from agencies.models import COUNTER_ROLES, HANDLING_ROLES, LEADING_ROLES, Agency, Post
from agencies.standing import standing_of
from dossiers.views.officer.access import officers_only

View = Callable[..., HttpResponseBase]
DESK_ROLES = (*COUNTER_ROLES, *HANDLING_ROLES)


@dataclass(frozen=True)
class Team:
    """The agencies a person leads, and everybody who works on dossiers there today."""

    head: User
    agencies: list[Agency]
    today: date

    @property
    def agency_ids(self) -> list[int]:
        """Their keys."""
        return [agency.pk for agency in self.agencies]

    def agency(self, key: str | None) -> Agency:
        """The agency of that key; the first when none is named. Raises Http404 for another's."""
        if not key:
            return self.agencies[0]
        found = next((agency for agency in self.agencies if str(agency.pk) == key), None)
        if found is None:
            raise Http404
        return found

    def posts(self) -> Any:
        """Today's posts in these agencies that work on dossiers."""
        found = Post.objects.valid_on(self.today).filter(agency__in=self.agency_ids, role__in=DESK_ROLES)
        return found.select_related("user", "agency").order_by("user__full_name", "user_id", "pk")

    def people(self) -> list[User]:
        """Everybody with such a post, once, by name."""
        return list(dict.fromkeys(post.user for post in self.posts()))


def team_of(user: User) -> Team | None:
    """The team this person leads today; None for everybody else."""
    keys = standing_of(user).agency_ids(LEADING_ROLES)
    agencies = list(Agency.objects.filter(pk__in=keys).order_by("sort_key")) if keys else []
    return Team(user, agencies, timezone.localdate()) if agencies else None


def heads_only(view: View) -> View:
    """The page gets the team as its second argument; for those who lead nobody it does not exist."""

    @officers_only
    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        team = team_of(request.user)
        if team is None:
            raise Http404
        return view(request, team, *args, **kwargs)

    return guarded


def frame(request: PersonRequest, current: str) -> dict[str, Any]:
    """What every page of the team shows: the agency's name and the line of pages; officers see their absences only."""
    leads = bool(standing_of(request.user).agency_ids(LEADING_ROLES))
    pages = [(name, label) for name, label in pages_of_heads() if leads] + [
        ("absences", _("Absences")),
        ("shifts", _("Guides on shift")),
    ]
    tabs = [
        {"label": label, "url": reverse(f"dossiers:{name}"), "is_current": name == current, "count": None}
        for name, label in pages
    ]
    return {"tabs": tabs, "tab_count": len(tabs)}


def pages_of_heads() -> list[tuple[str, str]]:
    """(name of the address, words) of the pages for heads."""
    return [
        ("team", _("Who holds what")),
        ("share_out", _("Share out")),
        ("alarms", _("Alarms")),
        ("apologies", _("Apologies")),
        ("late_without_apology", _("Late without an apology")),
    ]
