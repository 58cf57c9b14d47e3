"""What of a dossier counts: read from the lower rooms in a few queries per batch, never one per dossier."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Max

from agencies.calendar import legal_date
from dossiers.clock import ClockState, legal_timeliness
from dossiers.models import Dossier, DossierEvent, Paper, Result
from dossiers.workflow import State
from payments.models import PaymentAttempt
from reports.models import DossierFact

ENDED_WELL = (State.RESOLVED, State.RETURNED)  # states 9 and 10: granted or rejected, both count as resolved
SETTLED = ("settle_prepayment", "settle_fee")
CASH = ("cash", "counter")  # what a gateway is not
COLUMNS = (
    "pk", "head_seq", "state", "deciding_agency_id", "procedure_id", "procedure__field_id", "parent_id", "intake", "filed_by",
    "service_level", "accepted_at", "finished_at", "due_at", "returned_at", "delivery", "fee_state",
)  # fmt: skip


@dataclass(frozen=True)
class Beside:
    """What other tables know of the dossiers of a batch, by dossier."""

    settled_at: Mapping[int, datetime]
    paid_online: Collection[int]
    ratings: Mapping[int, tuple[int, datetime]]
    signed_results: Collection[int]
    digitised: Collection[int]


def facts_of(dossier_ids: Collection[int]) -> Iterator[DossierFact]:
    """The facts of these dossiers as they stand now (not saved); drafts have none."""
    rows = list(Dossier.objects.filed().filter(pk__in=dossier_ids).order_by("pk").values(*COLUMNS))
    beside = Beside(
        _settled_at([row for row in rows if row["fee_state"] == Dossier.FeeState.PAID]),
        _paid_online(dossier_ids),
        _ratings(dossier_ids),
        _signed_results([row["pk"] for row in rows if row["state"] in ENDED_WELL]),
        _digitised([row["pk"] for row in rows if row["state"] in ENDED_WELL]),
    )
    return (fact_of(row, beside) for row in rows)


def fact_of(row: Mapping[str, Any], beside: Beside) -> DossierFact:
    """One dossier's fact. Whether it was early, on time or late is the law's measure, compared by date."""
    pk = row["pk"]
    score, rated_at = beside.ratings.get(pk, (None, None))
    settled_at, finished_at = beside.settled_at.get(pk), row["finished_at"] if row["state"] in ENDED_WELL else None
    return DossierFact(
        dossier_id=pk,
        seq=row["head_seq"],
        agency_id=row["deciding_agency_id"],
        field_id=row["procedure__field_id"],
        procedure_id=row["procedure_id"],
        is_part=row["parent_id"] is not None,
        intake=row["intake"],
        filed_by=row["filed_by"],
        service_level=row["service_level"],
        received_month=month_of(row["accepted_at"]),
        resolved_month=month_of(finished_at),
        timeliness=timeliness(row["due_at"], finished_at),
        has_signed_result=finished_at is not None and pk in beside.signed_results,
        has_digitised_papers=finished_at is not None and pk in beside.digitised,
        paid_month=month_of(settled_at),
        is_paid_online=settled_at is not None and pk in beside.paid_online,
        returned_month=None
        if row["parent_id"]
        else month_of(row["returned_at"]),  # a part goes to the whole, not to a citizen
        is_returned_by_post=row["returned_at"] is not None and row["delivery"] == Dossier.Delivery.POST,
        rated_month=month_of(rated_at),
        score=score,
    )


def timeliness(due_at: datetime | None, finished_at: datetime | None) -> str:
    """early, on_time or late by the law's measure; empty when there is no limit or no end. An apology changes nothing."""
    if finished_at is None:
        return ""
    return legal_timeliness(ClockState("handling", due_at=due_at), finished_at) or ""


def month_of(moment: datetime | None) -> date | None:
    """The first day of the month in Viet Nam."""
    return legal_date(moment).replace(day=1) if moment else None


def _settled_at(paid: Collection[Mapping[str, Any]]) -> dict[int, datetime]:
    """When the fee was paid; what was paid at the counter together with the acceptance has no event of its own."""
    events = DossierEvent.objects.filter(dossier__in=[row["pk"] for row in paid], name__in=SETTLED).order_by()
    found = {row["pk"]: row["accepted_at"] for row in paid if row["accepted_at"]}
    return found | dict(events.values_list("dossier_id").annotate(latest=Max("at")))


def _paid_online(dossier_ids: Collection[int]) -> set[int]:
    paid = PaymentAttempt.objects.filter(order__dossier__in=dossier_ids, state=PaymentAttempt.State.PAID)
    return set(paid.exclude(gateway__in=CASH).values_list("order__dossier_id", flat=True))


def _signed_results(resolved: Collection[int]) -> set[int]:
    """Those with an issued file that bears the leader's signature. One revoked later was a result all the same."""
    issued = Result.objects.filter(dossier__in=resolved, file__isnull=False)
    return set(issued.exclude(signed_at=None).exclude(issued_at=None).values_list("dossier_id", flat=True))


def _digitised(resolved: Collection[int]) -> set[int]:
    """Those with a paper that was digitised at the counter, or re-used from another dossier or a result."""
    flagged = Paper.objects.filter(dossier__in=resolved).exclude(digitised=Paper.Digitised.NONE)
    return set(flagged.values_list("dossier_id", flat=True))


def _ratings(dossier_ids: Collection[int]) -> dict[int, tuple[int, datetime]]:
    """Score (1 to 5) and moment by dossier. Empty as long as the dossiers' room has no ratings."""
    model: Any = apps.all_models["dossiers"].get("rating")
    if model is None:
        return {}
    return {row.dossier_id: (row.score, row.rated_at) for row in model._default_manager.filter(dossier__in=dossier_ids)}
