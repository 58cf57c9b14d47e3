"""The mass of the dossiers, loaded once and touched by no run: the closed ones, and the open ones of the other agencies."""

import time
from typing import Any

from benchmarks import bulk, stock
from benchmarks.report import say

BATCH = 200_000  # dossiers of one statement


def load(name: str, size: int, cast: Any, templates: dict[str, int]) -> None:
    """What no run touches: the closed dossiers, and the open ones of the other agencies, the newest."""
    begin = time.monotonic()
    tables = stock.tables()
    batches = [*_closed(size, cast, templates), *_elsewhere(size, cast, templates)]
    with bulk.indexes_aside(name, tables):
        bulk.together(name, [statement for batch in batches for statement in stock.statements(batch)])
        say(f"{size:,} dossiers: rows after {time.monotonic() - begin:.0f} s")
    say(f"{size:,} dossiers: indexes after {time.monotonic() - begin:.0f} s")
    bulk.vacuum(name, tables)
    say(f"{size:,} dossiers: loaded in {time.monotonic() - begin:.0f} s, {bulk.megabytes(name):,} MB")


def _closed(size: int, cast: Any, templates: dict[str, int]) -> list[stock.Batch]:
    wanted = size - sum(stock.OPEN.values()) - stock.elsewhere(size) - stock.RICH
    others = stock.skewed(stock.others(cast.agency.pk))
    found = changes(cast, "X", stock.FIRST_CLONE) | _at(stock.with_share(cast.agency.pk, others)) | {
        "state": "'returned'", "queue_at": "NULL", "assignee_id": "NULL", "outcome": "'granted'", "step_role": "''",
        "result_state": "'issued'", "finished_at": "t.accepted_at - (n % 300) * interval '1 day'",
        "returned_at": "t.accepted_at - (n % 300) * interval '1 day'", "filed_at": "t.filed_at - (n % 300) * interval '1 day'",
    }  # fmt: skip
    return [
        stock.Batch(templates["closed"], stock.FIRST_CLONE, at + 1, min(at + BATCH, wanted), found, keep_events=3)
        for at in range(0, wanted, BATCH)
    ]


def _elsewhere(size: int, cast: Any, templates: dict[str, int]) -> list[stock.Batch]:
    first, count = stock.FIRST_CLONE + size, stock.elsewhere(size)
    where = _at(stock.skewed(stock.others(cast.agency.pk)))
    found = changes(cast, "E", first) | {"queue_at": stock.due(cast.now)} | where
    return [stock.Batch(templates["new"], first, 1, count, found)]


def _at(agencies: list[int]) -> dict[str, str]:
    roles = ("receiving", "handling", "deciding")
    return {f"{role}_agency_id": stock.spread(agencies) for role in roles}


def changes(cast: Any, letter: str, first: int) -> dict[str, str]:
    return {
        "code": stock.code(letter, first), "external_code": "''",
        "applicant_id": stock.spread([user.pk for user in cast.citizens]),
    }  # fmt: skip
