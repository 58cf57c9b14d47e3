"""What several models of this room share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Retention(models.TextChoices):
    """How long a personal row is kept; the dates themselves are set by services."""

    ACCOUNT = "account", _("While the account is used")
    CLOSED = "closed", _("Closed account, kept for the legal period")
    SHORT = "short", _("A day")


class Retained(models.Model):
    """A table with personal data: its retention class and the day after which its values are erased."""

    retention_class = models.CharField(max_length=20, choices=Retention.choices, default=Retention.ACCOUNT)
    erase_after = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Addressed(models.Model):
    """An address in the two levels that exist since 1 July 2025: province (2 digits), commune (5 digits), free line."""

    province_code = models.CharField(max_length=2, blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    address_line = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def address(self) -> dict[str, str]:
        """The address as forms and snapshots carry it; empty when nothing is known."""
        if not (self.province_code or self.commune_code or self.address_line):
            return {}
        return {"province": self.province_code, "commune": self.commune_code, "line": self.address_line}
