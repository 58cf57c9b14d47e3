"""Versions of a procedure's document and the decisions that publish them."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import Procedure
from procedures.querysets import ProcedureVersionQuerySet


class PublicationDecision(models.Model):
    """The decision by which the province publishes new, amended, replaced or abolished procedures."""

    class Kind(models.TextChoices):
        NEW = "new", _("New")
        AMENDED = "amended", _("Amended")
        REPLACED = "replaced", _("Replaced")
        ABOLISHED = "abolished", _("Abolished")

    number = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.JSONField(default=dict)
    signed_on = models.DateField()
    effective_on = models.DateField()
    published_on = models.DateField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-signed_on", "-id"]
        verbose_name = _("publication decision")
        verbose_name_plural = _("publication decisions")
        constraints = [
            models.CheckConstraint(condition=Q(effective_on__gte=F("signed_on")), name="decision_signed_before_effect")
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_decision_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_on__isnull=False),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Abolition(models.Model):
    """A decision ends a procedure; `successor` is what people use instead."""

    decision = models.ForeignKey(PublicationDecision, on_delete=models.CASCADE, related_name="abolitions")
    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="abolitions")
    successor = models.ForeignKey(Procedure, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["procedure__sort_key"]
        verbose_name = _("abolition")
        verbose_name_plural = _("abolitions")
        constraints = [
            models.UniqueConstraint(fields=["decision", "procedure"], name="one_abolition_per_decision"),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("procedure")), name="successor_is_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.procedure_id}"


# A published version is law for the dossiers pinned to it.
FROZEN_UPDATE = """
IF OLD.state IN ('draft', 'review') THEN
    RETURN NEW;
END IF;
IF (NEW.procedure_id, NEW.number, NEW.content, NEW.sha256, NEW.effective_from, NEW.published_at)
   IS DISTINCT FROM (OLD.procedure_id, OLD.number, OLD.content, OLD.sha256, OLD.effective_from, OLD.published_at) THEN
    RAISE EXCEPTION 'a published version of a procedure cannot be changed' USING ERRCODE = 'restrict_violation';
END IF;
IF NEW.published_by_id IS DISTINCT FROM OLD.published_by_id OR NEW.decision_id IS DISTINCT FROM OLD.decision_id THEN
    RAISE EXCEPTION 'who published a version, and by which decision, cannot be changed' USING ERRCODE = 'restrict_violation';
END IF;
IF OLD.state = 'retired' AND (NEW.state, NEW.effective_to) IS DISTINCT FROM (OLD.state, OLD.effective_to) THEN
    RAISE EXCEPTION 'a retired version of a procedure cannot be changed' USING ERRCODE = 'restrict_violation';
END IF;
IF NEW.state IN ('draft', 'review') OR (NEW.state = 'retired' AND NEW.effective_to IS NULL) THEN
    RAISE EXCEPTION 'a published version can only be retired, with an end date' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;
"""
FROZEN_DELETE = """
IF OLD.state NOT IN ('draft', 'review') THEN
    RAISE EXCEPTION 'a published version of a procedure cannot be deleted' USING ERRCODE = 'restrict_violation';
END IF;
RETURN OLD;
"""


class ProcedureVersion(models.Model):
    """One state of a procedure's document. Draft: editable. Review: waits for the province. Published: frozen.

    Retired: frozen, with an end date; `effective_to` is the last day it holds. `revision` counts the changes of a
    draft, so that of two people who edit the second learns of the first. `based_on` is the version it was drafted from.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        REVIEW = "review", _("In review")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    content = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)  # why it changes, in the words of who drafted it
    remark = models.TextField(blank=True)  # why the province sent it back
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sha256 = models.CharField(max_length=64, editable=False)
    decision = models.ForeignKey(
        PublicationDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProcedureVersionQuerySet.as_manager()

    class Meta:
        ordering = ["procedure_id", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_version_number"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "review"])
                | Q(effective_from__isnull=False, published_at__isnull=False),
                name="published_version_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="version_dates_in_order",
            ),
            ExclusionConstraint(
                name="one_version_in_force_a_day",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    (
                        Func(
                            "effective_from",
                            "effective_to",
                            models.Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state__in=["draft", "review"]),
            ),
            models.UniqueConstraint(
                fields=["procedure"], condition=Q(state__in=["draft", "review"]), name="one_open_draft"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_frozen", when=pgtrigger.Before, operation=pgtrigger.Update, func=FROZEN_UPDATE
            ),
            pgtrigger.Trigger(
                name="published_stays", when=pgtrigger.Before, operation=pgtrigger.Delete, func=FROZEN_DELETE
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number} {self.state}"

    def holds_on(self, day: date) -> bool:
        """Whether it is the law of that day: published, begun, not ended (retired since or not)."""
        if self.is_open or self.effective_from is None or self.effective_from > day:
            return False
        return self.effective_to is None or self.effective_to >= day

    @property
    def is_open(self) -> bool:
        """Whether it is not published yet."""
        return self.state in {self.State.DRAFT, self.State.REVIEW}


class DraftRevision(models.Model):
    """What an open draft said at one revision, so that a second person sees what the first changed. Gone when published."""

    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta:
        ordering = ["version_id", "-revision"]
        constraints = [models.UniqueConstraint(fields=["version", "revision"], name="one_draft_revision")]

    def __str__(self) -> str:
        return f"{self.version_id} r{self.revision}"
