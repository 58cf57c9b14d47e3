"""Fields and procedures. Texts and figures that bind anybody stand in the versions of a procedure."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.querysets import ProcedureQuerySet


class CatalogueChange(models.Model):
    """One row for each statement that changed what is found: processes that hold the catalogue in memory read it anew.

    Rows are only added, so that nobody waits for anybody; all but the newest are taken away at night.
    """

    def __str__(self) -> str:
        return str(self.pk)


def noted(name: str, *columns: str, table: str = "procedures_cataloguechange") -> list[pgtrigger.Trigger]:
    """Triggers that note a change: of any row that comes or goes, of an update when it names one of the columns."""
    update = pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update
    return [
        pgtrigger.Trigger(
            name=name,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert | pgtrigger.Delete | update,
            func=f"INSERT INTO {table} DEFAULT VALUES; RETURN NULL;",
        )
    ]


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
        triggers = noted("field_changed")

    def __str__(self) -> str:
        return self.name_vi

    @property
    def name(self) -> dict[str, str]:
        """The name in both languages."""
        return {"vi": self.name_vi, "en": self.name_en}


FOUND_BY = (
    "key", "code", "national_code", "local_code", "name_vi", "name_en", "short_name_vi", "short_name_en", "field_id", "level",
    "also_levels", "audience", "owner_id", "current_version_id", "classification", "is_free", "search_text", "sort_key",
    "use_rank", "card",
)  # fmt: skip


class Procedure(models.Model):
    """One administrative procedure (thủ tục hành chính). Texts and figures that bind anybody stand in its versions.

    `code` is what addresses and papers show: the national code, or the provincial `L.nnnnnn` until one is published.
    `card` is what lists show of it, in both languages, written by `services.project` for the day it was written on.
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
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced")
    unverified = models.PositiveSmallIntegerField(default=0)  # facts of the version in force no source confirms yet
    classification = models.CharField(max_length=10, choices=Classification.choices, default=Classification.INFO)
    is_free = models.BooleanField(default=True)
    search_text = models.TextField(editable=False)
    sort_key = models.CharField(max_length=1500, db_index=True, editable=False)
    card = models.JSONField(default=dict, blank=True, editable=False)
    usual_days = models.JSONField(null=True, blank=True)
    use_rank = models.PositiveIntegerField(default=0, db_index=True)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key"]
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        triggers = noted("procedure_changed", *FOUND_BY)
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
