"""Blank receipts: how many to print; the number, the real time and the reason of what is entered afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from dossiers.forms.team import day
from dossiers.services.blank_receipts import MOST

WRONG_TIME = gettext_lazy("Write the time as hours:minutes, for example 09:30.")


class BlockForm(forms.Form):
    """A block to print."""

    agency = forms.ChoiceField(label=gettext_lazy("Counter"))
    count = forms.IntegerField(
        label=gettext_lazy("How many receipts"),
        min_value=1,
        max_value=MOST,
        initial=20,
        error_messages={"required": gettext_lazy("Write how many."), "invalid": gettext_lazy("Write how many.")},
    )

    def __init__(self, *args: Any, agencies: Sequence[Agency], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.agencies = {str(agency.pk): agency for agency in agencies}
        self.fields["agency"].choices = [(key, agency.one_stop_vi) for key, agency in self.agencies.items()]  # type: ignore[attr-defined]

    def agency_chosen(self) -> Agency:
        """Only after is_valid."""
        return self.agencies[self.cleaned_data["agency"]]


class LateForm(forms.Form):
    """What stands on the receipt that was given out."""

    number = forms.CharField(
        label=gettext_lazy("Number of the receipt"),
        help_text=gettext_lazy("As it is printed, or its last figures. The scanner reads the bar code."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": gettext_lazy("Write the number of the receipt.")},
    )
    day = day(gettext_lazy("Day it was received"), gettext_lazy("For example 27/11/2026."))
    time = forms.TimeField(
        label=gettext_lazy("Time it was received"),
        help_text=gettext_lazy("As it was written on the receipt, for example 09:30."),
        input_formats=["%H:%M", "%Hh%M", "%H.%M"],
        error_messages={"required": WRONG_TIME, "invalid": WRONG_TIME},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it could not be entered at once"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Write why the dossier could not be entered at once.")},
    )

    def received_at(self) -> datetime:
        """The moment in Viet Nam; only after is_valid."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"]))
