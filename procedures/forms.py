"""Reading of the catalogue's search address: whatever stands there, a page comes out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.text import clean, whole_number
from procedures import finding
from procedures.finding import Entry, Found
from procedures.models import Procedure

SORTS = ("match", "use", "name")
FACETS = ("classification", "audience", "level", "event", "agency", "field", "fee")
PAGE_SIZE = 20
MOST_BOXES = 12  # of one facet; the others have their page


@dataclass(frozen=True)
class Choice:
    """One box of a facet."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """A group of boxes; `has_more`: only those with most procedures are shown."""

    name: str
    legend: str
    choices: tuple[Choice, ...]
    has_more: bool = False

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The boxes as the template draws them."""
        return [
            {"name": self.name, "value": one.value, "label": one.label, "count": one.count, "chosen": one.chosen}
            for one in self.choices
        ]


@dataclass(frozen=True)
class ResultPage:
    """One page of what was found."""

    entries: list[Entry]
    number: int
    total: int

    @property
    def first(self) -> int:
        """Number of the first one, counted from 1."""
        return (self.number - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Number of the last one."""
        return self.first + len(self.entries) - 1

    @property
    def has_next(self) -> bool:
        return self.last < self.total

    @property
    def has_previous(self) -> bool:
        return self.number > 1


class CatalogueSearch:
    """Search text, facets, order and page out of the address; looks into the index of the published catalogue."""

    def __init__(self, query: QueryDict) -> None:
        self.text = clean(query.get("q", ""))[:200]
        self.chosen: dict[str, list[str]] = {
            name: sorted({value[:60] for value in query.getlist(name) if value and "\x00" not in value})[:20]
            for name in FACETS
        }
        wanted = query.get("sort", "")
        self.sort = wanted if wanted in SORTS else ("match" if self.text else "use")
        self.page = whole_number(query.get("page"), 9_999) or 1
        self.index = finding.current()

    @cached_property
    def found(self) -> Found:
        """Published procedures that match the text, before facets."""
        return finding.search(self.index, self.text, within=self.index.public)

    @cached_property
    def within(self) -> int:
        """The mask of what matches text and facets."""
        mask = self.found.mask
        for name, values in self.chosen.items():
            if values:
                mask &= self.index.chosen(name, values)
        return mask

    @property
    def total(self) -> int:
        """How many procedures match text and facets."""
        return self.within.bit_count()

    def entries(self) -> Iterator[Entry]:
        """All that match, in the chosen order."""
        return (self.index.entries[at] for at in self._places())

    def _places(self) -> Iterable[int]:
        if self.sort == "name":
            return sorted(finding.places(self.within), key=self.index.by_name.__getitem__)
        if self.sort == "use" or not self.text:
            return finding.places(self.within)
        return finding.ordered(self.index, self.found, self.within)

    def result(self) -> ResultPage:
        """The page the address asks for, the last one when there are not so many."""
        number = max(1, min(self.page, -(-self.total // PAGE_SIZE)))
        first = (number - 1) * PAGE_SIZE
        return ResultPage(list(islice(self.entries(), first, first + PAGE_SIZE)), number, self.total)

    # ── facets ──
    def facets(self) -> list[Facet]:
        """Boxes with how many of the found procedures each would leave."""
        index = self.index
        return [
            self._facet("classification", _("Service level"), Procedure.Classification.choices),
            self._facet("audience", _("For"), Procedure.Audience.choices[:2]),
            self._facet("level", _("Decided by"), Procedure.Level.choices),
            self._facet("event", _("Life event"), [(event.key, pick(event.title)) for event in finding.life_events()]),
            self._facet("agency", _("Agency"), agency_names(index)),
            self._facet("field", _("Field"), [(key, pick(name)) for key, name in index.fields.items()], MOST_BOXES),
            self._facet("fee", _("Fee"), [("free", _("No fee")), ("paid", _("With a fee"))]),
        ]

    def _facet(self, name: str, legend: str, options: Iterable[tuple[Any, Any]], most: int = 0) -> Facet:
        masks, found, chosen = self.index.facets.get(name, {}), self.found.mask, set(self.chosen[name])
        choices = [
            Choice(value, str(label), count, value in chosen)
            for value, label in options
            if (count := (masks.get(value, 0) & found).bit_count()) or value in chosen
        ]
        if not most or len(choices) <= most:
            return Facet(name, legend, tuple(choices))
        best = sorted(choices, key=lambda choice: (not choice.chosen, -choice.count))
        return Facet(name, legend, tuple(best[: max(most, len(chosen))]), has_more=True)

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


def agency_names(index: finding.Index) -> list[tuple[str, str]]:
    """Key and name of every agency that decides something; the committees of all communes stand together."""
    found = [(key, pick(name)) for key, name in index.agencies.items()]
    return [*found, (finding.COMMUNES, _("People's Committees of communes and wards"))]


def pick(words: dict[str, str]) -> str:
    """The text in the page's language."""
    return (words.get("en") if (get_language() or "vi").startswith("en") else "") or words["vi"]
