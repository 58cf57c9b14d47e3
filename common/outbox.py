"""News between rooms: written beside the change, told upward by the worker.

`publish` is called inside the transaction of the act. `drain` runs in the worker: for each row it calls the functions
that the portal registered for its name; each of them only inserts durable rows, in the transaction that marks it handled.
"""

import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Value
from django.db.models.functions import Greatest, Now
from django.utils import timezone
from django.utils.module_loading import import_string

from common import nudge
from common.models import OutboxRow
from common.writing import new_row

logger = logging.getLogger(__name__)

Handler = Callable[["News"], None]
_reactions: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class News:
    """What a handler is told: which row, what happened to which subject, when. `key(handler)` is its idempotency key."""

    id: int
    name: str
    subject_type: str
    subject_id: int
    agency_code: str
    actor_id: int | None
    data: Mapping[str, Any]
    at: datetime

    def key(self, handler: str) -> str:
        """The unique key of whatever `handler` inserts for this piece of news."""
        return f"outbox:{self.id}:{handler}"


def register(reactions: Mapping[str, Sequence[str]]) -> None:
    """Tell who acts on which news: {"dossier.received": ["notifications.services.…", …]}; called once by the portal."""
    _reactions.clear()
    _reactions.update({name: tuple(paths) for name, paths in reactions.items()})


def registered() -> dict[str, tuple[str, ...]]:
    """The reactions in force (dotted paths by name of news)."""
    return dict(_reactions)


def publish(
    name: str,
    *,
    subject_type: str,
    subject_id: int,
    agency_code: str = "",
    actor_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> OutboxRow:
    """Write news in the caller's transaction and nudge the workers after commit. `data` holds ids and codes only."""
    news = row(
        name,
        subject_type=subject_type,
        subject_id=subject_id,
        agency_code=agency_code,
        actor_id=actor_id,
        data=data,
    )
    news.save(force_insert=True)
    nudge.after_commit()
    return news


def row(
    name: str,
    *,
    subject_type: str,
    subject_id: int,
    agency_code: str = "",
    actor_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> OutboxRow:
    """News that the caller writes himself, in the statement of his act; he nudges the workers after commit as well."""
    if not connection.in_atomic_block:
        raise RuntimeError("News is published inside the transaction of the act it tells of.")
    return new_row(
        OutboxRow,
        name=name,
        subject_type=subject_type,
        subject_id=subject_id,
        agency_code=agency_code,
        actor_id=actor_id,
        data=dict(data or {}),
    )


def drain(limit: int = 50) -> int:
    """Handle up to `limit` waiting rows in one transaction; returns how many were taken.

    A row is due as the database has it and, tried again, as the worker that failed had it: when either clock says so.
    """
    with transaction.atomic():
        rows = list(
            OutboxRow.objects.select_for_update(skip_locked=True)
            .filter(done_at=None, due_at__lte=Greatest(Value(timezone.now()), Now()))
            .order_by("due_at", "id")[:limit]
        )
        for row in rows:
            _handle(row)
    return len(rows)


def news_of(row: OutboxRow) -> News:
    """A stored row as handlers see it."""
    return News(
        row.pk, row.name, row.subject_type, row.subject_id, row.agency_code, row.actor_id, row.data, row.created_at
    )


def _handle(row: OutboxRow) -> None:
    news = news_of(row)
    errors = [
        error for path in _reactions.get(row.name, ()) if path not in row.handled for error in _call(path, news, row)
    ]
    if errors:
        row.attempts += 1
        row.error = "; ".join(errors)[:2000]
        row.due_at = timezone.now() + backoff(row.attempts)
    else:
        row.done_at = timezone.now()
    row.save(update_fields=["handled", "attempts", "error", "due_at", "done_at"])


def _call(path: str, news: News, row: OutboxRow) -> list[str]:
    """Run one handler in a savepoint; a failing one is tried again later and does not hold up the others."""
    try:
        with transaction.atomic():
            import_string(path)(news)
    except Exception as error:
        logger.exception("outbox.handler_failed handler=%s outbox=%s", path, news.id)
        return [f"{path}: {type(error).__name__}"]
    row.handled = [*row.handled, path]
    return []


def backoff(attempts: int, *, base: float = 2.0, cap: float = 1800.0) -> timedelta:
    """Seconds until the next try: doubling with jitter, at most half an hour."""
    return timedelta(seconds=min(cap, base * 2 ** min(attempts, 12)) * random.uniform(0.5, 1.0))  # noqa: S311
