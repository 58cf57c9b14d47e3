"""Sign-in by user name, mobile number or identity number with a password.

Whatever is wrong, exactly one password hash is computed and the same answer is given, so that nobody can learn which
phones, numbers or names have an account. Guesses are counted in PostgreSQL, for the account rather than the name typed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from accounts.clients import client_network
from accounts.models import User
from common import identifiers, limits, text
from common.crypto import blind_index
from common.prepared import Prepared

# From all addresses together. The owner can still get in by setting a new password with a code.
ACCOUNT_TRIES = 60
# From one network, whatever the account: high, because a commune's public desk shares one address.
NETWORK_TRIES = 300
WINDOW = timedelta(hours=1)


def find_account(name: str) -> User | None:
    """The active account that `name` signs in to: a user name, a 12-digit identity number, or a mobile number.

    Of several accounts with the same phone it is the one that verified the phone first (families share phones).
    """
    name = _plain(name)
    by_name = User.objects.active().exclude(kind=User.Kind.SYSTEM).filter(username=name.lower()).first()
    if by_name:
        return by_name
    try:
        return User.objects.by_national_id(identifiers.clean_national_id(name)).first()
    except ValidationError:
        pass
    try:
        return User.objects.by_phone(identifiers.clean_mobile(name)).first()
    except ValidationError:
        return None


def _plain(name: str) -> str:
    """What was typed, without characters the database cannot take."""
    return text.clean(name[:200].encode(errors="replace").decode())


def attempt_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """What django-axes counts failures for (AXES_USERNAME_CALLABLE): a keyed hash, never what was typed."""
    name = str((credentials or {}).get("username") or "")
    if not credentials and request is not None:
        name = request.POST.get("username", "")
    known: dict[str, str] = request.__dict__.setdefault("_attempt_names", {}) if request is not None else {}
    if name not in known:
        known[name] = attempt_key(find_account(name), name)
    return known[name]


def attempt_key(account: User | None, name: str = "") -> str:
    """The key under which failed sign-ins of an account (or of an unknown name) are counted."""
    value = f"user:{account.pk}" if account else f"name:{_plain(name).lower()}"
    return blind_index(value, context="sign_in")


def _may_try(request: HttpRequest | None, key: str) -> bool:
    """Count a try for the account and, with a request, for its network; beyond the limits the lock page answers."""
    if request is None:
        return limits.hit("sign_in", key, limit=ACCOUNT_TRIES, window=WINDOW)
    if limits.hit("sign_in_network", client_network(request), limit=NETWORK_TRIES, window=WINDOW) and limits.hit(
        "sign_in", key, limit=ACCOUNT_TRIES, window=WINDOW
    ):
        return True
    request.axes_locked_out = True  # type: ignore[attr-defined]
    return False


class PhoneOrNameBackend(ModelBackend):
    """Django's backend with our way of finding the account."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The account whose password this is; raises PermissionDenied when there were too many guesses this hour."""
        if not username or password is None:
            return None
        account = find_account(username)
        if not _may_try(request, attempt_key(account, username)):
            raise PermissionDenied
        if account is None or password in settings.REFUSED_PASSWORDS:
            make_password(password)
            return None
        return account if account.check_password(password) and self.user_can_authenticate(account) else None

    def get_user(self, user_id: Any) -> User | None:
        """The active account of a session."""
        account = _reading[-1](int(user_id))
        return account if account and self.user_can_authenticate(account) else None


_BY_ID = Prepared(lambda pk: User.objects.filter(pk=pk), pk=int)
_reading: list[Callable[[int], User | None]] = [lambda pk: _BY_ID.first(pk=pk)]


def read_by(reader: Callable[[int], User | None]) -> None:
    """How accounts of sessions are read from now on: a room above reads in the same statement what every request of its own
    asks of the account.
    """
    _reading.append(reader)
