"""Limits of attempts counted in PostgreSQL by one atomic statement, so that parallel tries cannot slip past."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from common.models import AttemptCounter

_HIT = """
INSERT INTO common_attemptcounter (scope, key_hash, window_start, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (scope, key_hash, window_start) DO UPDATE SET count = common_attemptcounter.count + 1
WHERE common_attemptcounter.count < %s RETURNING count
"""


def hit(scope: str, key: str, *, limit: int, window: timedelta, at: datetime | None = None) -> bool:
    """Count one attempt; False when `limit` attempts were already made in the current window."""
    if limit < 1:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_HIT, [scope, _hash(key), _window_start(window, at or timezone.now()), limit])
        return cursor.fetchone() is not None


def forgive(scope: str, key: str, *, window: timedelta, at: datetime | None = None) -> None:
    """Forget the attempts of the current window: one of them was right."""
    start = _window_start(window, at or timezone.now())
    AttemptCounter.objects.filter(scope=scope, key_hash=_hash(key), window_start=start).delete()


def _hash(key: str) -> str:
    return hmac.new(settings.BLIND_INDEX_KEY.encode(), key.encode(), hashlib.sha256).hexdigest()


def _window_start(window: timedelta, at: datetime) -> datetime:
    seconds = int(window.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)
