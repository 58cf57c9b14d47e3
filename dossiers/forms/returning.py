"""What is typed at the return desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.text import clean
from dossiers.forms.officer import INCOMPLETE
from dossiers.models import HandedOver
from dossiers.services.returning import Claim

SELF, OTHER = "self", "other"
PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class ReturnForm(forms.Form):
    """Who takes the result, and how they confirm it."""

    version = forms.IntegerField(
        widget=forms.HiddenInput, error_messages=dict.fromkeys(("required", "invalid"), INCOMPLETE)
    )
    signature = forms.CharField(required=False, max_length=30_000, widget=forms.HiddenInput)
    receiver = forms.CharField(
        label=gettext_lazy("Who receives the result"),
        max_length=120,
        help_text=gettext_lazy("Compare with the identity paper; an authorised person shows the authorisation."),
        widget=forms.TextInput(attrs={**PLAIN, "autofocus": True}),
        error_messages={"required": gettext_lazy("Write the name of the person who receives the result.")},
    )
    who = forms.ChoiceField(
        label=gettext_lazy("This person is"),
        choices=((SELF, gettext_lazy("the applicant")), (OTHER, gettext_lazy("authorised by the applicant"))),
        widget=forms.RadioSelect,
        initial=SELF,
    )
    national_id = forms.CharField(
        label=gettext_lazy("Identity number of the authorised person"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "numeric"}),
    )
    mandate = forms.CharField(
        label=gettext_lazy("Authorisation: its kind, number and date"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=PLAIN),
    )
    proof = forms.ChoiceField(
        label=gettext_lazy("How the receiver confirms"),
        choices=HandedOver.Proof.choices,
        widget=forms.RadioSelect,
        initial=HandedOver.Proof.SLIP,
        error_messages={"required": gettext_lazy("Choose how the receiver confirms.")},
    )
    word = forms.CharField(
        label=gettext_lazy("Code of the SMS, or secret of the receipt"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**PLAIN, "autocapitalize": "characters"}),
    )

    def claim(self) -> Claim:
        """Only after is_valid."""
        values: dict[str, Any] = dict(self.cleaned_data)
        values.pop("version")
        is_other = values.pop("who") == OTHER
        return Claim(**(values | {"receiver": clean(values["receiver"]), "is_authorised": is_other}))
