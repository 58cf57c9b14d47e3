"""How often a token or an address may call: counted in PostgreSQL, so that parallel calls cannot slip past."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from common import limits
from common.api.problems import too_many

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def count(scope: str, key: str, *, limit: int, window: timedelta) -> None:
    """Count one call; raises Problem (429, Retry-After: what is left of the window) beyond the limit."""
    now = timezone.now()
    if not limits.hit(scope, key, limit=limit, window=window, at=now):
        seconds = int(window.total_seconds())
        raise too_many(seconds - int(now.timestamp()) % seconds)


def count_call(caller: Any, network: str) -> None:
    """Every call: so many a minute for a token, or for an address without one."""
    key = f"token:{caller.pk}" if caller is not None else f"address:{network}"
    count("api.calls", key, limit=settings.API_CALLS_PER_MINUTE, window=MINUTE)


def count_door(door: str, network: str) -> None:
    """Calls anybody may make to guess something (registering, tokens, look-ups): so many an hour for an address."""
    count(f"api.{door}", network, limit=settings.API_DOORS_PER_HOUR[door], window=HOUR)
