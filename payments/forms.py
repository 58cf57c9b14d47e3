"""What the cashier types."""

from django import forms
from django.utils.translation import gettext_lazy


class CashForm(forms.Form):
    """Who pays; which order, so that a second press finds the same receipt."""

    order = forms.UUIDField(widget=forms.HiddenInput)
    payer = forms.CharField(
        label=gettext_lazy("Who pays"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the name of the person who pays.")},
    )


class CancelForm(forms.Form):
    """Why a receipt is cancelled."""

    reason = forms.CharField(
        label=gettext_lazy("Why is the receipt cancelled?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write why the receipt is cancelled.")},
    )
