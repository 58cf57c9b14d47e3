"""What people type, made into clean values. Nothing is saved here."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person, User
from accounts.services import Details
from common import identifiers, limits, text, units

DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
NUMERIC = {"inputmode": "numeric"}


class MobileField(forms.CharField):
    """A Vietnamese mobile number; its clean value is E.164."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        super().__init__(max_length=30, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> str:
        """E.164, or ValidationError saying how to mend it."""
        typed = super().clean(value)
        return identifiers.clean_mobile(typed) if typed else ""


class NationalIdField(forms.CharField):
    """The 12-digit identity number; spaces and dots may be typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={**NUMERIC, "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> str:
        """12 digits."""
        typed = super().clean(value)
        return identifiers.clean_national_id(typed) if typed else ""


class TaxCodeField(forms.CharField):
    """A tax code of 10, 13 or 12 digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, widget=forms.TextInput(attrs={**NUMERIC, "autocomplete": "off"}), **kwargs)

    def clean(self, value: Any) -> str:
        """The tax code as stored."""
        typed = super().clean(value)
        return identifiers.clean_tax_code(typed) if typed else ""


def birth_date_field() -> forms.DateField:
    """A date typed as dd/mm/yyyy."""
    return forms.DateField(
        label=gettext_lazy("Date of birth"),
        help_text=gettext_lazy("Day/month/year, for example 25/11/1985"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"autocomplete": "bday", **NUMERIC}),
        error_messages={
            "required": gettext_lazy("Enter your date of birth"),
            "invalid": gettext_lazy("Enter the date as day/month/year, for example 25/11/1985"),
        },
    )


def password_field(label: Any, autocomplete: str, **kwargs: Any) -> forms.CharField:
    """A password: never trimmed, pasting allowed, never shown again."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=256, widget=widget, **kwargs)


def own_password(account: User | None, password: str) -> str:
    """The present password of a signed-in person; ten tries an hour, so that an open screen cannot be used to guess."""
    key = str(account.pk if account else "")
    if not limits.hit("own_password", key, limit=10, window=datetime.timedelta(hours=1)):
        raise ValidationError(_("Too many tries. Please wait an hour."))
    if account is None or not account.check_password(password):
        raise ValidationError(_("This is not your present password."))
    return password


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=gettext_lazy("Mobile number, identity number or user name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Enter your mobile number, identity number or user name")},
    )
    password = password_field(
        gettext_lazy("Password"),
        "current-password",
        error_messages={"required": gettext_lazy("Enter your password")},
    )


class PhoneForm(forms.Form):
    """The phone a code is sent to."""

    phone = MobileField(
        label=gettext_lazy("Mobile number"),
        help_text=gettext_lazy("We send a 6-digit code to this number. It costs you nothing."),
        error_messages={"required": gettext_lazy("Enter your mobile number")},
    )


class CodeForm(forms.Form):
    """The six digits of an SMS; spaces are dropped, pasting works."""

    code = forms.CharField(
        label=gettext_lazy("Code from the message"),
        help_text=gettext_lazy("6 digits, valid for 5 minutes"),
        max_length=20,
        widget=forms.TextInput(attrs={**NUMERIC, "autocomplete": "one-time-code", "pattern": "[0-9 ]*"}),
        error_messages={"required": gettext_lazy("Enter the 6 digits of the message")},
    )

    def clean_code(self) -> str:
        """Exactly six ASCII digits."""
        digits = "".join(str(self.cleaned_data["code"]).split())
        if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
            raise ValidationError(_("The code has 6 digits. Enter it as in the message."))
        return digits


class AddressFields(forms.Form):
    """Province, commune, line. Without JavaScript the communes follow after "Show communes"."""

    CHANGE_PROVINCE = "change_province"

    province = forms.ChoiceField(label=gettext_lazy("Province or city"), choices=units.provinces)
    commune = forms.ChoiceField(
        label=gettext_lazy("Commune or ward"),
        error_messages={
            "required": gettext_lazy("Choose the commune or ward"),
            "invalid_choice": gettext_lazy("Choose a commune or ward of this province"),
        },
    )
    line = forms.CharField(
        label=gettext_lazy("House number, street, village or quarter"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
        error_messages={"required": gettext_lazy("Enter the house number and street, or the village")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].initial = settings.PROVINCE_CODE
        commune = self.fields["commune"]
        assert isinstance(commune, forms.ChoiceField)
        commune.choices = [("", _("Choose a commune or ward")), *units.communes(self._province())]

    def _province(self) -> str:
        if self.is_bound:
            return str(self.data.get(self.add_prefix("province"), ""))
        return str(self.initial.get("province") or settings.PROVINCE_CODE)

    @property
    def asks_for_communes(self) -> bool:
        """True when only the list of communes was asked for: nothing is to be saved or complained about."""
        return self.CHANGE_PROVINCE in self.data

    def without_errors(self) -> None:
        """Show what was typed again, with the communes of the chosen province and without complaints."""
        self._errors = forms.utils.ErrorDict()

    @property
    def address(self) -> dict[str, str]:
        """The clean address as services take it."""
        data = self.cleaned_data
        return {"province": data["province"], "commune": data["commune"], "line": text.clean(data["line"])}


class PersonFields(AddressFields):
    """Who somebody is."""

    full_name = forms.CharField(
        label=gettext_lazy("Full name"),
        help_text=gettext_lazy("As on your citizen identity card"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Enter your full name as on your identity card")},
    )
    national_id = NationalIdField(
        label=gettext_lazy("Identity number"),
        help_text=gettext_lazy("12 digits, on the front of your citizen identity card"),
        error_messages={"required": gettext_lazy("Enter the 12 digits of your identity number")},
    )
    birth_date = birth_date_field()
    sex = forms.ChoiceField(
        label=gettext_lazy("Sex"),
        choices=Person.Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose male or female")},
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": gettext_lazy("Enter an e-mail address such as mai@example.vn, or leave it empty")},
    )
    field_order: tuple[str, ...] = (
        "full_name",
        "national_id",
        "birth_date",
        "sex",
        "province",
        "commune",
        "line",
        "email",
    )

    def clean_full_name(self) -> str:
        """A name of letters, at least two words unless it has only one."""
        name = text.clean(self.cleaned_data["full_name"])
        if not name or not all(char.isalpha() or char in " '-." for char in name):
            raise ValidationError(_("A name has only letters and spaces. Enter it as on your identity card."))
        return name

    def clean_birth_date(self) -> datetime.date:
        """A day from 1900 to today."""
        day: datetime.date = self.cleaned_data["birth_date"]
        if not datetime.date(1900, 1, 1) <= day <= timezone.localdate():
            raise ValidationError(_("The date of birth lies between 01/01/1900 and today."))
        return day

    @property
    def details(self) -> Details:
        """The clean values as services take them."""
        data = self.cleaned_data
        return Details(
            full_name=data["full_name"],
            national_id=data.get("national_id", ""),
            birth_date=data.get("birth_date"),
            sex=data.get("sex", ""),
            email=data["email"],
            address=self.address,
        )


class NewPassword(forms.Form):
    """A new password, typed once; the browser's own "show" and password managers do the rest."""

    new_password = password_field(
        gettext_lazy("Password"),
        "new-password",
        help_text=gettext_lazy("At least 8 characters. A sentence you remember is best."),
        error_messages={"required": gettext_lazy("Choose a password")},
    )
    account: User | None = None

    def clean_new_password(self) -> str:
        """Long enough, not among the common ones, not like the person's own data."""
        password = str(self.cleaned_data["new_password"])
        validate_password(password, self.account or self.account_to_be())
        return password

    def account_to_be(self) -> User:
        """The account being opened, for comparison only; never saved."""
        return User(full_name=self.cleaned_data.get("full_name", ""), email=self.cleaned_data.get("email", ""))


class RegisterForm(PersonFields, NewPassword):
    """The last page of registration."""

    field_order = (*PersonFields.field_order, "new_password")


class ProfileForm(PersonFields):
    """What the holder may change; what identification fixed is shown, not asked."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of messages"), choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )
    field_order = (*PersonFields.field_order, "language")

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if person and person.is_identity_locked:
            del self.fields["national_id"]
        if person and person.identity_level > Person.Level.DECLARED:
            for name in ("full_name", "birth_date", "sex"):
                del self.fields[name]

    @property
    def details(self) -> Details:
        """The clean values; locked ones are filled in by `update_person` itself."""
        data = {"full_name": "", "national_id": "", "birth_date": None, "sex": ""} | self.cleaned_data
        known = self.person.contact_phone if self.person else ""
        return Details(
            full_name=data["full_name"],
            national_id=data["national_id"],
            birth_date=data["birth_date"],
            sex=data["sex"],
            email=data["email"],
            address=self.address,
            contact_phone=known,
        )


class ResetForm(NewPassword):
    """A new password for the account of a proven phone."""

    name = forms.CharField(
        label=gettext_lazy("Identity number (12 digits) or user name"),
        help_text=gettext_lazy("Several people may share one phone, so we ask which account is yours."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("Enter your identity number or user name")},
    )
    field_order = ("name", "new_password")


class ChangePasswordForm(NewPassword):
    """A new password of a signed-in person."""

    password = password_field(
        gettext_lazy("Present password"),
        "current-password",
        error_messages={"required": gettext_lazy("Enter your present password")},
    )
    field_order = ("password", "new_password")

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        """The present password."""
        return own_password(self.account, str(self.cleaned_data["password"]))


class ChangePhoneForm(PhoneForm):
    """A new phone; the password is asked so that an open screen is not enough."""

    password = password_field(
        gettext_lazy("Your password"),
        "current-password",
        error_messages={"required": gettext_lazy("Enter your password")},
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        """The present password."""
        return own_password(self.account, str(self.cleaned_data["password"]))


class OrganisationForm(AddressFields):
    """An organisation somebody says he acts for."""

    tax_code = TaxCodeField(
        label=gettext_lazy("Tax code"),
        help_text=gettext_lazy("10 digits, 13 for a branch, 12 for a household business"),
        error_messages={"required": gettext_lazy("Enter the tax code")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the organisation"),
        max_length=250,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": gettext_lazy("Enter the name as on the registration certificate")},
    )
    representative = forms.CharField(
        label=gettext_lazy("Legal representative"),
        max_length=120,
        error_messages={"required": gettext_lazy("Enter the name of the legal representative")},
    )
    field_order = ("tax_code", "name", "representative", "province", "commune", "line")
