"""Publication decisions: put together, checked against the five working days, published in one go."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.calendar import Calendar
from agencies.models import CalendarRevision, calendar_of
from audit.services import record
from procedures.content import parse
from procedures.content.words import refusal
from procedures.models import Abolition, Campaign, ImportRow, Procedure, ProcedureVersion, PublicationDecision
from procedures.services import versions

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User

WORKING_DAYS = 5  # both limits of Decision 766/QĐ-TTg, 1.1 and 1.2
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Timeliness:
    """A check of Decision 766: the last day it may be done, the day it was (None: not yet), and the verdict so far."""

    last_day: date
    done_on: date | None
    is_late: bool


def promulgated(decision: PublicationDecision) -> Timeliness:
    """1.1: the decision is signed at least five working days before it takes effect."""
    last = province_calendar().add_working_days(decision.effective_on, -WORKING_DAYS)
    return Timeliness(last, decision.signed_on, decision.signed_on > last)


def published_in_time(decision: PublicationDecision, *, on: date) -> Timeliness:
    """1.2: published within five working days of the decision; late as well when the time is over and it is not."""
    last = province_calendar().add_working_days(decision.signed_on, WORKING_DAYS)
    return Timeliness(last, decision.published_on, (decision.published_on or on) > last)


def province_calendar() -> Calendar:
    """The working calendar in force."""
    return calendar_of(CalendarRevision.objects.order_by("-number").values_list("pk", flat=True)[0])


def create_decision(*, number: str, kind: str, title: dict[str, str], signed_on: date, effective_on: date) -> (
    PublicationDecision
):  # fmt: skip
    """A decision that nothing stands in yet. Raises ValidationError for a number that is taken or days in disorder."""
    if PublicationDecision.objects.filter(number=number).exists():
        raise ValidationError({"number": _("There is a decision with this number.")})
    if effective_on < signed_on:
        raise ValidationError({"effective_on": _("A decision takes effect on the day it is signed or later.")})
    return PublicationDecision.objects.create(
        number=number, kind=kind, title=title, signed_on=signed_on, effective_on=effective_on
    )


def change_decision(decision_id: int, **values: Any) -> PublicationDecision:
    """Change number, kind, title or days of a decision that is not published. Raises ValidationError as `create_decision`."""
    with transaction.atomic():
        decision = _open(decision_id)
        number = values.get("number", decision.number)
        if PublicationDecision.objects.exclude(pk=decision.pk).filter(number=number).exists():
            raise ValidationError({"number": _("There is a decision with this number.")})
        for name, value in values.items():
            setattr(decision, name, value)
        if decision.effective_on < decision.signed_on:
            raise ValidationError({"effective_on": _("A decision takes effect on the day it is signed or later.")})
        decision.save()
    return decision


def drop_decision(decision_id: int) -> None:
    """Throw an unpublished decision away; its drafts stay in review."""
    with transaction.atomic():
        decision = _open(decision_id)
        decision.versions.update(decision=None)
        decision.delete()


def _open(decision_id: int) -> PublicationDecision:
    decision = PublicationDecision.objects.select_for_update(of=("self",)).get(pk=decision_id)
    if decision.published_on is not None:
        raise ValidationError(_("This decision is published already."))
    return decision


def put_in(decision_id: int, version_id: int) -> None:
    """A draft in review is published by this decision. Raises ValidationError for anything else."""
    with transaction.atomic():
        decision = _open(decision_id)
        version = ProcedureVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
        if version.state != ProcedureVersion.State.REVIEW:
            raise ValidationError(_("Only a draft in review can stand in a decision."))
        version.decision = decision
        version.save(update_fields=["decision"])


def take_out(decision_id: int, version_id: int) -> None:
    """The draft no longer stands in this decision; it stays in review."""
    with transaction.atomic():
        _open(decision_id).versions.filter(pk=version_id).update(decision=None)


def end_by(decision_id: int, procedure: Procedure, *, successor: Procedure | None) -> Abolition:
    """The decision abolishes a procedure, or replaces it by `successor`. Raises ValidationError saying why it cannot."""
    with transaction.atomic():
        decision = _open(decision_id)
        if successor is not None and successor.pk == procedure.pk:
            raise ValidationError({"successor": _("A procedure cannot replace itself.")})
        if successor is None and decision.kind == PublicationDecision.Kind.REPLACED:
            raise ValidationError({"successor": _("Name the procedure that replaces it.")})
        if not procedure.versions.published().exists():
            raise ValidationError({"procedure": _("%(code)s is not in force.") % {"code": procedure.code}})
        row, _new = Abolition.objects.update_or_create(
            decision=decision, procedure=procedure, defaults={"successor": successor}
        )
    return row


def marked() -> "QuerySet[Procedure]":
    """Procedures in force that an accepted import no longer has, and that no open decision ends yet."""
    rows = ImportRow.objects.filter(outcome=ImportRow.Outcome.MARKED, procedure__isnull=False)
    ending = Abolition.objects.filter(decision__published_on=None)
    found = Procedure.objects.published().filter(pk__in=rows.values("procedure"))
    return found.exclude(pk__in=ending.values("procedure")).order_by("sort_key", "pk")


def keep(decision_id: int, abolition_id: int) -> None:
    """The decision does not end that procedure after all."""
    with transaction.atomic():
        _open(decision_id).abolitions.filter(pk=abolition_id).delete()


def faults(decision: PublicationDecision) -> list[str]:
    """Everything that stands against publishing, each sentence naming its procedure."""
    found = []
    for version in decision.versions.open().select_related("procedure").order_by("procedure__code"):
        if version.state != ProcedureVersion.State.REVIEW:
            found.append(_("%(code)s: not handed in for review.") % {"code": version.procedure.code})
        if fault := refusal(parse(version.content)):
            found.append(f"{version.procedure.code}: {fault}")
    if not (decision.versions.exists() or decision.abolitions.exists() or Campaign.objects.filter(decision=decision)):
        found.append(_("Nothing stands in this decision yet."))
    return found


def publish_decision(decision_id: int, *, actor: "User", at: datetime) -> PublicationDecision:
    """Publish everything that stands in the decision, all or nothing.

    Raises ValidationError with every reason at once. A version with its day in the future is frozen now and holds from
    that day on (`versions.enter_into_force`); an abolished procedure ends the day before.
    """
    with transaction.atomic():
        decision = _open(decision_id)
        if found := faults(decision):
            raise ValidationError(found)
        _carry_out(decision, actor, at)
        decision.published_on, decision.published_by = timezone.localdate(at), actor
        decision.save(update_fields=["published_on", "published_by"])
        record("decision.published", actor_id=actor.pk, subject_type="decision", subject_id=decision.pk)
    return decision


def _carry_out(decision: PublicationDecision, actor: "User", at: datetime) -> None:
    refused = []
    for version in decision.versions.select_related("procedure").order_by("procedure__code"):
        try:
            versions.publish(version, actor=actor, effective_from=decision.effective_on, at=at, decision=decision)
        except ValidationError as fault:
            refused += [f"{version.procedure.code}: {text}" for text in fault.messages]
    for row in decision.abolitions.select_related("procedure", "successor"):
        last_day = decision.effective_on - ONE_DAY
        try:
            versions.abolish(row.procedure, last_day=last_day, successor=row.successor, actor=actor, at=at)
        except ValidationError as fault:
            refused += fault.messages
    if refused:
        raise ValidationError(refused)
