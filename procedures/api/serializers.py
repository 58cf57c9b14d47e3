"""What the catalogue gives."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procedures.content import EForm
from procedures.content.cases import Case
from procedures.content.fees import Fee
from procedures.content.papers import Paper
from procedures.content.route import Result


class Named(serializers.Serializer[Any]):
    """Something with a key and a name in the reader's language."""

    key = serializers.CharField()
    name = serializers.CharField()


class ProcedureRow(serializers.Serializer[Any]):
    """A procedure in a list."""

    code = serializers.CharField(help_text=_("National code, or the provincial one until that is published"))
    name = serializers.CharField()
    short_name = serializers.CharField(allow_blank=True)
    classification = serializers.ChoiceField(["full", "partial", "info"])
    audience = serializers.CharField()
    level = serializers.CharField()
    agency = Named(allow_null=True)
    field = Named(allow_null=True)
    time = serializers.CharField(allow_blank=True, help_text=_("The legal time, in words"))
    fee = serializers.CharField(allow_blank=True, help_text=_("The fee, in words"))


class ProcedureList(serializers.Serializer[Any]):
    """One page; `next` is the value of `after` for the page that follows, empty on the last."""

    results = ProcedureRow(many=True)
    next = serializers.CharField(allow_blank=True)


@extend_schema_field(EForm)  # type: ignore[arg-type] # pydantic, by its extension
class EFormOut(serializers.JSONField):
    """The questions: sections, fields, conditions."""


@extend_schema_field(Case)  # type: ignore[arg-type] # pydantic, by its extension
class CaseOut(serializers.JSONField):
    """A case with its terms."""


@extend_schema_field(Paper)  # type: ignore[arg-type] # pydantic, by its extension
class PaperOut(serializers.JSONField):
    """A paper to be handed in."""


@extend_schema_field(Fee)  # type: ignore[arg-type] # pydantic, by its extension
class FeeOut(serializers.JSONField):
    """A line of the fee table."""


@extend_schema_field(Result)  # type: ignore[arg-type] # pydantic, by its extension
class ResultOut(serializers.JSONField):
    """What comes out, and the ways it is handed over."""


class ProcedureOut(ProcedureRow):
    """A procedure with everything a program needs to file it."""

    version = serializers.IntegerField()
    can_file = serializers.BooleanField(help_text=_("Whether it can be filed online"))
    cases = serializers.ListField(child=CaseOut())
    papers = serializers.ListField(child=PaperOut())
    fees = serializers.ListField(child=FeeOut())
    result = ResultOut()
    eform = EFormOut(allow_null=True)
