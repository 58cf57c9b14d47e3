"""Reading of secrets: an environment variable, a file named by NAME_FILE, or a file of the secrets folder."""

import base64
import binascii
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal import env

FERNET_BYTES = 32


def read(name: str, folder: Path) -> str:
    """The secret `name`; raises ImproperlyConfigured, naming what to set, when there is none."""
    value, file = "", folder / name.lower()
    if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
        value = env.text(name).strip()
    elif file.is_file():
        value = env.read_file(name, str(file))
    if not value:
        raise ImproperlyConfigured(f"The secret {name} is missing: set {name}, {name}_FILE, or put it in {file}.")
    return value


def optional(name: str, folder: Path) -> str:
    """The secret `name`, empty when there is none."""
    try:
        return read(name, folder)
    except ImproperlyConfigured:
        return ""


def several(name: str, folder: Path) -> list[str]:
    """Secrets separated by commas, at least one; the first is the current one."""
    found = [part.strip() for part in read(name, folder).split(",")]
    if not all(found):
        raise ImproperlyConfigured(f"{name} has an empty entry: write the secrets separated by single commas.")
    return found


def fernet_keys(name: str, folder: Path) -> list[str]:
    """Keys of encrypted fields: each 32 bytes in urlsafe base64; the first one encrypts."""
    found = several(name, folder)
    if not all(_is_fernet(key) for key in found):
        raise ImproperlyConfigured(
            f"{name} must be 32 random bytes in urlsafe base64 (44 characters), comma-separated."
        )
    return found


def _is_fernet(key: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(key.encode())) == FERNET_BYTES
    except (binascii.Error, ValueError):
        return False


def keyring(name: str, folder: Path) -> dict[str, str]:
    """Keys with their ids, written `id:key,id:key`; the last one is the current one."""
    pairs = [part.partition(":") for part in read(name, folder).split(",") if part.strip()]
    found = {key_id.strip(): key.strip() for key_id, _, key in pairs}
    if not pairs or not all(found) or not all(found.values()):
        raise ImproperlyConfigured(f"{name} must be written id:key,id:key.")
    if len(found) != len(pairs):
        raise ImproperlyConfigured(
            f"{name} uses the same id for two keys: nothing signed with the lost one could be checked."
        )
    return found
