"""Reading rules of hand-over lists and tracking books."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from agencies.models import COUNTER_ROLES, HANDLING_ROLES
from agencies.standing import standing_of

if TYPE_CHECKING:
    from dossiers.models import HandOver, TrackingBook  # noqa: F401 - named in QuerySet["…"]


class HandOverQuerySet(models.QuerySet["HandOver"]):
    """Lists, by whose they are."""

    def visible_to(self, user: Any) -> "HandOverQuerySet":
        """Lists of the counters and departments in which this officer holds a fitting post today."""
        if not user.is_authenticated or user.kind != "officer":
            return self.none()
        standing = standing_of(user)
        counters, departments = standing.agency_ids(COUNTER_ROLES), standing.agency_ids(HANDLING_ROLES)
        return self.filter(Q(counter__in=counters) | Q(department__in=departments))


class BookQuerySet(models.QuerySet["TrackingBook"]):
    """Tracking books, by counter."""

    def visible_to(self, user: Any) -> "BookQuerySet":
        """Books of the counters in which this officer holds a post today."""
        if not user.is_authenticated or user.kind != "officer":
            return self.none()
        return self.filter(agency__in=standing_of(user).agency_ids(COUNTER_ROLES))
