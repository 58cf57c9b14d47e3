"""Agencies merged or split: their open dossiers go to the successors, with the same code and the same due date.

Planning writes nothing. Applying goes dossier by dossier, each under its own lock and in its own transaction, so an act
that runs at the same moment comes before the move or after it, and nothing is lost; it may be stopped and started again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from agencies.models import Agency, Role
from agencies.services.reorganising import Reorganisation
from agencies.standing import standing_of
from audit.services import record
from dossiers.models import Consultation, Delivery, Dossier, DossierEvent, Party, Preparation, StepRun
from dossiers.services.corrections.tracks import BATCH
from dossiers.services.performing import SYSTEM, lock, perform
from dossiers.workflow import OPEN, State
from procedures.services.succeeding import facts_of

PLACES = ("receiving", "handling", "deciding")


@dataclass(frozen=True)
class Move:
    """One dossier and its agencies before and after (receiving, handling, deciding)."""

    dossier_id: int
    code: str
    was: Mapping[str, int | None]
    now: Mapping[str, int | None]

    @property
    def changes(self) -> list[str]:
        """Which of the three agencies change."""
        return [place for place in PLACES if self.was[place] != self.now[place]]


def plan_moves(plan: Reorganisation) -> Iterator[Move]:
    """Every open dossier that moves, and where to."""
    rows, last = _affected(plan), 0
    while batch := list(rows.filter(pk__gt=last).select_related("procedure__field", "party")[:BATCH]):
        last = batch[-1].pk
        yield from (move for dossier in batch if (move := _move(dossier, plan, dossier.party)).changes)


def apply(plan: Reorganisation, *, by: User | None, at: datetime) -> Iterator[Move]:
    """Move every open dossier, then what citizens and counters are still writing; says what was moved."""
    for pk in list(_affected(plan).values_list("pk", flat=True)):
        move = apply_one(pk, plan, by=by, at=at)
        if move.changes:
            yield move
    _move_drafts(plan)
    _move_questions(plan)


def apply_one(dossier_id: int, plan: Reorganisation, *, by: User | None, at: datetime) -> Move:
    """Move one dossier; a move without changes when it has nothing (left) to do with the old agencies."""
    with transaction.atomic():
        dossier = lock(dossier_id)
        party = Party.objects.filter(dossier=dossier).first()
        move = _move(dossier, plan, party)
        if not move.changes or dossier.state not in OPEN:
            return Move(dossier.pk, dossier.code or "", move.was, move.was)
        data = {"was": move.was, "now": move.now, "on": plan.on.isoformat(), "by": by.pk if by else None}

        def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
            _move_step(dossier, move, at)
            return move.now

        perform(dossier.pk, "move_to_successor", actor=SYSTEM, at=at, reason=plan.source, data=data, prepare=prepare,
                locked=dossier)  # fmt: skip
        _move_counter(dossier.pk, plan)
        record(
            "dossier.moved", actor_id=by.pk if by else None, subject_type="dossier", subject_id=dossier.pk,
            agency_code=_code(move.was["handling"]), data=data,
        )  # fmt: skip
    return move


def at_the_time(dossier: Dossier, seq: int) -> Dossier:
    """The dossier with the agencies it had when its event `seq` happened: papers keep the names as of signing."""
    later = DossierEvent.objects.filter(dossier=dossier, name="move_to_successor", seq__gt=seq).order_by("seq").first()
    if later is not None:
        agencies = Agency.objects.in_bulk([pk for pk in later.data["was"].values() if pk])
        for place, pk in later.data["was"].items():
            setattr(dossier, f"{place}_agency", agencies.get(pk))
    return dossier


def _affected(plan: Reorganisation) -> "QuerySet[Dossier]":
    ids = plan.old_ids
    hit = Q(receiving_agency__in=ids) | Q(handling_agency__in=ids) | Q(deciding_agency__in=ids)
    return Dossier.objects.filter(hit, state__in=OPEN).order_by("pk")


def _move(dossier: Dossier, plan: Reorganisation, party: Party | None) -> Move:
    facts = facts_of(dossier.procedure) | {"commune": str(party.address.get("commune", "")) if party else ""}
    was = {place: getattr(dossier, f"{place}_agency_id") for place in PLACES}
    now = {place: plan.successor(pk, facts) for place, pk in was.items()}
    return Move(dossier.pk, dossier.code or "", was, now)


def _move_step(dossier: Dossier, move: Move, at: datetime) -> None:
    """The open step and who holds the dossier follow; who has no such post at the successor lets go of it."""
    is_reception = dossier.step_role in {"", Role.RECEPTION}
    place = "receiving" if is_reception else "handling"
    if dossier.assignee is not None:
        role = dossier.step_role or Role.RECEPTION
        if not standing_of(dossier.assignee, at=at).has(role, move.now[place]):
            dossier.assignee_id = None
    StepRun.objects.filter(dossier=dossier, ended_at=None, agency=move.was[place]).update(
        agency=move.now[place], assignee=dossier.assignee_id
    )


def _move_counter(dossier_id: int, plan: Reorganisation) -> None:
    """The counter at which the result is to be collected."""
    for delivery in Delivery.objects.filter(dossier=dossier_id, counter__in=plan.old_ids):
        Delivery.objects.filter(pk=delivery.pk).update(counter=plan.successor(delivery.counter_id, {}))


def _move_drafts(plan: Reorganisation) -> None:
    """Drafts have no history: the agency chosen, and the counter that prepares them, are simply the successor's."""
    drafts = Dossier.objects.filter(state=State.DRAFT, receiving_agency__in=plan.old_ids)
    for draft in drafts.select_related("procedure__field"):
        new = plan.successor(draft.receiving_agency_id, facts_of(draft.procedure))
        Dossier.objects.filter(pk=draft.pk, state=State.DRAFT).update(receiving_agency=new)
    for share in plan.shares:
        Preparation.objects.filter(agency=share.old).update(agency=share.into)


def _move_questions(plan: Reorganisation) -> None:
    """Opinions that are waited for: the successor is asked, unless it was asked itself or handles the dossier now.

    What cannot be handed on stays open under the old name, and whoever asked goes on without it.
    """
    for asked in Consultation.objects.open().filter(agency__in=plan.old_ids).select_related("dossier"):
        new = plan.successor(asked.agency_id, {})
        others = Consultation.objects.open().filter(dossier=asked.dossier_id, agency=new)
        if new in {asked.dossier.handling_agency_id, asked.dossier.deciding_agency_id} or others.exists():
            continue
        Consultation.objects.filter(pk=asked.pk, ended_at=None).update(agency=new)


def _code(agency_id: int | None) -> str:
    return Agency.objects.values_list("code", flat=True).get(pk=agency_id) if agency_id else ""
