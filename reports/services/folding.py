"""News becomes figures, each piece once: the old fact of a dossier is taken out of the rollups and the new one put in.

The reaction only notes the news; the worker folds some hundreds of pieces in one transaction. Because a fold replaces a
dossier's share instead of adding to it, the same news told twice, or a worker killed midway, changes nothing.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from django.db import connection, transaction
from django.utils import timezone

from common.models import OutboxRow
from common.outbox import News
from reports.facts import facts_of
from reports.measures import COUNTS, DIMENSIONS, GRAINS, KEYS, MONTHS, Count
from reports.models import DossierFact, Due, Rollup, Watermark

BATCH = 500
FIGURES = "figures"
FACT_FIELDS = [field for field in DossierFact._meta.concrete_fields if not field.primary_key]
COUNTED = [field.attname for field in FACT_FIELDS if field.name != "seq"]
Key = tuple[int, date, int | None, int | None, int | None]
Delta = dict[Key, Counter[str]]


def note(news: News) -> None:
    """Reaction: keep that this dossier has to be counted anew."""
    row = Due(outbox_id=news.id, dossier_id=news.subject_id, noted_at=news.at)
    Due.objects.bulk_create([row], ignore_conflicts=True)


def fold_all() -> int:
    """Fold until nothing is left; returns how many pieces of news were folded. Safe beside other workers."""
    total = 0
    Watermark.objects.bulk_create([Watermark(name=FIGURES)], ignore_conflicts=True)  # the lock, made once
    while folded := fold():
        total += folded
    return total


def fold(limit: int = BATCH) -> int:
    """Fold the oldest `limit` pieces of news in one transaction; 0 when there are none or another worker is at it.

    The row of the watermark is the lock; `fold_all` has made it.
    """
    with transaction.atomic():
        mark = Watermark.objects.select_for_update(skip_locked=True).filter(name=FIGURES).first()
        if mark is None:
            return 0
        found = list(Due.objects.order_by("outbox_id").values_list("outbox_id", "dossier_id")[:limit])
        changed = refold({dossier for _outbox, dossier in found})
        Due.objects.filter(outbox_id__in=[outbox for outbox, _dossier in found]).delete()
        _advance(mark, len(found), changed)
    return len(found)


def _advance(mark: Watermark, folded: int, changed: int) -> None:
    mark.folded += folded
    mark.as_of = _exact_until()
    if changed:
        mark.changed_at = timezone.now()
    mark.save(update_fields=["folded", "as_of", "changed_at"])


def _exact_until() -> datetime:
    """Everything told before this moment is in the figures: the oldest news that is still under way, else now."""
    waiting = [
        timezone.now(),
        Due.objects.order_by("outbox_id").values_list("noted_at", flat=True).first(),
        OutboxRow.objects.filter(done_at=None).order_by("created_at").values_list("created_at", flat=True).first(),
    ]
    return min(moment for moment in waiting if moment)


def refold(dossier_ids: Collection[int]) -> int:
    """Count these dossiers anew; returns how many facts changed. Call it under the lock of the watermark."""
    if not dossier_ids:
        return 0
    old, new = stored(dossier_ids), list(facts_of(dossier_ids))
    changed = [fact for fact in new if is_changed(old.get(fact.dossier_id), fact)]
    replaced = [old[fact.dossier_id] for fact in changed if fact.dossier_id in old]
    add(delta([*((fact, -1) for fact in replaced), *((fact, 1) for fact in changed)]))
    names = [field.name for field in FACT_FIELDS]
    DossierFact.objects.bulk_create(new, update_conflicts=True, unique_fields=["dossier"], update_fields=names)
    return len(changed)


def stored(dossier_ids: Collection[int]) -> dict[int, DossierFact]:
    """What the rollups contain of these dossiers."""
    return DossierFact.objects.in_bulk(list(dossier_ids))


def is_changed(old: DossierFact | None, new: DossierFact) -> bool:
    """Whether the fact differs from what was folded (a further event that changes no figure only moves `seq`)."""
    if old is None:
        return any(getattr(new, column) for column in MONTHS)  # what counts nowhere yet is not missing
    return any(getattr(old, name) != getattr(new, name) for name in COUNTED)


def delta(facts: Iterable[tuple[DossierFact, int]]) -> Delta:
    """What these facts put into (+1) and take out of (−1) each row of the rollups; rows that stay equal are left out."""
    found: Delta = {}
    for fact, sign in facts:
        for month, key in _counted(fact):
            for row in _rows(fact, month):
                found.setdefault(row, Counter())[key] += sign
    return {row: counts for row, counts in found.items() if any(counts.values())}


def _counted(fact: DossierFact) -> Iterator[tuple[date, str]]:
    for count in COUNTS:
        month = getattr(fact, count.month)
        if month is not None and _holds(fact, count):
            yield month, count.key


def _holds(fact: DossierFact, count: Count) -> bool:
    return all(getattr(fact, column) in values for column, values in count.where.items())


def _rows(fact: DossierFact, month: date) -> Iterator[Key]:
    for number, grain in enumerate(GRAINS):
        if not counts_in(grain, is_part=fact.is_part):
            continue
        agency, field, procedure = (getattr(fact, name) if name in grain else None for name in DIMENSIONS)
        yield number, month, agency, field, procedure


def counts_in(grain: tuple[str, ...], *, is_part: bool) -> bool:
    """A part of an inter-agency dossier counts as work of its agency; the province has received one dossier, the whole."""
    return not is_part or "agency_id" in grain


_COLUMNS = ("grain", "month", *DIMENSIONS, *KEYS)
_ADD = (
    f"INSERT INTO {Rollup._meta.db_table} ({', '.join(_COLUMNS)}) VALUES {{rows}} "  # noqa: S608 - our own names
    "ON CONFLICT (grain, month, agency_id, field_id, procedure_id) DO UPDATE SET "
    + ", ".join(f"{key} = {Rollup._meta.db_table}.{key} + EXCLUDED.{key}" for key in KEYS)
)


def add(changes: Delta) -> None:
    """Add to the rollups in one statement per thousand rows; rows in a fixed order."""
    rows = [(*key, *(counts[name] for name in KEYS)) for key, counts in sorted(changes.items(), key=_order)]
    place = f"({', '.join(['%s'] * len(_COLUMNS))})"
    for start in range(0, len(rows), 1000):
        part = rows[start : start + 1000]
        with connection.cursor() as cursor:
            cursor.execute(_ADD.format(rows=", ".join([place] * len(part))), [v for row in part for v in row])


def _order(item: tuple[Key, Counter[str]]) -> tuple[str, ...]:
    return tuple(str(part) for part in item[0])
