"""Agencies merged or split: procedures, their online services and what agencies apply follow to the successors."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import User
from agencies.services.reorganising import Reorganisation
from audit.services import record
from procedures.models import AppliedProcedure, OnlineService, Procedure
from procedures.services.applying import stop_applying
from procedures.services.projecting import project


def follow(plan: Reorganisation, *, actor: User | None, on: date) -> int:
    """Give every procedure of the old agencies to its successor; returns how many. Running it again changes nothing."""
    with transaction.atomic():
        owned = (
            Procedure.objects.filter(owner__in=plan.old_ids)
            .select_related("field", "owner")
            .select_for_update(of=("self",))
        )
        moved = sum(_move(procedure, plan, actor, on) for procedure in owned)
        for service in OnlineService.objects.filter(agency__in=plan.old_ids).select_related("procedure__field"):
            OnlineService.objects.filter(pk=service.pk).update(
                agency=plan.successor(service.agency_id, facts_of(service.procedure))
            )
        for applied in AppliedProcedure.objects.filter(agency__in=plan.old_ids, valid_to=None).select_related(
            "procedure__field"
        ):
            _move_applied(applied, plan)
    return moved


def facts_of(procedure: Procedure) -> dict[str, str]:
    """What the rules of a split ask of a procedure."""
    return {"procedure": procedure.code, "field": procedure.field.key}


def _move(procedure: Procedure, plan: Reorganisation, actor: User | None, on: date) -> bool:
    new = plan.successor(procedure.owner_id, facts_of(procedure))
    if new == procedure.owner_id:
        return False
    old = procedure.owner
    procedure.owner_id = new
    if procedure.current_version_id:
        project(procedure, on=on)
    else:
        procedure.save(update_fields=["owner"])
    record(
        "procedure.owner_changed", actor_id=actor.pk if actor else None, subject_type="procedure",
        subject_id=procedure.pk, agency_code=old.code if old else "", data={"owner": new},
    )  # fmt: skip
    return True


def _move_applied(applied: AppliedProcedure, plan: Reorganisation) -> None:
    """A promise of a shorter time holds on at the successor, unless it has made one of its own."""
    new = plan.successor(applied.agency_id, facts_of(applied.procedure))
    if new is None or new == applied.agency_id:
        return
    stop_applying(applied.procedure, applied.agency, last_day=plan.on - timedelta(days=1))
    if not AppliedProcedure.objects.filter(procedure=applied.procedure, agency=new, valid_to=None).exists():
        AppliedProcedure.objects.create(
            procedure=applied.procedure, agency_id=new, limits=applied.limits, level=applied.level,
            source=applied.source, valid_from=max(plan.on, applied.valid_from),
        )  # fmt: skip
