"""Who may do what: the meaning of a transition beside its states."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django_fsm import transition

from agencies.models import Role

# Who may act. Besides the roles of posts there is the applicant (or who acts for them) and the system itself.
APPLICANT = "applicant"
SYSTEM = "system"
CONSULTED = "consulted"  # an officer of an agency that was asked for an opinion
RECEIVING = "receiving_agency_id"
HANDLING = "handling_agency_id"
RECEPTION = (Role.RECEPTION, RECEIVING)
ONE_STOP_HEAD = (Role.ONE_STOP_HEAD, RECEIVING)
CASHIER = (Role.CASHIER, RECEIVING)
SPECIALIST = (Role.SPECIALIST, HANDLING)
HEAD = (Role.HEAD, HANDLING)
LEADER = (Role.LEADER, HANDLING)
CLERK = (Role.CLERK, HANDLING)
HANDLERS = (SPECIALIST, HEAD, LEADER, CLERK)
Party = str | tuple[str, str]


@dataclass(frozen=True)
class Actor:
    """Who acts: a user with a standing, or the system (`standing` is None). `applicant_of` is asked only for citizens.

    `consulted`: code of the agency that was asked for an opinion and for which this person answers, else empty.
    """

    user_id: int | None
    standing: Any = None
    is_applicant: bool = False
    consulted: str = ""

    @property
    def is_system(self) -> bool:
        """True for automatic acts."""
        return self.user_id is None

    def acts_for(self, holder_id: int | None) -> bool:
        """Nobody holds the dossier, or this person does, or an absent colleague whose substitute this person is."""
        return holder_id in {None, self.user_id} or bool(self.standing and holder_id in self.standing.replaced)


@dataclass(frozen=True)
class Act:
    """What a transition is besides its states: its label, who may do it, what it does to the clock, which news it makes.

    `clock`: names of clock effects carried out by `dossiers.services.clockwork`; `form`: kind of the paper it
    produces (`PaperForm`); `needs_reason`: a reason that the citizen reads is compulsory.
    """

    label: Any
    by: tuple[Party, ...]
    news: str
    clock: tuple[str, ...] = ()
    form: str = ""
    needs_reason: bool = False
    numbered: bool = False  # the dossier code is issued if there is none yet


def may(dossier: Any, actor: Actor, by: tuple[Party, ...]) -> str | None:
    """The role in which the actor may act on this dossier, or None: posts at the right agency, valid today."""
    for party in by:
        if party == SYSTEM and actor.is_system:
            return SYSTEM
        if party == APPLICANT and actor.is_applicant:
            return APPLICANT
        if party == CONSULTED and actor.consulted:
            return CONSULTED
        if isinstance(party, tuple) and actor.standing and actor.standing.has(party[0], getattr(dossier, party[1])):
            return str(party[0])
    return None


def act(
    *,
    source: Any,
    target: str | None,
    by: tuple[Party, ...],
    label: Any,
    news: str = "",
    conditions: Any = (),
    **more: Any,
) -> Any:
    """A transition of the flow chart, with its permission and everything `Act` says about it."""

    def decorate(method: Callable[..., Any]) -> Any:
        meta = Act(label=label, by=by, news=news or f"dossier.{method.__name__}", **more)
        return transition(
            field="state",
            source=source,
            target=target,
            conditions=list(conditions),
            permission=lambda dossier, actor: may(dossier, actor, by) is not None,
            custom={"act": meta},
        )(method)

    return decorate
