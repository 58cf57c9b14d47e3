"""What is written beside the acts: messages between agency and applicant, notes among colleagues.

Neither is an event: they bind nobody and can be erased. Retention class of both: "exchange", kept as long as the dossier's
answers; `erase_after` is set together with theirs.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.dossier import Dossier


class DossierMessage(models.Model):
    """One message of the agency to the applicant, or the other way round; what was sent is never changed."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_agency = models.BooleanField()
    agency_code = models.CharField(max_length=35, blank=True)  # of the officer's post when it was written
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # first opened by the other side
    erase_after = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="message_dossier")]

    def __str__(self) -> str:
        return f"{self.dossier_id} message {self.pk}"


class Note(models.Model):
    """A note among colleagues; the applicant never sees it. Changed for ten minutes, afterwards only struck through."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2000)
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    is_pinned = models.BooleanField(default=False)
    erase_after = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="note_dossier")]
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(is_pinned=True), name="one_pinned_note"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} note {self.pk}"
