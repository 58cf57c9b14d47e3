"""Supplements: everything that is missing, in one go, per paper and answer, with reasons (form 02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import calendar_of
from dossiers import clock
from dossiers.errors import Invalid
from dossiers.models import Dossier, Paper, SupplementItem, SupplementRequest
from dossiers.services import joint, routing
from dossiers.services.intake import held_by_nobody_else
from dossiers.services.performing import Done, actor_of, perform
from dossiers.terms import terms_of
from dossiers.workflow import State


@dataclass(frozen=True)
class Missing:
    """One thing the citizen is to complete: kind "paper" or "field", its key, and why."""

    kind: str
    key: str
    reason: str
    reason_code: str = ""


def missing_from_marks(dossier: Dossier) -> list[Missing]:
    """The papers an officer marked as not valid, as items of a request."""
    marked = Paper.objects.filter(dossier=dossier, verdict=Paper.Verdict.INVALID).order_by("position")
    return [Missing("paper", paper.key, paper.reason, paper.reason_code) for paper in marked]


def request_at_intake(
    dossier_id: int,
    *,
    user: User,
    missing: Sequence[Missing],
    message: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Done:
    """1 → 5: ask once and completely, before acceptance."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        held_by_nobody_else(dossier, actor_of(user))
        _create(dossier, user, missing, message, at, state=SupplementRequest.State.SENT, before=True)

    with transaction.atomic():
        done = perform(
            dossier_id,
            "request_supplement_at_intake",
            actor=actor_of(user),
            version=version,
            at=at,
            reason=message or _summary(missing),
            prepare=prepare,
        )
        note_limit(done.dossier)
    return done


def draft(
    dossier_id: int,
    *,
    user: User,
    missing: Sequence[Missing],
    message: str,
    version: int | None = None,
    at: datetime | None = None,
) -> Done:
    """4 → 4: the specialist drafts form 02; it goes to the leader for approval and is sent by the one-stop."""
    actor = actor_of(user)

    def prepare(dossier: Dossier, at: datetime) -> None:
        routing.at_own_step(dossier, actor)
        in_time_to_ask(dossier, at)
        _create(dossier, user, missing, message, at, state=SupplementRequest.State.DRAFTED, before=False)

    return perform(
        dossier_id,
        "draft_supplement",
        actor=actor,
        version=version,
        at=at,
        reason=message or _summary(missing),
        prepare=prepare,
    )


def approve(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """4 → 4: the leader approves the drafted form 02."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        current = _current(dossier, SupplementRequest.State.DRAFTED)
        current.state, current.approved_by = SupplementRequest.State.APPROVED, user
        current.save(update_fields=["state", "approved_by"])

    return perform(dossier_id, "approve_supplement", actor=actor_of(user), version=version, at=at, prepare=prepare)


def discard(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """4 → 4: the drafted form 02 is not sent."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        current = _current(dossier, SupplementRequest.State.DRAFTED)
        current.state = SupplementRequest.State.DISCARDED
        current.save(update_fields=["state"])

    return perform(dossier_id, "discard_supplement", actor=actor_of(user), version=version, at=at, prepare=prepare)


def request(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """4 → 5: the one-stop sends the approved form 02; the clock waits."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        in_time_to_ask(dossier, at)
        current = _current(dossier, SupplementRequest.State.APPROVED)
        current.state, current.sent_at = SupplementRequest.State.SENT, at
        current.save(update_fields=["state", "sent_at"])

    with transaction.atomic():
        done = perform(dossier_id, "request_supplement", actor=actor_of(user), version=version, at=at, prepare=prepare)
        note_limit(done.dossier)
    return done


def send(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """The citizen sends what was asked: 5 → 1 before acceptance, else 5 → 5 until the one-stop confirms."""
    dossier = Dossier.objects.get(pk=dossier_id)
    name = "send_supplement" if dossier.accepted_at else "supplement_intake"

    def prepare(dossier: Dossier, at: datetime) -> None:
        current = dossier.supplements.filter(state=SupplementRequest.State.SENT).order_by("-number").first()
        if current is not None:
            _all_papers_renewed(current)
            current.items.filter(done_at=None).update(done_at=at)
            current.state, current.answered_at = SupplementRequest.State.ANSWERED, at
            current.save(update_fields=["state", "answered_at"])
        dossier.answers_revision += 1 if _has_new_answers(dossier) else 0

    return perform(dossier_id, name, actor=actor_of(user, dossier), version=version, at=at, prepare=prepare)


def confirm(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """5 → 4: complete; the limit is counted anew or moved, and the dossier goes back to the specialist's step."""

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        return close(dossier, user, at)

    return perform(dossier_id, "confirm_supplement", actor=actor_of(user), version=version, at=at, prepare=prepare)


def close(dossier: Dossier, user: User, at: datetime, *, even_unanswered: bool = False) -> Mapping[str, Any]:
    """The request is answered, and the step the dossier was at begins anew; runs under the dossier's lock.

    `even_unanswered`: the agency that decides has what it asked for, though nothing was sent through this page.
    """
    states = [SupplementRequest.State.ANSWERED, *([SupplementRequest.State.SENT] if even_unanswered else [])]
    dossier.supplements.filter(state__in=states).update(state=SupplementRequest.State.CONFIRMED)
    step = next(step for step in terms_of(dossier).steps if step.no == dossier.step_no)
    return routing.enter(dossier, step, at, ended_by=user.pk, direction="forward")


def not_complete(
    dossier_id: int, *, user: User, reason: str, version: int | None = None, at: datetime | None = None
) -> Done:
    """5 → 5: what was asked for is still missing; the same request opens again, it is not a second one."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        open_again(dossier)

    with transaction.atomic():
        done = perform(
            dossier_id, "return_supplement", actor=actor_of(user), version=version, at=at, reason=reason,
            prepare=prepare,
        )  # fmt: skip
        note_limit(done.dossier)
    return done


def open_again(dossier: Dossier) -> None:
    """What was asked for is still missing: the same request waits for an answer once more; under the dossier's lock."""
    current = _current(dossier, SupplementRequest.State.ANSWERED)
    current.state, current.reminded_at, current.ran_out_at = SupplementRequest.State.SENT, None, None
    current.save(update_fields=["state", "reminded_at", "ran_out_at"])


def ask_in_words(dossier: Dossier, user: User, message: str, at: datetime) -> None:
    """A request after acceptance that names no single paper: what to send is said in words; under the dossier's lock."""
    SupplementRequest.objects.create(
        dossier=dossier, number=dossier.supplements.count() + 1, before_acceptance=False,
        state=SupplementRequest.State.SENT, message=message, drafted_by=user, created_at=at, sent_at=at,
    )  # fmt: skip


def asked_papers(request: SupplementRequest) -> set[str]:
    """The keys of the papers that may be sent for it: those that were named, or all where it is said in words only."""
    named = set(request.items.values_list("kind", "key"))
    if named:
        return {key for kind, key in named if kind == "paper"}
    return {paper.key for paper in terms_of(request.dossier).content.papers if paper.is_uploaded}


def expire(dossier_id: int, *, user: User, reason: str, version: int | None = None, at: datetime | None = None) -> Done:
    """5 → 3 or 5 → 8: the citizen's limit ran out; raises Invalid while it still runs."""
    name = "expire_supplement" if Dossier.objects.get(pk=dossier_id).accepted_at else "expire_supplement_intake"

    def prepare(dossier: Dossier, at: datetime) -> None:
        if dossier.state == State.SUPPLEMENT and dossier.answer_by and at <= dossier.answer_by:
            raise Invalid({"": _("The citizen still has time to send the supplement.")})
        dossier.supplements.filter(state=SupplementRequest.State.SENT).update(state=SupplementRequest.State.EXPIRED)
        joint.call_off(dossier, at, is_withdrawn=False)

    return perform(dossier_id, name, actor=actor_of(user), version=version, at=at, reason=reason, prepare=prepare)


def ask_until(dossier: Dossier) -> datetime | None:
    """Until when the agency may ask for a supplement after acceptance; None where the law sets no limit."""
    limit = terms_of(dossier).ask_limit
    if limit is None or dossier.accepted_at is None:
        return None
    return clock.due_at(limit, dossier.accepted_at, calendar_of(dossier.calendar_id, dossier.deciding_agency_id))


def in_time_to_ask(dossier: Dossier, at: datetime) -> None:
    """Raise Invalid when the agency's own limit to ask is over: then it decides on what it has."""
    until = ask_until(dossier)
    if until is not None and at > until:
        text = _("A supplement could be asked for until %(until)s only. Decide on what has been handed in.")
        raise Invalid({"": text % {"until": timezone.localtime(until).strftime("%H:%M %d/%m/%Y")}})


def open_request(dossier: Dossier) -> SupplementRequest | None:
    """The request the citizen is to answer now."""
    return dossier.supplements.filter(state=SupplementRequest.State.SENT).order_by("-number").first()


def _create(
    dossier: Dossier, user: User, missing: Sequence[Missing], message: str, at: datetime, *, state: str, before: bool
) -> None:
    _check(dossier, missing, message)
    request = SupplementRequest.objects.create(
        dossier=dossier,
        number=dossier.supplements.count() + 1,
        before_acceptance=before,
        state=state,
        message=message,
        drafted_by=user,
        created_at=at,
        sent_at=at if before else None,
    )
    SupplementItem.objects.bulk_create(
        SupplementItem(
            request=request,
            position=n,
            kind=item.kind,
            key=item.key,
            reason_code=item.reason_code,
            reason=item.reason[:500],
        )
        for n, item in enumerate(missing)
    )


def _check(dossier: Dossier, missing: Sequence[Missing], message: str) -> None:
    if not missing:
        raise Invalid({"items": _("Name at least one paper or answer to be completed.")})
    content = terms_of(dossier).content
    known = {"paper": {paper.key for paper in content.papers}, "field": set()}
    known["field"] = {field.key for field in content.eform.fields()} if content.eform else set()
    for item in missing:
        if item.key not in known.get(item.kind, set()):
            raise Invalid({"items": _("The dossier has no such paper or answer.")})
        if not (item.reason or item.reason_code or message):
            raise Invalid({"items": _("Give a reason for each thing that is missing.")})


def _summary(missing: Sequence[Missing]) -> str:
    return "; ".join(item.reason for item in missing if item.reason)


def _current(dossier: Dossier, state: str) -> SupplementRequest:
    found = dossier.supplements.filter(state=state).order_by("-number").first()
    if found is None:
        raise Invalid({"": _("There is no such request for a supplement.")})
    return found


def note_limit(dossier: Dossier) -> None:
    """The open request bears the citizen's limit, too."""
    dossier.supplements.filter(state=SupplementRequest.State.SENT).update(answer_by=dossier.answer_by)


def _all_papers_renewed(request: SupplementRequest) -> None:
    """Every paper asked for got a new file since the request was sent."""
    for item in request.items.filter(kind="paper"):
        new = Paper.objects.filter(
            dossier=request.dossier_id, key=item.key, files__removed_at=None, files__added_at__gte=request.sent_at
        )
        if not new.exists():
            raise Invalid({f"paper:{item.key}": _("Add the new paper before you send the supplement.")})


def _has_new_answers(dossier: Dossier) -> bool:
    return bool(dossier.answers.filter(revision=dossier.answers_revision + 1).exists())
