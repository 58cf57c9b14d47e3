"""What the desk keeps of its officers: what each has seen, how each wants the lists, views they share, acts in bulk.

No row here holds a value of an applicant: ids, codes, states and settings only.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class Look(models.Model):
    """What an officer last saw of a dossier: the number of the event, and of the last message or opinion."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    seq = models.PositiveIntegerField()
    arrival = models.BigIntegerField(default=0)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "dossier"], name="one_look")]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.dossier_id}#{self.seq}"


class Arrival(models.Model):
    """Something came for a dossier that is no act of the flow chart: a message of the applicant, an opinion."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("Message")
        OPINION = "opinion", _("Opinion received")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="arrival_dossier")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.dossier_id}"
