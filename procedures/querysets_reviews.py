"""Reading rules of review campaigns."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Q

from agencies.models import Role
from agencies.standing import standing_of

if TYPE_CHECKING:
    from accounts.models import User
    from procedures.models import Campaign, CampaignItem, CampaignTask  # noqa: F401 - names of the generics below

UNSENT = ("waiting", "answered", "returned")
DECIDED = ("approved", "left_out")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns by who takes part."""

    def visible_to(self, user: "User") -> "CampaignQuerySet":
        """All for those who control procedures; for a department's contact those in which it has something to answer."""
        standing = standing_of(user)
        if Role.CATALOGUE in standing.roles:
            return self
        return self.filter(tasks__agency__in=standing.agency_ids([Role.DEPARTMENT])).distinct()

    def with_progress(self) -> "CampaignQuerySet":
        """`departments`, and how many of them have `sent` everything; `procedures`, and how many are `decided`."""
        busy = Count("tasks", filter=Q(tasks__items__state__in=UNSENT), distinct=True)
        return self.annotate(
            departments=Count("tasks", distinct=True),
            sent=Count("tasks", distinct=True) - busy,
            procedures=Count("tasks__items"),
            decided=Count("tasks__items", filter=Q(tasks__items__state__in=DECIDED)),
        )


class CampaignTaskQuerySet(models.QuerySet["CampaignTask"]):
    """Tasks by who answers them."""

    def visible_to(self, user: "User") -> "CampaignTaskQuerySet":
        """As campaigns; another department's task does not exist."""
        standing = standing_of(user)
        if Role.CATALOGUE in standing.roles:
            return self
        return self.filter(agency__in=standing.agency_ids([Role.DEPARTMENT]))

    def with_progress(self) -> "CampaignTaskQuerySet":
        """Numbers of procedures: `total`, `waiting`, `answered`, `to_check`, `returned`, `decided`."""
        states = {
            "waiting": ("waiting",),
            "answered": ("answered",),
            "to_check": ("sent",),
            "returned": ("returned",),
            "decided": DECIDED,
        }
        counts = {name: Count("items", filter=Q(items__state__in=some)) for name, some in states.items()}
        return self.annotate(total=Count("items"), **counts)


class CampaignItemQuerySet(models.QuerySet["CampaignItem"]):
    """Procedures under review."""

    def visible_to(self, user: "User") -> "CampaignItemQuerySet":
        """As tasks."""
        standing = standing_of(user)
        if Role.CATALOGUE in standing.roles:
            return self
        return self.filter(task__agency__in=standing.agency_ids([Role.DEPARTMENT]))

    def of(self, campaign: "Campaign") -> "CampaignItemQuerySet":
        """Those of one campaign."""
        return self.filter(task__campaign=campaign)
