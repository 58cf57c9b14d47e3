"""Small typed readers of the environment that fail loudly.

A value may also be given as a file: `NAME_FILE=/path` wins over `NAME`, for mounted secrets.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

APP_LOAD_ERROR = 4  # gunicorn then stops instead of starting the worker again and again
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


@contextmanager
def plainly() -> Iterator[None]:
    """Say a setting that is wrong in one line and exit, without a traceback."""
    try:
        yield
    except ImproperlyConfigured as error:
        print(f"motcua cannot start: {error}", file=sys.stderr)  # noqa: T201 - logging is not set up yet
        raise SystemExit(APP_LOAD_ERROR) from None


def text(name: str, default: str | None = None) -> str:
    """The text of `name` (or of the file named by `name_FILE`); raises ImproperlyConfigured when neither is set."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        return read_file(name, file)
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment; see .env.example.")
    return value


def read_file(name: str, file: str) -> str:
    """The text of a mounted file that stands for the variable `name`; raises ImproperlyConfigured."""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE={file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{name}_FILE={file} is not a text in UTF-8.") from None


def boolean(name: str, default: bool) -> bool:
    """True or false; raises ImproperlyConfigured for any other word."""
    value = text(name, "true" if default else "false").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither true nor false.")


def integer(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number between `least` and `most`; raises ImproperlyConfigured otherwise."""
    value = text(name, str(default)).strip()
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.")
    if not least <= int(value[:20]) <= most:
        raise ImproperlyConfigured(f"{name}={value} must lie between {least} and {most}.")
    return int(value)


def items(name: str, default: str = "") -> list[str]:
    """A comma-separated list, blanks dropped."""
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def choice(name: str, options: tuple[str, ...], default: str) -> str:
    """One of `options`; raises ImproperlyConfigured otherwise."""
    value = text(name, default)
    if value not in options:
        raise ImproperlyConfigured(f"{name}={value!r} is not one of: {', '.join(options)}.")
    return value


def address(name: str, schemes: tuple[str, ...], default: str | None = None) -> str:
    """An address with one of `schemes` and a host or a path; raises ImproperlyConfigured otherwise."""
    value = text(name, default).strip()
    _parts(name, value, schemes)
    return value


def origin(url: str) -> str:
    """`https://host:port` of an address; an empty text when it has none."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _parts(name: str, value: str, schemes: tuple[str, ...]) -> SplitResult:
    """The parts of an address. The value is not repeated in the complaint: it may hold a password."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not an address: {error}.") from None
    if parts.scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must start with {' or '.join(f'{scheme}://' for scheme in schemes)}.")
    if not parts.hostname and not parts.path and not parts.query:
        raise ImproperlyConfigured(f"{name} names no host.")
    return parts


def database(name: str, default: str | None = None) -> dict[str, object]:
    """Django's database settings from `postgresql://user:password@host:port/name?host=/socket/folder`."""
    parts = _parts(name, text(name, default), ("postgresql", "postgres"))
    if not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} names no database: postgresql://user:password@host:port/name.")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "common.postgres",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": options.pop("port", str(parts.port or "")),
        "OPTIONS": options,
    }
