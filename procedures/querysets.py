"""Reading rules of the catalogue."""

from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Func, Q, Value

from agencies.models import Agency, Role
from agencies.querysets import AgencyQuerySet
from agencies.standing import standing_of
from procedures import finding

if TYPE_CHECKING:
    from accounts.models import User
    from procedures.models import (  # noqa: F401 - names of the generics below
        OnlineService,
        Procedure,
        ProcedureVersion,
        ServiceLevel,
    )

CODE = finding.CODE
MOST_FOUND = 500  # of a search; nobody reads on


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    """Procedures by what citizens look for."""

    def published(self) -> "ProcedureQuerySet":
        """Procedures with a version in force."""
        return self.filter(current_version__isnull=False)

    def editable_by(self, user: "User") -> "ProcedureQuerySet":
        """All for those who control procedures, the own agency's for a department's contact, none for others."""
        standing = standing_of(user)
        if Role.CATALOGUE in standing.roles:
            return self
        return self.filter(owner__in=standing.agency_ids([Role.DEPARTMENT]))

    def by_code(self, code: str) -> "ProcedureQuerySet":
        """The procedure of a national or provincial code, also with a locality suffix (1.001612.000.00.00.H37)."""
        bare = CODE.match(code.strip())
        if bare is None:
            return self.none()
        wanted = bare.group().upper()
        return self.filter(Q(code=wanted) | Q(local_code=wanted) | Q(national_code=wanted))

    def search(self, text: str) -> "ProcedureQuerySet":
        """Best first, slips of the finger forgiven (see `procedures.finding`); everything for no words."""
        index = finding.current()
        found = finding.search(index, text, within=index.everything)
        if found.is_all:
            return self
        ids = [index.entries[at].pk for at in islice(finding.ordered(index, found, found.mask), MOST_FOUND)]
        place = Func(Value(ids, output_field=ArrayField(models.BigIntegerField())), F("pk"), function="array_position")
        return self.filter(pk__in=ids).order_by(place)

    def for_audience(self, audience: str) -> "ProcedureQuerySet":
        """Those for `citizen` or `business`, the ones for everybody included; others leave the list as it is."""
        return self.filter(audience__in=[audience, "both"]) if audience in {"citizen", "business"} else self

    def decided_at(self, level: str) -> "ProcedureQuerySet":
        """Those decided at `province` or `commune` level."""
        return self.filter(Q(level=level) | Q(also_levels__contains=[level]))

    def owners(self) -> AgencyQuerySet:
        """The agencies that own these procedures, with what a list to choose from shows."""
        owners = Agency.objects.filter(pk__in=self.order_by().values("owner").distinct())
        return owners.only("key", "name_vi", "name_en")

    def counts(self, column: str) -> dict[Any, int]:
        """{value: number} of one column, for facets."""
        rows = self.order_by().values_list(column).annotate(number=Count("pk"))
        return {value: number for value, number in rows if value is not None}


class ProcedureVersionQuerySet(models.QuerySet["ProcedureVersion"]):
    """Versions by state and date."""

    def open(self) -> "ProcedureVersionQuerySet":
        """Drafts and those that wait for the province: at most one per procedure."""
        return self.filter(state__in=["draft", "review"])

    def published(self) -> "ProcedureVersionQuerySet":
        """Versions that are in force or will be."""
        return self.filter(state="published")

    def in_force(self, day: date) -> "ProcedureVersionQuerySet":
        """The version (at most one per procedure) that holds on that day, retired since or not."""
        return self.exclude(state__in=["draft", "review"]).filter(
            Q(effective_to=None) | Q(effective_to__gte=day), effective_from__lte=day
        )


class ServiceLevelQuerySet(models.QuerySet["ServiceLevel"]):
    """Levels of services by date."""

    def on(self, day: date) -> "ServiceLevelQuerySet":
        """The level of each service on that day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class OnlineServiceQuerySet(models.QuerySet["OnlineService"]):
    """Online services by who looks after them and by their class."""

    def answerable_by(self, user: "User") -> "OnlineServiceQuerySet":
        """Services in force: all for those who control procedures, the own agency's for a department's contact."""
        standing = standing_of(user)
        found = self.filter(procedure__current_version__isnull=False)
        if Role.CATALOGUE in standing.roles:
            return found
        return found.filter(procedure__owner__in=standing.agency_ids([Role.DEPARTMENT]))

    def of_level(self, level: str) -> "OnlineServiceQuerySet":
        """Those of a class: the override where there is one, else the computed class."""
        return self.filter(Q(override_level=level) | Q(override_level="", level=level))
