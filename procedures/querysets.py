"""Reading rules of the catalogue."""

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Length, NullIf

from agencies.models import Role
from agencies.standing import standing_of
from common.text import fold

if TYPE_CHECKING:
    from accounts.models import User
    from procedures.models import Procedure, ProcedureVersion, ServiceLevel  # noqa: F401 - names of the generics below

CODE = re.compile(r"(?:[123]\.\d{6}|l\.\d{6})", re.IGNORECASE)
SIMILAR = 0.45  # of a word, so that one wrong letter still finds


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
        """Best first: code, exact name, name beginning so, the phrase, all words; else similar words. No diacritics."""
        folded = fold(text)[:200].removeprefix("thu tuc ")
        words = [word for word in re.split(r"[^\w.]+", folded) if word]
        if not words:
            return self
        if CODE.match(folded):
            return self.by_code(folded)
        everywhere = Q()
        for word in words:
            everywhere &= Q(search_text__contains=word)
        matching = self.filter(everywhere)
        if not matching.exists():  # a slip of the finger: similar words, only when nothing fits
            return (
                self.annotate(similarity=TrigramWordSimilarity(folded, "search_text"))
                .filter(similarity__gte=SIMILAR)
                .order_by("-similarity", "-use_rank", "sort_key")
            )
        place = Case(
            When(search_text__startswith=f"{folded} |", then=Value(0)),
            When(search_text__startswith=folded, then=Value(1)),
            When(search_text__contains=folded, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        )
        ranked = matching.annotate(place=place, length=Length(Coalesce(NullIf("short_name_vi", Value("")), "name_vi")))
        return ranked.order_by("place", "-use_rank", "length", "sort_key")

    def for_audience(self, audience: str) -> "ProcedureQuerySet":
        """Those for `citizen` or `business`, the ones for everybody included; others leave the list as it is."""
        return self.filter(audience__in=[audience, "both"]) if audience in {"citizen", "business"} else self

    def decided_at(self, level: str) -> "ProcedureQuerySet":
        """Those decided at `province` or `commune` level."""
        return self.filter(Q(level=level) | Q(also_levels__contains=[level]))

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
