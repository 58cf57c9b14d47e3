"""Agencies as a dated tree, the posts of officers in them, and the working calendar as immutable revisions.

Nothing here assumes a number of tiers: districts ended on 1 July 2025 and departments merge; rows carry dates and
successors, issued codes never change.
"""

import hashlib
import json
from datetime import date, timedelta
from functools import lru_cache

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.organisation import DateRange
from agencies.calendar import Calendar
from agencies.querysets import AbsenceQuerySet, AgencyQuerySet, PostQuerySet


class Role(models.TextChoices):
    """What a post is for (Decree 118/2025: one-stop officers; internal procedure: specialist to clerk)."""

    RECEPTION = "reception", _("Reception and return of results")
    SPECIALIST = "specialist", _("Case officer")
    HEAD = "head", _("Head of division")
    LEADER = "leader", _("Leader")
    CLERK = "clerk", _("Clerk")
    CASHIER = "cashier", _("Cashier")
    ONE_STOP_HEAD = "one_stop_head", _("Head of the one-stop unit")
    CATALOGUE = "catalogue", _("Control of administrative procedures")
    DEPARTMENT = "department", _("Department's contact for reviews")
    AUDITOR = "auditor", _("Inspector")
    OPERATOR = "operator", _("System operator")


HANDLING_ROLES = (Role.SPECIALIST, Role.HEAD, Role.LEADER, Role.CLERK)
COUNTER_ROLES = (Role.RECEPTION, Role.CASHIER, Role.ONE_STOP_HEAD)
LEADING_ROLES = (Role.HEAD, Role.LEADER, Role.ONE_STOP_HEAD)


class Agency(models.Model):
    """A department, commune, branch or centre. `code` is its identification code (Decision 20/2020/QD-TTg), e.g. H37.12."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        COMMUNE = "commune", _("Commune")

    key = models.SlugField(max_length=40, unique=True)
    code = models.CharField(max_length=35, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    one_stop_vi = models.CharField(max_length=200)  # the counter where its dossiers are received
    one_stop_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    level = models.CharField(max_length=10, choices=Level.choices)
    commune_code = models.CharField(max_length=5, blank=True, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    phone = models.CharField(max_length=20, blank=True)
    address_vi = models.CharField(max_length=300, blank=True)
    sort_key = models.CharField(max_length=900, db_index=True)
    is_verified = models.BooleanField(default=False)
    own_software = models.CharField(max_length=80, blank=True, default="", db_default="")  # it decides there, not here
    shares_at_once = models.BooleanField(default=False)  # dossiers are given to a present officer as they come
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")

    def __str__(self) -> str:
        return f"{self.name_vi} ({self.code})"

    def is_valid_on(self, day: date) -> bool:
        """Whether it exists on that day (the rule of `valid_on`, for a row in hand)."""
        return self.valid_from <= day and (self.valid_to is None or self.valid_to > day)

    @property
    def name(self) -> dict[str, str]:
        """Both languages, as texts that are data are kept."""
        return {"vi": self.name_vi, "en": self.name_en}

    @property
    def one_stop(self) -> dict[str, str]:
        """The counter's name in both languages."""
        return {"vi": self.one_stop_vi, "en": self.one_stop_en}


class Succession(models.Model):
    """From a date on, an agency's work goes to another."""

    old = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successions")
    new = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="predecessions")
    on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new", "on"], name="one_succession")]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class AgencyName(models.Model):
    """What an agency was called before `until`: papers signed then keep the name they were signed under."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="former_names")
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    one_stop_vi = models.CharField(max_length=200)
    one_stop_en = models.CharField(max_length=200)
    until = models.DateField()  # the first day it was called otherwise

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "until"], name="one_former_name")]

    def __str__(self) -> str:
        return f"{self.agency_id} until {self.until}"


class Post(models.Model):
    """A person holds a role in an agency from one date to another; rights follow from this row alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="posts")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role.choices)
    title_vi = models.CharField(max_length=120, blank=True)
    title_en = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # the first day it no longer holds

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"], condition=models.Q(valid_to=None), name="one_open_post"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")), name="post_dates"
            ),
        ]
        indexes = [models.Index(fields=["agency", "role"], name="post_agency_role")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.agency_id}"


class StandIn(models.Model):
    """While the holder of a post is away, somebody else acts in it; the history names both."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="stand_ins")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stands_in_for")
    absence = models.ForeignKey("Absence", on_delete=models.PROTECT, null=True, related_name="stand_ins")
    valid_from = models.DateField()
    valid_to = models.DateField()  # the first day it no longer holds; the first day itself when it was called off

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(valid_to__gte=models.F("valid_from")), name="stand_in_dates")
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.post_id}"


class Absence(models.Model):
    """An officer is away from one agency; `stand_ins` are the posts the substitute acts in meanwhile."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()  # the first day back; the first day itself when it was called off
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(valid_to__gte=models.F("valid_from")), name="absence_dates"),
            ExclusionConstraint(
                name="absent_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["agency", "valid_to"], name="absence_agency")]

    def __str__(self) -> str:
        return f"{self.user_id} away from {self.agency_id}"

    @property
    def last_day(self) -> date:
        """The last day away."""
        return max(self.valid_from, self.valid_to - timedelta(days=1))


class Shift(models.Model):
    """When an officer guides people at a counter each week (công chức hướng dẫn), and the telephone at work, published.

    A shift that ends keeps its row: `valid_to` is the first day it no longer holds.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="shifts")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    starts = models.TimeField()
    ends = models.TimeField()
    phone = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="shift_hours"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="shift_weekday"),
            models.UniqueConstraint(
                fields=["agency", "officer", "weekday", "starts"], condition=models.Q(valid_to=None), name="one_shift"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} at {self.agency_id} on {self.weekday}"


class CalendarRevision(models.Model):
    """One immutable state of the working calendar; every dossier is pinned to the revision it was computed with."""

    append_only = True

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64, unique=True)
    source = models.CharField(max_length=300)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"calendar {self.number}"


def calendar_of(revision_id: int, agency_id: int | None = None) -> Calendar:
    """The calendar of a revision, parsed once per process (revisions never change): the province's, or one agency's."""
    calendar = _calendar(revision_id)
    return calendar.for_agency(key_of(agency_id)) if agency_id and calendar.agencies else calendar


@lru_cache(maxsize=32)
def _calendar(revision_id: int) -> Calendar:
    return Calendar.from_content(CalendarRevision.objects.values_list("content", flat=True).get(pk=revision_id))


@lru_cache(maxsize=4096)
def key_of(agency_id: int) -> str:
    """The key of an agency (keys never change)."""
    return Agency.objects.values_list("key", flat=True).get(pk=agency_id)


def content_digest(content: dict[str, object]) -> str:
    """SHA-256 of the canonical JSON of a calendar."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
