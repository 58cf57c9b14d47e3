"""What is typed where results are signed, issued and revoked; clean values only."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.forms.officer import ReasonForm
from dossiers.models import Result
from dossiers.services.batches import Chosen

CHOSEN = re.compile(r"(\d{1,18}):(\d{1,9}):([0-9a-f]{64})?")
MOST_LINES = 200  # read from a request; the service says how many may be ticked


def chosen(lines: list[str]) -> list[Chosen]:
    """The ticked lines: "dossier:version:digest"; whatever does not look like one is left out."""
    found = [CHOSEN.fullmatch(line) for line in lines[:MOST_LINES]]
    return [Chosen(int(one[1]), int(one[2]), one[3] or "") for one in found if one]


class PinForm(forms.Form):
    """The PIN that authorises a list."""

    pin = forms.CharField(
        label=gettext_lazy("Signing PIN"),
        max_length=6,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-5"}
        ),
        error_messages={"required": gettext_lazy("Type your signing PIN.")},
        help_text=gettext_lazy("Six digits. It is asked once for the whole list and is not kept."),
    )


class SetPinForm(forms.Form):
    """A new PIN, twice, and the password."""

    password = forms.CharField(
        label=gettext_lazy("Your password"), strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("Type your password.")},
    )  # fmt: skip
    pin = forms.CharField(
        label=gettext_lazy("New PIN"), max_length=6, strip=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-5"}),
        help_text=gettext_lazy("Six digits that are not easy to guess."),
        error_messages={"required": gettext_lazy("Type six digits.")},
    )  # fmt: skip
    again = forms.CharField(
        label=gettext_lazy("The same PIN again"), max_length=6, strip=False,
        widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-5"}),
        error_messages={"required": gettext_lazy("Type the same six digits again.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("pin") and data.get("again") and data["pin"] != data["again"]:
            self.add_error("again", _("The two PINs are not the same."))
        return data


class RevokeForm(ReasonForm):
    """Why a result holds no more: a ground for everybody, a reason for the holder."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("This stands on the public page where the result is verified."),
        error_messages={"required": gettext_lazy("Choose why the result holds no more.")},
    )
    field_order = ["version", "ground", "reason"]

    def build(self) -> None:
        field: forms.ChoiceField = self.fields["ground"]  # type: ignore[assignment]
        hidden = {Result.Ground.CORRECTED, Result.Ground.REDRAFTED}
        field.choices = [(value, label) for value, label in Result.Ground.choices if value not in hidden]

    def values(self) -> dict[str, Any]:
        return super().values() | {"ground": self.cleaned_data["ground"]}


class RegisterForm(forms.Form):
    """The filters of the register; anything unknown is left out."""

    agency = forms.IntegerField(required=False)
    year = forms.IntegerField(required=False, min_value=2000, max_value=2200)
    kind = forms.RegexField(regex=r"^[A-Z]{1,10}$", required=False)
    state = forms.RegexField(regex=r"^[a-z]{1,12}$", required=False)

    def chosen(self) -> dict[str, Any]:
        """The usable filters."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}
