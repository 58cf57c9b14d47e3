"""/healthz: the process answers. /readyz: it can serve (database, migrations, loops, news, disk, scanner)."""

import shutil
import socket
import time
from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from common import health

SWEEP_LIMIT = timedelta(seconds=60)  # beat wakes the loops every 10 s
OUTBOX_LIMIT = timedelta(minutes=5)
JOBS_LIMIT = timedelta(minutes=5)
DISK_LIMIT = 1024**3  # 1 GiB free
Check = Callable[[], str]


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when everything a request needs is there, else 503; one word per check, no secrets."""
    checks: dict[str, Check] = {
        "database": database,
        "migrations": migrations,
        "sweep": sweep,
        "outbox": outbox,
        "disk": disk,
    }
    if settings.MODE == "production":
        checks["scanner"] = scanner
    words = {name: run(check) for name, check in checks.items()}
    is_ready = all(word == "ok" for word in words.values())
    # Reported only: Redis carries nudges and caches; a failing handler or a carrier that is down is no reason to close.
    words |= {"redis": run(cache), "jobs": run(jobs), "failing": run(failing)}
    return JsonResponse({"ready": is_ready, "checks": words}, status=200 if is_ready else 503)


def run(check: Check) -> str:
    """The word of a check; a check that fails says the kind of its error, never its text (addresses, users)."""
    try:
        return check()
    except (Error, OSError, redis.RedisError, ImproperlyConfigured) as error:
        return f"failed: {type(error).__name__}"


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


_migrated_at = 0.0


def migrations() -> str:
    """No migration waits; asked at most once a minute, for reading them all takes long."""
    global _migrated_at  # noqa: PLW0603 - one stamp per process
    if time.monotonic() - _migrated_at < 60 and _migrated_at:
        return "ok"
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        return f"{waiting} waiting"
    _migrated_at = time.monotonic()
    return "ok"


def sweep() -> str:
    age = health.sweep_age()
    if age is None:
        return "never ran"
    return "ok" if age < SWEEP_LIMIT else f"{int(age.total_seconds())} s ago"


def outbox() -> str:
    lag = health.outbox_lag()
    return "ok" if lag < OUTBOX_LIMIT else f"{int(lag.total_seconds())} s behind"


def jobs() -> str:
    lag = health.jobs_lag()
    return "ok" if lag < JOBS_LIMIT else f"{int(lag.total_seconds())} s behind"


def failing() -> str:
    """News that a handler fails on again and again: somebody has to look."""
    count = health.failing_news()
    return f"{count} pieces of news" if count else "ok"


def disk() -> str:
    folder = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.DATA_DIR
    free = shutil.disk_usage(folder).free
    return "ok" if free >= DISK_LIMIT else f"{free // 1024**2} MiB free"


def scanner() -> str:
    """PING to clamd."""
    if settings.SCANNER != "clamd" or not settings.CLAMD_ADDRESS:
        return "missing"
    with clamd_socket(settings.CLAMD_ADDRESS) as line:
        line.sendall(b"zPING\0")
        return "ok" if line.recv(16).startswith(b"PONG") else "no answer"


def clamd_socket(address: str) -> socket.socket:
    """A connection to `unix:/path` or `host:port`, with two seconds to answer."""
    if address.startswith("unix:"):
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(2)
        line.connect(address.removeprefix("unix:"))
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=2)


def cache() -> str:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.3)
    try:
        client.ping()
    finally:
        client.close()
    return "ok"
