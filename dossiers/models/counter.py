"""The counter: who stands there, what an officer prepares for them, and what they confirm on their own phone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from common.crypto import EncryptedTextField
from dossiers.models.dossier import Dossier


class Visit(models.Model):
    """A person at the counter, for half an hour: the id in addresses, so that no personal value stands in one.

    `card` is the scanned card (encrypted JSON), kept only until the account is known.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    card = EncryptedTextField(blank=True, default="")
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.public_id)


class Preparation(models.Model):
    """A draft that an officer enters for somebody; officers of this agency's counter may go on with it."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="preparation")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    # What the page sent with it: the same request, sent again by a browser that heard no answer, finds the same dossier.
    request_key = models.UUIDField(null=True, unique=True)

    def __str__(self) -> str:
        return f"{self.dossier_id} prepared by {self.officer_id}"


class Confirmation(models.Model):
    """The citizen's word on a prepared draft: half an hour, one use, bound to what was shown (`digest`).

    `short_code` can be typed where the QR cannot be scanned; `phone` (E.164) is where the one-time code goes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="confirmations")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    short_code = models.CharField(max_length=8, unique=True)
    phone = EncryptedTextField()
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], condition=Q(confirmed_at=None, closed_at=None), name="one_open_confirmation"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
