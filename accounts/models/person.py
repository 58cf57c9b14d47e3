"""Who the holder of an account is."""

import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import Addressed, Retained
from accounts.querysets import PersonQuerySet
from common.crypto import EncryptedTextField


class Person(Addressed, Retained):
    """A natural person with an account. The 12-digit number is encrypted and, once set, changed only by identification.

    `identity_level`: 0 what the person declared, 1 checked against the card by an officer, 2 from the national
    identification (VNeID). `identity_source` says in words where it comes from, {vi, en}.
    """

    class Sex(models.TextChoices):
        MALE = "male", _("Male")
        FEMALE = "female", _("Female")

    class Level(models.IntegerChoices):
        DECLARED = 0, _("Self-declared")
        CHECKED = 1, _("Checked against the card")
        NATIONAL = 2, _("National electronic identification")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="person")
    full_name = models.CharField(_("Full name"), max_length=120)
    sort_key = models.TextField(db_index=True, editable=False)
    national_id: "models.TextField[str | None, str | None]" = EncryptedTextField(null=True, blank=True)
    national_id_index = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    birth_date = models.DateField(_("Date of birth"), null=True, blank=True)
    sex = models.CharField(_("Sex"), max_length=6, choices=Sex.choices, blank=True)
    email = models.EmailField(_("E-mail"), blank=True)
    contact_phone = models.CharField(_("Contact phone"), max_length=16, blank=True)
    identity_level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.DECLARED)
    identity_source = models.JSONField(default=dict, blank=True)
    identified_at = models.DateTimeField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(national_id__isnull=True, national_id_index__isnull=True)
                | models.Q(national_id__isnull=False, national_id_index__isnull=False),
                name="person_number_has_index",
            ),
            models.CheckConstraint(
                condition=models.Q(birth_date__isnull=True) | models.Q(birth_date__gte=datetime.date(1900, 1, 1)),
                name="person_birth_after_1900",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"

    @property
    def is_identity_locked(self) -> bool:
        """True once the identity number is known: the holder can no longer type another one."""
        return bool(self.national_id_index)
