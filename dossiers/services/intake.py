"""The answer within eight working hours: receive, ask for a supplement, refuse (Decree 45/2020; Decree 118/2025)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Role
from common.prepared import Prepared
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import BlankReceipt, Dossier, Paper, PaperFile
from dossiers.querysets import DossierQuerySet
from dossiers.services import filing, joint, parties, quoting, routing
from dossiers.services.editing import is_prepared, may_write
from dossiers.services.performing import Actor, Done, actor_of, perform
from dossiers.workflow import HANDLERS, State, may
from dossiers.workflow.acts import RECEPTION
from dossiers.workflow.guards import came_on_paper


def claim_intake(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """1 → 1: take a new dossier; raises Denied when a colleague holds it. From now on the citizen cannot edit it."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        held_by_nobody_else(dossier, actor_of(user))

    return perform(
        dossier_id, "claim_intake", actor=actor_of(user), version=version, at=at, prepare=prepare, user_id=user.pk
    )


def next_dossier(*, user: User, queryset: DossierQuerySet, at: datetime | None = None) -> Dossier | None:
    """Take the most urgent unassigned dossier of `queryset`; officers asking at once never get the same one.

    None only when there is none: when all that are left are locked just now (a colleague takes them, or something else
    is written there), it waits for the first of them and looks again.
    """
    with transaction.atomic():
        chosen = _most_urgent(queryset, skip_locked=True) or _most_urgent(queryset, skip_locked=False)
        if chosen is None:
            return None
        return take(chosen.pk, user=user, at=at).dossier


def _most_urgent(queryset: DossierQuerySet, *, skip_locked: bool) -> Dossier | None:
    waiting = queryset.filter(assignee=None).order_by("queue_at", "id")
    return waiting.select_for_update(skip_locked=skip_locked, of=("self",), no_key=True).first()


def take(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """Take a dossier wherever it stands: for intake while it is new, else at its step; raises Denied or Conflict."""
    is_new = Dossier.objects.filter(pk=dossier_id, state=State.NEW).exists()
    return (claim_intake if is_new else routing.claim)(dossier_id, user=user, version=version, at=at)


def held_by_nobody_else(dossier: Dossier, actor: Actor) -> None:
    """Raise Denied when a colleague has taken the dossier who is there."""
    if not actor.acts_for(dossier.assignee_id):
        raise Denied(_("A colleague is handling this dossier."))


def receive(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """1 → 2, and on to the first step of the route; a dossier that is decided at once stays with the counter."""
    actor, at = actor_of(user), at or timezone.now()

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        held_by_nobody_else(dossier, actor_of(user))
        _papers_can_be_accepted(dossier)
        dossier.step_no, dossier.step_role = 1, Role.RECEPTION
        return joint.plan(dossier, at)

    with transaction.atomic():
        done = perform(dossier_id, "receive", actor=actor, version=version, at=at, prepare=prepare)
        if done.dossier.decides_at_once:
            return done
        return routing.start_processing(dossier_id, actor=actor, at=at, locked=done.dossier)


def _paper_faults(dossier: int) -> QuerySet[Dossier, Any]:
    """(a paper is marked as not valid, a file in force is not clean) of one dossier."""
    papers = Paper.objects.filter(dossier=OuterRef("pk"), verdict=Paper.Verdict.INVALID)
    files = PaperFile.objects.filter(paper__dossier=OuterRef("pk"), removed_at=None).exclude(file__state="clean")
    return Dossier.objects.filter(pk=dossier).values_list(Exists(papers), Exists(files))


_PAPER_FAULTS = Prepared(_paper_faults, dossier=int)


def _papers_can_be_accepted(dossier: Dossier) -> None:
    """Every file is scanned and clean, and no paper is marked as not valid."""
    invalid, waiting = _PAPER_FAULTS.rows(dossier=dossier.pk)[0]
    if invalid:
        raise Invalid({"papers": _("A paper is marked as not valid: ask for a supplement, or change the mark.")})
    if waiting:
        raise Invalid(
            {"papers": _("A file is still being checked for viruses, or was refused: wait, or ask for it again.")}
        )


def refuse_intake(
    dossier_id: int, *, user: User, reason: str, version: int | None = None, at: datetime | None = None
) -> Done:
    """1 → 3: form 03 with a substantive reason; a collected fee is to be refunded (payments opens the task)."""

    def prepare(dossier: Dossier, at: datetime) -> None:
        held_by_nobody_else(dossier, actor_of(user))

    return perform(
        dossier_id, "refuse_intake", actor=actor_of(user), version=version, at=at, reason=reason, prepare=prepare
    )


def mark_paper(
    dossier_id: int,
    *,
    user: User,
    key: str,
    verdict: str,
    reason_code: str = "",
    reason: str = "",
    at: datetime | None = None,
) -> Paper:
    """Mark a paper valid or not, with a reason the citizen will read. Not an event: only the request for a supplement binds."""
    dossier = Dossier.objects.get(pk=dossier_id)
    if not dossier.is_open or may(dossier, actor_of(user), (RECEPTION, *HANDLERS)) is None:
        raise Denied(_("You may not do this on this dossier."))
    if verdict == Paper.Verdict.INVALID and not (reason or reason_code):
        raise Invalid({"reason": _("Say what is wrong with the paper, so that it can be mended in one go.")})
    if verdict not in Paper.Verdict.values:
        raise Invalid({"verdict": _("Choose valid or not valid.")})
    if verdict != Paper.Verdict.INVALID:
        reason_code = reason = ""  # what was wrong is not wrong any more
    changed = Paper.objects.filter(dossier=dossier_id, key=key).update(
        verdict=verdict, reason_code=reason_code[:40], reason=reason[:500], seen_by=user, seen_at=at or timezone.now()
    )
    if not changed:
        raise Invalid({"key": _("The dossier has no such paper.")})
    return Paper.objects.get(dossier=dossier_id, key=key)


def receive_at_counter(
    dossier_id: int,
    *,
    user: User,
    undertaking: bool = False,
    quoted_total: int | None = None,
    at: datetime | None = None,
    late: Mapping[str, Any] | None = None,
) -> Dossier:
    """(none) → 2: a paper dossier taken over at the counter or from the post, entered and scanned by the officer.

    On to the first step of the route, unless it is decided at once. Pressing the button again returns the same dossier.
    `undertaking`: the applicant has vouched for it before the officer. `late`: what the event says of a dossier that was
    received on a numbered receipt and confirmed by a second person (services.blank_receipts).
    Raises Invalid with every reason it cannot be.
    """
    at = at or timezone.now()
    with transaction.atomic():
        draft = Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)
        if not draft.is_draft and draft.filed_by == Dossier.FiledBy.TYPED:
            return draft
        if not (is_prepared(draft) and came_on_paper(draft)):
            raise Conflict(draft)
        if not may_write(draft, user):
            raise Denied(_("You may not do this on this dossier."))
        if late is None and BlankReceipt.objects.filter(dossier=draft).exists():
            raise Invalid({"": _("It was entered with a numbered receipt and waits for a second person.")})
        answers, quote = filing.ready(draft, undertaking=undertaking, quoted_total=quoted_total, at=at)
        _papers_can_be_accepted(draft)
        actor: Actor = actor_of(user)

        def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
            quoting.freeze(dossier, answers, quote, at)
            return _taken_over(dossier, at)

        done = perform(draft.pk, "receive_at_counter", actor=actor, at=at, prepare=prepare, data=late)
        if not done.dossier.decides_at_once:
            done = routing.start_processing(draft.pk, actor=actor, at=at)
    return done.dossier


def _taken_over(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
    """The applicant as of today, the counter's step, the parts at other agencies."""
    parties.snapshot(dossier, _applicant(dossier))
    dossier.step_no, dossier.step_role, dossier.filed_at = 1, Role.RECEPTION, at
    return joint.plan(dossier, at)


def _applicant(dossier: Dossier) -> User:
    if dossier.applicant is None:
        raise Conflict(dossier)
    return dossier.applicant
