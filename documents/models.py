"""Stored files: one row per file, the bytes in the storage under `<room>/<yyyy>/<mm>/<uuid>`."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents import refusals
from documents.kinds import IMAGES, KINDS
from documents.querysets import StoredFileQuerySet


class Retention(models.TextChoices):
    """How long a file is kept; the room that links it sets `erase_after` when the time begins to run."""

    DRAFT = "draft", _("With the draft")
    DOSSIER = "dossier", _("With the dossier")
    RESULT = "result", _("Result, kept for good")
    TECHNICAL = "technical", _("Short-lived")


class StoredFile(models.Model):
    """A file from a person or a paper made by the system. Its bytes never change; only its state does.

    storing → checking → clean | infected | refused; papers of our own go from storing straight to clean.
    `reason` says why a file was refused, or that it was accepted unscanned (demo without a scanner).
    """

    class State(models.TextChoices):
        STORING = "storing", _("Being stored")
        CHECKING = "checking", _("Being checked")
        CLEAN = "clean", _("Checked")
        INFECTED = "infected", _("Virus found")
        REFUSED = "refused", _("Not accepted")
        ERASED = "erased", _("Erased")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    room = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    original_name = models.CharField(max_length=200)
    extension = models.CharField(max_length=5, choices=[(name, name) for name in KINDS])
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.STORING)
    reason = models.CharField(max_length=40, blank=True)
    warning = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    scanned_at = models.DateTimeField(null=True, blank=True)
    storage_name = models.CharField(max_length=120, unique=True)
    retention = models.CharField(max_length=10, choices=Retention.choices, default=Retention.DOSSIER)
    erase_after = models.DateTimeField(null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="file_waiting", condition=Q(state__in=["storing", "checking"])),
            models.Index(fields=["owner", "created_at"], name="file_owner"),
            models.Index(fields=["erase_after"], name="file_erase", condition=Q(erase_after__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="clean") | Q(size__gt=0), name="clean_file_has_bytes"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="sha256_is_hexadecimal"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="file_states",
                field="state",
                transitions=[
                    ("storing", "checking"),
                    ("storing", "clean"),
                    ("checking", "clean"),
                    ("checking", "infected"),
                    ("checking", "refused"),
                    ("checking", "erased"),
                    ("clean", "erased"),
                    ("infected", "erased"),
                    ("refused", "erased"),
                ],
            ),
            pgtrigger.Protect(
                name="file_bytes_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__sha256__df=pgtrigger.F("new__sha256"))
                | pgtrigger.Q(old__size__df=pgtrigger.F("new__size"))
                | pgtrigger.Q(old__storage_name__df=pgtrigger.F("new__storage_name"))
                | pgtrigger.Q(old__extension__df=pgtrigger.F("new__extension"))
                | pgtrigger.Q(old__public_id__df=pgtrigger.F("new__public_id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room}/{self.purpose} {self.public_id} {self.state}"

    @property
    def content_type(self) -> str:
        """The media type of its kind."""
        return KINDS[self.extension].content_type

    @property
    def is_clean(self) -> bool:
        """Whether it may be opened."""
        return self.state == self.State.CLEAN

    @property
    def is_waiting(self) -> bool:
        """Whether the check is still under way."""
        return self.state in {self.State.STORING, self.State.CHECKING}

    @property
    def is_image(self) -> bool:
        """Whether it is one picture."""
        return self.extension in IMAGES

    @property
    def has_preview(self) -> bool:
        """Whether its pages can be drawn for the officer's viewer."""
        return self.extension == "pdf" or self.is_image

    @property
    def state_message(self) -> Promise | str:
        """The sentence for a file that was put aside; empty for all others."""
        if self.state in {self.State.INFECTED, self.State.REFUSED}:
            return refusals.sentence("infected" if self.state == self.State.INFECTED else self.reason)
        return ""

    @property
    def warning_message(self) -> Promise | str:
        """The sentence about a picture that may be hard to read; empty when there is none."""
        return refusals.warning(self.warning)
