"""Pages of the person himself: signing in, registering, the forgotten password, the profile."""

from accounts.views.citizen.organisations import add_organisation, end_organisation, organisations
from accounts.views.citizen.password import reset, reset_code, reset_password
from accounts.views.citizen.profile import change_password, change_phone, change_phone_code, edit_profile, profile
from accounts.views.citizen.register import register, register_code, register_details
from accounts.views.citizen.sign_in import locked_out, set_language, sign_in, sign_out

__all__ = [
    "add_organisation",
    "change_password",
    "change_phone",
    "change_phone_code",
    "edit_profile",
    "end_organisation",
    "locked_out",
    "organisations",
    "profile",
    "register",
    "register_code",
    "register_details",
    "reset",
    "reset_code",
    "reset_password",
    "set_language",
    "sign_in",
    "sign_out",
]
