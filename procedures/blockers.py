"""What stops services from being full-process: reasons counted, by agency, and what lifting one would change.

Everything is read from the projection `OnlineService.obstacles` ("criterion:reason"), one statement whatever is asked.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from common.percent import percent
from procedures.classification import OBSTACLES
from procedures.content import Text
from procedures.querysets import OnlineServiceQuerySet


@dataclass(frozen=True)
class Blocked:
    """A service that is not full-process: its name, who owns it, the reasons of each unmet criterion."""

    pk: int
    code: str
    title: dict[str, str]
    agency: str
    reasons: dict[str, frozenset[str]]  # by criterion

    @property
    def all_reasons(self) -> frozenset[str]:
        """Every reason, whatever the criterion."""
        return frozenset(reason for reasons in self.reasons.values() for reason in reasons)

    def is_full_without(self, lifted: frozenset[str]) -> bool:
        """Whether nothing would be left to stop it."""
        return self.all_reasons <= lifted


@dataclass(frozen=True)
class Reason:
    """One reason and how many services it stops."""

    key: str
    number: int

    @property
    def text(self) -> Text:
        """Its words in both languages."""
        return OBSTACLES[self.key][1]


@dataclass(frozen=True)
class OfAgency:
    """How many services of an agency are partial, and the reason that stops most of them."""

    agency: str
    partial: int
    top: Reason


@dataclass(frozen=True)
class Simulation:
    """What would be if reasons were lifted: full-process before and after, of how many; the others wait for other things."""

    full_before: int
    total: int
    become_full: tuple[Blocked, ...] = field(default=())
    remain: tuple[Blocked, ...] = field(default=())

    @property
    def full_after(self) -> int:
        """Full-process services then."""
        return self.full_before + len(self.become_full)

    @property
    def percent_before(self) -> Decimal | None:
        """Share of all now, half-up to two decimals."""
        return percent(self.full_before, self.total)

    @property
    def percent_after(self) -> Decimal | None:
        """Share of all then."""
        return percent(self.full_after, self.total)


def blocked(rows: OnlineServiceQuerySet) -> list[Blocked]:
    """The partial services among these, by name."""
    columns = ("pk", "code", "procedure__name_vi", "procedure__short_name_vi", "procedure__short_name_en",
               "procedure__name_en", "procedure__owner__key", "obstacles")  # fmt: skip
    found = rows.of_level("partial").order_by("procedure__sort_key", "pk").values_list(*columns)
    return [
        Blocked(pk, code, {"vi": short or name, "en": short_en or name_en}, agency or "", _by_criterion(obstacles))
        for pk, code, name, short, short_en, name_en, agency, obstacles in found
    ]


def _by_criterion(obstacles: Iterable[str]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for obstacle in obstacles:
        criterion, _colon, reason = obstacle.partition(":")
        found[criterion].add(reason if reason in OBSTACLES else "other")
    return {criterion: frozenset(reasons) for criterion, reasons in found.items()}


def reasons(services: Iterable[Blocked]) -> list[Reason]:
    """Reasons by how many services they stop, most first."""
    counted = Counter(reason for service in services for reason in service.all_reasons)
    return sorted((Reason(key, number) for key, number in counted.items()), key=lambda one: (-one.number, one.key))


def by_agency(services: Iterable[Blocked]) -> list[OfAgency]:
    """Per agency the number of partial services and the top reason; most partial ones first."""
    groups: defaultdict[str, list[Blocked]] = defaultdict(list)
    for service in services:
        groups[service.agency].append(service)
    found = [OfAgency(agency, len(group), top[0]) for agency, group in groups.items() if (top := reasons(group))]
    return sorted(found, key=lambda one: (-one.partial, one.agency))


def simulate(services: Iterable[Blocked], lifted: frozenset[str], *, full: int, total: int) -> Simulation:
    """If these reasons were no more: which of the services concerned become full-process, which still wait for others."""
    concerned = [service for service in services if service.all_reasons & lifted]
    become = tuple(service for service in concerned if service.is_full_without(lifted))
    remain = tuple(service for service in concerned if not service.is_full_without(lifted))
    return Simulation(full, total, become, remain)
