"""A campaign is planned, opened (departments get their tasks), or thrown away before it is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.models import Agency
from audit.services import record
from procedures.models import Campaign, CampaignItem, CampaignTask, Field, Procedure
from procedures.querysets import ProcedureQuerySet

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Scope:
    """What a campaign looks at; what is empty means all."""

    agencies: tuple[Agency, ...] = ()
    fields: tuple[Field, ...] = ()
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Days:
    """When a campaign opens, when departments must have answered, when its decision takes effect."""

    opens_on: date
    due_on: date
    effective_on: date

    def refusal(self) -> dict[str, str]:
        """What is wrong with their order, by field."""
        if self.due_on < self.opens_on:
            return {"due_on": _("Departments need time: choose a day after the opening.")}
        if self.effective_on < self.due_on:
            return {
                "effective_on": _("The decision takes effect after the departments have answered: choose a later day.")
            }
        return {}


def plan_campaign(*, name: str, scope: Scope, days: Days, actor: "User", at: datetime) -> Campaign:
    """A campaign nobody has been asked for yet. Raises ValidationError for days in disorder."""
    _check(days)
    with transaction.atomic():
        campaign = Campaign.objects.create(
            name=name, levels=list(scope.levels), created_at=at, created_by=actor,
            opens_on=days.opens_on, due_on=days.due_on, effective_on=days.effective_on,
        )  # fmt: skip
        _write_scope(campaign, scope)
        record("campaign.planned", actor_id=actor.pk, subject_type="campaign", subject_id=campaign.pk)
    return campaign


def change_campaign(campaign_id: int, *, name: str, scope: Scope, days: Days) -> Campaign:
    """Change a campaign that is not open yet. Raises ValidationError as `plan_campaign`, and when it is open already."""
    _check(days)
    with transaction.atomic():
        campaign = locked(campaign_id, Campaign.State.PLANNED, _("This campaign is open already."))
        campaign.name, campaign.levels = name, list(scope.levels)
        campaign.opens_on, campaign.due_on, campaign.effective_on = days.opens_on, days.due_on, days.effective_on
        campaign.save()
        _write_scope(campaign, scope)
    return campaign


def postpone(campaign_id: int, *, due_on: date, effective_on: date, actor: "User") -> Campaign:
    """More time for the departments of an open campaign. Raises ValidationError for days in disorder."""
    with transaction.atomic():
        campaign = locked(campaign_id, Campaign.State.OPEN, _("This campaign is not open."))
        _check(Days(campaign.opens_on, due_on, effective_on))
        campaign.due_on, campaign.effective_on = due_on, effective_on
        campaign.save(update_fields=["due_on", "effective_on"])
        days = {"due": due_on.isoformat(), "effective": effective_on.isoformat()}
        record("campaign.postponed", actor_id=actor.pk, subject_type="campaign", subject_id=campaign.pk, data=days)
    return campaign


def drop_campaign(campaign_id: int) -> None:
    """Throw a campaign away that is not open yet."""
    with transaction.atomic():
        locked(campaign_id, Campaign.State.PLANNED, _("This campaign is open already.")).delete()


def open_campaign(campaign_id: int, *, actor: "User | None", at: datetime) -> Campaign:
    """Every department of the scope gets its task, every procedure of it an item.

    Raises ValidationError when it is open already, when its time is over, and when no procedure falls into the scope.
    """
    with transaction.atomic():
        campaign = locked(campaign_id, Campaign.State.PLANNED, _("This campaign is open already."))
        if campaign.due_on < timezone.localdate(at):
            raise ValidationError(_("The last day for answers is over: choose a later one first."))
        asked = list(in_scope(campaign).filter(owner__isnull=False).values_list("pk", "owner_id"))
        if not asked:
            raise ValidationError(_("No procedure falls into the scope."))
        owners = sorted({owner for _pk, owner in asked})
        tasks = CampaignTask.objects.bulk_create(CampaignTask(campaign=campaign, agency_id=owner) for owner in owners)
        of = {task.agency_id: task for task in tasks}
        CampaignItem.objects.bulk_create(CampaignItem(task=of[owner], procedure_id=pk) for pk, owner in asked)
        campaign.state, campaign.opened_at = Campaign.State.OPEN, at
        campaign.opens_on = min(campaign.opens_on, timezone.localdate(at))
        campaign.save(update_fields=["state", "opened_at", "opens_on"])
        actor_id = actor.pk if actor else None
        record("campaign.opened", actor_id=actor_id, subject_type="campaign", subject_id=campaign.pk)
    return campaign


def in_scope(campaign: Campaign) -> ProcedureQuerySet:
    """Procedures in force of the scope that no other open campaign asks for; also those nobody owns."""
    found = Procedure.objects.published()
    if agencies := list(campaign.agencies.values_list("pk", flat=True)):
        found = found.filter(owner__in=agencies)
    if fields := list(campaign.fields.values_list("pk", flat=True)):
        found = found.filter(field__in=fields)
    if campaign.levels:
        found = found.filter(level__in=campaign.levels)
    busy = CampaignItem.objects.filter(task__campaign__state=Campaign.State.OPEN).exclude(task__campaign=campaign)
    return found.exclude(pk__in=busy.values("procedure"))


def locked(campaign_id: int, state: str, refusal: str) -> Campaign:
    """The campaign, locked. Raises ValidationError with `refusal` when it is in another state."""
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)
    if campaign.state != state:
        raise ValidationError(refusal)
    return campaign


def _check(days: Days) -> None:
    if wrong := days.refusal():
        raise ValidationError(wrong)


def _write_scope(campaign: Campaign, scope: Scope) -> None:
    campaign.agencies.set(scope.agencies)
    campaign.fields.set(scope.fields)


def coming(day: date) -> Iterable[Campaign]:
    """Planned campaigns whose day of opening has come."""
    return Campaign.objects.filter(state=Campaign.State.PLANNED, opens_on__lte=day, due_on__gte=day)
