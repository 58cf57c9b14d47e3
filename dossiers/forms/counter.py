"""What is typed at the counter: the card, where a person lives and can be reached; on the citizen's phone: the code."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import AddressFields, MobileField

CODE_ATTRS = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class ScanForm(forms.Form):
    """One field for the scanner, which ends its line with Enter."""

    card = forms.CharField(
        label=gettext_lazy("QR code of the citizen identity card"),
        help_text=gettext_lazy(
            "Put the cursor here and scan. Or type the 12-digit number of somebody who was here before."
        ),
        max_length=2000,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": gettext_lazy("Scan the QR code on the front of the card.")},
    )


class OpenAccountForm(AddressFields):
    """What the card does not say as it is today: the commune since 1 July 2025, and a phone."""

    phone = MobileField(
        label=gettext_lazy("Mobile number"),
        help_text=gettext_lazy("For messages about the dossier. Without one the person is told nothing by SMS."),
        required=False,
    )
    field_order = ("province", "commune", "line", "phone")


class PhoneForm(forms.Form):
    """Where the person can be reached."""

    phone = MobileField(
        label=gettext_lazy("Mobile number"),
        help_text=gettext_lazy("The code to confirm goes to this number."),
        error_messages={"required": gettext_lazy("Write the mobile number of the person")},
    )


class RequestKeyForm(forms.Form):
    """The name the page gave to what it sends: sent twice, it counts once."""

    request_key = forms.UUIDField(widget=forms.HiddenInput)


class FindConfirmationForm(forms.Form):
    """The short code on the officer's screen."""

    code = forms.CharField(
        label=gettext_lazy("Code on the officer's screen"),
        help_text=gettext_lazy("Eight letters and digits"),
        max_length=20,
        widget=forms.TextInput(attrs=CODE_ATTRS),
        error_messages={"required": gettext_lazy("Write the code on the officer's screen")},
    )

    def clean_code(self) -> str:
        """Capitals, without spaces and dashes."""
        return "".join(self.cleaned_data["code"].split()).replace("-", "").upper()


class ConfirmForm(forms.Form):
    """The code from the SMS and the undertaking."""

    digits = forms.CharField(
        label=gettext_lazy("Code from the SMS"),
        help_text=gettext_lazy("Six digits, valid for 5 minutes"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("Write the six digits of the SMS")},
    )
    undertaking = forms.BooleanField(
        label=gettext_lazy("I vouch that what I have declared is true and I answer for it before the law"),
        error_messages={"required": gettext_lazy("Tick that you vouch for what you declare.")},
    )
    quoted_total = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)

    def clean_digits(self) -> str:
        """Six digits, spaces left out."""
        digits = "".join(self.cleaned_data["digits"].split())
        if not (digits.isascii() and digits.isdigit() and len(digits) == 6):
            raise forms.ValidationError(_("Write the six digits of the SMS"))
        return digits


FACES = (
    ("5", gettext_lazy("Very good")),
    ("4", gettext_lazy("Good")),
    ("3", gettext_lazy("Acceptable")),
    ("2", gettext_lazy("Bad")),
    ("1", gettext_lazy("Very bad")),
)


class RatingForm(forms.Form):
    """Five answers and, if wanted, a few words."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("How was your dossier handled?"),
        choices=FACES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of the five answers."),
            "invalid_choice": gettext_lazy("Choose one of the five answers."),
        },
    )
    comment = forms.CharField(
        label=gettext_lazy("What was good, what was not?"),
        help_text=gettext_lazy("Please do not write names or numbers of people."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
