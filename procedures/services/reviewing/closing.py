"""Closing a campaign: one decision with its annex, drafts for what is simplified, and the changes on the effective date."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from procedures.models import Campaign, CampaignItem, OnlineService, PlanItem, ProcedureVersion, PublicationDecision
from procedures.services import classifying, deciding, drafting, projecting
from procedures.services.reviewing import annex, campaigns
from procedures.services.reviewing.answering import given_criteria

if TYPE_CHECKING:
    from accounts.models import User

State = CampaignItem.State
Choice = CampaignItem.Answer
PLANNED = (Choice.SIMPLIFY, Choice.RESTRUCTURE)


@dataclass(frozen=True)
class Paper:
    """The decision a campaign ends with."""

    number: str
    title: str
    signed_on: date
    effective_on: date


@dataclass(frozen=True)
class Outcome:
    """What closing a campaign does now."""

    ended: list[CampaignItem]
    planned: list[CampaignItem]
    changed: list[tuple[CampaignItem, str, str]]  # class before, class after
    kept: int
    left_out: int
    days: int
    papers: int


def outcome(campaign: Campaign) -> Outcome:
    """What will happen, from the answers approved so far."""
    items = annex.approved(campaign)
    found = zip(items, annex.rows(items), strict=True)
    saved = CampaignItem.objects.of(campaign).filter(state=State.APPROVED)
    sums = saved.aggregate(days=Sum("days_saved"), papers=Sum("papers_saved"))
    return Outcome(
        ended=[item for item in items if item.ends],
        planned=[item for item in items if item.answer in PLANNED],
        changed=[(item, row.before, row.after) for item, row in found if row.after and row.after != row.before],
        kept=sum(item.answer == Choice.KEEP for item in items),
        left_out=CampaignItem.objects.of(campaign).filter(state=State.LEFT_OUT).count(),
        days=sums["days"] or 0,
        papers=sums["papers"] or 0,
    )


def faults(campaign: Campaign) -> list[str]:
    """Everything that stands against closing, each sentence naming its procedure."""
    items = CampaignItem.objects.of(campaign)
    found = []
    if waiting := items.exclude(state__in=[State.APPROVED, State.LEFT_OUT]).count():
        found.append(_("%(number)s procedures are not approved: approve them or leave them out.") % {"number": waiting})
    approved = items.filter(state=State.APPROVED)
    if not approved.exists():
        found.append(_("No answer is approved yet."))
    ending = list(approved.filter(answer__in=[Choice.MERGE, Choice.ABOLISH]).select_related("procedure", "successor"))
    ends = {item.procedure_id for item in ending}
    drafts = ProcedureVersion.objects.open().filter(procedure__in=ends).values_list("procedure", flat=True)
    for item in ending:
        values = {"code": item.procedure.code, "successor": item.successor.code if item.successor else ""}
        if item.procedure.current_version_id is None:
            found.append(_("%(code)s is not in force.") % values)
        if item.procedure_id in set(drafts):
            found.append(_("%(code)s: publish or discard the open draft first.") % values)
        if item.successor_id in ends:
            found.append(_("%(code)s is merged into %(successor)s, which ends as well.") % values)
    return found


def close_campaign(campaign_id: int, paper: Paper, *, actor: "User", at: datetime) -> Campaign:
    """Make and publish the decision, open the drafts, start the plan. All or nothing; raises ValidationError with reasons."""
    with transaction.atomic():
        campaign = campaigns.locked(campaign_id, Campaign.State.OPEN, _("This campaign is not open."))
        list(CampaignItem.objects.of(campaign).select_for_update(of=("self",)).order_by("pk"))
        if found := faults(campaign):
            raise ValidationError(found)
        if paper.effective_on < timezone.localdate(at):
            raise ValidationError({"effective_on": _("Choose today or a later day.")})
        items = annex.approved(campaign)
        campaign.annex = annex.frozen(annex.rows(items, anew=True))
        campaign.effective_on, campaign.due_on = paper.effective_on, min(campaign.due_on, paper.effective_on)
        campaign.decision = _decision(paper, items)
        campaign.state, campaign.closed_at, campaign.closed_by = Campaign.State.CLOSED, at, actor
        campaign.save()
        _start_plan(items, actor, at)
        deciding.publish_decision(campaign.decision.pk, actor=actor, at=at)
        record("campaign.closed", actor_id=actor.pk, subject_type="campaign", subject_id=campaign.pk)
    apply_due(on=timezone.localdate(at), at=at)
    campaign.refresh_from_db()
    return campaign


def _decision(paper: Paper, items: list[CampaignItem]) -> PublicationDecision:
    ending = [item for item in items if item.ends]
    kind = PublicationDecision.Kind.ABOLISHED if len(ending) == len(items) else PublicationDecision.Kind.AMENDED
    decision = deciding.create_decision(
        number=paper.number, kind=kind, title={"vi": paper.title, "en": ""}, signed_on=paper.signed_on,
        effective_on=paper.effective_on,
    )  # fmt: skip
    for item in ending:
        deciding.end_by(decision.pk, item.procedure, successor=item.successor)
    return decision


def _start_plan(items: list[CampaignItem], actor: "User", at: datetime) -> None:
    for item in items:
        if item.answer in PLANNED:
            drafting.open_draft(item.procedure, actor=actor, at=at)
            PlanItem.objects.create(item=item, changed_at=at, changed_by=actor)


# ── the effective date ──
def apply_due(*, on: date, at: datetime) -> int:
    """The answers of closed campaigns hold from their effective date; a missed night is made up for. How many campaigns."""
    due = Campaign.objects.filter(state=Campaign.State.CLOSED, applied_on=None, effective_on__lte=on)
    count = 0
    for pk in list(due.order_by("effective_on", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=pk)
            if campaign.applied_on is not None:
                continue
            _apply(campaign, on, at)
            campaign.applied_on = on
            campaign.save(update_fields=["applied_on"])
            count += 1
    return count


def _apply(campaign: Campaign, on: date, at: datetime) -> None:
    for item in annex.approved(campaign):
        service = OnlineService.objects.filter(procedure=item.procedure_id, number=1).first()
        if service is not None and not item.ends:
            _apply_to(service, item, campaign.effective_on, on, at)


def _apply_to(service: OnlineService, item: CampaignItem, day: date, on: date, at: datetime) -> None:
    """Write the answers from that day on; what somebody has answered for a later day stands."""
    is_overtaken = False
    for key, given in given_criteria(item).items():
        if service.answers.filter(criterion=key, valid_to=None, valid_from__gt=day).exists():
            is_overtaken = True
        else:
            classifying.answer(service, key, given, actor=item.answered_by, at=at, valid_from=day)
    projecting.reclassify(service, on=on if is_overtaken else day)
