"""The fee as the dossier sees it: the frozen lines, the column that payments keep up to date, the two waits for money."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.errors import Conflict, Invalid
from dossiers.models import Dossier
from dossiers.services import routing
from dossiers.services.performing import SYSTEM, Actor, Done, actor_of, perform
from dossiers.workflow import State

WAITING = (Dossier.FeeState.DUE, Dossier.FeeState.PENDING)
OPEN_WHILE_HANDLED = (State.RECEIVED, State.PROCESSING)


def amount_due(dossier: Dossier) -> int:
    """What is to be paid now, in VND: the prepaid lines, or after examination the others.

    A dossier taken over at the counter is accepted at once: its prepaid lines stay open until they are paid.
    """
    timing = "after" if waits_after_examination(dossier) else "before"
    return sum(dossier.fee_lines.filter(timing=timing).values_list("amount", flat=True))


def waits_after_examination(dossier: Dossier) -> bool:
    """The fee that is asked now is the one after examination."""
    return dossier.accepted_at is not None and dossier.state == State.PAYMENT


def is_asked(dossier: Dossier) -> bool:
    """A fee is asked and not paid: the dossier waits for it, or was received at the counter with it still open."""
    handled = dossier.accepted_at is not None and dossier.state in OPEN_WHILE_HANDLED
    return dossier.fee_state in WAITING and (dossier.state == State.PAYMENT or handled)


def request_fee(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """4 → 6: ask for the fee after examination; raises Invalid when the quote has none."""
    actor = actor_of(user)

    def prepare(dossier: Dossier, at: datetime) -> None:
        if user.kind == "officer" and dossier.step_role != "cashier":
            routing.at_own_step(dossier, actor)
        if not dossier.fee_lines.filter(timing="after", amount__gt=0).exists() or dossier.fee_state == "paid":
            raise Invalid({"": _("The fee table has nothing to be paid after examination.")})

    return perform(dossier_id, "request_fee", actor=actor, version=version, at=at, prepare=prepare)


def mark_pending(dossier_id: int, *, pending: bool) -> None:
    """Read model: a payment was begun (or all attempts ended unpaid); never touches a paid dossier."""
    old, new = (WAITING[0], WAITING[1]) if pending else (WAITING[1], WAITING[0])
    Dossier.objects.filter(pk=dossier_id, fee_state=old).update(fee_state=new)


def settle(dossier_id: int, *, at: datetime | None = None, order: str, actor: Actor = SYSTEM) -> bool:
    """The whole fee is paid (IPN, querydr or cashier): 6 → 1 or 6 → 4; received at the counter it stays where it is.

    False when the dossier no longer waits for money (withdrawn, expired, paid before): the money is owed back.
    """

    def prepare(dossier: Dossier, at: datetime) -> None:
        if not is_asked(dossier):
            raise Conflict(dossier)
        if name == "settle_fee":
            routing.go_on(dossier, at, waited_since=_asked_at(dossier))
        dossier.fee_state = Dossier.FeeState.PAID

    name = _settling_act(Dossier.objects.get(pk=dossier_id))
    try:
        with transaction.atomic():  # payments goes on in its own transaction after a Conflict
            perform(dossier_id, name, actor=actor, at=at or timezone.now(), prepare=prepare, data={"order": order})
    except Conflict:
        return False
    return True


def _asked_at(dossier: Dossier) -> datetime:
    """When the fee after examination was asked for."""
    asked = dossier.events.filter(name="request_fee").order_by("-seq").values_list("at", flat=True)
    return asked[0]


def _settling_act(dossier: Dossier) -> str:
    if dossier.accepted_at is None:
        return "settle_prepayment"
    return "settle_fee" if dossier.state == State.PAYMENT else "settle_open_fee"


def undo(
    dossier_id: int, *, actor: Actor, reason: str, is_prepaid: bool, data: Mapping[str, Any], at: datetime
) -> Done:
    """A cash receipt was cancelled: the fee is open again, in the state the dossier now stands in.

    Raises Conflict when a result is signed or the dossier has ended: then only a refund helps.
    """
    dossier = Dossier.objects.get(pk=dossier_id)
    if dossier.accepted_at is not None:
        back = Dossier.FeeState.DUE if is_prepaid else Dossier.FeeState.LATER
        return perform(dossier_id, "undo_payment", actor=actor, at=at, reason=reason, data=data, fee_state=back)

    def prepare(dossier: Dossier, at: datetime) -> None:
        if dossier.state != State.NEW or dossier.fee_state != Dossier.FeeState.PAID:
            raise Conflict(dossier)
        dossier.fee_state = Dossier.FeeState.DUE

    return perform(dossier_id, "await_prepayment", actor=SYSTEM, at=at, reason=reason, data=data, prepare=prepare)


def expire(dossier_id: int, *, at: datetime | None = None) -> bool:
    """6 → 3: the time to pay the prepaid fee ran out; False when it did not, or the money came meanwhile."""
    at = at or timezone.now()

    def prepare(dossier: Dossier, at: datetime) -> None:
        if dossier.answer_by is None or at <= dossier.answer_by:
            raise Conflict(dossier)

    try:
        with transaction.atomic():
            perform(dossier_id, "expire_prepayment", actor=SYSTEM, at=at, prepare=prepare)
    except Conflict:
        return False
    return True
