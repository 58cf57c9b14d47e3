"""What time it is in the sandbox. Tests that travel in time take the sandbox along; otherwise it is the real time."""

import time
from datetime import UTC, datetime

_ahead = 0.0  # seconds between the real clock and ours


def now() -> float:
    """Seconds since 1970."""
    return time.time() + _ahead


def moment() -> datetime:
    """The moment, aware, UTC."""
    return datetime.fromtimestamp(now(), UTC)


def set_to(wanted: datetime | None) -> None:
    """Go on from this moment; None: back to the real time."""
    global _ahead  # noqa: PLW0603 - one clock for the whole program
    _ahead = wanted.timestamp() - time.time() if wanted else 0.0
