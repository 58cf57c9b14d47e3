"""What happens to paper at the counter: digitising it, handing the result over, receipts written while the line was down."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.crypto import EncryptedTextField
from dossiers.models.dossier import Dossier
from dossiers.models.filing import Paper, PaperFile
from dossiers.models.papers import Result


class Digitisation(models.Model):
    """How far a paper handed in on paper has come (Circular 01/2023/TT-VPCP): checked, scanned, typed, signed.

    Each step keeps who and when; a step that failed leaves its reason in `trouble` and is done again from there.
    """

    class Step(models.TextChoices):
        CHECKED = "checked", pgettext_lazy("digitising", "Checked against the original")
        SCANNED = "scanned", pgettext_lazy("digitising", "Scanned")
        TYPED = "typed", pgettext_lazy("digitising", "Key data typed")
        SIGNED = "signed", pgettext_lazy("digitising", "Signed and stored")

    paper = models.OneToOneField(Paper, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=8, choices=Step.choices)
    trouble = models.CharField(max_length=20, blank=True)  # why the last step did not succeed: a code, words are ours
    is_original = models.BooleanField(default=True)  # what was compared: the original, else a certified copy
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()
    scan = models.ForeignKey(PaperFile, on_delete=models.SET_NULL, null=True, related_name="+")
    data = EncryptedTextField(blank=True, default="")  # JSON: number, issuer, day, holder as they stand on the paper
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    typed_at = models.DateTimeField(null=True)
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=80, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_digitisation_code"),
            models.CheckConstraint(
                condition=~Q(step="signed") | (Q(file__isnull=False, signed_by__isnull=False) & ~Q(code="")),
                name="signed_has_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.step}"


class HandedOver(models.Model):
    """The result given to a person at the counter: who took it, when, and what proves it."""

    class Proof(models.TextChoices):
        DRAWN = "drawn", _("Signed on the screen")
        SLIP = "slip", _("Signed on the printed record")
        CODE = "code", _("Code sent to the phone")
        SECRET = "secret", _("Secret of the receipt")

    result = models.OneToOneField(Result, on_delete=models.PROTECT, related_name="handed_over")
    proof = models.CharField(max_length=6, choices=Proof.choices)
    receiver = models.CharField(max_length=120)
    is_authorised = models.BooleanField(default=False)  # somebody else, with a mandate of the applicant
    national_id = EncryptedTextField(blank=True, default="")
    mandate = models.CharField(max_length=200, blank=True)  # what the mandate is: its kind, number, date
    signature = EncryptedTextField(blank=True, default="")  # strokes drawn on the screen, as an SVG path
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(receiver=""), name="handed_over_to_somebody"),
            models.CheckConstraint(condition=Q(is_authorised=False) | ~Q(mandate=""), name="authorised_has_mandate"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id} {self.proof}"


class ReceiptBlock(models.Model):
    """Blank receipts of a counter, printed in advance with running numbers, for the hours when the line is down."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "first"], name="one_receipt_block"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="receipt_block_order"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.year} {self.first}-{self.last}"


class BlankReceipt(models.Model):
    """One number of a block, once it is used: which dossier, when it was really received, and who confirms it."""

    block = models.ForeignKey(ReceiptBlock, on_delete=models.PROTECT, related_name="used")
    serial = models.PositiveIntegerField()
    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="blank_receipt")
    received_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["block", "serial"], name="one_use_of_a_receipt"),
            models.CheckConstraint(condition=~Q(reason=""), name="late_entry_has_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("entered_by")), name="second_person_confirms"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_id} {self.serial}"
