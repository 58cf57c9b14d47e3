"""Reading rules of dossiers; every view starts from `visible_to`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from agencies.models import COUNTER_ROLES, HANDLING_ROLES, Role
from agencies.standing import standing_of
from common.prepared import unread
from dossiers.workflow import OPEN, RUNNING, State

if TYPE_CHECKING:
    from dossiers.models import Dossier  # noqa: F401 - named in QuerySet["Dossier"]

_AGENCY = "key code name_vi name_en kind level commune_code parent valid_from valid_to"
AGENCIES = {"receiving_agency": _AGENCY, "handling_agency": _AGENCY}
PREPARED = ("assisted", "typed")  # Dossier.FiledBy of what an officer enters for somebody


class DossierQuerySet(models.QuerySet["Dossier"]):
    """Chainable rules; none of them counts or walks closed dossiers."""

    def visible_to(self, user: Any) -> "DossierQuerySet":
        """What this user may see today: citizens their own (and their organisations'), officers their agencies'."""
        if not user.is_authenticated:
            return self.none()
        if user.kind == "officer":
            return self.visible_to_officer(user)
        return self.of_applicant(user)

    def of_applicant(self, user: Any, day: date | None = None) -> "DossierQuerySet":
        """A citizen's own dossiers and drafts, and those of organisations they act for on that day (today).

        A draft that the counter is still preparing for them is not among them: they see it once they confirmed it.
        """
        own = self.filter(Q(applicant=user) | Q(organisation__in=_organisations(user, day or timezone.localdate())))
        return own.exclude(state=State.DRAFT, filed_by__in=PREPARED)

    def prepared_at_counter_of(self, user: Any) -> "DossierQuerySet":
        """Drafts that officers of this person's counters are preparing for somebody."""
        if not user.is_authenticated or user.kind != "officer":
            return self.none()
        counters = standing_of(user).agency_ids([Role.RECEPTION])
        return self.filter(state=State.DRAFT, filed_by__in=PREPARED, preparation__agency__in=counters)

    def visible_to_officer(self, user: Any) -> "DossierQuerySet":
        """Filed dossiers received or handled by an agency in which the officer holds a fitting post today."""
        standing = standing_of(user)
        return self.seen_from(standing.agency_ids(COUNTER_ROLES), standing.agency_ids(HANDLING_ROLES))

    def seen_from(self, counters: list[int], handlers: list[int]) -> "DossierQuerySet":
        """Filed dossiers received at one of these counters, or handled or decided by one of these agencies."""
        return self.exclude(state=State.DRAFT).filter(
            Q(receiving_agency__in=counters) | Q(handling_agency__in=handlers) | Q(deciding_agency__in=handlers)
        )

    def by_code(self, code: str) -> "DossierQuerySet":
        """The filed dossier of that code, whoever asks: for callers that check a secret themselves."""
        return self.exclude(state=State.DRAFT).filter(code=code)

    def under_lock(self, read: Mapping[str, str] | None = None) -> "DossierQuerySet":
        """The rows locked, and read with these columns of those they point to (as a rule what acts ask of the agencies)."""
        read = read or AGENCIES
        found = self.select_related(*read).defer(*unread(self.model, **read))
        return found.select_for_update(of=("self",), no_key=True)

    def whole(self) -> "DossierQuerySet":
        """What people filed: without the dossiers of parts, which belong to one of these."""
        return self.filter(parent=None)

    def open(self) -> "DossierQuerySet":
        """Filed and not ended."""
        return self.filter(state__in=OPEN)

    def drafts(self) -> "DossierQuerySet":
        """Not filed yet."""
        return self.filter(state=State.DRAFT)

    def filed(self) -> "DossierQuerySet":
        """Everything but drafts."""
        return self.exclude(state=State.DRAFT)

    def overdue(self, now: datetime | None = None) -> "DossierQuerySet":
        """Late is `due < now` while an agency has to act, never a stored mark: who waits for the citizen is not late."""
        return self.filter(state__in=RUNNING, queue_at__lt=now or timezone.now())


def _organisations(user: Any, day: date) -> Any:
    from accounts.models import Representation

    # Self-declared links were compared with no register: they let one file, never read what others filed.
    valid = Representation.objects.valid_on(day)
    return valid.filter(user=user, verified_at__isnull=False).values("organisation")
