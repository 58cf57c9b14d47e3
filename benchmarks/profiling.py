"""`make bench ARGS="profile list rich submit" SIZE=10000`: where the time of a request goes, without a server between.

For each named operation of benchmarks.requests: CPU ms without the profiler, its statements, then cProfile's tables.
"""

import cProfile
import json
import os
import pstats
import sys
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any

import django

TIMES = 20


def main(names: list[str]) -> None:
    """Profile each named operation; the plan of the run comes on standard input."""
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    server = _server(json.load(sys.stdin))
    for name in names:
        _sent(server, name, 5)
        begin = time.process_time()
        _sent(server, name, TIMES)
        print(f"{name}: {(time.process_time() - begin) / TIMES * 1000:.1f} ms CPU without the profiler")
        _statements(server, name)
        if os.environ.get("TABLES", "on") == "on":
            _profiled(server, name)


def _server(plan: dict[str, Any]) -> Any:
    """What benchmarks.requests wants of a server."""
    from django.test import Client

    from benchmarks.servers import Server

    server: Any = SimpleNamespace(name="ours", plan=plan, used={}, client=Client())
    server.take = lambda kind, count: Server.take(server, kind, count)
    return server


def _sent(server: Any, name: str, count: int) -> None:
    from benchmarks import requests

    client = server.client
    for request in requests.made(server, name, count):
        client.cookies.load(request.cookies)
        answer = client.get(request.path) if request.form is None else client.post(request.path, request.form)
        if answer.status_code != request.expect:
            raise SystemExit(f"{request.path} answered {answer.status_code}")


def _statements(server: Any, name: str) -> None:
    from django.db import connection, reset_queries

    connection.force_debug_cursor = True
    reset_queries()
    _sent(server, name, 1)
    connection.force_debug_cursor = False
    found = [query["sql"] for query in connection.queries]
    counted = [text for text in found if not text.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET ", "--"))]
    print(f"{name}: {len(counted)} statements")
    for text, count in Counter(found).items():
        print(f"  {count} × {text[:400]}")


def _profiled(server: Any, name: str) -> None:
    profile = cProfile.Profile(time.thread_time)  # CPU, not the neighbours
    profile.enable()
    _sent(server, name, TIMES)
    profile.disable()
    found = pstats.Stats(profile)
    found.sort_stats("tottime").print_stats(30)
    found.sort_stats("cumtime").print_stats(90)


if __name__ == "__main__":
    main(sys.argv[1:])
