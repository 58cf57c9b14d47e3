"""What the doors take and give."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import ApiToken


class PhoneIn(serializers.Serializer[Any]):
    """Step 1: the phone a code is sent to."""

    phone = serializers.CharField(max_length=30, help_text=_("A Vietnamese mobile number"))


class RegistrationOut(serializers.Serializer[Any]):
    """What the second step needs beside the code."""

    registration = serializers.CharField(help_text=_("Send it back with the code"))
    expires_at = serializers.DateTimeField()


class RegisterIn(serializers.Serializer[Any]):
    """Step 2: the code of the message, and who you are."""

    registration = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=20, help_text=_("The six digits of the message"))
    full_name = serializers.CharField(max_length=120)
    national_id = serializers.CharField(max_length=30, help_text=_("12 digits"))
    birth_date = serializers.DateField()
    sex = serializers.ChoiceField(["male", "female"])
    province = serializers.CharField(max_length=2, help_text=_("Two digits"))
    commune = serializers.CharField(max_length=5, help_text=_("Five digits"))
    line = serializers.CharField(max_length=200)
    email = serializers.CharField(max_length=254, required=False, allow_blank=True, default="")
    password = serializers.CharField(max_length=256, trim_whitespace=False)


class AccountOut(serializers.Serializer[Any]):
    """The account that was opened; sign in with the phone or the identity number."""

    kind = serializers.CharField()
    full_name = serializers.CharField()


class TokenIn(serializers.Serializer[Any]):
    """Who asks for which token."""

    username = serializers.CharField(max_length=200, help_text=_("Mobile number, identity number or user name"))
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    scope = serializers.ChoiceField(ApiToken.Scope.values)
    name = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    hours = serializers.IntegerField(min_value=1, max_value=720, required=False)


class TokenFacts(serializers.Serializer[Any]):
    """What a token may do and how long."""

    scope = serializers.ChoiceField(ApiToken.Scope.values)
    name = serializers.CharField(allow_blank=True)
    kind = serializers.CharField(help_text=_("Kind of the account"))
    expires_at = serializers.DateTimeField()


class TokenOut(TokenFacts):
    """The token, shown this once."""

    token = serializers.CharField()
