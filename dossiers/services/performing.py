"""The one way of a dossier: the only caller of transitions.

Lock the row, compare the version, ask guard and permission, run the transition, write clock entries and the chained
event, save, publish. All of it in one transaction; nobody waits for anything outside it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from accounts.models import User
from agencies.models import COUNTER_ROLES, Agency
from agencies.standing import standing_of
from common import nudge, outbox
from common.prepared import Prepared
from common.writing import Part, inserted, new_row, updated, values_of, write
from dossiers import chain
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Dossier, DossierEvent, DossierText
from dossiers.services import clockwork, codes
from dossiers.workflow import APPLICANT, CONSULTED, Act, Actor, acts, acts_from, may

_ACTS = acts()
_REHEARSAL: ContextVar[bool] = ContextVar("rehearsal", default=False)
_HELD: ContextVar[Dossier | None] = ContextVar("held", default=None)
SYSTEM = Actor(user_id=None)


@dataclass(frozen=True)
class Done:
    """What was performed: the dossier as saved, and its event."""

    dossier: Dossier
    event: DossierEvent


@contextmanager
def rehearsal() -> Iterator[None]:
    """What is done inside is shown and taken back: services make no outside call for it."""
    token = _REHEARSAL.set(True)
    try:
        yield
    finally:
        _REHEARSAL.reset(token)


def is_rehearsal() -> bool:
    """Whether the act is only shown."""
    return _REHEARSAL.get()


def actor_of(user: User, dossier: Dossier | None = None) -> Actor:
    """The actor a signed-in user is: an officer with today's posts, or a citizen who is (or acts for) the applicant."""
    if user.kind == "officer":
        return Actor(user_id=user.pk, standing=standing_of(user))
    own = dossier is not None and (dossier.applicant_id == user.pk or _acts_for(user, dossier))
    return Actor(user_id=user.pk, is_applicant=own)


def _acts_for(user: User, dossier: Dossier) -> bool:
    if dossier.organisation_id is None:
        return False
    valid = user.representations.valid_on(timezone.localdate())
    return valid.filter(organisation=dossier.organisation_id, verified_at__isnull=False).exists()


def available(dossier: Dossier, actor: Actor) -> list[str]:
    """The names of the acts this actor may perform on the dossier as it stands; for buttons, never for permission."""
    acts_here = acts_from(dossier.state)
    parties = {by for by in {act.by for act in acts_here.values()} if may(dossier, actor, by)}
    names = [name for name, act in acts_here.items() if act.by in parties]
    return [name for name in names if can_proceed(getattr(dossier, name))]


def perform(
    dossier_id: int,
    name: str,
    *,
    actor: Actor,
    version: int | None = None,
    at: datetime | None = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    prepare: Callable[[Dossier, datetime], Mapping[str, Any] | None] | None = None,
    locked: Dossier | None = None,
    **values: Any,
) -> Done:
    """Perform the transition `name`. `values` go to its body, `data` (ids and codes only) into the event.

    `prepare` runs under the lock before guard and transition: it may write rows beside, raise Invalid, return values, among
    them `beside`: parts to be written in the same statement. `locked`: the row as this transaction has locked and read it.
    Raises Conflict when the version moved on or the state does not allow it, Denied without the right, Invalid without a
    needed reason.
    """
    act, at = _ACTS[name], at or timezone.now()
    with transaction.atomic(savepoint=False):
        dossier = locked or lock(dossier_id)
        stored = values_of(dossier)
        role = _permit(dossier, act, actor, version)
        code, stands_in = _signs_as(dossier, actor, role)
        values |= dict((prepare(dossier, at) if prepare else None) or {})
        beside = values.pop("beside", [])
        _guard(dossier, name, act, reason, version)
        getattr(dossier, name)(at=at, **values)
        entries = clockwork.apply(dossier, act.clock, clockwork.Moment(at, name, values))
        facts = {**(data or {}), **_digest(reason), **_revision(dossier, stored), **stands_in}
        event = _event(dossier, name, actor, role, stored["state"], at, facts, code)
        _head(dossier, act, event)
        write(
            [*beside, *_parts(dossier, event, entries, reason), *updated(dossier, stored), *_news(dossier, act, event)]
        )
        nudge.after_commit()
    return Done(dossier, event)


LOCKED = Prepared(lambda pk: Dossier.objects.filter(pk=pk).under_lock(), pk=int)


@contextmanager
def held(dossier: Dossier) -> Iterator[None]:
    """The act inside finds the row as this transaction has locked and read it (`queues.locked`), and reads it no second time."""
    token = _HELD.set(dossier)
    try:
        yield
    finally:
        _HELD.reset(token)


def lock(dossier_id: int) -> Dossier:
    """The dossier, locked until the transaction ends; raises Dossier.DoesNotExist."""
    known = _HELD.get()
    if known is not None and known.pk == dossier_id:
        return known
    found = LOCKED.first(pk=dossier_id)
    if found is None:
        raise Dossier.DoesNotExist
    return found


def _permit(dossier: Dossier, act: Act, actor: Actor, version: int | None) -> str:
    if version is not None and version != dossier.version:
        raise Conflict(dossier, since=version)
    role = may(dossier, actor, act.by)
    if role is None:
        raise Denied(_("You may not do this on this dossier."))
    return role


def _guard(dossier: Dossier, name: str, act: Act, reason: str, version: int | None) -> None:
    if not can_proceed(getattr(dossier, name)):
        raise Conflict(dossier, since=version)
    if act.needs_reason and not reason.strip():
        raise Invalid({"reason": _("Write the reason: the person concerned will read it.")})


def _digest(reason: str) -> dict[str, str]:
    return {"reason_sha256": chain.digest(reason)} if reason else {}


def _revision(dossier: Dossier, stored: Mapping[str, Any]) -> dict[str, int]:
    """The revision of the answers that counts from this event on, when it is a new one."""
    is_new = bool(dossier.code) and dossier.answers_revision != stored["answers_revision"]
    return {"answers_revision": dossier.answers_revision} if is_new else {}


def _signs_as(dossier: Dossier, actor: Actor, role: str) -> tuple[str, dict[str, int]]:
    """For which agency, and in whose stead somebody acts: asked before the act hands the dossier on to another agency."""
    return _agency_code(dossier, actor, role), _instead_of(dossier, actor, role)


def _instead_of(dossier: Dossier, actor: Actor, role: str) -> dict[str, int]:
    """Whom a substitute stood in for: the history names both."""
    if actor.standing is None:
        return {}
    if role == CONSULTED:
        return {}
    agency = dossier.receiving_agency_id if role in COUNTER_ROLES else dossier.handling_agency_id
    replaced = actor.standing.instead_of(role, agency)
    return {"instead_of": replaced} if replaced else {}


def _event(
    dossier: Dossier,
    name: str,
    actor: Actor,
    role: str,
    before: str,
    at: datetime,
    data: dict[str, Any],
    agency_code: str,
) -> DossierEvent:
    event = new_row(
        DossierEvent,
        dossier=dossier,
        seq=dossier.head_seq + 1,
        name=name,
        actor_id=actor.user_id,
        actor_role=role,
        agency_code=agency_code,
        from_state=before,
        to_state=dossier.state,
        at=at,
        data=data,
        key_id=chain.current_key_id(),
        previous_hash=dossier.head_hash,
    )
    event.hash = chain.event_hash(event)
    return event


def _agency_code(dossier: Dossier, actor: Actor, role: str) -> str:
    if role in {APPLICANT, "system"}:
        return ""
    if role == CONSULTED:
        return actor.consulted
    return _code(dossier.receiving_agency if role in COUNTER_ROLES else dossier.handling_agency)


def _code(agency: Agency | None) -> str:
    return agency.code if agency else ""  # only drafts have no agency yet


def _parts(dossier: Dossier, event: DossierEvent, entries: list[Any], reason: str) -> list[Part]:
    rows = [
        clockwork.as_row(dossier, entry, seq=event.seq, position=position, actor_id=event.actor_id)
        for position, entry in enumerate(entries)
    ]
    texts = [new_row(DossierText, dossier=dossier, seq=event.seq, purpose="reason", text=reason)] if reason else []
    return [*inserted([event]), *inserted(rows), *inserted(texts)]


def _head(dossier: Dossier, act: Act, event: DossierEvent) -> None:
    dossier.head_seq = dossier.version = event.seq
    dossier.head_hash = event.hash
    dossier.queue_at = clockwork.queue_at(dossier)
    dossier.updated_at = event.at
    if act.numbered and not dossier.code:
        # The sequence row is locked last (deadlock rule) and only until commit.
        dossier.code = codes.next_dossier_code(_code(dossier.receiving_agency), event.at)


def _news(dossier: Dossier, act: Act, event: DossierEvent) -> list[Part]:
    row = outbox.row(
        act.news,
        subject_type="dossier",
        subject_id=dossier.pk,
        agency_code=_code(dossier.handling_agency),
        actor_id=event.actor_id,
        data={"seq": event.seq, "from": event.from_state, "to": event.to_state},
    )
    return inserted([row])
