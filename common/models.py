"""Rows every room relies on: news (outbox), durable jobs, counters of attempts, calls of the API made once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from common.crypto import EncryptedTextField


class OutboxRow(models.Model):
    """One piece of news, written in the transaction of the act it tells of. Ids and codes only, no personal data."""

    name = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    agency_code = models.CharField(max_length=35, blank=True)
    actor_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    handled = ArrayField(models.CharField(max_length=100), default=list)
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "common_outbox"
        indexes = [models.Index(fields=["due_at", "id"], condition=models.Q(done_at=None), name="outbox_open")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_type} {self.subject_id}"


class Job(models.Model):
    """Work that is owed to somebody: leased, fenced by a token, retried, at the end dead-lettered; never lost."""

    class State(models.TextChoices):
        READY = "ready"
        DONE = "done"
        DEAD = "dead"

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=5, choices=State.choices, default=State.READY)
    due_at = models.DateTimeField(db_default=Now())
    lease_seconds = models.PositiveSmallIntegerField(default=60)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], condition=models.Q(state="ready"), name="job_ready")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class AttemptCounter(models.Model):
    """How often something was tried in a window of time; kept here because Redis may be flushed by anyone."""

    scope = models.CharField(max_length=40)
    key_hash = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key_hash", "window_start"], name="one_counter")]

    def __str__(self) -> str:
        return f"{self.scope} {self.window_start:%d/%m %H:%M} {self.count}"


class IdempotentCall(models.Model):
    """An unsafe call of the API under its Idempotency-Key: a digest of what was asked, and the answer, encrypted.

    `status` is empty while the call is being carried out. Deleted after two days (`common.api.idempotency.sweep`).
    """

    owner = models.CharField(max_length=40)  # user:<id>
    key_hash = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = EncryptedTextField(blank=True, default="")
    started_at = models.DateTimeField(db_index=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key_hash"], name="one_call_per_key")]

    def __str__(self) -> str:
        return f"call {self.pk}"


class Sweep(models.Model):
    """When the worker's loops last ran through; read by /readyz."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
