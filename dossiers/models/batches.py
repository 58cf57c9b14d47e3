"""Many results in one go: what was shown, what was authorised, and what became of each."""

import uuid

from django.conf import settings
from django.db import models

from dossiers.models.dossier import Dossier


class ResultBatch(models.Model):
    """A list of results that one person signs (authorised with the PIN) or issues.

    The row is the authorisation: it names each dossier with the version and the digest of the paper that was shown, ends
    soon, and carries a proof made with a key that lies outside the database. The PIN is nowhere in it.
    """

    class Act(models.TextChoices):
        SIGN = "sign"
        ISSUE = "issue"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    act = models.CharField(max_length=5, choices=Act.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=5, default="vi")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    key_id = models.CharField(max_length=20)
    proof = models.CharField(max_length=64)
    is_waiting = models.BooleanField(default=False)  # the service that signs cannot be reached just now
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.act} {self.pk}"


class ResultBatchItem(models.Model):
    """One result of a batch: used once, in the transaction of the act itself."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    batch = models.ForeignKey(ResultBatch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "dossier"], name="one_item_per_dossier"),
            models.UniqueConstraint(fields=["batch", "position"], name="one_item_per_position"),
        ]
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.batch_id}:{self.position} {self.state}"
