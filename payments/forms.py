"""What the cashier types."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
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


class VisitCashForm(forms.Form):
    """One payment for several orders: which ones, and the sum that was read out."""

    orders = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    total = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    payer = forms.CharField(
        label=gettext_lazy("Who pays"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write the name of the person who pays.")},
    )

    def clean_orders(self) -> list[UUID]:
        """The ids of the orders."""
        try:
            return [UUID(part) for part in self.cleaned_data["orders"].split(",")]
        except ValueError:
            raise forms.ValidationError(_("The fees have changed since you looked. Count them once more.")) from None


class CancelForm(forms.Form):
    """Why a receipt is cancelled."""

    reason = forms.CharField(
        label=gettext_lazy("Why is the receipt cancelled?"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write why the receipt is cancelled.")},
    )
