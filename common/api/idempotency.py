"""The same call sent twice is carried out once (header `Idempotency-Key`).

One row per account and key, claimed before the work begins; PostgreSQL's unique constraint decides between parallel
calls. Only answers that changed something (2xx) are kept: after a refusal nothing happened and the call may be sent
again. What is kept is the answer itself, because a repeat must give it word for word; it may name a person, so it
is encrypted like identity numbers, lies nowhere else, and is deleted after two days. Of the request only a digest is kept.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from common.api.problems import Problem
from common.crypto import blind_index
from common.models import IdempotentCall

HEADER = "Idempotency-Key"
LONGEST = 200
LEASE = timedelta(seconds=60)  # a call whose server died may be sent again after that
KEPT = timedelta(hours=48)
UNSAFE = frozenset({"POST", "PATCH", "PUT", "DELETE"})


class Replay(Exception):
    """The call was carried out before: `response` is the answer it got."""

    def __init__(self, response: Response) -> None:
        super().__init__("replay")
        self.response = response


@dataclass(frozen=True)
class Claim:
    """The right to carry out one call. `started_at` fences: whoever lost the row meanwhile writes nothing."""

    pk: int
    started_at: datetime

    def finish(self, response: Response) -> None:
        """Keep the answer of what was done; give the key free when nothing was done."""
        mine = IdempotentCall.objects.filter(pk=self.pk, started_at=self.started_at)
        if not 200 <= response.status_code < 300:
            mine.delete()
            return
        body = JSONRenderer().render(response.data).decode() if response.data is not None else ""
        mine.update(status=response.status_code, body=body, finished_at=timezone.now())

    def release(self) -> None:
        """Nothing was done: the key is free again."""
        IdempotentCall.objects.filter(pk=self.pk, started_at=self.started_at).delete()


def begin(request: Request) -> Claim | None:
    """Claim the key of an unsafe call; None without a key. Raises Replay, or Problem (422 other call, 409 in flight)."""
    key = request.headers.get(HEADER, "")
    if not key or request.method not in UNSAFE or not request.user.is_authenticated:
        return None
    if len(key) > LONGEST:
        raise Problem(422, errors={HEADER: _("A key has at most 200 characters.")})
    now, print_ = timezone.now(), fingerprint(request)
    row, is_new = IdempotentCall.objects.get_or_create(
        owner=f"user:{request.user.pk}",
        key_hash=blind_index(key, context="idempotency"),
        defaults={"fingerprint": print_, "started_at": now},
    )
    return Claim(row.pk, now) if is_new else _again(row, print_, now)


def _again(row: IdempotentCall, print_: str, now: datetime) -> Claim:
    if row.fingerprint != print_:
        raise Problem(422, "key-reused")
    if row.status is not None:
        data = json.loads(row.body) if row.body else None
        raise Replay(Response(data, status=row.status, headers={"Idempotency-Replayed": "true"}))
    left_behind = IdempotentCall.objects.filter(pk=row.pk, status=None, started_at=row.started_at)
    if row.started_at > now - LEASE or not left_behind.update(started_at=now):
        raise Problem(409, "in-flight", headers={"Retry-After": "1"})
    return Claim(row.pk, now)


def fingerprint(request: Request) -> str:
    """A digest of method, address and content; files by their own digest."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if hasattr(request.data, "lists"):  # a form: values may be files
        values: Any = [[name, [_value(one) for one in found]] for name, found in sorted(request.data.lists())]
    else:
        values = request.data
    digest.update(json.dumps(values, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _value(value: Any) -> str:
    if not hasattr(value, "chunks"):
        return str(value)
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()


def sweep(*, at: datetime) -> int:
    """Delete what is older than two days; returns how many."""
    count, _rows = IdempotentCall.objects.filter(started_at__lt=at - KEPT).delete()
    return count
