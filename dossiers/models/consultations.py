"""Opinions asked of other agencies while a dossier is examined (lấy ý kiến cơ quan phối hợp)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dossiers.models.dossier import Dossier
from dossiers.querysets_consultations import ConsultationQuerySet


class Consultation(models.Model):
    """One question to one agency, with a limit of its own; the legal limit of the dossier never stretches by it.

    `silence_is_agreement`: as the route of the pinned version says, with its `legal_basis`. Question and answer are texts
    of their own and can be erased (retention class "exchange", see `DossierMessage`); events hold ids only.
    """

    class Outcome(models.TextChoices):
        AGREE = "agree", pgettext_lazy("opinion", "Agrees")
        DISAGREE = "disagree", pgettext_lazy("opinion", "Does not agree")
        NO_OPINION = "no_opinion", pgettext_lazy("opinion", "Has no opinion to give")
        SILENT = "silent", pgettext_lazy("opinion", "Agrees by silence")
        RECALLED = "recalled", pgettext_lazy("opinion", "Taken back")
        ENDED = "ended", pgettext_lazy("opinion", "Decided without it")

    class Unit(models.TextChoices):
        WORKING_DAY = "working_day", _("working days")
        HOUR = "hour", _("working hours")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="consultations")
    seq = models.PositiveIntegerField()  # of the event that asked
    step_no = models.PositiveSmallIntegerField(default=0)  # consultation step of the route; 0: not in the route
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    asked_from = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    question = models.TextField(max_length=4000)
    limit_amount = models.PositiveSmallIntegerField()
    limit_unit = models.CharField(max_length=15, choices=Unit.choices)
    due_at = models.DateTimeField()
    silence_is_agreement = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=200, blank=True)
    ended_seq = models.PositiveIntegerField(null=True)  # of the event that ended it
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(max_length=8000, blank=True)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    erase_after = models.DateField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "agency"], condition=Q(ended_at=None), name="one_open_consultation"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="")
                | Q(ended_at__isnull=False, ended_seq__isnull=False) & ~Q(outcome=""),
                name="ended_consultation_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(silence_is_agreement=False) | ~Q(legal_basis=""), name="silence_has_its_law"
            ),
        ]
        indexes = [
            models.Index(fields=["dossier", "id"], name="consultation_dossier"),
            models.Index(fields=["agency", "due_at", "id"], condition=Q(ended_at=None), name="consultation_open"),
            models.Index(fields=["agency", "-id"], name="consultation_agency"),
            models.Index(fields=["due_at"], condition=Q(ended_at=None), name="watch_consultation"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} consultation {self.pk}"

    @property
    def is_open(self) -> bool:
        """Still waiting for the answer."""
        return self.ended_at is None

    @property
    def is_answered(self) -> bool:
        """The agency itself answered (silence is no answer)."""
        return self.outcome in {self.Outcome.AGREE, self.Outcome.DISAGREE, self.Outcome.NO_OPINION}
