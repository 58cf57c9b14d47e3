"""Reading rules for agencies and posts."""

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

if TYPE_CHECKING:
    from agencies.models import Absence, Agency, Post  # noqa: F401 - named in QuerySet["…"]


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies by date, level and place."""

    def valid_on(self, day: date) -> "AgencyQuerySet":
        """Those that exist on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def of_commune(self, commune_code: str) -> "AgencyQuerySet":
        """The People's Committee of a commune; after a merger that of the commune it went into."""
        from agencies.models import Succession

        into = Succession.objects.filter(old__commune_code=commune_code).values("new")
        return self.filter(Q(commune_code=commune_code) | Q(pk__in=into), level="commune")


class PostQuerySet(models.QuerySet["Post"]):
    """Posts by date and holder."""

    def valid_on(self, day: date) -> "PostQuerySet":
        """Posts that hold on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences by date."""

    def on(self, day: date) -> "AbsenceQuerySet":
        """Those that last on that day."""
        return self.filter(valid_from__lte=day, valid_to__gt=day)

    def within(self, first: date, back: date) -> "AbsenceQuerySet":
        """Those with a day between `first` and the day before `back`."""
        return self.not_over(first).filter(valid_from__lt=back)

    def not_over(self, day: date) -> "AbsenceQuerySet":
        """Those that last on that day or come later; what was called off is not among them."""
        return self.filter(Q(valid_to__gt=F("valid_from")), valid_to__gt=day)
