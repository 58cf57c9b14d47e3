"""What the agency issues: the forms of the one-stop and the result."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from dossiers.models.dossier import Dossier


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
    receiver = models.CharField(max_length=120, blank=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
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
