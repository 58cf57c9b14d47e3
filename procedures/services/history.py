"""The catalogue of past days: which level each service had, written when it changes, loaded for the time before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from common.percent import percent
from procedures.models import NEW_LEVELS_FROM, OnlineService, Procedure, ServiceLevel
from procedures.querysets import CODE, ServiceLevelQuerySet

ONE_DAY = timedelta(days=1)
NEW = tuple(Procedure.Classification.values)
OLD = (4, 3, 2, 1)


def note_level(service: OnlineService, *, on: date) -> None:
    """Write that the service has its present class from that day on; nothing when it had it already."""
    level, legacy = service.effective_level, service.legacy_level
    last = service.levels.filter(valid_to=None).first()
    if last is not None:
        if (last.level, last.legacy_level) == (level, legacy):
            return
        if last.valid_from >= on:  # corrected on its first day: the record of that day is what came out in the end
            service.levels.filter(pk=last.pk).update(level=level, legacy_level=legacy)
            return
        service.levels.filter(pk=last.pk).update(valid_to=on - ONE_DAY)
    ServiceLevel.objects.create(
        service=service, code=service.code, name_vi=service.name.get("vi", ""), level=level, legacy_level=legacy,
        valid_from=_free_from(service, on),
    )  # fmt: skip


def _free_from(service: OnlineService, on: date) -> date:
    last = service.levels.exclude(valid_to=None).order_by("-valid_to").first()
    return max(on, last.valid_to + ONE_DAY) if last and last.valid_to else on


def close_levels(procedure: Procedure) -> None:
    """The procedure is no longer in force: its services have no level from the day after its last version on."""
    ended = procedure.versions.exclude(effective_to=None).order_by("-effective_to").first()
    if ended is None or ended.effective_to is None:
        return
    rows = ServiceLevel.objects.filter(service__procedure=procedure, valid_to=None)
    rows.filter(valid_from__lte=ended.effective_to).update(valid_to=ended.effective_to)


@dataclass(frozen=True)
class Share:
    """One level on one day: how many of all."""

    level: str
    number: int
    total: int

    @property
    def percent(self) -> Decimal | None:
        """Of all services of that day, half-up to two decimals; None when there were none."""
        return percent(self.number, self.total)


def uses_new_levels(day: date) -> bool:
    """Full-process and partial since Decree 42/2022, levels 1 to 4 before."""
    return day >= NEW_LEVELS_FROM


def column(day: date) -> str:
    """The column of the scale in force on that day."""
    return "level" if uses_new_levels(day) else "legacy_level"


def levels_on(day: date) -> ServiceLevelQuerySet:
    """The services of that day that have a level on its scale."""
    rows = ServiceLevel.objects.on(day)
    return rows.exclude(level="") if uses_new_levels(day) else rows.exclude(legacy_level=None)


def shares_on(day: date) -> list[Share]:
    """Services by level of that day's scale, best first; levels nobody had are there with 0."""
    name = column(day)
    counted = dict(levels_on(day).order_by().values_list(name).annotate(number=Count("pk")))
    total = sum(counted.values())
    return [Share(str(level), counted.get(level, 0), total) for level in (NEW if uses_new_levels(day) else OLD)]


# ── records of the time before the portal ──
@dataclass(frozen=True)
class LoadedLevels:
    """What loading did; `errors` name the row: then nothing was written."""

    created: int = 0
    changed: int = 0
    errors: tuple[str, ...] = field(default_factory=tuple)


def load_levels(rows: Iterable[Mapping[str, Any]], *, source: str) -> LoadedLevels:
    """Load records {code, name, level, valid_from, valid_to}; level 1 to 4, or full, partial, info.

    All rows or none: every wrong row is named at once. The same rows again change nothing.
    """
    found, errors = _read(rows, source)
    if errors:
        return LoadedLevels(errors=tuple(errors))
    with transaction.atomic():
        known = {
            (row.code, row.valid_from): row for row in ServiceLevel.objects.filter(code__in={r.code for r in found})
        }
        fresh = [row for row in found if (row.code, row.valid_from) not in known]
        changed = [
            row for row in found if (row.code, row.valid_from) in known and _adopt(known[row.code, row.valid_from], row)
        ]
        ServiceLevel.objects.bulk_create(fresh, batch_size=500)
        for row in changed:
            known[row.code, row.valid_from].save()
    return LoadedLevels(len(fresh), len(changed))


VALUES = ("name_vi", "level", "legacy_level", "valid_to")


def _adopt(known: ServiceLevel, row: ServiceLevel) -> bool:
    if all(getattr(known, name) == getattr(row, name) for name in VALUES):
        return False
    for name in VALUES:
        setattr(known, name, getattr(row, name))
    return True


Days = tuple[date, date]


def _read(rows: Iterable[Mapping[str, Any]], source: str) -> tuple[list[ServiceLevel], list[str]]:
    services = {service.code: service for service in OnlineService.objects.all()}
    stored, taken = _stored_days(), defaultdict[str, list[Days]](list)
    found, errors = [], []
    for number, raw in enumerate(rows, 1):
        try:
            row = _record(raw, source)
            _one_level_a_day(row, stored[row.code], taken[row.code])
        except ValueError as fault:
            errors.append(_("Row %(number)s: %(fault)s") % {"number": number, "fault": fault})
            continue
        row.service = services.get(row.code)
        found.append(row)
    return found, errors


def _stored_days() -> defaultdict[str, list[Days]]:
    days: defaultdict[str, list[Days]] = defaultdict(list)
    for code, start, end in ServiceLevel.objects.values_list("code", "valid_from", "valid_to"):
        days[code].append((start, end or date.max))
    return days


def _one_level_a_day(row: ServiceLevel, stored: list[Days], taken: list[Days]) -> None:
    first, last = row.valid_from, row.valid_to or date.max
    others = [days for days in stored if days[0] != first] + taken  # a record with the same beginning is replaced
    if any(first <= end and start <= last for start, end in others):
        raise ValueError(_("%(code)s has two levels on one day.") % {"code": row.code})
    taken.append((first, last))


def _record(raw: Mapping[str, Any], source: str) -> ServiceLevel:
    code, name = str(raw.get("code") or "").strip(), str(raw.get("name") or "").strip()
    if not CODE.fullmatch(code.removesuffix(".01")):
        raise ValueError(_("“%(code)s” is no code of a procedure.") % {"code": code})
    if not name:
        raise ValueError(_("the name is missing."))
    level = str(raw.get("level") or "").strip()
    if level not in {*NEW, *map(str, OLD)}:
        raise ValueError(_("“%(level)s” is no level: write 1 to 4, full, partial or info.") % {"level": level})
    start, end = _day(raw.get("valid_from")), _day(raw.get("valid_to"))
    if start is None or (end is not None and end < start):
        raise ValueError(_("the days are missing or in the wrong order."))
    legacy = int(level) if level.isdigit() else None
    return ServiceLevel(
        code=f"{code.removesuffix('.01')}.01", name_vi=name, level="" if legacy else level, legacy_level=legacy,
        valid_from=start, valid_to=end, source=source[:200],
    )  # fmt: skip


def _day(value: Any) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(_("“%(day)s” is no day: write it as 2021-06-30.") % {"day": value}) from None
