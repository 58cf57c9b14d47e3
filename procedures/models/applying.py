"""An agency that applies a procedure may do better than it must: a shorter time, another level."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import Procedure


class AppliedProcedure(models.Model):
    """How one agency applies a procedure. `limits`: {case key: {"amount", "unit"}}, never longer than the procedure's own.

    `level`: what the agency offers online where it differs from the procedure's; "" where it does not. `valid_to` is the
    last day.
    """

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="applied")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    limits = models.JSONField(default=dict, blank=True)
    level = models.CharField(max_length=10, choices=Procedure.Classification.choices, blank=True)
    source = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["agency__sort_key", "-valid_from"]
        verbose_name = _("applied procedure")
        verbose_name_plural = _("applied procedures")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="applied_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["procedure", "agency"], condition=Q(valid_to=None), name="one_applied_procedure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} at {self.agency_id}"

    def holds_on(self, day: date) -> bool:
        """Whether it applies on that day."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to >= day)
