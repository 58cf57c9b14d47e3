"""The dossier's way through the agencies: steps taken, supplements asked."""

from django.conf import settings
from django.db import models

from dossiers.models.dossier import Dossier


class StepRun(models.Model):
    """One stay of the dossier at a step of its route: a block of the control slip (form 06)."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="steps", db_index=False)
    seq = models.PositiveIntegerField()  # of the event that opened it
    step_no = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)  # three quarters of the step's time are used up
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    direction = models.CharField(max_length=8, blank=True)  # forward, back, end

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=models.Q(ended_at=None), name="one_open_step"),
        ]
        indexes = [
            models.Index(fields=["dossier", "seq"], name="step_dossier"),
            models.Index(fields=["warn_at"], condition=models.Q(ended_at=None), name="watch_step_soon"),
            models.Index(fields=["due_at"], condition=models.Q(ended_at=None), name="watch_step_late"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} step {self.step_no}"


class SupplementRequest(models.Model):
    """Form 02: everything that is missing, in one go, with reasons per paper."""

    class State(models.TextChoices):
        DRAFTED = "drafted"
        APPROVED = "approved"
        SENT = "sent"
        ANSWERED = "answered"
        CONFIRMED = "confirmed"
        EXPIRED = "expired"
        DISCARDED = "discarded"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplements")
    number = models.PositiveSmallIntegerField()
    before_acceptance = models.BooleanField()
    state = models.CharField(max_length=10, choices=State.choices)
    message = models.TextField(blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # told that the limit is near; empty again when the limit moves
    ran_out_at = models.DateTimeField(null=True)  # told that it is over, and proposed to the officer

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="one_supplement_number")]
        indexes = [models.Index(fields=["answer_by"], condition=models.Q(state="sent"), name="supplement_answer_by")]

    def __str__(self) -> str:
        return f"{self.dossier_id} supplement {self.number}"


class SupplementItem(models.Model):
    """One thing to complete: a paper or an answer, with the reason the citizen reads."""

    request = models.ForeignKey(SupplementRequest, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=8)  # paper, field
    key = models.CharField(max_length=60)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind} {self.key}"
