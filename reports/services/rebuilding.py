"""Everything counted again from the dossiers themselves, compared with what was folded, and mended where it differs."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count as CountRows
from django.db.models import Q

from dossiers.models import Dossier
from reports.facts import facts_of
from reports.measures import COUNTS, DIMENSIONS, GRAINS, KEYS, MONTHS
from reports.models import DossierFact, Rollup, Watermark
from reports.services.folding import FIGURES, Key, counts_in, fold_all, is_changed, refold, stored

BATCH = 2000
Counts = dict[Key, Counter[str]]


@dataclass(frozen=True)
class Report:
    """What a rebuild found: dossiers looked at, dossiers counted wrongly, rows of the rollups that were wrong."""

    dossiers: int = 0
    wrong_dossiers: int = 0
    wrong_rows: int = 0

    @property
    def is_right(self) -> bool:
        """Nothing differed."""
        return not (self.wrong_dossiers or self.wrong_rows)


def rebuild(*, repair: bool = True, progress: Callable[[str], object] = lambda _text: None) -> Report:
    """Compare facts with dossiers and rollups with facts, in batches and month by month; `repair` mends what differs."""
    fold_all()
    looked = wrong = 0
    for ids in batches():
        wrong += _compare_dossiers(ids, repair)
        looked += len(ids)
        progress(f"{looked} dossiers")
    rows = sum(_compare_month(month, repair) for month in months())
    return Report(looked, wrong, rows)


def batches() -> Iterator[list[int]]:
    """Ids of all filed dossiers, in order, some thousands at a time."""
    last = 0
    while ids := list(Dossier.objects.filed().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield ids
        last = ids[-1]


def months() -> list[date]:
    """Every month in which something happened or was counted."""
    found = set(Rollup.objects.values_list("month", flat=True).distinct())
    for column in MONTHS:
        found |= set(DossierFact.objects.exclude(**{column: None}).values_list(column, flat=True).distinct())
    return sorted(found)


def lock() -> None:
    """Keep every fold out until the transaction ends."""
    Watermark.objects.get_or_create(name=FIGURES)
    Watermark.objects.select_for_update().get(name=FIGURES)


def _compare_dossiers(ids: list[int], repair: bool) -> int:
    with transaction.atomic():
        lock()
        if repair:
            return refold(ids)
        old = stored(ids)
        return sum(is_changed(old.get(fact.dossier_id), fact) for fact in facts_of(ids))


def _compare_month(month: date, repair: bool) -> int:
    with transaction.atomic():
        lock()
        right, found = expected(month), folded(month)
        wrong = [key for key in right.keys() | found.keys() if right.get(key) != found.get(key)]
        if wrong and repair:
            Rollup.objects.filter(month=month).delete()
            Rollup.objects.bulk_create([_row(key, counts) for key, counts in right.items()], batch_size=1000)
    return len(wrong)


def expected(month: date) -> Counts:
    """The rows of a month as GROUP BY over the facts gives them."""
    found: Counts = {}
    for column in MONTHS:
        wanted = {c.key: CountRows("pk", filter=_condition(c.where)) for c in COUNTS if c.month == column}
        rows = (
            DossierFact.objects.filter(**{column: month})
            .order_by()
            .values_list(*DIMENSIONS, "is_part")
            .annotate(**wanted)
        )
        for agency, field, procedure, is_part, *counts in rows:
            place = (month, agency, field, procedure)
            add_to(found, place, dict(zip(wanted, counts, strict=True)), is_part=is_part)
    return {key: +counts for key, counts in found.items() if +counts}


def _condition(where: object) -> Q:
    return Q(**{f"{column}__in": values for column, values in dict(where).items()}) if where else Q(pk__isnull=False)  # type: ignore[call-overload]


def add_to(found: Counts, place: tuple[date, int, int, int], counts: dict[str, int], *, is_part: bool = False) -> None:
    """Add the counts of one procedure at one agency to its row and to every coarser row it counts in."""
    month, values = place[0], dict(zip(DIMENSIONS, place[1:], strict=True))
    for number, grain in enumerate(GRAINS):
        if not counts_in(grain, is_part=is_part):
            continue
        agency, field, procedure = (values[name] if name in grain else None for name in DIMENSIONS)
        found.setdefault((number, month, agency, field, procedure), Counter()).update(counts)


def folded(month: date) -> Counts:
    """The rows of a month as they were folded; rows that went back to nothing do not count."""
    rows = Rollup.objects.filter(month=month).values_list("grain", "month", *DIMENSIONS, *KEYS)
    found = {row[:5]: +Counter(dict(zip(KEYS, row[5:], strict=True))) for row in rows}
    return {key: counts for key, counts in found.items() if counts}


def _row(key: Key, counts: Counter[str]) -> Rollup:
    grain, month, agency, field, procedure = key
    return Rollup(grain=grain, month=month, agency_id=agency, field_id=field, procedure_id=procedure, **counts)
