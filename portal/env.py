"""Small typed readers of the environment that fail loudly.

A value may also be given as a file: `NAME_FILE=/path` wins over `NAME`, for mounted secrets.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The text of `name` (or of the file named by `name_FILE`); raises ImproperlyConfigured when neither is set."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return _read(name, file)
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment; see .env.example.")
    return value


def _read(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE={file} cannot be read: {error.strerror}.") from None


def boolean(name: str, default: bool) -> bool:
    """True or false; raises ImproperlyConfigured for any other word."""
    value = text(name, "true" if default else "false").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")


def integer(name: str, default: int) -> int:
    """A whole number; raises ImproperlyConfigured otherwise."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    """One of `options`; raises ImproperlyConfigured otherwise."""
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of: {', '.join(options)}.")
    return value


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Django's database settings from `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = urlsplit(text(name, default))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must start with postgresql:// (PostgreSQL 15 or later is needed).")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
    }
