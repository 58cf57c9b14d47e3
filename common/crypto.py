"""Encryption of identity numbers, their blind index for exact search, and texts drawn by chance."""

import hashlib
import hmac
import secrets
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(value: str) -> str:
    """Encrypt with the first of settings.FIELD_KEYS; an empty text stays empty."""
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(value.encode()).decode() if value else ""


def decrypt(token: str) -> str:
    """Decrypt with any of settings.FIELD_KEYS; raises cryptography.fernet.InvalidToken for a foreign text."""
    return _fernet(tuple(settings.FIELD_KEYS)).decrypt(token.encode()).decode() if token else ""


def blind_index(value: str, *, context: str) -> str:
    """HMAC-SHA256 (hex) of a value, so that it can be found by equality without being readable."""
    message = f"{context}\x00{value}".encode()
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), message, hashlib.sha256).hexdigest() if value else ""


def random_text(length: int, allowed_chars: str) -> str:
    """So many letters, each of those allowed with the same chance, for one call to the system's randomness (Django makes one
    for each letter, and a form's token is masked anew on every page). At most 256 letters may be allowed.
    """
    kinds, found = len(allowed_chars), ""
    fair = 256 - 256 % kinds  # bytes from here on would favour the first letters
    while len(found) < length:
        found += "".join([allowed_chars[byte % kinds] for byte in secrets.token_bytes(2 * length) if byte < fair])
    return found[:length]


class EncryptedTextField(models.TextField):
    """A text that is only ever stored encrypted; it cannot be searched (use a blind index beside it)."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """Decrypt what the database returned."""
        return decrypt(value) if value is not None else None

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt before the value leaves the process."""
        return encrypt(str(value)) if value is not None else None

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull` makes sense on an encrypted column."""
        if lookup_name != "isnull":
            raise TypeError("An encrypted column cannot be searched; use its blind index.")
        return super().get_lookup(lookup_name)
