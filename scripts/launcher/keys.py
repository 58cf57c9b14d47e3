"""The secrets of a demo or test installation: made once, readable by the services alone, and guarded against a mix-up."""

import base64
import hashlib
import json
import os
import secrets
import subprocess
from collections.abc import Callable

from launcher.console import LauncherError
from launcher.places import ROOT, VENV_PYTHON, Home, write_file


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


MAKERS: dict[str, Callable[[], str]] = {
    "secret_key": lambda: secrets.token_urlsafe(50),
    "field_keys": _fernet_key,
    "blind_index_key": lambda: secrets.token_hex(32),
    "chain_keys": lambda: f"k1:{secrets.token_hex(32)}",
    "vnpay_secrets": lambda: secrets.token_hex(16).upper(),
    "sms_secrets": lambda: secrets.token_hex(32),
    "postal_secrets": lambda: secrets.token_hex(32),
}
# Stored data cannot be read or checked without these; the others only sign what is short-lived.
BOUND_TO_DATA = ("field_keys", "blind_index_key", "chain_keys")


def prepare(home: Home) -> None:
    """Make the missing secrets; raises LauncherError when one no longer matches the stored data, naming the file."""
    folder = home.folder("secrets")
    known = _read_fingerprints(home)
    for name, make in MAKERS.items():
        file = folder / name
        if _given(name) or file.exists():
            continue
        if name in known:
            raise LauncherError(
                f"{file} is missing, but the data here was written with it: put it back, or start with another DATA_DIR"
            )
        write_file(file, make() + "\n", home.account)
    for name, variable in (("signing", "SIGNING_KEY_FILE"), ("seal", "SEAL_KEY_FILE")):
        if not (folder / f"{name}.pem").exists() and not os.environ.get(variable):
            _make_certificate(home, name)
    _compare(home, known)


def _given(name: str) -> str | None:
    """The value from the environment, which wins over the folder, as in the settings."""
    upper = name.upper()
    file = os.environ.get(f"{upper}_FILE")
    if file:
        try:
            with open(file, encoding="utf-8") as handle:
                return handle.read().strip()
        except OSError as error:
            raise LauncherError(f"{upper}_FILE={file} cannot be read: {error.strerror}") from None
    return os.environ.get(upper)


def _compare(home: Home, known: dict[str, list[str]]) -> None:
    """Every key the data was written with must still be in its list; new keys may be added (rotation)."""
    marks: dict[str, list[str]] = {}
    for name in BOUND_TO_DATA:
        file = home / "secrets" / name
        value = _given(name) or file.read_text(encoding="utf-8").strip()
        marks[name] = [_mark(name, key.strip()) for key in value.split(",")]
        if not set(known.get(name, [])) <= set(marks[name]):
            where = name.upper() if _given(name) else str(file)
            raise LauncherError(
                f"{where} does not match: the data in {home.path} was written with another key; put the old one back"
            )
    if marks != known:
        write_file(home / "secrets.json", json.dumps(marks, indent=1) + "\n", home.account)


def _mark(name: str, key: str) -> str:
    return hashlib.sha256(f"motcua {name} {key}".encode()).hexdigest()[:16]


def _read_fingerprints(home: Home) -> dict[str, list[str]]:
    try:
        found: dict[str, list[str]] = json.loads((home / "secrets.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise LauncherError(f"{home / 'secrets.json'} cannot be read: {error}") from None
    return found


def _make_certificate(home: Home, name: str) -> None:
    """A demonstration certificate needs a package of the environment, so a script there makes it."""
    target = home / "secrets" / f"{name}.pem"
    command = [str(VENV_PYTHON), str(ROOT / "scripts" / "make_certificate.py"), str(target), name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LauncherError(f"cannot make {target}: {(done.stderr.strip() or 'it said nothing').splitlines()[-1]}")
    if not home.account.is_me:
        os.chown(target, home.account.uid, home.account.gid)
