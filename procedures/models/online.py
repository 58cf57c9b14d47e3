"""Online services: what is classified and reported."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from procedures.models.catalogue import Procedure, noted
from procedures.querysets import OnlineServiceQuerySet

GRID = ("procedure_id", "code", "level", "legacy_level", "override_level", "criteria", "unmet", "obstacles")


class ServiceChange(models.Model):
    """One row for each statement that changed what the grid of services shows (as `CatalogueChange` for the catalogue)."""

    def __str__(self) -> str:
        return str(self.pk)


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
    criteria = models.JSONField(default=dict, editable=False)  # {key: {met, clear, reason {vi, en}, by, obstacles}}
    unmet = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    obstacles = ArrayField(
        models.CharField(max_length=41), default=list, blank=True, editable=False
    )  # criterion:reason
    legacy_level = models.PositiveSmallIntegerField(choices=LegacyLevel.choices, default=LegacyLevel.ONE)
    judged_on = models.DateField(null=True, blank=True, editable=False)  # the day of which class and criteria speak
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

    objects = OnlineServiceQuerySet.as_manager()

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
        triggers = noted("service_changed", *GRID, table="procedures_servicechange")

    def __str__(self) -> str:
        return self.code

    @property
    def effective_level(self) -> str:
        """The class in force: the override if there is one, else the computed one."""
        return self.override_level or self.level


class CriterionAnswer(models.Model):
    """What somebody answered about one criterion of a service, from a day on (`valid_to`: the first day it no longer holds).

    `obstacle` is the reason that can be counted, `reason` says it in words, `legal_basis` names the article.
    """

    class Answer(models.TextChoices):
        YES = "yes", pgettext_lazy("criterion", "Met")
        NO = "no", pgettext_lazy("criterion", "Not met")
        UNCLEAR = "unclear", pgettext_lazy("criterion", "Not clear")

    service = models.ForeignKey(OnlineService, on_delete=models.CASCADE, related_name="answers")
    criterion = models.CharField(max_length=20)
    answer = models.CharField(max_length=10, choices=Answer.choices)
    obstacle = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["service_id", "criterion", "-valid_from", "-id"]
        verbose_name = _("answer to a criterion")
        verbose_name_plural = _("answers to criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "criterion"], condition=Q(valid_to=None), name="one_open_answer"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="answer_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(answer="yes") | ~Q(obstacle="") | ~Q(reason=""), name="a_no_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.criterion} {self.answer}"


class Override(models.Model):
    """Another class than the computed one: proposed by one person with a reason, decided by a second."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("override", "Waits for a second person")
        CONFIRMED = "confirmed", pgettext_lazy("override", "Confirmed")
        REFUSED = "refused", pgettext_lazy("override", "Refused")
        ENDED = "ended", pgettext_lazy("override", "Ended")

    service = models.ForeignKey(OnlineService, on_delete=models.CASCADE, related_name="overrides")
    level = models.CharField(max_length=10, choices=Procedure.Classification.choices)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    remark = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        constraints = [
            models.UniqueConstraint(
                fields=["service"], condition=Q(state__in=["proposed", "confirmed"]), name="one_living_override"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "refused"]) | ~Q(decided_by=F("proposed_by")),
                name="override_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_id} {self.level} {self.state}"
