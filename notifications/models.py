"""Messages out. A message is a durable row first; a job sends it by id."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class Message(models.Model):
    """One message to one person over one channel, with what the carrier said of it."""

    class Channel(models.TextChoices):
        SMS = "sms"
        EMAIL = "email"
        SITE = "site"

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"  # the carrier took it
        DELIVERED = "delivered"
        FAILED = "failed"
        UNCLEAR = "unclear"  # the carrier's answer was lost; a code is never sent twice

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    kind = models.CharField(max_length=60)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    destination = models.CharField(max_length=254, blank=True)  # phone (E.164) or e-mail address; erasable
    language = models.CharField(max_length=2, default="vi")
    subject_line = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)  # a code is blanked once sent
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    agency_code = models.CharField(max_length=35, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    segments = models.PositiveSmallIntegerField(default=0)
    provider_ref = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    erase_after = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="message_subject"),
            models.Index(fields=["recipient", "-id"], name="message_recipient"),
            models.Index(fields=["provider_ref"], condition=~models.Q(provider_ref=""), name="message_provider_ref"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} {self.state}"


class Receipt(models.Model):
    """A delivery receipt as the carrier sent it: stored raw and once, settled by a job."""

    carrier = models.CharField(max_length=20)
    event_id = models.CharField(max_length=100)
    raw = models.JSONField()
    received_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["carrier", "event_id"], name="one_receipt")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.event_id}"
