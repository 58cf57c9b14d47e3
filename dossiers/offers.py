"""Which acts the desk offers a person on a dossier as it stands, and which of them is the one to do now.

For buttons only: what is allowed is decided by the services, under the lock.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agencies.models import Role
from dossiers.models import Dossier, Result
from dossiers.services import actor_of, available, awaiting, routing
from dossiers.terms import terms_of
from dossiers.workflow import Actor, State

# Done elsewhere (cash desk, post, worker) or not by officers at the desk.
NOT_HERE = frozenset({
    "submit", "receive_at_counter", "await_prepayment", "settle_prepayment", "expire_prepayment", "settle_fee",
    "settle_open_fee", "undo_payment", "amend",
    "withdraw", "ask_withdrawal", "supplement_intake", "send_supplement", "return_online", "return_by_post",
    "resolve_elsewhere", "reject_elsewhere", "request_supplement_elsewhere",  # by the form of note_elsewhere
    "take_back_parcel", "answer_consultation", "count_silence", "recompute_calendar", "shift_for_outage", "move_to_successor",
    "open_part", "hand_in_part", "withdraw_part", "stop_part", "note_part", "update_part",
})  # fmt: skip
AT_OWN_STEP = frozenset({
    "claim", "forward", "send_back", "draft_result", "draft_supplement", "resolve", "reject", "consult",
    "go_on_without_parts",
})  # fmt: skip
HELD_AT_INTAKE = frozenset({"receive", "request_supplement_at_intake", "refuse_intake", "claim_intake"})
# The first of these that is offered is the green button.
ORDER = (
    "agree_withdrawal", "approve_supplement", "request_supplement", "confirm_supplement", "resolve_at_once",
    "request_supplement_at_intake", "receive", "start_processing", "sign_result", "resolve", "reject", "claim",
    "draft_result", "forward", "note_elsewhere", "return_at_counter",
    "expire_supplement_intake", "expire_supplement", "stop_unpaid",
)  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What the offer looks at beside the dossier's columns; all of it is on the page already."""

    now: datetime
    has_invalid: bool = False
    result: Result | None = None
    used_extensions: frozenset[str] = frozenset()
    has_fee_after: bool = False
    typed_by: int | None = None  # who entered a dossier that is decided at once


@dataclass(frozen=True)
class Offer:
    """The names of acts: the one to do now ("" when there is none) and the others."""

    primary: str = ""
    others: tuple[str, ...] = field(default_factory=tuple)

    def __contains__(self, name: str) -> bool:
        return name == self.primary or name in self.others


def offer(dossier: Dossier, user: Any, facts: Facts) -> Offer:
    """What this person can do now."""
    actor = actor_of(user)
    names = [name for name in available(dossier, actor) if name not in NOT_HERE and _fits(name, dossier, actor, facts)]
    primary = next((name for name in ORDER if name in names and _is_first(name, facts)), "")
    return Offer(primary, tuple(name for name in names if name != primary))


def _is_first(name: str, facts: Facts) -> bool:
    """A bad paper puts the request for a supplement first; who works on a draft made before need not take it over first."""
    if name == "request_supplement_at_intake":
        return facts.has_invalid
    if name in {"claim", "draft_result"}:
        return facts.result is None
    return not (name == "receive" and facts.has_invalid)


def _fits(name: str, dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    if name in HELD_AT_INTAKE and not actor.acts_for(dossier.assignee_id):
        return False
    if name in AT_OWN_STEP and not _at_own_step(dossier, actor):
        return False
    check = _CHECKS.get(name)
    return check is None or check(dossier, actor, facts)


def _at_own_step(dossier: Dossier, actor: Actor) -> bool:
    agency = dossier.receiving_agency_id if dossier.step_role == Role.RECEPTION else dossier.handling_agency_id
    fits = bool(actor.standing and actor.standing.has(dossier.step_role, agency))
    return fits and actor.acts_for(dossier.assignee_id)


def _may_forward(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    step = routing.next_step(dossier)
    if step is None or step.role == Role.RECEPTION or dossier.step_role == Role.CLERK:
        return False
    if terms_of(dossier).signs_at(dossier.step_no) or awaiting.waits_here(dossier):
        return False
    return bool(dossier.result_state) or dossier.step_role != Role.SPECIALIST or step.role == Role.SPECIALIST


def _may_sign(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    role = terms_of(dossier).content.route.signing_role
    drafted_by = facts.result.drafted_by_id if facts.result else None
    fits = terms_of(dossier).signs_at(dossier.step_no) and bool(
        actor.standing and actor.standing.has(role, dossier.handling_agency_id)
    )
    if awaiting.waits_here(dossier):
        return False
    return fits and drafted_by != actor.user_id and actor.acts_for(dossier.assignee_id)


def _may_decide_at_once(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return facts.typed_by is None or facts.typed_by != actor.user_id


def _may_extend(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return bool({item.key for item in terms_of(dossier).terms.extensions} - facts.used_extensions)


def _is_overdue_for_citizen(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return dossier.answer_by is not None and facts.now > dossier.answer_by


def _is_untaken(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return dossier.assignee_id is None


def _may_reappoint(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return dossier.due_at is not None and facts.now <= dossier.due_at


def _may_ask_fee(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    is_open = facts.has_fee_after and dossier.fee_state == Dossier.FeeState.LATER
    return is_open and (dossier.step_role == Role.CASHIER or _at_own_step(dossier, actor))


def _is_drafting(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return dossier.step_role in {Role.SPECIALIST, Role.HEAD} and dossier.supplement_request_state == ""


def _may_send_back(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return bool(routing.earlier_steps(dossier))


def _waits_for_hand_over(dossier: Dossier, actor: Actor, facts: Facts) -> bool:
    return bool(dossier.state == State.RECEIVED)


_CHECKS = {
    "claim": _is_untaken,
    "claim_intake": _is_untaken,
    "forward": _may_forward,
    "send_back": _may_send_back,
    "sign_result": _may_sign,
    "resolve_at_once": _may_decide_at_once,
    "extend": _may_extend,
    "expire_supplement": _is_overdue_for_citizen,
    "expire_supplement_intake": _is_overdue_for_citizen,
    "stop_unpaid": _is_overdue_for_citizen,
    "reappoint": _may_reappoint,
    "request_fee": _may_ask_fee,
    "draft_supplement": _is_drafting,
    "start_processing": _waits_for_hand_over,
}
