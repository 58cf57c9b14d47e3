"""The catalogue: fields, procedures, their versions, the online services that are classified, publication decisions.

`ProcedureVersion.content` is the law of a dossier pinned to it; everything else here is for finding, listing and
publishing it.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from procedures.querysets import ProcedureQuerySet, ProcedureVersionQuerySet


class Field(models.Model):
    """A field of state management (lĩnh vực), such as civil status or construction."""

    key = models.SlugField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    sort_key = models.CharField(max_length=900, db_index=True, editable=False)

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("field")
        verbose_name_plural = _("fields")

    def __str__(self) -> str:
        return self.name_vi

    @property
    def name(self) -> dict[str, str]:
        """The name in both languages."""
        return {"vi": self.name_vi, "en": self.name_en}


class Procedure(models.Model):
    """One administrative procedure (thủ tục hành chính). Texts and figures that bind anybody stand in its versions.

    `code` is what addresses and papers show: the national code, or the provincial `L.nnnnnn` until one is published.
    `usual_days` and `use_rank` are written by the reports through `services.set_usual_days` and `services.set_use_rank`.
    """

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        COMMUNE = "commune", _("Commune")

    class Audience(models.TextChoices):
        CITIZEN = "citizen", _("Citizens")
        BUSINESS = "business", _("Enterprises and household businesses")
        BOTH = "both", _("Everybody")

    class Classification(models.TextChoices):
        FULL = "full", _("Full-process")
        PARTIAL = "partial", _("Partial")
        INFO = "info", _("Information only")

    key = models.SlugField(max_length=80, unique=True)
    code = models.CharField(max_length=20, unique=True)
    national_code = models.CharField(max_length=20, blank=True)
    local_code = models.CharField(max_length=20, blank=True)
    name_vi = models.TextField()
    name_en = models.TextField(blank=True)
    short_name_vi = models.CharField(max_length=250, blank=True)
    short_name_en = models.CharField(max_length=250, blank=True)
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="procedures")
    level = models.CharField(max_length=10, choices=Level.choices)
    also_levels = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    owner = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    current_version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    classification = models.CharField(max_length=10, choices=Classification.choices, default=Classification.INFO)
    is_free = models.BooleanField(default=True)
    search_text = models.TextField(editable=False)
    sort_key = models.CharField(max_length=1500, db_index=True, editable=False)
    usual_days = models.JSONField(null=True, blank=True)
    use_rank = models.PositiveIntegerField(default=0, db_index=True)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        indexes = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="procedure_search_trgm")]
        constraints = [
            models.UniqueConstraint(fields=["national_code"], condition=~Q(national_code=""), name="one_national_code"),
            models.UniqueConstraint(fields=["local_code"], condition=~Q(local_code=""), name="one_local_code"),
            models.CheckConstraint(condition=Q(national_code__regex=r"^([123]\.\d{6})?$"), name="national_code_shape"),
            models.CheckConstraint(condition=Q(local_code__regex=r"^(L\.\d{6})?$"), name="local_code_shape"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title['vi']}"

    @property
    def name(self) -> dict[str, str]:
        """The full legal name in both languages."""
        return {"vi": self.name_vi, "en": self.name_en}

    @property
    def title(self) -> dict[str, str]:
        """The name people use: the short one where there is one."""
        return {"vi": self.short_name_vi or self.name_vi, "en": self.short_name_en or self.name_en}

    @property
    def has_short_name(self) -> bool:
        """Whether the full name is worth showing besides the title."""
        return bool(self.short_name_vi) and self.short_name_vi != self.name_vi

    @property
    def has_national_code(self) -> bool:
        """False while the national code is waited for."""
        return bool(self.national_code)


class PublicationDecision(models.Model):
    """The decision by which the province publishes new, amended, replaced or abolished procedures."""

    class Kind(models.TextChoices):
        NEW = "new", _("New")
        AMENDED = "amended", _("Amended")
        REPLACED = "replaced", _("Replaced")
        ABOLISHED = "abolished", _("Abolished")

    number = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.JSONField(default=dict)
    signed_on = models.DateField()
    effective_on = models.DateField()
    published_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-signed_on", "-id"]
        verbose_name = _("publication decision")
        verbose_name_plural = _("publication decisions")

    def __str__(self) -> str:
        return self.number


# A published version is law for the dossiers pinned to it.
FROZEN_UPDATE = """
IF OLD.state = 'draft' THEN
    RETURN NEW;
END IF;
IF (NEW.procedure_id, NEW.number, NEW.content, NEW.sha256, NEW.effective_from, NEW.published_at)
   IS DISTINCT FROM (OLD.procedure_id, OLD.number, OLD.content, OLD.sha256, OLD.effective_from, OLD.published_at) THEN
    RAISE EXCEPTION 'a published version of a procedure cannot be changed' USING ERRCODE = 'restrict_violation';
END IF;
IF NEW.published_by_id IS DISTINCT FROM OLD.published_by_id OR NEW.decision_id IS DISTINCT FROM OLD.decision_id THEN
    RAISE EXCEPTION 'who published a version, and by which decision, cannot be changed' USING ERRCODE = 'restrict_violation';
END IF;
IF OLD.state = 'retired' AND (NEW.state, NEW.effective_to) IS DISTINCT FROM (OLD.state, OLD.effective_to) THEN
    RAISE EXCEPTION 'a retired version of a procedure cannot be changed' USING ERRCODE = 'restrict_violation';
END IF;
IF NEW.state = 'draft' OR (NEW.state = 'retired' AND NEW.effective_to IS NULL) THEN
    RAISE EXCEPTION 'a published version can only be retired, with an end date' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;
"""
FROZEN_DELETE = """
IF OLD.state <> 'draft' THEN
    RAISE EXCEPTION 'a published version of a procedure cannot be deleted' USING ERRCODE = 'restrict_violation';
END IF;
RETURN OLD;
"""


class ProcedureVersion(models.Model):
    """One state of a procedure's document. Draft: editable. Published: frozen. Retired: frozen, with an end date.

    `effective_to` is the last day it holds.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64, editable=False)
    decision = models.ForeignKey(
        PublicationDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="versions"
    )
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProcedureVersionQuerySet.as_manager()

    class Meta:
        ordering = ["procedure_id", "-number"]
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_version_number"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(effective_from__isnull=False, published_at__isnull=False),
                name="published_version_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="version_dates_in_order",
            ),
            ExclusionConstraint(
                name="one_version_in_force_a_day",
                expressions=[
                    ("procedure", RangeOperators.EQUAL),
                    (
                        Func(
                            "effective_from",
                            "effective_to",
                            models.Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state="draft"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_frozen", when=pgtrigger.Before, operation=pgtrigger.Update, func=FROZEN_UPDATE
            ),
            pgtrigger.Trigger(
                name="published_stays", when=pgtrigger.Before, operation=pgtrigger.Delete, func=FROZEN_DELETE
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number} {self.state}"


class OnlineService(models.Model):
    """An online service (dịch vụ công trực tuyến): code `<procedure>.NN`; what is classified and reported.

    `level` is computed from the document; `override_level` replaces it only with a reason and a second person.
    """

    class LegacyLevel(models.IntegerChoices):
        ONE = 1, "1"
        TWO = 2, "2"
        THREE = 3, "3"
        FOUR = 4, "4"

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="services")
    number = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=24, unique=True)
    name = models.JSONField(default=dict)
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cases = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    level = models.CharField(max_length=10, choices=Procedure.Classification.choices)
    legacy_level = models.PositiveSmallIntegerField(choices=LegacyLevel.choices, default=LegacyLevel.ONE)
    override_level = models.CharField(max_length=10, choices=Procedure.Classification.choices, blank=True)
    override_reason = models.TextField(blank=True)
    override_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    override_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("online service")
        verbose_name_plural = _("online services")
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_service_number"),
            models.CheckConstraint(
                condition=Q(override_level="")
                | (~Q(override_reason="") & Q(override_by__isnull=False, override_confirmed_by__isnull=False)),
                name="override_needs_reason_and_second_person",
            ),
            models.CheckConstraint(
                condition=Q(override_by__isnull=True) | ~Q(override_by=F("override_confirmed_by")),
                name="override_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def effective_level(self) -> str:
        """The class in force: the override if there is one, else the computed one."""
        return self.override_level or self.level
