"""One-time codes sent by SMS."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.querysets import MAX_TRIES, OneTimeCodeQuerySet
from common.crypto import EncryptedTextField


class OneTimeCode(models.Model):
    """A six-digit code: hashed, for one purpose, one phone and one browser session, five tries, five minutes, once.

    `phone_index` finds the codes of a phone; the phone itself is encrypted, so that later steps need not keep it in the
    session (sessions are cached in Redis). Rows are deleted a day after they expire (`services.sweep_codes`).
    """

    class Purpose(models.TextChoices):
        REGISTER = "register", _("Create an account")
        RESET = "reset", _("Set a new password")
        CHANGE_PHONE = "change_phone", _("Change the phone number")
        SIGN_IN = "sign_in", _("Sign in")
        SIGN = "sign", _("Sign")
        LOOK_UP = "look_up", _("Look up a dossier")
        CONFIRM = "confirm", _("Confirm a dossier")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    phone = EncryptedTextField()
    phone_index = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64)
    binding = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)
    killed_at = models.DateTimeField(null=True, blank=True)
    spent_at = models.DateTimeField(null=True, blank=True)

    objects = OneTimeCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        constraints = [
            models.UniqueConstraint(
                fields=["phone_index", "purpose"],
                condition=models.Q(used_at__isnull=True, killed_at__isnull=True),
                name="one_live_code_per_phone_and_purpose",
            ),
            models.CheckConstraint(condition=models.Q(tries__lte=MAX_TRIES), name="code_tries_at_most_five"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
