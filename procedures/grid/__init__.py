"""The grid of online services and criteria: filters out of the address, narrow pages, counts by class."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, When
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import User
from common.templatetags.mc import pick
from common.text import clean, sort_key, whole_number
from procedures import finding
from procedures.classification import CRITERIA
from procedures.grid.table import Cell, Row, Table, current
from procedures.models import OnlineService, Procedure
from procedures.querysets import OnlineServiceQuerySet
from procedures.services.history import Share

SIZE = 25
MOST_PAGES = 1000
LEVELS = tuple(Procedure.Classification.values)
EFFECTIVE = Case(When(override_level="", then=F("level")), default=F("override_level"))


@dataclass(frozen=True)
class Filters:
    """Words, agency, class, criterion not met and reason out of the address."""

    text: str = ""
    agency: str = ""
    level: str = ""
    field: str = ""
    unmet: str = ""
    obstacle: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict) -> "Filters":
        """Unknown values are left out."""
        level, unmet = query.get("loai", ""), query.get("chua-dat", "")
        return cls(
            text=clean(query.get("q", ""))[:200],
            agency=clean(query.get("co-quan", ""))[:40],
            level=level if level in LEVELS else "",
            field=clean(query.get("linh-vuc", ""))[:60],
            unmet=unmet if unmet in CRITERIA else "",
            obstacle=clean(query.get("ly-do", ""))[:20],
            page=max(1, whole_number(query.get("trang"), MOST_PAGES) or 1),
        )

    @property
    def is_used(self) -> bool:
        """Whether anything narrows the grid."""
        return bool(self.text or self.agency or self.level or self.field or self.unmet or self.obstacle)

    @classmethod
    def carried(cls, text: str) -> "Filters":
        """Out of the query of a grid that a page below it carries along, so that people come back where they were."""
        return cls.of(QueryDict(text.removeprefix("?")[:1000]))

    def address(self, page: int = 1) -> str:
        """The query of a page of the same grid."""
        values: dict[str, Any] = {
            "q": self.text, "co-quan": self.agency, "loai": self.level, "linh-vuc": self.field, "chua-dat": self.unmet,
            "ly-do": self.obstacle, "trang": page if page > 1 else "",
        }  # fmt: skip
        query = urlencode({name: value for name, value in values.items() if value})
        return f"?{query}" if query else ""


def fitting(table: Table, user: User, filters: Filters) -> int:
    """The mask of the services the reader may answer that fit."""
    mask = table.answerable_by(user)
    if filters.text:
        mask &= table.named(filters.text)
    for facet in ("agency", "level", "field", "unmet", "obstacle"):
        if value := getattr(filters, facet):
            mask &= table.chosen(facet, [value])
    return mask


def found(user: User, filters: Filters) -> OnlineServiceQuerySet:
    """The services the reader may answer that fit, by name."""
    table = current()
    keys = [table.rows[place].pk for place in finding.places(fitting(table, user, filters))]
    return OnlineService.objects.answerable_by(user).filter(pk__in=keys).order_by("procedure__sort_key", "pk")


def of_agency(rows: OnlineServiceQuerySet, key: str) -> OnlineServiceQuerySet:
    """Those an agency is in charge of; COMMUNES: those of the communes, which have no agency of the province."""
    if key == finding.COMMUNES:
        return rows.filter(procedure__owner=None)
    return rows.filter(procedure__owner__key=key) if key else rows


def page_of(table: Table, mask: int, number: int) -> tuple[list[Row], bool]:
    """The rows a page of the grid shows, and whether more follow."""
    start = (number - 1) * SIZE
    got = [table.rows[place] for place in islice(finding.places(mask), start, start + SIZE + 1)]
    return got[:SIZE], len(got) > SIZE


def counted(table: Table, mask: int) -> list[Share]:
    """Services by class."""
    total = mask.bit_count()
    return [Share(level, (table.chosen("level", [level]) & mask).bit_count(), total) for level in LEVELS]


def shares(rows: OnlineServiceQuerySet) -> list[Share]:
    """Services by class, one statement."""
    counted = rows.order_by().annotate(effective=EFFECTIVE).values_list("effective").annotate(number=Count("pk"))
    numbers = {level: number for level, number in counted}
    total = sum(numbers.values())
    return [Share(level, numbers.get(level, 0), total) for level in LEVELS]


def parts(rows: Iterable[Row], language: str) -> Iterator[dict[str, Any]]:
    """The rows of the grid as `{% repeat %}` draws them: the head of each service, and its six cells drawn once."""
    is_english = language.startswith("en")
    for row in rows:
        yield _head(row, is_english=is_english) | {"cells": _cells(row.cells, language)}


@lru_cache(maxsize=8192)
def _cells(cells: tuple[Cell, ...], language: str) -> SafeString:
    """The six cells of a service; kept, for most services share theirs with others. `language` is the active one."""
    is_english = language.startswith("en")
    told = [{"kind": one.kind, "reason": one.reason_en if is_english else one.reason_vi} for one in cells]
    return render_to_string("procedures/admin/classification/cells.html", {"cells": told})


def _head(row: Row, *, is_english: bool) -> dict[str, Any]:
    owner = (is_english and row.owner_en) or row.owner_vi
    return {
        "pk": row.pk, "code": row.code, "name": (is_english and row.name_en) or row.name_vi,
        "level": row.level, "is_overridden": row.is_overridden, "old": row.legacy_level, "owner": owner,
        "has_owner": bool(owner),
    }  # fmt: skip


Pairs = tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)
def options(pairs: Pairs, chosen: str = "") -> SafeString:
    """(value, label) as the options of a list to choose from; kept, for the same lists are drawn again and again."""
    rows = ((value, " selected" if value == chosen else "", label) for value, label in pairs)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@dataclass(frozen=True)
class Names:
    """Fields and agencies to choose from, in one language; the committees of all communes stand together at the end."""

    fields: Pairs
    agencies: Pairs


_names: dict[str, tuple[finding.Index, Names]] = {}


def names(language: str) -> Names:
    """Out of the index of the catalogue: put together once for each state of the catalogue."""
    index, kept = finding.current(), _names.get(language)
    if kept is None or kept[0] is not index:
        fields = sorted(((key, pick(name)) for key, name in index.fields.items()), key=lambda pair: sort_key(pair[1]))
        agencies = [(key, pick(name)) for key, name in index.agencies.items()]
        kept = _names[language] = (index, Names(tuple(fields), (*agencies, (finding.COMMUNES, gettext("Communes")))))
    return kept[1]
