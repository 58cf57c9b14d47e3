"""What happened: chained events without personal data, and the texts they point to."""

from django.conf import settings
from django.db import models

from dossiers.models import triggers
from dossiers.models.dossier import Dossier


class DossierEvent(models.Model):
    """One act on a dossier. Ids, codes and digests only; hash = HMAC-SHA256(key id, previous hash, canonical JSON)."""

    append_only = True

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=20)
    agency_code = models.CharField(max_length=35, blank=True)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    key_id = models.CharField(max_length=20)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="one_event_per_seq")]
        triggers = [triggers.APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.dossier_id}#{self.seq} {self.name}"


class DossierText(models.Model):
    """A reason or message in words, kept apart from the event so that it can be erased; the event holds its digest."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="texts", db_index=False)
    seq = models.PositiveIntegerField()  # of the event it belongs to
    purpose = models.CharField(max_length=20)  # reason, note, message
    text = models.TextField()
    is_public = models.BooleanField(default=True)  # the citizen reads it
    erase_after = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "seq", "purpose"], name="one_text")]

    def __str__(self) -> str:
        return f"{self.dossier_id}#{self.seq} {self.purpose}"
