"""What the desk keeps of its officers: what each has seen, how each wants the lists, views they share, acts in bulk.

No row here holds a value of an applicant: ids, codes, states and settings only.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
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
        PART = "part", _("A part at another agency has ended")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["dossier", "id"], name="arrival_dossier")]

    def __str__(self) -> str:
        return f"{self.kind} for {self.dossier_id}"


class Desk(models.Model):
    """How an officer wants the desk. `tabs`: {tab: {columns: [key], size: rows a page, sort: key}}; `keys`: shortcuts on."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    keys = models.BooleanField(default=True)
    tabs = models.JSONField(default=dict)
    goes_on = models.BooleanField(default=True)  # after an act the next dossier of the list opens

    def __str__(self) -> str:
        return f"desk of {self.user_id}"


class SavedView(models.Model):
    """A tab with filters under a name: the officer's own, or shared with an agency. Never a value of an applicant."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=60)
    tab = models.CharField(max_length=10)
    filters = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_name")]

    def __str__(self) -> str:
        return f"view {self.pk}"


class BulkRun(models.Model):
    """One act on many dossiers: shown first, then carried out one by one in the background."""

    class State(models.TextChoices):
        SHOWN = "shown", _("Waits for your confirmation")
        RUNNING = "running", _("Being carried out")
        DONE = "done", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    act = models.CharField(max_length=12)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    tab = models.CharField(max_length=10)
    back = models.CharField(max_length=500)  # the list it began from: tab and filters, as in its address
    language = models.CharField(max_length=2)
    left_out = models.PositiveIntegerField(default=0)  # chosen beyond the largest number
    state = models.CharField(max_length=10, choices=State.choices, default=State.SHOWN)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["officer", "-id"], condition=Q(state="running"), name="bulk_running"),
            models.Index(fields=["created_at"], name="bulk_created"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.public_id}"


class BulkItem(models.Model):
    """One dossier of a run, with the version the officer was shown. `words`: why not, or what went wrong."""

    class State(models.TextChoices):
        EXCLUDED = "excluded", _("Left out")
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveSmallIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    words = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="one_bulk_item")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.position} {self.state}"
