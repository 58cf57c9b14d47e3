"""What citizens send besides the e-form: for whom, where, how the result comes, the undertaking, look-ups."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.forms import AddressFields, MobileField
from accounts.models import Organisation, User
from agencies.models import Agency
from common import text
from common.templatetags.mc import pick
from dossiers.models import Dossier
from dossiers.services.filing import DeliveryChoice

MYSELF = "self"


class StartForm(forms.Form):
    """For whom a dossier is filed."""

    applicant = forms.ChoiceField(
        label=gettext_lazy("For whom do you file?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose for whom you file")},
    )

    def __init__(self, *args: Any, user: User, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        own = [(MYSELF, _("For myself: %(name)s") % {"name": user.display_name})]
        field = self.fields["applicant"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = own + [
            (key, _("%(name)s, tax code %(code)s") % {"name": one.name, "code": one.tax_code})
            for key, one in self.organisations.items()
        ]

    @property
    def organisation(self) -> Organisation | None:
        """The organisation chosen, None for oneself."""
        return self.organisations.get(self.cleaned_data["applicant"])


class AgencyForm(forms.Form):
    """Which commune handles a commune-level procedure."""

    commune = forms.ChoiceField(
        label=gettext_lazy("Commune or ward"),
        error_messages={
            "required": gettext_lazy("Choose the commune or ward that handles your dossier"),
            "invalid_choice": gettext_lazy("Choose a commune or ward of the list"),
        },
    )

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["commune"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Choose the commune or ward")),
            *((one.commune_code, pick(one.name)) for one in agencies),
        ]


WAYS = {
    "online": (
        pgettext_lazy("delivery", "Online"),
        gettext_lazy("A signed file in your account, as good as paper. You download it at once."),
    ),
    "counter": (
        pgettext_lazy("delivery", "At a counter"),
        gettext_lazy("You collect it at a one-stop counter with your identity card."),
    ),
    "post": (
        pgettext_lazy("delivery", "By post"),
        gettext_lazy("The postman brings it to the address you write."),
    ),
}


class DeliveryForm(AddressFields):
    """How the result comes; details are asked only for the way chosen."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How do you want to receive the result?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how you want to receive the result")},
    )
    counter = forms.ChoiceField(label=gettext_lazy("At which counter?"), required=False)
    receiver = forms.CharField(
        label=gettext_lazy("Name of the receiver"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write the name of the person who receives the parcel")},
    )
    phone = MobileField(
        label=gettext_lazy("Mobile number of the receiver"),
        help_text=gettext_lazy("The postman calls before coming"),
        error_messages={"required": gettext_lazy("Write a mobile number the postman can call")},
    )
    field_order = ("kind", "counter", "receiver", "phone", "province", "commune", "line")
    POSTAL = ("receiver", "phone", "province", "commune", "line")

    def __init__(
        self, *args: Any, dossier: Dossier, ways: tuple[str, ...], counters: list[Agency], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kind, counter = self.fields["kind"], self.fields["counter"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(counter, forms.ChoiceField)
        kind.choices = [(way, WAYS[way][0]) for way in ("online", "counter", "post") if way in ways]
        own = dossier.receiving_agency
        first = pick(own.one_stop) if own else _("Where you file")
        counter.choices = [("", first), *((one.commune_code, pick(one.one_stop)) for one in counters)]
        if self.is_bound and self.data.get("kind") != "post":
            for name in self.POSTAL:
                self.fields[name].required = False

    @property
    def choice(self) -> DeliveryChoice:
        """The clean choice as the service takes it; what belongs to another way is left out."""
        data = self.cleaned_data
        if data["kind"] != "post":
            return DeliveryChoice(data["kind"], counter_commune=data["counter"] if data["kind"] == "counter" else "")
        return DeliveryChoice("post", text.clean(data["receiver"]), data["phone"], self.address)

    def clean(self) -> dict[str, Any]:
        """Faults in the details of a way that was not chosen stop nobody."""
        data = super().clean() or {}
        if self.data.get("kind") != "post":
            for name in self.POSTAL:
                self._errors.pop(name, None)
        return data


class SubmitForm(forms.Form):
    """The last button: the undertaking, and the fee that was shown (VND)."""

    undertaking = forms.BooleanField(
        label=gettext_lazy("I vouch that what I have declared is true and I answer for it before the law"),
        required=False,
    )
    quoted_total = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """Why a dossier is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you withdraw the dossier?"),
        help_text=gettext_lazy("The officers read it. A few words are enough."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LookupForm(forms.Form):
    """A dossier by its code and the secret of form 01, or the applicant's phone."""

    code = forms.CharField(
        label=gettext_lazy("Dossier code"),
        help_text=gettext_lazy("For example H37.12-261121-0001, on the receipt and in our messages"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Write the dossier code")},
    )
    secret = forms.CharField(
        label=gettext_lazy("Look-up code, or the applicant's phone number"),
        help_text=gettext_lazy("The look-up code has 8 letters and digits and stands on form 01"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Write the look-up code or the phone number")},
    )

    def clean_code(self) -> str:
        """Codes are written in capitals, without spaces."""
        return "".join(str(self.cleaned_data["code"]).split()).upper()


class VerifyForm(forms.Form):
    """The code printed on a result."""

    code = forms.CharField(
        label=gettext_lazy("Verification code"),
        help_text=gettext_lazy("Printed at the foot of the paper, beside the QR code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Write the verification code")},
    )

    def clean_code(self) -> str:
        """Without spaces."""
        return "".join(str(self.cleaned_data["code"]).split())


class VerifyFileForm(forms.Form):
    """A signed PDF to be checked; it is not kept."""

    file = forms.FileField(
        label=gettext_lazy("The PDF you received"),
        help_text=gettext_lazy("It is checked and not kept"),
        error_messages={
            "required": gettext_lazy("Choose the PDF file"),
            "empty": gettext_lazy("The file is empty. Choose it again."),
        },
    )

    def clean_file(self) -> Any:
        """At most what uploads may have."""
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 25 MB."))
        return file
