"""The ledger from which due dates are derived (design: rows are the truth, due_at is a copy)."""

from django.conf import settings
from django.db import models

from dossiers.models import triggers
from dossiers.models.dossier import Dossier


class ClockEntry(models.Model):
    """One fact about time: a limit started, paused, resumed, extended… each with reason, actor and legal source."""

    append_only = True

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="clock_entries", db_index=False)
    seq = models.PositiveIntegerField()  # of the event that caused it
    position = models.PositiveSmallIntegerField(default=0)  # order within the event
    track = models.CharField(max_length=15)  # intake, handling, supplement, step, consultation
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    limit_amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    limit_unit = models.CharField(max_length=15, blank=True)
    policy = models.CharField(max_length=10, blank=True)
    appointment_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "seq", "position"], name="one_entry")]
        triggers = [triggers.APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.track}.{self.kind}"
