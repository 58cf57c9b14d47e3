"""Reading rules of results: what an officer may see of the register, in which state an entry is."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from agencies.models import HANDLING_ROLES, Role
from agencies.standing import standing_of

if TYPE_CHECKING:
    from dossiers.models import Result  # noqa: F401 - named in QuerySet["Result"]

# States of an entry of the register; every entry is in exactly one.
VALID, EXPIRED, REVOKED, REPLACED, WAITING, CANCELLED = (
    "valid", "expired", "revoked", "replaced", "waiting", "cancelled",
)  # fmt: skip


class ResultQuerySet(models.QuerySet["Result"]):
    """Chainable rules."""

    def visible_to_officer(self, user: Any) -> "ResultQuerySet":
        """Numbered results of the agencies in which this person handles dossiers, or whose books they audit, today."""
        agencies = standing_of(user).agency_ids((*HANDLING_ROLES, Role.AUDITOR))
        return self.filter(numbered_by__in=agencies, number_serial__isnull=False)

    def holding_on(self, day: date) -> "ResultQuerySet":
        """Issued, not revoked, not run out."""
        return self.filter(revoked_at=None, issued_at__isnull=False).filter(
            Q(valid_until=None) | Q(valid_until__gte=day)
        )

    def with_successor(self) -> "ResultQuerySet":
        """`has_successor`: a later revision of the same dossier was issued."""
        later = self.model.objects.filter(
            dossier=OuterRef("dossier"), revision__gt=OuterRef("revision"), issued_at__isnull=False
        )
        return self.annotate(has_successor=Exists(later))

    def in_state(self, state: str, day: date) -> "ResultQuerySet":
        """The entries of the register in one of its states; an unknown state leaves everything."""
        issued, revoked = Q(issued_at__isnull=False), Q(revoked_at__isnull=False)
        over = Q(valid_until__lt=day)
        found = self.with_successor()
        rules = {
            VALID: issued & ~revoked & (Q(valid_until=None) | ~over),
            EXPIRED: issued & ~revoked & over,
            REVOKED: issued & revoked & Q(has_successor=False),
            REPLACED: issued & revoked & Q(has_successor=True),
            WAITING: ~issued & ~revoked,
            CANCELLED: ~issued & revoked,
        }
        return found.filter(rules[state]) if state in rules else found
