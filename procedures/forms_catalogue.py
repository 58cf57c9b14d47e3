"""What is typed on the catalogue's own pages: a new procedure, reasons, days, decisions."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common.text import clean
from procedures.models import Field, Procedure, PublicationDecision
from procedures.presenting import limit_words

DAY_FORMATS = ["%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d"]


class DayField(forms.DateField):
    """A day as people write it: 30/11/2026."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", gettext_lazy("For example 30/11/2026"))
        super().__init__(
            input_formats=DAY_FORMATS,
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "off"}),
            error_messages={
                "required": gettext_lazy("Write the day."),
                "invalid": gettext_lazy("Write the day as 30/11/2026."),
            },
            **options,
        )


class LongText(forms.CharField):
    """Several lines; control characters are dropped."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 2000)
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **options)


class NewProcedureForm(forms.Form):
    """The first facts of a procedure; everything else is written in its draft."""

    name = LongText(
        label=gettext_lazy("Full legal name"), max_length=1000,
        help_text=gettext_lazy("As the decision writes it, in Vietnamese"),
        error_messages={"required": gettext_lazy("Write the name of the procedure.")},
    )  # fmt: skip
    field = forms.ChoiceField(label=gettext_lazy("Field"), required=False)
    new_field = forms.CharField(
        label=gettext_lazy("Or a new field"), max_length=200, required=False,
        help_text=gettext_lazy("Only when the list above does not have it"),
    )  # fmt: skip
    level = forms.ChoiceField(
        label=gettext_lazy("Decided by"), choices=Procedure.Level.choices, widget=forms.RadioSelect
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Whom it is for"), choices=Procedure.Audience.choices, widget=forms.RadioSelect
    )
    owner = forms.ChoiceField(
        label=gettext_lazy("Agency in charge"), required=False,
        help_text=gettext_lazy("The department that keeps the procedure up to date"),
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: list[Agency], may_add_field: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.fields_by_key = {field.key: field for field in Field.objects.all()}
        nothing = [("", _("Choose one"))]
        self.fields["field"].choices = nothing + [  # type: ignore[attr-defined]
            (key, field.name_vi) for key, field in self.fields_by_key.items()
        ]
        self.fields["owner"].choices = nothing + [  # type: ignore[attr-defined]
            (key, agency.name_vi) for key, agency in self.agencies.items()
        ]
        for name in ("field", "owner"):
            self.fields[name].is_needed = True  # type: ignore[attr-defined]  # which of them depends on the others
        if not may_add_field:
            del self.fields["new_field"]
            self.fields["field"].required = True

    def clean_name(self) -> str:
        """One line."""
        return clean(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """A field there is, or the name of a new one; a department's procedure has an agency in charge."""
        values = super().clean() or {}
        if not values.get("field") and not clean(values.get("new_field") or ""):
            self.add_error("field", _("Choose the field."))
        if values.get("level") == Procedure.Level.PROVINCE and not values.get("owner"):
            self.add_error("owner", _("Choose the agency in charge."))
        return values

    @property
    def chosen_owner(self) -> Agency | None:
        """The agency chosen."""
        return self.agencies.get(self.cleaned_data["owner"])

    @property
    def chosen_field(self) -> Field | None:
        """The field chosen; None for a new one."""
        return self.fields_by_key.get(self.cleaned_data["field"])


class ReasonForm(forms.Form):
    """Why: read by colleagues, kept with the version."""

    reason = LongText(
        label=gettext_lazy("Reason"), error_messages={"required": gettext_lazy("Say why.")},
        help_text=gettext_lazy("Kept with the version"),
    )  # fmt: skip


class RemarkForm(forms.Form):
    """What must be mended before the draft can be published."""

    remark = LongText(
        label=gettext_lazy("What must be changed"),
        error_messages={"required": gettext_lazy("Say what must be changed.")},
    )


class PublishForm(forms.Form):
    """From which day the version holds."""

    effective_from = DayField(label=gettext_lazy("Holds from"))

    def clean_effective_from(self) -> date:
        """Today or later: what held yesterday cannot be changed any more."""
        day: date = self.cleaned_data["effective_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return day


class NationalCodeForm(forms.Form):
    """The code of the National Database."""

    code = forms.CharField(
        label=gettext_lazy("National code"), max_length=20, help_text=gettext_lazy("For example 1.001193"),
        error_messages={"required": gettext_lazy("Write the code.")},
    )  # fmt: skip


class DecisionForm(forms.Form):
    """The decision's number, title and days."""

    number = forms.CharField(
        label=gettext_lazy("Number of the decision"), max_length=60,
        help_text=gettext_lazy("As it stands at the top left of the decision"),
        error_messages={"required": gettext_lazy("Write the number.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("What it does"), choices=PublicationDecision.Kind.choices, widget=forms.RadioSelect
    )
    title_vi = LongText(
        label=gettext_lazy("Title"), max_length=1000, error_messages={"required": gettext_lazy("Write the title.")}
    )
    title_en = LongText(label=gettext_lazy("Title in English"), max_length=1000, required=False)
    signed_on = DayField(label=gettext_lazy("Signed on"))
    effective_on = DayField(label=gettext_lazy("Takes effect on"))

    def clean_number(self) -> str:
        """Without spaces: 1234/QĐ-UBND."""
        return re.sub(r"\s+", "", self.cleaned_data["number"])

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        values = super().clean() or {}
        signed, effective = values.get("signed_on"), values.get("effective_on")
        if signed and effective and effective < signed:
            self.add_error("effective_on", _("A decision takes effect on the day it is signed or later."))
        return values

    @property
    def values(self) -> dict[str, Any]:
        """As the services take them."""
        names = ("number", "kind", "signed_on", "effective_on")
        title = {"vi": clean(self.cleaned_data["title_vi"]), "en": clean(self.cleaned_data["title_en"])}
        return {name: self.cleaned_data[name] for name in names} | {"title": title}


class EndForm(forms.Form):
    """A procedure the decision ends, and what takes its place."""

    procedure = forms.CharField(
        label=gettext_lazy("Code of the procedure that ends"), max_length=30,
        error_messages={"required": gettext_lazy("Write the code.")},
    )  # fmt: skip
    successor = forms.CharField(label=gettext_lazy("Code of the procedure used instead"), max_length=30, required=False)

    def clean_procedure(self) -> Procedure:
        """The procedure of that code."""
        return _procedure(self.cleaned_data["procedure"])

    def clean_successor(self) -> Procedure | None:
        """The procedure of that code, none for an empty one."""
        code = self.cleaned_data["successor"]
        return _procedure(code) if code else None


def _procedure(code: str) -> Procedure:
    found = Procedure.objects.by_code(code).first()
    if found is None:
        raise forms.ValidationError(_("There is no procedure with the code %(code)s.") % {"code": code.strip()})
    return found


class DayForm(forms.Form):
    """One day of the address."""

    ngay = DayField(label=gettext_lazy("Day"), required=False)


class AppliedForm(forms.Form):
    """An agency, its shorter limits (a number per case, in the case's own unit), and from when."""

    agency = forms.ChoiceField(label=gettext_lazy("Agency that applies it"))
    level = forms.ChoiceField(label=gettext_lazy("Level offered online"), required=False)
    source = forms.CharField(label=gettext_lazy("Legal source"), max_length=200, required=False)
    valid_from = DayField(label=gettext_lazy("Holds from"))

    def __init__(self, *args: Any, agencies: list[Agency], cases: list[tuple[str, str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.units = {key: limit.unit.value for key, _name, limit in cases}
        names = [("", _("Choose one")), *((key, agency.name_vi) for key, agency in self.agencies.items())]
        self.fields["agency"].choices = names  # type: ignore[attr-defined]
        levels = [("", _("As the procedure")), *Procedure.Classification.choices]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        for key, name, limit in cases:
            self.fields[f"limit_{key}"] = forms.IntegerField(
                label=name, required=False, min_value=1, max_value=limit.amount,
                help_text=_("at most %(limit)s; empty: as the procedure") % {"limit": limit_words(limit)},
            )  # fmt: skip

    @property
    def limit_fields(self) -> list[forms.BoundField]:
        """The number of each case."""
        return [self[f"limit_{key}"] for key in self.units]

    @property
    def limits(self) -> dict[str, dict[str, Any]]:
        """As the service takes them; cases left empty keep the procedure's own limit."""
        typed = {key: self.cleaned_data.get(f"limit_{key}") for key in self.units}
        return {key: {"amount": amount, "unit": self.units[key]} for key, amount in typed.items() if amount}

    def clean(self) -> dict[str, Any]:
        """Something must differ."""
        values = super().clean() or {}
        if not self.errors and not self.limits and not values.get("level"):
            raise forms.ValidationError(_("Write a shorter time for a case, or choose another level."))
        return values

    def clean_valid_from(self) -> date:
        """Today or later: dossiers accepted before keep their limit."""
        day: date = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return day
