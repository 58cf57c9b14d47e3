"""Figures: what is known of each dossier for counting, the sums over it, and figures other provinces published.

Nothing personal lies here: a fact holds codes and months, a rollup holds numbers.
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Due(models.Model):
    """A piece of news that is not folded yet; written by the reaction, once per row of the outbox."""

    outbox_id = models.BigIntegerField(primary_key=True)
    dossier = models.ForeignKey("dossiers.Dossier", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    noted_at = models.DateTimeField()  # when the news was written

    def __str__(self) -> str:
        return f"{self.outbox_id} {self.dossier_id}"


class DossierFact(models.Model):
    """What of one dossier is contained in the rollups: folding takes the old fact out and puts the new one in."""

    dossier = models.OneToOneField(
        "dossiers.Dossier", on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    seq = models.PositiveIntegerField()  # the dossier's event up to which it is folded
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    field = models.ForeignKey("procedures.Field", on_delete=models.PROTECT, related_name="+", db_index=False)
    procedure = models.ForeignKey("procedures.Procedure", on_delete=models.PROTECT, related_name="+", db_index=False)
    is_part = models.BooleanField(
        default=False, db_default=False
    )  # of an inter-agency dossier: counts at its agency only
    intake = models.CharField(max_length=10)
    filed_by = models.CharField(max_length=10)
    service_level = models.CharField(max_length=10)
    received_month = models.DateField(null=True)
    resolved_month = models.DateField(null=True)
    timeliness = models.CharField(max_length=8, blank=True)  # early, on_time, late; empty without a legal limit
    has_signed_result = models.BooleanField(default=False, db_default=False)  # an issued electronic file, signed
    has_digitised_papers = models.BooleanField(default=False, db_default=False)  # one at least, digitised or re-used
    paid_month = models.DateField(null=True)
    is_paid_online = models.BooleanField(default=False)
    returned_month = models.DateField(null=True)
    is_returned_by_post = models.BooleanField(default=False)
    rated_month = models.DateField(null=True)
    score = models.PositiveSmallIntegerField(null=True)  # 1 to 5

    def __str__(self) -> str:
        return f"{self.dossier_id}#{self.seq}"


def _count() -> "models.IntegerField[int, int]":
    return models.IntegerField(default=0)


class Rollup(models.Model):
    """Counts of one month (its first day) for one grain: whole province, agency, field, both, or one procedure too."""

    grain = models.PositiveSmallIntegerField()  # index into reports.measures.GRAINS
    month = models.DateField()
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    field = models.ForeignKey("procedures.Field", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    procedure = models.ForeignKey(
        "procedures.Procedure", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    received = _count()
    received_online = _count()
    received_counter = _count()
    received_post = _count()
    filed_self = _count()
    filed_assisted = _count()
    filed_typed = _count()
    level_full = _count()
    level_partial = _count()
    full_online = _count()
    resolved = _count()
    resolved_early = _count()
    resolved_on_time = _count()
    resolved_late = _count()
    results_signed = _count()
    papers_digitised = _count()
    paid = _count()
    paid_online = _count()
    returned = _count()
    returned_by_post = _count()
    rated_1 = _count()
    rated_2 = _count()
    rated_3 = _count()
    rated_4 = _count()
    rated_5 = _count()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["grain", "month", "agency", "field", "procedure"], nulls_distinct=False, name="one_rollup"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "month"], condition=models.Q(grain=3), name="rollup_agency_field"),
            models.Index(fields=["field", "month"], condition=models.Q(grain=3), name="rollup_field_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y} {self.agency_id} {self.field_id} {self.procedure_id}"


class Watermark(models.Model):
    """Up to when the figures are exact. Its row is the lock of the fold: one at a time, the others go on."""

    name = models.CharField(max_length=30, primary_key=True)
    as_of = models.DateTimeField(null=True)
    folded = models.PositiveBigIntegerField(default=0)  # pieces of news so far
    changed_at = models.DateTimeField(db_default=Now())  # when a figure changed last

    def __str__(self) -> str:
        return f"{self.name} {self.as_of}"


class PublishedFigure(models.Model):
    """A figure as somebody published it, with its sum where it is known; percentages are computed again when shown."""

    class Kind(models.TextChoices):
        ACTUAL = "actual", _("Measured")
        TARGET = "target", _("Target")

    position = models.PositiveIntegerField()
    province = models.CharField(max_length=100)
    period = models.CharField(max_length=100)
    measure = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    unit = models.CharField(max_length=20)
    qualifier = models.CharField(max_length=20, blank=True)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    stated_percent = models.DecimalField(max_digits=9, decimal_places=4, null=True)
    stated_places = models.PositiveSmallIntegerField(default=0)  # decimals of the percentage as published
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province", "period", "measure"], name="one_published_figure"),
        ]

    def __str__(self) -> str:
        return f"{self.province} {self.period} {self.measure}"
