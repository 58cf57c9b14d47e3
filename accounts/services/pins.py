"""The signing PIN: set with the password, proven before papers are signed, locked for a while after wrong tries."""

import itertools
import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import SigningPin, User
from audit.services import record
from common import limits

DIGITS = re.compile(r"[0-9]{6}")
TRIES, LOCKED_FOR = 5, timedelta(minutes=15)
SCOPE, PASSWORD_SCOPE = "signing.pin", "signing.password"


class PinRefused(Exception):
    """The PIN does not open; `field` and the text say what to mend. `is_locked`: too many wrong tries."""

    def __init__(self, text: Any, *, field: str = "pin", is_locked: bool = False) -> None:
        super().__init__(str(text))
        self.field = field
        self.is_locked = is_locked


def has_pin(user: User) -> bool:
    """Whether this person has set a PIN."""
    return SigningPin.objects.filter(user=user).exists()


def set_pin(user: User, *, password: str, pin: str, at: datetime) -> None:
    """Set or change the PIN; the password proves the person. Raises PinRefused."""
    if not limits.hit(PASSWORD_SCOPE, str(user.pk), limit=TRIES, window=LOCKED_FOR, at=at):
        raise PinRefused(_locked(), field="password", is_locked=True)
    if not user.check_password(password):
        raise PinRefused(_("This is not your password."), field="password")
    give_pin(user, pin=pin, at=at)
    limits.forgive(PASSWORD_SCOPE, str(user.pk), window=LOCKED_FOR, at=at)


def give_pin(user: User, *, pin: str, at: datetime) -> None:
    """Store a PIN without asking for the password: for the loading of a demonstration. Raises PinRefused."""
    if not DIGITS.fullmatch(pin):
        raise PinRefused(_("A PIN has exactly six digits."))
    if is_easy(pin):
        raise PinRefused(_("This PIN is too easy to guess: do not repeat one digit and do not count up or down."))
    with transaction.atomic():
        SigningPin.objects.update_or_create(user=user, defaults={"digest": make_password(pin), "set_at": at})
        record("account.pin_set", actor_id=user.pk, subject_type="user", subject_id=user.pk)


def is_easy(pin: str) -> bool:
    """One digit six times, or a row like 123456 or 987654."""
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def check_pin(user: User, pin: str, *, at: datetime) -> None:
    """Raises PinRefused unless this is the person's PIN. Every try counts before it is compared; a right one clears them.

    Five wrong tries lock the PIN until the quarter of an hour is over, whatever is typed then.
    """
    if not limits.hit(SCOPE, str(user.pk), limit=TRIES, window=LOCKED_FOR, at=at):
        raise PinRefused(_locked(), is_locked=True)
    known = SigningPin.objects.filter(user=user).first()
    if known is None:
        raise PinRefused(_("You have no signing PIN yet. Set one first."))
    if not check_password(pin, known.digest):
        record("account.pin_wrong", actor_id=user.pk, subject_type="user", subject_id=user.pk)
        raise PinRefused(_("The PIN is wrong. Nothing was signed."))
    limits.forgive(SCOPE, str(user.pk), window=LOCKED_FOR, at=at)


def _locked() -> str:
    return _("Too many wrong tries: locked for a quarter of an hour. Nothing was signed.")
