"""Reading of the catalogue's search address: whatever stands there, a page comes out."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from agencies.models import Agency
from common.text import clean, whole_number
from procedures.models import Field, Procedure
from procedures.querysets import ProcedureQuerySet

SORTS = ("match", "use", "name")
FACETS = ("classification", "audience", "level", "agency", "field", "fee")


@dataclass(frozen=True)
class Choice:
    """One box of a facet."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A group of boxes."""

    name: str
    legend: str
    choices: tuple[Choice, ...]


class CatalogueSearch:
    """Search text, facets, order and page out of the address."""

    def __init__(self, query: QueryDict) -> None:
        self.text = clean(query.get("q", ""))[:200]
        self.chosen: dict[str, list[str]] = {
            name: sorted({value[:60] for value in query.getlist(name) if value and "\x00" not in value})[:20]
            for name in FACETS
        }
        wanted = query.get("sort", "")
        self.sort = wanted if wanted in SORTS else ("match" if self.text else "use")
        self.page = whole_number(query.get("page"), 9_999) or 1

    @property
    def found(self) -> ProcedureQuerySet:
        """Published procedures that match the text, before facets."""
        return Procedure.objects.published().search(self.text)

    def results(self) -> ProcedureQuerySet:
        """Text, facets and order applied."""
        rows = self.found
        for name, values in self.chosen.items():
            if values:
                rows = self._narrow(rows, name, values)
        if self.sort == "name":
            return rows.order_by("sort_key", "pk")
        if self.sort == "use" or not self.text:
            return rows.order_by("-use_rank", "sort_key", "pk")
        return rows

    def _narrow(self, rows: ProcedureQuerySet, name: str, values: list[str]) -> ProcedureQuerySet:
        match name:
            case "audience":
                return rows.filter(audience__in=[*values, "both"])
            case "level":
                return rows.filter(level__in=values) | rows.filter(also_levels__overlap=values)
            case "agency":
                return rows.filter(owner__key__in=values)
            case "field":
                return rows.filter(field__key__in=values)
            case "fee":
                return rows.filter(is_free__in=[value == "free" for value in values])
        return rows.filter(classification__in=values)

    def facets(self) -> list[Facet]:
        """Boxes with how many of the found procedures each would leave."""
        found = Procedure.objects.filter(pk__in=list(self.found.order_by().values_list("pk", flat=True)))
        audience = found.counts("audience")
        both = audience.get("both", 0)
        free = found.counts("is_free")
        return [
            self._facet(
                "classification", _("Service level"), Procedure.Classification.choices, found.counts("classification")
            ),
            self._facet(
                "audience",
                _("For"),
                Procedure.Audience.choices[:2],
                {key: audience.get(key, 0) + both for key in ("citizen", "business")},
            ),
            self._facet("level", _("Decided by"), Procedure.Level.choices, found.counts("level")),
            self._facet("agency", _("Agency"), self._agencies(), found.counts("owner__key")),
            self._facet("field", _("Field"), self._fields(), found.counts("field__key")),
            self._facet(
                "fee",
                _("Fee"),
                [("free", _("No fee")), ("paid", _("With a fee"))],
                {"free": free.get(True, 0), "paid": free.get(False, 0)},
            ),
        ]

    def _agencies(self) -> list[tuple[str, str]]:
        english = _is_english()
        return [
            (key, (en if english else "") or vi)
            for key, vi, en in Agency.objects.filter(level="province").values_list("key", "name_vi", "name_en")
        ]

    def _fields(self) -> list[tuple[str, str]]:
        english = _is_english()
        rows = Field.objects.values_list("key", "name_vi", "name_en")
        return [(key, (en if english else "") or vi) for key, vi, en in rows]

    def _facet(self, name: str, legend: str, options: Any, counts: dict[str, int]) -> Facet:
        chosen = set(self.chosen[name])
        choices = tuple(
            Choice(value, str(label), counts.get(value, 0), value in chosen)
            for value, label in options
            if counts.get(value) or value in chosen
        )
        return Facet(name, legend, choices)

    @property
    def in_use(self) -> int:
        """How many boxes are ticked."""
        return sum(len(values) for values in self.chosen.values())

    def address(self, **changes: Any) -> str:
        """The query string of this search with changes (`page=2`); None removes."""
        pairs: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name, values in self.chosen.items() for value in values]
        if self.sort != ("match" if self.text else "use"):
            pairs.append(("sort", self.sort))
        for name, value in changes.items():
            pairs = [pair for pair in pairs if pair[0] != name]
            pairs += [(name, str(value))] if value is not None else []
        return "?" + urlencode(pairs)

    def without(self, name: str, value: str) -> str:
        """The query string with one box unticked."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(n, v) for n, values in self.chosen.items() for v in values if (n, v) != (name, value)]
        return "?" + urlencode(pairs)


def _is_english() -> bool:
    from django.utils.translation import get_language

    return (get_language() or "vi").startswith("en")
