"""The grid of online services and criteria: filters out of the address, narrow pages, counts by class."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, When
from django.http import QueryDict
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.models import User
from common.templatetags.mc import pick
from common.text import clean, sort_key, whole_number
from procedures import finding
from procedures.classification import CRITERIA
from procedures.models import OnlineService, Procedure
from procedures.querysets import OnlineServiceQuerySet
from procedures.services.history import Share

SIZE = 25
MOST_PAGES = 1000
LEVELS = tuple(Procedure.Classification.values)
MOST_WORDS = 14  # of a reason in its cell
SHOWN = (
    "pk", "code", "level", "legacy_level", "override_level", "criteria", "procedure__name_vi", "procedure__name_en",
    "procedure__short_name_vi", "procedure__short_name_en", "procedure__owner__name_vi", "procedure__owner__name_en",
)  # fmt: skip
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


def found(user: User, filters: Filters) -> OnlineServiceQuerySet:
    """The services the reader may answer that fit, by name."""
    rows = OnlineService.objects.answerable_by(user)
    if filters.text:
        rows = rows.filter(procedure__in=Procedure.objects.search(filters.text).order_by().values("pk"))
    rows = of_agency(rows, filters.agency)
    if filters.level:
        rows = rows.of_level(filters.level)
    if filters.field:
        rows = rows.filter(procedure__field__key=filters.field)
    if filters.unmet:
        rows = rows.filter(unmet__contains=[filters.unmet])
    if filters.obstacle:
        rows = rows.filter(obstacles__overlap=[f"{criterion}:{filters.obstacle}" for criterion in CRITERIA])
    return rows.order_by("procedure__sort_key", "pk")


def of_agency(rows: OnlineServiceQuerySet, key: str) -> OnlineServiceQuerySet:
    """Those an agency is in charge of; COMMUNES: those of the communes, which have no agency of the province."""
    if key == finding.COMMUNES:
        return rows.filter(procedure__owner=None)
    return rows.filter(procedure__owner__key=key) if key else rows


def page_of(rows: OnlineServiceQuerySet, number: int) -> tuple[list[dict[str, Any]], bool]:
    """The columns that a page of the grid shows, and whether more rows follow."""
    start = (number - 1) * SIZE
    got = list(rows.values(*SHOWN)[start : start + SIZE + 1])
    return got[:SIZE], len(got) > SIZE


def shares(rows: OnlineServiceQuerySet) -> list[Share]:
    """Services by class, one statement."""
    counted = rows.order_by().annotate(effective=EFFECTIVE).values_list("effective").annotate(number=Count("pk"))
    numbers = {level: number for level, number in counted}
    total = sum(numbers.values())
    return [Share(level, numbers.get(level, 0), total) for level in LEVELS]


def parts(services: Iterable[dict[str, Any]], language: str) -> Iterator[dict[str, Any]]:
    """The grid as one run of equal parts, as `{% repeat %}` draws it: the head of each service, then its six cells."""
    for service in services:
        yield _head(service, is_english=language.startswith("en"))
        for key in CRITERIA:
            yield _cell(service["criteria"].get(key, {}), language) | {"is_last": key == CRITERIA[-1]}


def _head(service: dict[str, Any], *, is_english: bool) -> dict[str, Any]:
    def words(column: str, other: str = "") -> str:
        vi, en = (
            service[f"procedure__{column}_{key}"] or (service[f"procedure__{other}_{key}"] if other else "")
            for key in ("vi", "en")
        )
        return (is_english and en) or vi or ""

    owner = words("owner__name")
    return {
        "kind": "head", "pk": service["pk"], "code": service["code"], "name": words("short_name", "name"),
        "level": service["override_level"] or service["level"], "is_overridden": bool(service["override_level"]),
        "old": service["legacy_level"], "owner": owner, "has_owner": bool(owner),
    }  # fmt: skip


def _cell(told: dict[str, Any], language: str) -> dict[str, Any]:
    """Met, not met with its reason, or not clear."""
    reason = told.get("reason", {})
    words = (reason.get("en") if language.startswith("en") else "") or reason.get("vi", "")
    kind = "y" if told.get("met") else ("n" if told.get("clear", True) else "q")
    shown = "" if kind == "y" else _brief(words.rstrip("."))
    return {"kind": kind, "reason": shown, "has_reason": bool(shown)}


def _brief(text: str) -> str:
    """The first words; the page of the service has the rest."""
    words = text.split()
    return text if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])} …"


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
