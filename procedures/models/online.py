"""Online services: what is classified and reported."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import Procedure


class OnlineService(models.Model):
    """An online service (dịch vụ công trực tuyến): code `<procedure>.NN`; what is classified and reported.

    `level` is computed from the document; `override_level` replaces it only with a reason and a second person.
    """

    class LegacyLevel(models.IntegerChoices):
        ONE = 1, "1"
        TWO = 2, "2"
        THREE = 3, "3"
        FOUR = 4, "4"

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="services")
    number = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=24, unique=True)
    name = models.JSONField(default=dict)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cases = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    level = models.CharField(max_length=10, choices=Procedure.Classification.choices)
    legacy_level = models.PositiveSmallIntegerField(choices=LegacyLevel.choices, default=LegacyLevel.ONE)
    override_level = models.CharField(max_length=10, choices=Procedure.Classification.choices, blank=True)
    override_reason = models.TextField(blank=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("online service")
        verbose_name_plural = _("online services")
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_service_number"),
            models.CheckConstraint(
                condition=Q(override_level="")
                | (~Q(override_reason="") & Q(override_by__isnull=False, override_confirmed_by__isnull=False)),
                name="override_needs_reason_and_second_person",
            ),
            models.CheckConstraint(
                condition=Q(override_by__isnull=True) | ~Q(override_by=F("override_confirmed_by")),
                name="override_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def effective_level(self) -> str:
        """The class in force: the override if there is one, else the computed one."""
        return self.override_level or self.level
