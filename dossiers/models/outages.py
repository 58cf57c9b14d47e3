"""Times in which the system was down, and the dossiers whose limits were lengthened for it."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from dossiers.models import triggers
from dossiers.models.dossier import Dossier


class Outage(models.Model):
    """An incident that took time from limits: from, to, why, by which decision; `agencies` empty: the whole portal.

    `day_share`: how much of a day's opening time (in per cent) it must take before an agency's limit in days gets the day
    back.
    """

    append_only = True

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    reason_vi = models.CharField(max_length=300)
    reason_en = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200)
    agencies = models.ManyToManyField("agencies.Agency", blank=True, related_name="+")
    day_share = models.PositiveSmallIntegerField(default=50)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-began_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ended_at__gt=models.F("began_at")), name="outage_dates"),
            models.CheckConstraint(condition=models.Q(day_share__range=(1, 100)), name="outage_share"),
        ]
        triggers = [triggers.APPEND_ONLY]

    def __str__(self) -> str:
        return f"outage {self.pk}"


class OutageShift(models.Model):
    """One date of a dossier that an outage moved (`old` to `new`), once; `consultation`: of which question to an agency."""

    append_only = True

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="shifts")
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveIntegerField()  # of the event
    track = models.CharField(max_length=15)
    consultation = models.ForeignKey("dossiers.Consultation", on_delete=models.PROTECT, null=True, related_name="+")
    old = models.DateTimeField()
    new = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outage", "dossier", "track", "consultation"], name="one_shift_per_outage", nulls_distinct=False
            )
        ]
        triggers = [triggers.APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.outage_id}: {self.dossier_id}"
