"""What the agency issues: the forms of the one-stop and the result."""

import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import DateRange
from dossiers.models.dossier import Dossier
from dossiers.querysets_results import ResultQuerySet


class PaperForm(models.Model):
    """One form of a set and the days it is in force: a later circular is a row more, not code.

    `valid_to` is the first day the form no longer holds. `symbol` stands behind the number (`{agency}` is replaced by the
    agency's code); a form without one is not numbered. `form_set` is "" for papers that no circular prescribes.
    """

    kind = models.CharField(max_length=20)  # receipt, supplement, refusal, apology, stop, control_slip, book, …
    form_set = models.CharField(max_length=4, blank=True)
    number = models.CharField(max_length=10, blank=True)  # 01 … 07, as it is called in its set
    title = models.CharField(max_length=200)
    template = models.CharField(max_length=100)
    symbol = models.CharField(max_length=30, blank=True)
    source = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_paper_form_at_a_time",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="paper_form_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.form_set} {self.number}"


class IssuedPaper(models.Model):
    """One paper made of a dossier, as of its event: its form is the one in force on that day, its bytes never change.

    The A4 paper carries the number (per agency, kind and year, without gaps); other sizes repeat it.
    """

    class Size(models.TextChoices):
        A4 = "a4", "A4"
        A5 = "a5", "A5"
        SLIP = "slip", "80 mm"

    # What the person concerned reads; control slips stay inside.
    FOR_APPLICANT = ("receipt", "supplement", "refusal", "apology", "stop", "acknowledgement", "joint_receipt")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="issued_papers", db_index=False)
    seq = models.PositiveIntegerField()  # of the event it belongs to
    kind = models.CharField(max_length=20)
    size = models.CharField(max_length=4, choices=Size.choices, default=Size.A4)
    form = models.CharField(max_length=10, blank=True)  # its number in the set, 01 … 07
    form_set = models.CharField(max_length=4, blank=True)  # 2018, 2025
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    year = models.PositiveSmallIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=60, blank=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "seq", "kind", "size"], name="one_issued_paper"),
            models.UniqueConstraint(
                fields=["agency", "kind", "year", "serial"],
                condition=models.Q(size="a4", serial__isnull=False),
                name="one_paper_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind} {self.size}"


class Result(models.Model):
    """The decision: drafted by one, signed by another, numbered and issued; verified by its secret on /xac-thuc/."""

    class Ground(models.TextChoices):
        """Why a result holds no more, in words that name nobody: they stand on the public page."""

        CORRECTED = "corrected", _("Corrected: another result takes its place")
        WRONG = "wrong", _("It was issued with a mistake")
        FALSE_PAPERS = "false_papers", _("Papers or declarations behind it were not true")
        CONDITIONS = "conditions", _("The conditions it was granted under are no longer met")
        ON_REQUEST = "on_request", _("The holder asked for it")
        BY_DECISION = "by_decision", _("A court or a higher authority decided so")
        REDRAFTED = "redrafted", _("Never issued: the proposal changed")

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="results", db_index=False)
    revision = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=10)  # granted, rejected
    title = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    number = models.CharField(max_length=60, blank=True)
    verify_code = models.CharField(max_length=24, unique=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    draft_file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey("documents.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    viewed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoke_ground = models.CharField(max_length=20, choices=Ground.choices, blank=True)
    asks_until = models.DateField(null=True)  # the last day of validity as the specialist wrote it
    valid_until = models.DateField(null=True)  # the last day, as it stands on the paper; empty: open
    # The number in its parts: the order of the register (sổ kết quả).
    numbered_by = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    number_kind = models.CharField(max_length=10, blank=True)
    number_year = models.PositiveSmallIntegerField(null=True)
    number_serial = models.PositiveIntegerField(null=True)
    receiver = models.CharField(max_length=120, blank=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["numbered_by", "number_year", "number_kind", "number_serial"],
                condition=models.Q(number_serial__isnull=False),
                name="result_register",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "revision"], name="one_result_revision"),
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="one_result_number"),
            models.CheckConstraint(
                condition=models.Q(drafted_by=None)
                | models.Q(signed_by=None)
                | ~models.Q(drafted_by=models.F("signed_by")),
                name="drafter_never_signs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} result {self.revision}"
