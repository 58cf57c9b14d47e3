"""The acts that can be done to many dossiers at once: those that need no words for each, and why one cannot be done.

`why_not` is for the preview alone; the services decide again, each under the lock of its dossier.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_fsm import can_proceed

from accounts.models import User
from agencies.models import HANDLING_ROLES, Role
from agencies.standing import Standing
from dossiers.errors import Refused
from dossiers.models import Dossier, Paper, PaperFile
from dossiers.services import intake, routing
from dossiers.services.performing import Done, actor_of
from dossiers.workflow import Actor, State, acts, may

MOST = 500  # dossiers of one run
HEADS = (Role.HEAD, Role.LEADER, Role.ONE_STOP_HEAD)
_ACTS = acts()


@dataclass(frozen=True)
class Facts:
    """Who asks, for whom, and what the papers of the chosen dossiers are like: read once for all of them."""

    user: User
    assignee: User | None = None
    invalid: frozenset[int] = frozenset()
    unclean: frozenset[int] = frozenset()

    @cached_property
    def actor(self) -> Actor:
        """The officer with today's posts."""
        return actor_of(self.user)


@dataclass(frozen=True)
class BulkAct:
    """One act. `name_of`: the transition it is for this dossier; `run(dossier_id, user, version, assignee)`; `check`: raises."""

    key: str
    label: Any
    roles: tuple[str, ...]
    name_of: Callable[[Dossier], str]
    run: Callable[[int, User, int, User | None], Done]
    check: Callable[[Dossier, Facts], str] = field(default=lambda dossier, facts: "")


def offered(standing: Standing) -> list[BulkAct]:
    """The acts for which somebody with these posts has a use."""
    return [act for act in ACTS.values() if standing.roles & set(act.roles)]


def facts_of(dossiers: Iterable[Dossier], user: User, assignee: User | None) -> Facts:
    """What the checks look at, in two statements for all dossiers."""
    keys = [dossier.pk for dossier in dossiers]
    invalid = Paper.objects.filter(dossier__in=keys, verdict=Paper.Verdict.INVALID).values_list("dossier", flat=True)
    files = PaperFile.objects.filter(paper__dossier__in=keys, removed_at=None).exclude(file__state="clean")
    unclean = files.values_list("paper__dossier", flat=True)
    return Facts(user, assignee, frozenset(invalid), frozenset(unclean))


def why_not(act: BulkAct, dossier: Dossier, facts: Facts) -> str:
    """Why the act cannot be done to this dossier, in a sentence; "" when nothing stands against it."""
    name = act.name_of(dossier)
    if not can_proceed(getattr(dossier, name)):
        return _("Its state does not allow this: %(state)s.") % {"state": dossier.get_state_display()}
    if may(dossier, facts.actor, _ACTS[name].by) is None:
        return _("You may not do this on this dossier.")
    try:
        return act.check(dossier, facts)
    except Refused as refusal:
        return str(refusal)


# ── take over ──
def _take_name(dossier: Dossier) -> str:
    return "claim_intake" if dossier.state == State.NEW else "claim"


def _take(dossier_id: int, user: User, version: int, assignee: User | None) -> Done:
    return intake.take(dossier_id, user=user, version=version)


def _may_take(dossier: Dossier, facts: Facts) -> str:
    if dossier.assignee_id == facts.user.pk:
        return _("You hold it already.")
    intake.held_by_nobody_else(dossier, facts.actor)
    if dossier.state == State.PROCESSING:
        routing.at_own_step(dossier, facts.actor)
    return ""


# ── assign and release ──
def _assign(dossier_id: int, user: User, version: int, assignee: User | None) -> Done:
    return routing.assign(dossier_id, user=user, version=version, assignee=assignee)


def _may_assign(dossier: Dossier, facts: Facts) -> str:
    if facts.assignee is None:
        return _("Choose the colleague who gets the dossiers.")
    if dossier.assignee_id == facts.assignee.pk:
        return _("This colleague holds it already.")
    routing.fits(dossier, facts.assignee)
    return ""


def _release(dossier_id: int, user: User, version: int, assignee: User | None) -> Done:
    return routing.assign(dossier_id, user=user, version=version, assignee=None)


def _may_release(dossier: Dossier, facts: Facts) -> str:
    return _("Nobody holds it.") if dossier.assignee_id is None else ""


# ── receive, hand on ──
def _receive(dossier_id: int, user: User, version: int, assignee: User | None) -> Done:
    return intake.receive(dossier_id, user=user, version=version)


def _may_receive(dossier: Dossier, facts: Facts) -> str:
    intake.held_by_nobody_else(dossier, facts.actor)
    if dossier.withdrawal_asked_at:
        return _("The applicant wants to withdraw it.")
    if dossier.pk in facts.invalid:
        return _("A paper is marked as not valid.")
    return _("A file is not checked for viruses yet, or was refused.") if dossier.pk in facts.unclean else ""


def _forward_name(dossier: Dossier) -> str:
    return "start_processing" if dossier.state == State.RECEIVED else "forward"


def _forward(dossier_id: int, user: User, version: int, assignee: User | None) -> Done:
    if Dossier.objects.filter(pk=dossier_id, state=State.RECEIVED).exists():
        return routing.start_processing(dossier_id, actor=actor_of(user), version=version)
    return routing.forward(dossier_id, user=user, version=version)


def _may_forward(dossier: Dossier, facts: Facts) -> str:
    if dossier.state == State.PROCESSING:
        routing.following(dossier, facts.actor)
    return ""


ACTS: dict[str, BulkAct] = {
    act.key: act
    for act in (
        BulkAct("take", gettext_lazy("Take over"), (Role.RECEPTION, Role.ONE_STOP_HEAD, *HANDLING_ROLES),
                _take_name, _take, _may_take),
        BulkAct("receive", gettext_lazy("Receive what is clean"), (Role.RECEPTION,),
                lambda dossier: "receive", _receive, _may_receive),
        BulkAct("forward", gettext_lazy("Hand on to the next step"), (Role.RECEPTION, *HANDLING_ROLES),
                _forward_name, _forward, _may_forward),
        BulkAct("assign", gettext_lazy("Assign to a colleague"), HEADS,
                lambda dossier: "assign", _assign, _may_assign),
        BulkAct("release", gettext_lazy("Release, so that nobody holds it"), HEADS,
                lambda dossier: "assign", _release, _may_release),
    )
}  # fmt: skip
