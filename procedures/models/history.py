"""Which level an online service had on which day: what counts of past dates are made of."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import Procedure
from procedures.models.online import OnlineService
from procedures.querysets import ServiceLevelQuerySet

# Decree 42/2022 in force: full and partial instead of the four levels of Decree 43/2011.
NEW_LEVELS_FROM = date(2022, 8, 15)


class ServiceLevel(models.Model):
    """One service had this level from `valid_from` to `valid_to` (the last day; None: until further notice).

    Written when a projection changes the level, and by `load_catalogue_levels` for the time before the portal; records of
    services that left the catalogue before have no `service`.
    """

    service = models.ForeignKey(OnlineService, on_delete=models.CASCADE, null=True, blank=True, related_name="levels")
    code = models.CharField(max_length=24)
    name_vi = models.TextField()
    level = models.CharField(max_length=10, choices=Procedure.Classification.choices, blank=True)
    legacy_level = models.PositiveSmallIntegerField(choices=OnlineService.LegacyLevel.choices, null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)

    objects = ServiceLevelQuerySet.as_manager()

    class Meta:
        ordering = ["code", "valid_from"]
        verbose_name = _("level of a service")
        verbose_name_plural = _("levels of services")
        indexes = [models.Index(fields=["valid_from", "valid_to"], name="service_level_days")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="level_dates_in_order"
            ),
            models.CheckConstraint(condition=~Q(level="") | Q(legacy_level__isnull=False), name="level_of_some_scale"),
            ExclusionConstraint(
                name="one_level_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from", "valid_to", models.Value("[]"), function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.code} {self.level or self.legacy_level} {self.valid_from}"
