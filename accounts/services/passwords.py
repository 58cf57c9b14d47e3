"""Setting a new password."""

from datetime import datetime

from axes.utils import reset
from django.db import transaction
from django.utils import timezone

from accounts.backends import attempt_key, find_account
from accounts.models import OneTimeCode, User
from accounts.services.codes import spend_code
from accounts.services.tokens import revoke_all
from audit.services import record
from common import outbox


def account_of_proof(code: OneTimeCode, name: str) -> User | None:
    """The account with the phone proven by `code` that `name` (identity number or user name) belongs to.

    The phone alone is not enough: families share one, and carriers give old numbers to strangers.
    """
    user = find_account(name)
    if user is None or user.phone != code.phone or user.phone_verified_at is None:
        return None
    return user


def set_password_by_code(user: User, *, code: OneTimeCode, password: str, at: datetime) -> None:
    """Set a forgotten password; ends every session and token of the account and forgives failed sign-ins.

    Raises ValueError when the proof was used already.
    """
    with transaction.atomic():
        if not spend_code(code, at=at):
            raise ValueError("This proof of a phone was used already.")
        _set(user, password)
    reset(username=attempt_key(user))


def change_password(user: User, *, password: str) -> None:
    """Set a new password of a signed-in person; the caller keeps the present session alive, all others end."""
    with transaction.atomic():
        _set(user, password)


def _set(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_all(user, at=timezone.now())
    outbox.publish("account.password_changed", subject_type="user", subject_id=user.pk, actor_id=user.pk)
    record("account.password_changed", actor_id=user.pk, subject_type="user", subject_id=user.pk)
