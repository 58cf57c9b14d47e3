"""Writing rules for people: codes, accounts, identity, organisations, sessions."""

from accounts.services.codes import CodeRefused, issue_code, proven, proven_phone, spend_code, sweep_codes, verify_code
from accounts.services.organisations import add_own_organisation, end_representation, represented
from accounts.services.passwords import change_password, set_password_by_code
from accounts.services.people import (
    Details,
    IdentityTaken,
    change_phone,
    confirm_identity,
    open_account,
    register,
    system_user,
    update_person,
)
from accounts.services.prefill import facts, find_by_national_id, person_snapshot
from accounts.services.sessions import begin_session, binding, end_session

__all__ = [
    "CodeRefused",
    "Details",
    "IdentityTaken",
    "add_own_organisation",
    "begin_session",
    "binding",
    "change_password",
    "change_phone",
    "confirm_identity",
    "end_representation",
    "end_session",
    "facts",
    "find_by_national_id",
    "issue_code",
    "open_account",
    "person_snapshot",
    "proven",
    "proven_phone",
    "register",
    "represented",
    "set_password_by_code",
    "spend_code",
    "sweep_codes",
    "system_user",
    "update_person",
    "verify_code",
]
