"""Organisations and who acts for them."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, Retained
from accounts.querysets import RepresentationQuerySet


class Organisation(Addressed, Retained):
    """A company, co-operative, household business or other body, known by its tax code (10, 13 or 12 digits).

    `verified_at` is empty while nobody has compared it with the business register: pages say "chưa đối chiếu".
    """

    tax_code = models.CharField(_("Tax code"), max_length=14, unique=True)
    name = models.CharField(_("Name of the organisation"), max_length=250)
    sort_key = models.TextField(db_index=True, editable=False)
    representative = models.CharField(_("Legal representative"), max_length=120, blank=True)
    phone = models.CharField(_("Telephone"), max_length=16, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_code__regex=r"^([0-9]{10}(-[0-9]{3})?|[0-9]{12})$"), name="organisation_tax_code_form"
            ),
        ]

    def __str__(self) -> str:
        return self.tax_code

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


class DateRange(Func):
    """PostgreSQL's daterange(from, to): the last day excluded, an empty end is open."""

    function = "daterange"
    output_field = DateRangeField()


class Representation(models.Model):
    """A user acts for an organisation from one day to another (`valid_to` is the first day it no longer holds)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="representations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="representations")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RepresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("representation")
        verbose_name_plural = _("representations")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="representation_dates"
            ),
            ExclusionConstraint(
                name="representation_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} for organisation {self.organisation_id}"
