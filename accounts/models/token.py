"""Tokens with which programs act for an account."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """A key to the API: `mc_` and 43 random characters, of which only a keyed hash is stored.

    It expires, can be revoked, and reaches only as far as its scope: `citizen` files and follows the holder's own
    dossiers, `officer` works in the queues of the holder's posts; the `:read` scopes change nothing.
    """

    class Scope(models.TextChoices):
        CITIZEN = "citizen", _("File and follow own dossiers")
        CITIZEN_READ = "citizen:read", _("Read own dossiers")
        OFFICER = "officer", _("Work at the desk")
        OFFICER_READ = "officer:read", _("Read the desk")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return str(self.public_id)

    def allows(self, scope: str, *, is_safe: bool) -> bool:
        """Whether this token may make a call that needs `scope` (`any`: a token of either kind)."""
        kind, _colon, limit = self.scope.partition(":")
        return scope == "any" or (scope == kind and (is_safe or limit != "read"))
