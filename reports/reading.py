"""What the pages read: rows of the rollups only, never a dossier, however many of them there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language

from agencies.models import Agency, Succession
from procedures.models import Field
from reports.measures import KEYS
from reports.models import Rollup, Watermark
from reports.rates import Counts
from reports.services.folding import FIGURES

_ALL, _AGENCY, _FIELD, _BOTH = range(4)  # grains of reports.measures.GRAINS


@dataclass(frozen=True)
class Scope:
    """What is asked for: months from `since` to `until` (first days, both included), perhaps one agency, one field.

    `by_today`: what agencies did that have merged into another since is counted with that one.
    """

    since: date
    until: date
    agency: Agency | None = None
    field: Field | None = None
    by_today: bool = False

    @property
    def months(self) -> list[date]:
        """Every month of the period."""
        first, last = months_from(self.since), months_from(self.until)
        return [month_at(number) for number in range(first, last + 1)]


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about and its counts."""

    name: str
    counts: Counts
    code: str = ""
    month: date | None = None


def months_from(month: date) -> int:
    """Months since the year 0: for arithmetic."""
    return month.year * 12 + month.month - 1


def month_at(number: int) -> date:
    """The first day of that month."""
    return date(number // 12, number % 12 + 1, 1)


def as_of() -> Watermark:
    """Up to when the figures are exact (without a moment before the first fold)."""
    return Watermark.objects.filter(name=FIGURES).first() or Watermark(name=FIGURES)


def known_months() -> tuple[date, date] | None:
    """The first and the last month with figures."""
    found = Rollup.objects.filter(grain=_ALL).aggregate(first=Min("month"), last=Max("month"))
    return (found["first"], found["last"]) if found["first"] else None


def total(lines: Sequence[Line]) -> Counts:
    """The counts of all lines together."""
    return {key: sum(line.counts[key] for line in lines) for key in KEYS}


def by_month(scope: Scope) -> list[Line]:
    """One line for every month of the period, also for those without a dossier."""
    rows = {row["month"]: _counts(row) for row in _rows(scope).values("month").annotate(**_sums())}
    nothing = dict.fromkeys(KEYS, 0)
    return [Line(f"{month:%m/%Y}", rows.get(month, nothing), f"{month:%Y-%m}", month) for month in scope.months]


def by_agency(scope: Scope) -> list[Line]:
    """One line for every agency with figures in the period, most resolved dossiers first; one agency: only itself."""
    rows: Any = _rows(scope, "agency_id").values("agency_id").annotate(**_sums())
    rows = _by_today(rows) if scope.by_today else rows
    names = {a.pk: (_name(a), a.code) for a in Agency.objects.filter(pk__in=[row["agency_id"] for row in rows])}
    return _lines(rows, "agency_id", names)


def successors() -> dict[int, int]:
    """{agency: the one agency all its work went to}, chains followed to their end; split agencies are not among them."""
    into: dict[int, set[int]] = defaultdict(set)
    for old, new in Succession.objects.filter(on__lte=timezone.localdate()).values_list("old", "new"):
        into[old].add(new)
    ended = set(Agency.objects.filter(pk__in=into).exclude(valid_to=None).values_list("pk", flat=True))
    merged = {old: next(iter(news)) for old, news in into.items() if len(news) == 1 and old in ended}
    return {old: _end_of(old, merged) for old in merged}


def _end_of(agency: int, merged: dict[int, int]) -> int:
    passed: set[int] = set()
    while agency in merged and agency not in passed:
        passed.add(agency)
        agency = merged[agency]
    return agency


def _taken_over_by(agency: Agency) -> list[int]:
    return [agency.pk, *(old for old, new in successors().items() if new == agency.pk)]


def _by_today(rows: Any) -> list[dict[str, Any]]:
    """The rows of agencies added up under those that took over from them."""
    now = successors()
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        agency = now.get(row["agency_id"], row["agency_id"])
        line = found.setdefault(agency, {"agency_id": agency, **dict.fromkeys(KEYS, 0)})
        for key in KEYS:
            line[key] += row[key]
    return list(found.values())


def by_field(scope: Scope) -> list[Line]:
    """One line for every field with figures in the period."""
    rows = _rows(scope, "field_id").values("field_id").annotate(**_sums())
    names = {f.pk: (_name(f), f.key) for f in Field.objects.filter(pk__in=[row["field_id"] for row in rows])}
    return _lines(rows, "field_id", names)


def _lines(rows: Any, column: str, names: dict[int, tuple[str, str]]) -> list[Line]:
    lines = [Line(names[row[column]][0], _counts(row), names[row[column]][1]) for row in rows]
    filled = [line for line in lines if any(line.counts.values())]
    return sorted(filled, key=lambda line: (-line.counts["resolved"], -line.counts["received"], line.code))


def _rows(scope: Scope, column: str = "") -> QuerySet[Rollup]:
    """The rows of the one grain that answers the question."""
    by_agency, by_field = bool(scope.agency) or column == "agency_id", bool(scope.field) or column == "field_id"
    grain = {(False, False): _ALL, (True, False): _AGENCY, (False, True): _FIELD, (True, True): _BOTH}
    rows = Rollup.objects.filter(grain=grain[by_agency, by_field], month__range=(scope.since, scope.until)).order_by()
    if scope.agency and scope.by_today:
        rows = rows.filter(agency__in=_taken_over_by(scope.agency))
    elif scope.agency:
        rows = rows.filter(agency=scope.agency)
    return rows.filter(field=scope.field) if scope.field else rows


def _counts(row: Any) -> Counts:
    return {key: row[key] for key in KEYS}


def _sums() -> dict[str, Sum]:
    return {key: Sum(key) for key in KEYS}


def _name(thing: Agency | Field) -> str:
    return (thing.name_en if (get_language() or "vi").startswith("en") else "") or thing.name_vi
