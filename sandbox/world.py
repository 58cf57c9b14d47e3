"""What every part of the sandbox shares: configuration, books, faults, the courier, and where the portal lives."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sandbox import clock
from sandbox.books import Books
from sandbox.config import Config
from sandbox.courier import Courier
from sandbox.faults import Faults

VIETNAM = timezone(timedelta(hours=7))


@dataclass
class World:
    """One sandbox; `portal_url` can be moved while it runs."""

    config: Config
    books: Books
    faults: Faults
    courier: Courier
    portal_url: str


def build(config: Config) -> World:
    """A world with its books opened; nothing runs yet."""
    books, faults = Books(config.data), Faults()
    courier = Courier(books, faults, config.retry_seconds, config.max_attempts)
    return World(config, books, faults, courier, config.portal_url)


def now_text() -> str:
    """The moment in ISO 8601, UTC."""
    return clock.moment().isoformat(timespec="milliseconds")


def local_now() -> datetime:
    """The moment in Viet Nam."""
    return clock.moment().astimezone(VIETNAM)
