"""What the watch over time writes down: rungs of ladders that were reached, apologies drafted, turns in sharing out."""

from django.conf import settings
from django.db import models

from dossiers.models import triggers
from dossiers.models.dossier import Dossier


class Alarm(models.Model):
    """One rung of a ladder that a dossier reached, once: whom it concerned then, and what was due when.

    `intake`: nobody answers a filing (warned after 4 working hours, escalated after 6, breached after 8). `step`: a step
    of the route nears its end, then passes it. `apology`: the draft of form 04 lies before the leader, is still unsent a
    day before the due date, was never sent. `opinion`: another agency has not answered in time. `due_at` is what is
    watched, `seq` the event that opened the step or asked for the opinion, else 0.
    """

    append_only = True

    class Ladder(models.TextChoices):
        INTAKE = "intake"
        STEP = "step"
        APOLOGY = "apology"
        OPINION = "opinion"

    class Rung(models.TextChoices):
        WARNED = "warned"
        ESCALATED = "escalated"
        BREACHED = "breached"

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="alarms")
    ladder = models.CharField(max_length=8, choices=Ladder.choices)
    rung = models.CharField(max_length=10, choices=Rung.choices)
    seq = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)  # of the step it waited at
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "ladder", "rung", "seq", "due_at"], name="one_alarm_per_rung")
        ]
        indexes = [models.Index(fields=["agency", "ladder", "rung", "due_at"], name="alarm_figures")]
        triggers = [triggers.APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.ladder} {self.rung}"


class ApologyDraft(models.Model):
    """Form 04 as proposed to the leader two working days before the due date; what was sent stands in the history."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="apology")
    due_at = models.DateTimeField()  # the due date it was drafted for
    appointment_at = models.DateTimeField()
    reason = models.TextField()
    drafted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.dossier_id} apology"


class Turn(models.Model):
    """When somebody was last given a dossier of a step by sharing out: of equally loaded people the earliest is next."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    number = models.BigIntegerField()  # of the giving, growing within agency and role

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "role", "user"], name="one_turn")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.number}"
