"""Review campaigns (đợt rà soát): what departments answer, what the province decides, the plan that follows."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procedures.models.catalogue import Field, Procedure
from procedures.models.versions import PublicationDecision
from procedures.querysets_reviews import CampaignItemQuerySet, CampaignQuerySet, CampaignTaskQuerySet


class Campaign(models.Model):
    """One review of a part of the catalogue. An empty scope (agencies, fields, levels) means all of them.

    `annex` holds the rows of the decision's annex as they were when the campaign was closed; `applied_on` is the day
    its answers became the classes of the services.
    """

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("campaign", "Planned")
        OPEN = "open", pgettext_lazy("campaign", "Open")
        CLOSED = "closed", pgettext_lazy("campaign", "Closed")

    name = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    agencies = models.ManyToManyField("agencies.Agency", blank=True, related_name="+")
    fields = models.ManyToManyField(Field, blank=True, related_name="+")
    levels = ArrayField(models.CharField(max_length=10, choices=Procedure.Level.choices), default=list, blank=True)
    opens_on = models.DateField()
    due_on = models.DateField()
    effective_on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.OneToOneField(
        PublicationDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="campaign"
    )
    annex = models.JSONField(default=list, blank=True, editable=False)
    applied_on = models.DateField(null=True, blank=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        ordering = ["-opens_on", "-id"]
        verbose_name = _("review campaign")
        verbose_name_plural = _("review campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")) & Q(effective_on__gte=F("due_on")),
                name="campaign_days_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(decision__isnull=False, closed_at__isnull=False),
                name="closed_campaign_has_its_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignTask(models.Model):
    """What one department has to answer in a campaign. `sent_at`: when it last handed its answers in."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="tasks")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CampaignTaskQuerySet.as_manager()

    class Meta:
        ordering = ["agency__sort_key"]
        verbose_name = _("department's task")
        verbose_name_plural = _("departments' tasks")
        constraints = [models.UniqueConstraint(fields=["campaign", "agency"], name="one_task_per_department")]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.agency_id}"


class CampaignItem(models.Model):
    """One procedure of a department's task. `version` counts its changes, so that of two people the second learns of the first.

    `criteria` holds the answers to the criteria people answer: {criterion: {answer, obstacle, reason, legal_basis}}.
    `remark` is the province's reason for returning the answer or leaving the procedure out.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("review", "Not answered")
        ANSWERED = "answered", pgettext_lazy("review", "Answered, not sent")
        SENT = "sent", pgettext_lazy("review", "Sent, to be checked")
        RETURNED = "returned", pgettext_lazy("review", "Returned")
        APPROVED = "approved", pgettext_lazy("review", "Approved")
        LEFT_OUT = "left_out", pgettext_lazy("review", "Left out")

    class Answer(models.TextChoices):
        KEEP = "keep", pgettext_lazy("review", "Keep as it is")
        SIMPLIFY = "simplify", pgettext_lazy("review", "Simplify")
        RESTRUCTURE = "restructure", pgettext_lazy("review", "Restructure the process")
        MERGE = "merge", pgettext_lazy("review", "Merge into another procedure")
        ABOLISH = "abolish", pgettext_lazy("review", "Abolish")

    task = models.ForeignKey(CampaignTask, on_delete=models.CASCADE, related_name="items")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    version = models.PositiveIntegerField(default=1)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    successor = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    days_saved = models.PositiveSmallIntegerField(default=0)
    papers_saved = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)
    criteria = models.JSONField(default=dict, blank=True)
    proposed_level = models.CharField(max_length=10, choices=Procedure.Classification.choices, blank=True)
    remark = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CampaignItemQuerySet.as_manager()

    class Meta:
        ordering = ["procedure__sort_key"]
        verbose_name = _("procedure under review")
        verbose_name_plural = _("procedures under review")
        constraints = [
            models.UniqueConstraint(fields=["task", "procedure"], name="one_item_per_procedure"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "left_out"]) | ~Q(answer=""), name="answered_item_has_an_answer"
            ),
            models.CheckConstraint(
                condition=~Q(answer="merge") | (Q(successor__isnull=False) & ~Q(successor=F("procedure"))),
                name="merged_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "left_out"]) | ~Q(remark=""), name="returned_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.procedure_id} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether the department may still answer it."""
        return self.state in OPEN_ITEM

    @property
    def ends(self) -> bool:
        """Whether the answer ends the procedure."""
        return self.answer in ENDING


OPEN_ITEM = (CampaignItem.State.WAITING, CampaignItem.State.ANSWERED, CampaignItem.State.RETURNED)
ENDING = (CampaignItem.Answer.MERGE, CampaignItem.Answer.ABOLISH)


class PlanItem(models.Model):
    """A simplification that was approved, followed until it is done."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("plan", "Planned")
        IN_WORK = "in_work", pgettext_lazy("plan", "In work")
        DONE = "done", pgettext_lazy("plan", "Done")

    item = models.OneToOneField(CampaignItem, on_delete=models.PROTECT, related_name="plan")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    version = models.PositiveIntegerField(default=1)
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["item__task__agency__sort_key", "item__procedure__sort_key"]
        verbose_name = _("item of the simplification plan")
        verbose_name_plural = _("items of the simplification plan")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False) | (~Q(state="done") & Q(done_on=None)),
                name="what_is_done_has_its_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"
