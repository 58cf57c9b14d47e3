"""What the agency issues: the forms of the one-stop and the result."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier
from dossiers.querysets_results import ResultQuerySet


class IssuedPaper(models.Model):
    """One printed form (01-07 of Circular 03/2025, or the 2018 set before 15/09/2025), as of its event."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="issued_papers")
    seq = models.PositiveIntegerField()  # of the event it belongs to
    form = models.CharField(max_length=10)  # 01 … 07
    form_set = models.CharField(max_length=4)  # 2018, 2025
    number = models.CharField(max_length=60, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "seq", "form"], name="one_issued_paper")]

    def __str__(self) -> str:
        return f"{self.dossier_id} form {self.form}"


class Result(models.Model):
    """The decision: drafted by one, signed by another, numbered and issued; verified by its secret on /xac-thuc/."""

    class Ground(models.TextChoices):
        """Why a result holds no more, in words that name nobody: they stand on the public page."""

        CORRECTED = "corrected", _("Corrected: another result takes its place")
        WRONG = "wrong", _("It was issued with a mistake")
        FALSE_PAPERS = "false_papers", _("Papers or declarations behind it were not true")
        CONDITIONS = "conditions", _("The conditions it was granted under are no longer met")
        ON_REQUEST = "on_request", _("The holder asked for it")
        BY_DECISION = "by_decision", _("A court or a higher authority decided so")
        REDRAFTED = "redrafted", _("Never issued: the proposal changed")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="results")
    revision = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=10)  # granted, rejected
    title = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    number = models.CharField(max_length=60, blank=True)
    verify_code = models.CharField(max_length=24, unique=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    draft_file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    viewed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoke_ground = models.CharField(max_length=20, choices=Ground.choices, blank=True)
    asks_until = models.DateField(null=True)  # the last day of validity as the specialist wrote it
    valid_until = models.DateField(null=True)  # the last day, as it stands on the paper; empty: open
    # The number in its parts: the order of the register (sổ kết quả).
    numbered_by = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    number_kind = models.CharField(max_length=10, blank=True)
    number_year = models.PositiveSmallIntegerField(null=True)
    number_serial = models.PositiveIntegerField(null=True)
    receiver = models.CharField(max_length=120, blank=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["numbered_by", "number_year", "number_kind", "number_serial"],
                condition=models.Q(number_serial__isnull=False),
                name="result_register",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "revision"], name="one_result_revision"),
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="one_result_number"),
            models.CheckConstraint(
                condition=models.Q(drafted_by=None)
                | models.Q(signed_by=None)
                | ~models.Q(drafted_by=models.F("signed_by")),
                name="drafter_never_signs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} result {self.revision}"
