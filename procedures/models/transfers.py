"""Imports of the catalogue: the file, what it would do procedure by procedure, and what was done."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procedures.models.catalogue import Procedure
from procedures.models.versions import ProcedureVersion


class CatalogueImport(models.Model):
    """One file. uploaded → checking → checked → applying → applied; refused when the file as a whole cannot be read.

    `counts` by kind of row; `notes` about the file as a whole; `is_complete`: a national file that holds everything, so
    that what it lacks is gone.
    """

    class Format(models.TextChoices):
        XLSX = "xlsx", _("Excel workbook")
        CSV = "csv", _("CSV table")
        JSON = "json", _("JSON, full documents")
        NATIONAL = "national", _("National Database (JSON)")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Waiting for the virus scan")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked, nothing written yet")
        APPLYING = "applying", _("Being written")
        APPLIED = "applied", _("Written into drafts")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)  # of the file, which is erased after a while
    format = models.CharField(max_length=10, choices=Format.choices)
    is_complete = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    refusal = models.JSONField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    rounds = models.PositiveIntegerField(default=0)  # how often rows were accepted: one job each
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["-at", "-id"], name="import_newest")]

    def __str__(self) -> str:
        return f"{self.format} {self.public_id} {self.state}"

    @property
    def is_working(self) -> bool:
        """Whether a job is at it, so that the page looks again by itself."""
        return self.state in {self.State.UPLOADED, self.State.CHECKING, self.State.APPLYING}


class ImportRow(models.Model):
    """What an import would do with one procedure. `problems`: see `procedures.transfers.problems.Problem`.

    `base_sha256` is the digest of the document it was compared with: when that has changed since, nothing is written.
    """

    class Kind(models.TextChoices):
        NEW = "new", pgettext_lazy("import", "New")
        CHANGED = "changed", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        WRONG = "wrong", _("Wrong")
        GONE = "gone", _("Gone")

    class Outcome(models.TextChoices):
        NONE = "", _("Not accepted")
        ACCEPTED = "accepted", _("Accepted, waiting")
        WRITTEN = "written", _("Written into a draft")
        MARKED = "marked", _("Marked to be abolished")
        STALE = "stale", _("Changed since the check")
        FAILED = "failed", _("Could not be written")

    batch = models.ForeignKey(CatalogueImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    procedure = models.ForeignKey(Procedure, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)
    content = models.JSONField(null=True, blank=True)
    base_sha256 = models.CharField(max_length=64, blank=True)
    parts = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    has_warnings = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.NONE)
    outcome_note = models.TextField(blank=True)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["batch_id", "number"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_import_row")]
        indexes = [
            models.Index(fields=["batch", "kind", "number"], name="import_row_kind"),
            models.Index(fields=["procedure"], name="import_row_abolish", condition=Q(outcome="marked")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number} {self.kind}"

    @property
    def is_right(self) -> bool:
        """Whether it can be accepted."""
        return self.kind in {self.Kind.NEW, self.Kind.CHANGED, self.Kind.GONE} and not self.outcome

    @property
    def sentences(self) -> list[dict[str, Any]]:
        """Its problems as {place, text, is_error} in the reader's language."""
        from procedures.transfers.problems import told

        return told(self.problems)
