"""Classifying online services: the answers of people, the class that follows, an override by two people.

`judge` writes the class; the services that change an answer end with `projecting.reclassify`.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from audit.services import record
from procedures.classification import ANSWERED, CRITERIA, Answer, Classification, classify, obstacles_of
from procedures.content import Content
from procedures.models import CriterionAnswer, OnlineService, Override, Procedure
from procedures.services.documents import content_of

if TYPE_CHECKING:
    from accounts.models import User


def answers_on(service: OnlineService, day: date) -> dict[str, Answer]:
    """The answers that hold on that day, by criterion."""
    rows = service.answers.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return {row.criterion: Answer(row.answer, row.obstacle, row.reason, row.legal_basis) for row in rows}  # type: ignore[arg-type]


def classification_of(procedure: Procedure, content: Content, day: date) -> Classification:
    """The criteria of a procedure's own service with the answers of that day: what its page explains."""
    service = OnlineService.objects.filter(procedure=procedure, number=1).first()
    return classify(content, answers_on(service, day) if service else None)


def judge(service: OnlineService, content: Content, *, on: date) -> Classification:
    """Write class, criteria and obstacles of a service as they are on that day."""
    found = classify(content, answers_on(service, on))
    service.level, service.legacy_level = found.level, found.legacy_level
    service.criteria = projected(found)
    service.unmet = [criterion.key for criterion in found.unmet]
    service.obstacles = [f"{criterion.key}:{key}" for criterion in found.unmet for key in criterion.obstacles]
    service.judged_on = on
    service.save(update_fields=["level", "legacy_level", "criteria", "unmet", "obstacles", "judged_on"])
    return found


def projected(found: Classification) -> dict[str, dict[str, object]]:
    """The criteria as the grid reads them."""
    return {
        criterion.key: {
            "met": criterion.met,
            "clear": criterion.is_clear,
            "answered": criterion.is_answered,
            "reason": {"vi": criterion.reason.vi, "en": criterion.reason.in_("en")},
            "basis": criterion.legal_basis,
            "obstacles": list(criterion.obstacles),
        }
        for criterion in found.criteria
    }


def refusal(service: OnlineService, criterion: str, answer: Answer) -> str:
    """Why this answer may not be given; empty when it may."""
    if criterion not in CRITERIA:
        return _("There is no such criterion.")
    if answer.answer == "yes" and criterion not in ANSWERED:
        return (
            "" if _shown(service, criterion) else _("The version itself shows that this is not met: mend the version.")
        )
    if answer.answer != "yes" and not (answer.obstacle or answer.reason.strip()):
        return _("Say why it is not met.")
    if answer.obstacle and answer.obstacle not in obstacles_of(criterion):
        return _("This reason does not belong to the criterion.")
    return ""


def _shown(service: OnlineService, criterion: str) -> bool:
    """Whether the version alone meets a criterion that is read from it."""
    version = service.procedure.current_version_id
    if version is None:
        return False
    return any(found.key == criterion and found.met for found in classify(content_of(version)).criteria)


def answer(
    service: OnlineService, criterion: str, given: Answer, *, actor: "User | None", at: datetime, valid_from: date
) -> CriterionAnswer | None:
    """Answer a criterion from a day on; the answer before ends there. None when it says what held already.

    Raises ValidationError with `refusal`.
    """
    if why := refusal(service, criterion, given):
        raise ValidationError(why)
    with transaction.atomic():
        OnlineService.objects.select_for_update(of=("self",)).get(pk=service.pk)
        last = service.answers.filter(criterion=criterion, valid_to=None).first()
        if last is not None:
            if _same(last, given) and last.valid_from <= valid_from:
                return None
            service.answers.filter(criterion=criterion, valid_from__gte=valid_from).delete()
            service.answers.filter(pk=last.pk).update(valid_to=valid_from)
        return service.answers.create(
            criterion=criterion, answer=given.answer, obstacle=given.obstacle, reason=given.reason.strip(),
            legal_basis=given.legal_basis.strip(), answered_at=at, answered_by=actor, valid_from=valid_from,
        )  # fmt: skip


def _same(row: CriterionAnswer, given: Answer) -> bool:
    kept = (row.answer, row.obstacle, row.reason, row.legal_basis)
    return kept == (given.answer, given.obstacle, given.reason.strip(), given.legal_basis.strip())


# ── another class than the computed one ──
def propose_override(service: OnlineService, *, level: str, reason: str, actor: "User", at: datetime) -> Override:
    """Propose another class with a reason; a second person decides. Raises ValidationError."""
    if not reason.strip():
        raise ValidationError(_("Say why the class shall differ from the computed one."))
    with transaction.atomic():
        locked = OnlineService.objects.select_for_update(of=("self",)).get(pk=service.pk)
        if level == locked.level:
            raise ValidationError(_("This is the computed class already."))
        if living(locked).exists():
            raise ValidationError(_("An override is there already: end it first."))
        return locked.overrides.create(level=level, reason=reason.strip(), proposed_by=actor, proposed_at=at)


def living(service: OnlineService) -> QuerySet[Override]:
    """The override that is proposed or in force, at most one."""
    return service.overrides.filter(state__in=[Override.State.PROPOSED, Override.State.CONFIRMED])


def decide_override(override_id: int, *, confirm: bool, remark: str, actor: "User", at: datetime) -> Override:
    """A second person confirms or refuses. Raises ValidationError for the proposer and when it is decided already."""
    with transaction.atomic():
        override = Override.objects.select_for_update(of=("self",)).select_related("service").get(pk=override_id)
        if override.state != Override.State.PROPOSED:
            raise ValidationError(_("This proposal is decided already."))
        if override.proposed_by_id == actor.pk:
            raise ValidationError(_("Whoever proposed it does not decide it: ask a second person."))
        override.state = Override.State.CONFIRMED if confirm else Override.State.REFUSED
        override.decided_by, override.decided_at, override.remark = actor, at, remark.strip()
        override.save()
        if confirm:
            _write(override.service, override)
    return override


def end_override(override_id: int, *, actor: "User", at: datetime) -> Override:
    """Back to the computed class, or take a proposal back. Raises ValidationError when there is nothing to end."""
    with transaction.atomic():
        override = Override.objects.select_for_update(of=("self",)).select_related("service").get(pk=override_id)
        if override.state not in {Override.State.PROPOSED, Override.State.CONFIRMED}:
            raise ValidationError(_("This override has ended already."))
        was_in_force = override.state == Override.State.CONFIRMED
        override.state = Override.State.ENDED
        override.save(update_fields=["state"])
        record("override.ended", actor_id=actor.pk, subject_type="override", subject_id=override.pk)
        if was_in_force:
            _write(override.service, None)
    return override


def _write(service: OnlineService, override: Override | None) -> None:
    service.override_level = override.level if override else ""
    service.override_reason = override.reason if override else ""
    service.override_by = override.proposed_by if override else None
    service.override_confirmed_by = override.decided_by if override else None
    service.save(update_fields=["override_level", "override_reason", "override_by", "override_confirmed_by"])


def waiting(day: date) -> QuerySet[OnlineService]:
    """Services of which an answer has begun or ended since they were judged."""
    begun = Q(answers__valid_from__gt=F("judged_on"), answers__valid_from__lte=day)
    ended = Q(answers__valid_to__gt=F("judged_on"), answers__valid_to__lte=day)
    return OnlineService.objects.filter(begun | ended).distinct()
