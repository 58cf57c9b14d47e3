"""What production refuses: settings that are safe only on a developer's machine. One sentence each, naming the variable.

Django's system checks show them (`manage.py check`), and the web server and the workers refuse to start (`refuse_unsafe`).
"""

import ipaddress
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from portal import env

SECRET_KEY_LENGTH = 50
SECRET_LENGTH = 32
DISTINCT = 8  # characters; fewer are a pattern, not a secret
LAZY = re.compile(r"insecure|change.?me|placeholder|example", re.IGNORECASE)
MAKE_BELIEVE = re.compile(r"(^|\.)(localhost|test|example|invalid)$|sandbox", re.IGNORECASE)
DEMO_MERCHANT = "DEMOTMN1"


@dataclass(frozen=True)
class Fault:
    """One reason not to start: which variable, what is wrong and what to do."""

    variable: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.sentence}"


def faults() -> Iterator[Fault]:
    """Every reason why production may not start with the settings in force; none outside production."""
    if settings.MODE == "production":
        for look in (
            _debug,
            _secrets,
            _hosts,
            _public_url,
            _outside,
            _mail,
            _scanner,
            _proxies,
            _signing,
            _database,
            _metrics,
        ):
            yield from look()


def refuse_unsafe() -> None:
    """Raise ImproperlyConfigured with one line for each fault; called where the web server and the workers start."""
    found = [str(fault) for fault in faults()]
    if settings.MODE == "production" and env.text("MOTCUA_DB_ROLE", "app") == "owner":
        found.append("MOTCUA_DB_ROLE: must be app where people are served; the owner could change what is append-only.")
    if found:
        raise ImproperlyConfigured("\n".join(found))


def unsafe_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The same as a system check."""
    return [Error(str(fault), id="portal.E001") for fault in faults()]


def refuse_demo_accounts() -> None:
    """Raise ImproperlyConfigured when demo accounts lie in the database; called once its models are loaded.

    A database that does not answer is no reason: the house starts and says so on its pages.
    """
    from django.db import connections

    errors = [message for message in demo_accounts() if isinstance(message, Error)]
    connections.close_all()  # the web processes are forked from this one
    if errors:
        raise ImproperlyConfigured(str(errors[0].msg))


def demo_accounts(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Deployment check: no account may answer to the published password of the demonstration."""
    from django.db import Error as DatabaseError

    if settings.MODE != "production":
        return []
    try:
        names = list(_accounts_with_the_demo_password())
    except DatabaseError:
        return [Warning("The database cannot be reached, so nobody looked for demo accounts.", id="portal.W002")]
    if not names:
        return []
    return [Error(f"DATABASE_URL: demo accounts with the published password: {', '.join(names)}.", id="portal.E002")]


def _accounts_with_the_demo_password() -> Iterator[str]:
    from accounts.models import User
    from portal.demo.people import CITIZENS, OFFICERS, PASSWORD

    known = [row[0] for row in (*OFFICERS, *CITIZENS)]
    for user in User.objects.filter(username__in=known, is_active=True).order_by("username"):
        if user.check_password(PASSWORD):
            yield user.username


def _debug() -> Iterator[Fault]:
    if settings.DEBUG or env.boolean("DEBUG", False):
        yield Fault("DEBUG", "must be off in production; error pages would show data.")
    if settings.LOG_LEVEL in {"DEBUG", "NOTSET"}:
        yield Fault("LOG_LEVEL", "must be INFO or higher in production; DEBUG writes personal data into the logs.")
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SECURE_SSL_REDIRECT):
        yield Fault("SESSION_COOKIE_SECURE", "cookies must travel over https only.")


def _secrets() -> Iterator[Fault]:
    if len(settings.SECRET_KEY) < SECRET_KEY_LENGTH or _is_guessable(settings.SECRET_KEY):
        yield Fault("SECRET_KEY", f"must be {SECRET_KEY_LENGTH} random characters or more.")
    if any(_is_guessable(key) for key in settings.FIELD_KEYS):
        yield Fault("FIELD_KEYS", "must be random; this one is a pattern.")
    if any(len(old) < SECRET_LENGTH or _is_guessable(old) for old in settings.SECRET_KEY_FALLBACKS):
        yield Fault("SECRET_KEY_FALLBACKS", "an old key that can be guessed still opens sessions; leave it out.")
    for name, values in _shared().items():
        if any(len(value) < SECRET_LENGTH or _is_guessable(value) for value in values):
            yield Fault(name, f"each secret must be {SECRET_LENGTH} random characters or more.")
    everything = [settings.SECRET_KEY, *settings.FIELD_KEYS, *(v for values in _shared().values() for v in values)]
    if len(set(everything)) < len(everything):
        yield Fault("SECRET_KEY", "and the other secrets must all differ from one another.")


def _shared() -> dict[str, list[str]]:
    return {
        "BLIND_INDEX_KEY": [settings.BLIND_INDEX_KEY],
        "CHAIN_KEYS": list(settings.CHAIN_KEYS.values()),
        "VNPAY_SECRETS": settings.VNPAY_SECRETS,
        "SMS_SECRETS": settings.SMS_SECRETS,
        "POSTAL_SECRETS": settings.POSTAL_SECRETS,
    }


def _is_guessable(value: str) -> bool:
    return len(set(value)) < DISTINCT or bool(LAZY.search(value))


def _hosts() -> Iterator[Fault]:
    if not settings.ALLOWED_HOSTS:
        yield Fault("ALLOWED_HOSTS", "must name the host of the site.")
    elif any(host == "*" or "*" in host or host == "." for host in settings.ALLOWED_HOSTS):
        yield Fault("ALLOWED_HOSTS", "must name hosts; a * lets anybody put an address of theirs into our messages.")
    if any(not origin.startswith("https://") for origin in settings.CSRF_TRUSTED_ORIGINS):
        yield Fault("CSRF_TRUSTED_ORIGINS", "may name https:// addresses only.")


def _public_url() -> Iterator[Fault]:
    parts = urlsplit(settings.PUBLIC_URL)
    host = parts.hostname or ""
    if parts.scheme != "https" or not host:
        yield Fault("PUBLIC_URL", "must be the https:// address of the site; it stands in messages and on papers.")
    elif parts.path.strip("/") or parts.query:
        yield Fault("PUBLIC_URL", "must be the address of the site without a path.")
    elif settings.ALLOWED_HOSTS and not any(_covers(allowed, host) for allowed in settings.ALLOWED_HOSTS):
        yield Fault("PUBLIC_URL", "its host must be one of ALLOWED_HOSTS.")


def _covers(allowed: str, host: str) -> bool:
    return allowed in {"*", host} or (allowed.startswith(".") and f".{host}".endswith(allowed))


def _outside() -> Iterator[Fault]:
    if settings.SANDBOX_URL:
        yield Fault("SANDBOX_URL", "the sandbox is for demonstrations and tests; leave it empty in production.")
    for name in ("VNPAY_PAY_URL", "VNPAY_API_URL", "SMS_URL", "POSTAL_URL"):
        parts = urlsplit(getattr(settings, name))
        if parts.scheme != "https" or _is_make_believe(parts.hostname or ""):
            yield Fault(name, "must be the https:// address of the real service.")
    if settings.VNPAY_TMN_CODE in {"", DEMO_MERCHANT}:
        yield Fault("VNPAY_TMN_CODE", "must be the terminal code of the province's contract.")
    if not settings.POSTAL_CUSTOMER_CODE:
        yield Fault("POSTAL_CUSTOMER_CODE", "must be the customer code of the contract with the post.")


def _is_make_believe(host: str) -> bool:
    """Loopback, reserved names and sandboxes: no bank, carrier or post answers there."""
    try:
        return ipaddress.ip_address(host).is_loopback or ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return not host or bool(MAKE_BELIEVE.search(host))


def _mail() -> Iterator[Fault]:
    if _is_make_believe(settings.EMAIL_HOST):
        yield Fault("EMAIL_HOST", "must name the mail server.")
    if not settings.EMAIL_USE_TLS:
        yield Fault("EMAIL_USE_TLS", "must be true: letters carry names and dossiers.")
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    if _is_make_believe(sender):
        yield Fault("DEFAULT_FROM_EMAIL", "must be an address of the province that can receive answers.")


def _scanner() -> Iterator[Fault]:
    if settings.SCANNER == "none":
        yield Fault("SCANNER", "none is for demonstrations; uploads must be scanned by clamd.")
    elif not settings.CLAMD_ADDRESS:
        yield Fault("CLAMD_ADDRESS", "must name clamd: unix:/path or host:port.")


def _proxies() -> Iterator[Fault]:
    if not settings.TRUSTED_PROXIES:
        yield Fault("TRUSTED_PROXIES", "must name the proxy in front; else all visitors count as one address.")
    for address in settings.TRUSTED_PROXIES:
        try:
            ipaddress.ip_address(address)
        except ValueError:
            yield Fault("TRUSTED_PROXIES", "must be IP addresses, comma-separated.")
            return


def _signing() -> Iterator[Fault]:
    if settings.SIGNING_TRUST_FILE and not os.access(settings.SIGNING_TRUST_FILE, os.R_OK):
        yield Fault("SIGNING_TRUST_FILE", "must be a readable PEM file; papers signed with earlier keys need it.")
    if settings.SIGNING_SERVICE_URL:
        yield from _signing_service()
        return
    yield from _certificate(
        "SIGNING_KEY_FILE", settings.SIGNING_KEY_FILE, "the key and the certificate that sign results"
    )
    seal = Path(settings.SEAL_KEY_FILE)
    files = list(seal.parent.glob(seal.name.replace("{agency}", "*"))) if "{agency}" in seal.name else [seal]
    for file in files or [seal]:
        yield from _certificate("SEAL_KEY_FILE", file, "the key and the certificate of the agency's seal")


def _signing_service() -> Iterator[Fault]:
    parts = urlsplit(settings.SIGNING_SERVICE_URL)
    if parts.scheme != "https" or _is_make_believe(parts.hostname or ""):
        yield Fault("SIGNING_SERVICE_URL", "must be the https:// address of the real service, or empty for key files.")
    if not settings.SIGNING_SERVICE_TOKEN:
        yield Fault("SIGNING_SERVICE_TOKEN", "must be the access token that the signing service gave.")
    for name in ("SIGNING_CREDENTIAL", "SEAL_CREDENTIAL"):
        if not getattr(settings, name):
            yield Fault(name, "must name the key at the signing service.")
    if not settings.SIGNING_TRUST_FILE:
        yield Fault("SIGNING_TRUST_FILE", "must hold the authority of the signing service's certificates.")


def _certificate(name: str, file: Path, what: str) -> Iterator[Fault]:
    try:
        certificate = x509.load_pem_x509_certificates(file.read_bytes())[0]
    except (OSError, ValueError, IndexError):
        yield Fault(name, f"must be a readable PEM file with {what}.")
        return
    if certificate.subject == certificate.issuer:
        yield Fault(name, "its certificate signs itself; production needs one of a recognised authority.")
    elif certificate.not_valid_after_utc < datetime.now(UTC):
        yield Fault(name, "its certificate has run out.")


def _database() -> Iterator[Fault]:
    owner = env.text("OWNER_DATABASE_URL", "")
    app = env.database("DATABASE_URL")
    is_serving = env.choice("MOTCUA_DB_ROLE", ("app", "owner"), "app") == "app"
    if is_serving and owner and env.database("OWNER_DATABASE_URL")["USER"] == app["USER"]:
        yield Fault("DATABASE_URL", "must use another role than OWNER_DATABASE_URL: what serves people owns nothing.")
    if "sslmode" not in parse_qs(urlsplit(env.text("DATABASE_URL")).query) and _is_public(str(app["HOST"])):
        yield Fault("DATABASE_URL", "crosses a public network: add ?sslmode=verify-full.")


def _is_public(host: str) -> bool:
    """A plain name (a service of the same machine or network), a socket folder and private addresses are not."""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _metrics() -> Iterator[Fault]:
    token = settings.METRICS_TOKEN
    if token and (len(token) < SECRET_LENGTH or _is_guessable(token)):
        yield Fault("METRICS_TOKEN", f"must be {SECRET_LENGTH} random characters or more.")
    for address in settings.METRICS_ALLOW:
        try:
            network = ipaddress.ip_network(address, strict=False)
        except ValueError:
            yield Fault("METRICS_ALLOW", "must be IP addresses or networks, comma-separated.")
            return
        if network.prefixlen == 0:
            yield Fault("METRICS_ALLOW", "must not be everybody.")
