"""What is counted: one table of counts, read by the fold (row by row) and by the rebuild (GROUP BY) alike.

A count belongs to the month in which the thing happened: received dossiers to the month of acceptance, resolved ones to
the month of their end, and so on; months are those of Viet Nam.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ONLINE = ("own", "national")
SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Count:
    """One count: `month` names the fact's column of the month it falls in, `where` the values other columns must have."""

    key: str
    month: str
    where: Mapping[str, tuple[str | int | bool, ...]] = field(default_factory=dict)


RECEIVED, RESOLVED, PAID, RETURNED, RATED = (
    "received_month",
    "resolved_month",
    "paid_month",
    "returned_month",
    "rated_month",
)
COUNTS: tuple[Count, ...] = (
    Count("received", RECEIVED),
    Count("received_online", RECEIVED, {"intake": ONLINE}),
    Count("received_counter", RECEIVED, {"intake": ("counter",)}),
    Count("received_post", RECEIVED, {"intake": ("post",)}),
    Count("filed_self", RECEIVED, {"filed_by": ("self",)}),
    Count("filed_assisted", RECEIVED, {"filed_by": ("assisted",)}),
    Count("filed_typed", RECEIVED, {"filed_by": ("typed",)}),
    Count("level_full", RECEIVED, {"service_level": ("full",)}),
    Count("level_partial", RECEIVED, {"service_level": ("partial",)}),
    Count("full_online", RECEIVED, {"service_level": ("full",), "intake": ONLINE}),
    Count("resolved", RESOLVED),
    Count("resolved_early", RESOLVED, {"timeliness": ("early",)}),
    Count("resolved_on_time", RESOLVED, {"timeliness": ("on_time",)}),
    Count("resolved_late", RESOLVED, {"timeliness": ("late",)}),
    Count("results_signed", RESOLVED, {"has_signed_result": (True,)}),
    Count("papers_digitised", RESOLVED, {"has_signed_result": (True,), "has_digitised_papers": (True,)}),
    Count("paid", PAID),
    Count("paid_online", PAID, {"is_paid_online": (True,)}),
    Count("returned", RETURNED),
    Count("returned_by_post", RETURNED, {"is_returned_by_post": (True,)}),
    *(Count(f"rated_{score}", RATED, {"score": (score,)}) for score in SCORES),
)
KEYS = tuple(count.key for count in COUNTS)
MONTHS = (RECEIVED, RESOLVED, PAID, RETURNED, RATED)

# Which of agency, field and procedure a row of the rollup is about; the others are empty ("all").
GRAINS: tuple[tuple[str, ...], ...] = (
    (),
    ("agency_id",),
    ("field_id",),
    ("agency_id", "field_id"),
    ("agency_id", "field_id", "procedure_id"),
)
DIMENSIONS = ("agency_id", "field_id", "procedure_id")
