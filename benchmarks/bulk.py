"""Filling large tables: their indexes stand aside, two connections work at the same time, then each index is built once.

Only for the databases of the bench: a load that is cut off leaves no stamp (`database.stamp`), so its database is made anew.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from benchmarks import database

HANDS = 2
# Each connection's own and gone with it: what is measured later runs as the cluster is set up.
SETTINGS = """SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '1GB';
SET max_parallel_maintenance_workers = 0"""
_INDEXES = """SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[])
ORDER BY (SELECT amname FROM pg_am a JOIN pg_class c ON c.relam = a.oid WHERE c.oid = i.indexrelid) = 'gin' DESC, i.indrelid"""


def connect(name: str) -> Any:
    """A connection of the superuser that looks away from triggers and does not wait for the disk."""
    connection = database.connect(name)
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
    return connection


def together(name: str, statements: Iterable[str]) -> None:
    """Carry out all statements, each for itself, two at a time in the order given."""
    with ThreadPoolExecutor(HANDS) as pool:
        for done in [pool.submit(_one, name, statement) for statement in statements]:
            done.result()


def _one(name: str, statement: str) -> None:
    connection = connect(name)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@contextmanager
def indexes_aside(name: str, tables: list[str]) -> Iterator[None]:
    """No index of these tables is kept up within; all are built at the end, unique ones find what is there twice."""
    indexes = _indexes(name, tables)
    with database.connect(name).cursor() as cursor:
        for table in tables:  # the vacuum at the end does it once
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = false)")
        cursor.execute(
            "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = ANY(%s::regclass[])", [tables]
        )
    yield
    together(name, [f"REINDEX INDEX {index}" for index in indexes])


def _indexes(name: str, tables: list[str]) -> list[str]:
    """The slowest to build first, so that both hands end at the same time."""
    with database.connect(name).cursor() as cursor:
        cursor.execute(_INDEXES, [tables])
        return [index for (index,) in cursor.fetchall()]


def vacuum(name: str, tables: list[str]) -> None:
    """What is dead is cleared away and the planner knows the tables."""
    for table in tables:
        _one(name, f"ALTER TABLE {table} RESET (autovacuum_enabled)")
    together(name, [f"VACUUM (ANALYZE) {table}" for table in tables])


def megabytes(name: str) -> int:
    """The size of the database on the disk."""
    with database.connect(name).cursor() as cursor:
        cursor.execute("SELECT pg_database_size(%s)", [name])
        return int(cursor.fetchone()[0]) // 1_000_000
