"""The PIN with which an officer lets papers be signed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SigningPin(models.Model):
    """Six digits, hashed like a password. It opens nothing by itself: it authorises one list of papers that was shown."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="signing_pin")
    digest = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("signing PIN")
        verbose_name_plural = _("signing PINs")

    def __str__(self) -> str:
        return f"PIN of {self.user_id}"
