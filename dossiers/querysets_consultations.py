"""Reading rules of consultations: what officers of the agency that was asked may see."""

from typing import TYPE_CHECKING, Any

from django.db import models

from agencies.models import Role
from agencies.standing import standing_of

if TYPE_CHECKING:
    from dossiers.models import Consultation  # noqa: F401 - named in QuerySet["Consultation"]

OPINION_ROLES = (Role.SPECIALIST, Role.HEAD, Role.LEADER)  # those who give an agency's opinion


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Chainable rules."""

    def asked_of(self, user: Any) -> "ConsultationQuerySet":
        """Questions to agencies in which this person gives opinions today. The dossier itself is not theirs to see:
        `Dossier.objects.visible_to` does not know it, so every page and act of the desk stays closed to them."""
        if not user.is_authenticated or user.kind != "officer":
            return self.none()
        return self.filter(agency__in=standing_of(user).agency_ids(OPINION_ROLES))

    def open(self) -> "ConsultationQuerySet":
        """Not answered and not ended otherwise."""
        return self.filter(ended_at=None)
