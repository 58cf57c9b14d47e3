"""Reading of secrets: an environment variable, a file named by NAME_FILE, or a file of the secrets folder."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from portal import env


def read(name: str, folder: Path) -> str:
    """The secret `name`; raises ImproperlyConfigured, naming what to set, when there is none."""
    if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
        return env.text(name)
    file = folder / name.lower()
    if file.is_file():
        return file.read_text(encoding="utf-8").strip()
    raise ImproperlyConfigured(f"The secret {name} is missing: set {name}, {name}_FILE, or put it in {file}.")


def keyring(name: str, folder: Path) -> dict[str, str]:
    """Keys with their ids, written `id:key,id:key`; the last one is the current one."""
    pairs = [part.partition(":") for part in read(name, folder).split(",") if part.strip()]
    if not pairs or any(not key for _, _, key in pairs):
        raise ImproperlyConfigured(f"{name} must be written id:key,id:key.")
    return {key_id.strip(): key.strip() for key_id, _, key in pairs}
