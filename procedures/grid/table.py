"""The grid in memory: what a row of each service in force shows, and masks by what it can be filtered by.

Read anew when the catalogue or a service has changed: one cheap statement asks. Bit n of a mask is the nth service by name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from agencies.models import Role
from agencies.standing import standing_of
from common.cache import Kept
from procedures import finding
from procedures.classification import CRITERIA
from procedures.finding.index import OLDEST
from procedures.models import OnlineService

_STAMP = """SELECT coalesce(max(c.id), 0), count(c.id), (SELECT coalesce(max(id), 0) FROM procedures_servicechange),
(SELECT count(*) FROM procedures_servicechange) FROM procedures_cataloguechange c"""

MOST_WORDS = 14  # of a reason in its cell
READ = (
    "pk", "code", "level", "legacy_level", "override_level", "criteria", "unmet", "obstacles", "procedure_id",
    "procedure__name_vi", "procedure__name_en", "procedure__short_name_vi", "procedure__short_name_en",
    "procedure__owner_id", "procedure__owner__key", "procedure__owner__name_vi", "procedure__owner__name_en",
    "procedure__field__key",
)  # fmt: skip


class Cell(NamedTuple):
    """One criterion: y met, n not met, q not clear, and the first words of the reason in both languages."""

    kind: str
    reason_vi: str
    reason_en: str


class Row(NamedTuple):
    """What the grid shows of a service."""

    pk: int
    code: str
    name_vi: str
    name_en: str
    owner_vi: str
    owner_en: str
    level: str
    is_overridden: bool
    legacy_level: int
    cells: tuple[Cell, ...]


@dataclass
class Table:
    """The rows by name; `facets`: facet → value → mask; `of_procedure`: procedure → mask of its services."""

    rows: list[Row] = field(default_factory=list)
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    of_procedure: dict[int, int] = field(default_factory=dict)

    def chosen(self, facet: str, values: Iterable[str]) -> int:
        """Those with any of the values."""
        masks, found = self.facets.get(facet, {}), 0
        for value in values:
            found |= masks.get(value, 0)
        return found

    def answerable_by(self, user: User) -> int:
        """The rule of `OnlineServiceQuerySet.answerable_by`."""
        standing = standing_of(user)
        if Role.CATALOGUE in standing.roles:
            return (1 << len(self.rows)) - 1
        return self.chosen("owner", map(str, standing.agency_ids([Role.DEPARTMENT])))

    def named(self, text: str) -> int:
        """Those whose procedure a text finds, slips forgiven."""
        index = finding.current()
        found = finding.search(index, text, within=index.everything)
        mask = 0
        for place in finding.places(index.everything if found.is_all else found.mask):
            mask |= self.of_procedure.get(index.entries[place].pk, 0)
        return mask


def current() -> Table:
    """The table of the services as they stand now."""
    return _HELD.current()


def _stamp() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        return tuple(int(number) for number in cursor.fetchone())


def read() -> Table:
    """Read the services in force: one statement. Equal cells are kept once."""
    services = OnlineService.objects.filter(procedure__current_version__isnull=False)
    table, cells = Table(), dict[Cell, Cell]()
    for place, service in enumerate(services.order_by("procedure__sort_key", "pk").values(*READ)):
        table.rows.append(_row(service, cells))
        bit = 1 << place
        table.of_procedure[service["procedure_id"]] = table.of_procedure.get(service["procedure_id"], 0) | bit
        for facet, values in _facets(service).items():
            masks = table.facets.setdefault(facet, {})
            for value in values:
                masks[value] = masks.get(value, 0) | bit
    return table


def _row(service: Mapping[str, Any], cells: dict[Cell, Cell]) -> Row:
    told = [_cell(service["criteria"].get(key, {})) for key in CRITERIA]
    return Row(
        service["pk"],
        service["code"],
        service["procedure__short_name_vi"] or service["procedure__name_vi"],
        service["procedure__short_name_en"] or service["procedure__name_en"],
        service["procedure__owner__name_vi"] or "",
        service["procedure__owner__name_en"] or "",
        service["override_level"] or service["level"],
        bool(service["override_level"]),
        service["legacy_level"],
        tuple(cells.setdefault(cell, cell) for cell in told),
    )


def _facets(service: Mapping[str, Any]) -> dict[str, list[str]]:
    owner = service["procedure__owner_id"]
    return {
        "agency": [service["procedure__owner__key"] or finding.COMMUNES],
        "owner": [str(owner)] if owner else [],
        "level": [service["override_level"] or service["level"]],
        "field": [service["procedure__field__key"]],
        "unmet": service["unmet"],
        "obstacle": sorted({one.partition(":")[2] for one in service["obstacles"]}),
    }


def _cell(told: Mapping[str, Any]) -> Cell:
    if told.get("met"):
        return Cell("y", "", "")
    reason = told.get("reason", {})
    vi, en = reason.get("vi", ""), reason.get("en", "")
    return Cell("n" if told.get("clear", True) else "q", _brief(vi.rstrip(".")), _brief((en or vi).rstrip(".")))


def _brief(text: str) -> str:
    """The first words; the page of the service has the rest."""
    words = text.split()
    return text if len(words) <= MOST_WORDS else f"{' '.join(words[:MOST_WORDS])} …"


_HELD = Kept(read, stamp=_stamp, oldest=OLDEST)
