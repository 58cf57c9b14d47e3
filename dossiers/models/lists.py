"""Papers about many dossiers: lists by which they change hands, and the tracking book of a counter."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.dossier import Dossier
from dossiers.models.papers import Result
from dossiers.querysets_lists import BookQuerySet, HandOverQuerySet


class HandOver(models.Model):
    """A list of what the one-stop hands to a department, or a department to the one-stop, on one day.

    `counter` is the agency at whose one-stop the dossiers were received. The receiving side confirms; differences are named.
    """

    class Direction(models.TextChoices):
        DEPARTMENT = "department"  # dossiers, from the one-stop to who examines them
        COUNTER = "counter"  # results, back to the one-stop

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    counter = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")

    objects = HandOverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["counter", "year", "serial"], condition=Q(direction="department"), name="one_list_to_department"
            ),
            models.UniqueConstraint(
                fields=["department", "year", "serial"], condition=Q(direction="counter"), name="one_list_to_counter"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | ~Q(confirmed_by=models.F("made_by")), name="maker_never_confirms"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_to_department(self) -> bool:
        """From the one-stop to a department; else results on their way back."""
        return self.direction == self.Direction.DEPARTMENT

    @property
    def giver_id(self) -> int:
        """The agency that hands over and numbers the list."""
        return self.counter_id if self.is_to_department else self.department_id


class HandOverItem(models.Model):
    """One dossier of a list, with the act that handed it over; an act stands on one list only."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="hand_overs")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    result = models.ForeignKey(Result, on_delete=models.PROTECT, null=True, related_name="+")
    amount = models.PositiveBigIntegerField(default=0)  # of the fee, whole VND
    is_paid = models.BooleanField(default=False)
    by_post = models.BooleanField(default=False)
    has_arrived = models.BooleanField(null=True)
    difference = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["dossier", "seq"], name="listed_once")]

    def __str__(self) -> str:
        return f"{self.hand_over_id} {self.dossier_id}"


class TrackingBook(models.Model):
    """The tracking book (Sổ theo dõi hồ sơ) of one counter for some days, printed in volumes by a job."""

    class State(models.TextChoices):
        WORKING = "working"
        READY = "ready"
        FAILED = "failed"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WORKING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)

    objects = BookQuerySet.as_manager()

    def __str__(self) -> str:
        return f"book of {self.agency_id} {self.first_day} {self.last_day}"


class BookVolume(models.Model):
    """One volume: entries `first` to `last` of the book, and where the next one goes on."""

    book = models.ForeignKey(TrackingBook, on_delete=models.CASCADE, related_name="volumes")
    number = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    last_at = models.DateTimeField(null=True)
    last_id = models.BigIntegerField(default=0)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["book", "number"], name="one_volume")]

    def __str__(self) -> str:
        return f"{self.book_id} volume {self.number}"
