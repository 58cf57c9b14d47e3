"""What the citizen handed in: answers, people, papers, the fee quote, how the result is wanted."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import pgettext_lazy

from common.crypto import EncryptedTextField
from dossiers.models.dossier import Dossier


class Answers(models.Model):
    """The e-form's answers; a draft's are overwritten, a filed dossier's get a new revision."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="answers", db_index=False)
    revision = models.PositiveSmallIntegerField(default=1)
    answers = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(db_default=Now())
    erase_after = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "revision"], name="one_revision")]

    def __str__(self) -> str:
        return f"{self.dossier_id} answers {self.revision}"


class Party(models.Model):
    """The applicant as of filing: a copy, so that later changes of the account never change a dossier."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="party")
    kind = models.CharField(max_length=12)  # person, organisation
    full_name = models.CharField(max_length=250)
    sort_key = models.CharField(max_length=900)
    folded_name = models.CharField(max_length=250)
    national_id = EncryptedTextField(blank=True, default="")
    national_id_index = models.CharField(max_length=64, blank=True)
    tax_code = models.CharField(max_length=14, blank=True)
    birth_date = models.DateField(null=True)
    phone = models.CharField(max_length=16, blank=True)
    email = models.EmailField(blank=True)
    address = models.JSONField(default=dict)
    contact_name = models.CharField(max_length=250, blank=True)  # who files for an organisation
    erase_after = models.DateField(null=True)

    class Meta:
        indexes = [
            GinIndex(fields=["folded_name"], opclasses=["gin_trgm_ops"], name="party_name_trgm"),
            models.Index(fields=["folded_name", "-dossier"], name="party_name"),
            # Not db_index: that would add an index for LIKE to each, which nobody asks.
            models.Index(fields=["national_id_index"], name="party_national_id"),
            models.Index(fields=["tax_code"], name="party_tax_code"),
            models.Index(fields=["phone"], name="party_phone"),
        ]

    def __str__(self) -> str:
        return f"party of {self.dossier_id}"


class Delivery(models.Model):
    """Where the result goes: the account, a counter, or an address for the post."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="delivery_choice")
    receiver = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    address = models.JSONField(default=dict)
    counter = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"delivery of {self.dossier_id}"


class Paper(models.Model):
    """One paper (thành phần hồ sơ) of the dossier and what officers found of it."""

    class Verdict(models.TextChoices):
        UNSEEN = "unseen"
        VALID = "valid"
        INVALID = "invalid"

    class Digitised(models.TextChoices):
        """The flag of the national exchange (Circular 01/2023/TT-VPCP); figures count by it."""

        NONE = "none", pgettext_lazy("digitisation", "Not digitised")
        DIGITISED = "digitised", pgettext_lazy("digitisation", "Digitised")
        DOSSIER = "dossier", pgettext_lazy("digitisation", "Re-used from another dossier")
        RESULT = "result", pgettext_lazy("digitisation", "Re-used from a result")

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="papers", db_index=False)
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=12, default="upload")  # upload, scan, reused, national
    digitised = models.CharField(
        max_length=9, choices=Digitised.choices, default=Digitised.NONE, db_default=Digitised.NONE
    )
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.UNSEEN)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "key"], name="one_paper")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.key}"


class PaperFile(models.Model):
    """A file handed in for a paper; replaced files stay, marked removed."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="files", db_index=False)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveSmallIntegerField(default=1)  # the revision of the answers it came with
    added_at = models.DateTimeField(db_default=Now())
    removed_at = models.DateTimeField(null=True)
    # Where a reused paper came from: the file of an earlier dossier, or its result. Bytes are shared, never copied.
    taken_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    from_result = models.ForeignKey("dossiers.Result", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "file"], name="one_paper_file")]

    def __str__(self) -> str:
        return f"{self.paper_id} file {self.file_id}"


class FeeLine(models.Model):
    """One line of the fee quote, frozen at check-answers (Law on Fees and Charges 97/2015); amounts in whole VND."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="fee_lines", db_index=False)
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)  # phi, le_phi
    name = models.JSONField(default=dict)
    quantity = models.PositiveIntegerField(default=1)
    unit = models.CharField(max_length=40, blank=True)
    unit_amount = models.PositiveBigIntegerField()
    amount = models.PositiveBigIntegerField()
    timing = models.CharField(max_length=10)  # before, after
    explanation = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "position"], name="one_fee_line")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.code} {self.amount}"
