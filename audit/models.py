"""The access log: who looked at or changed whose data. Append-only for the application's role and by trigger."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Access(models.Model):
    """One look or change. Ids only: whose data it was is found through the subject (Law 91/2025/QH15, Decree 356/2025)."""

    append_only = True

    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    agency_code = models.CharField(max_length=35, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="access_subject"),
            models.Index(fields=["actor", "-id"], name="access_actor"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"
