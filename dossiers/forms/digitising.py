"""What is typed of a paper that is digitised."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers.forms.team import day
from dossiers.services.digitising import KeyData

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class KeyDataForm(forms.Form):
    """By what the paper is found and compared later."""

    number = forms.CharField(
        label=gettext_lazy("Number of the paper"),
        max_length=60,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={
            "required": gettext_lazy("Write the number as it stands on the paper; “không số” if it has none.")
        },
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issued by"),
        max_length=200,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": gettext_lazy("Write who issued the paper.")},
    )
    day = day(gettext_lazy("Date of issue"), gettext_lazy("For example 27/11/2026."))
    holder = forms.CharField(
        label=gettext_lazy("Whose paper it is"),
        max_length=200,
        widget=forms.TextInput(attrs=PLAIN),
        error_messages={"required": gettext_lazy("Write the name that stands on the paper.")},
    )

    def clean_day(self) -> Any:
        """No paper comes from tomorrow."""
        found = self.cleaned_data["day"]
        if found > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet. Compare it with the paper."))
        return found

    def data_typed(self) -> KeyData:
        """Only after is_valid."""
        return KeyData(**self.cleaned_data)
