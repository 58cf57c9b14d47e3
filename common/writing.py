"""Several rows written in one statement: an act writes its event, clock, news and the dossier's columns together.

Building an INSERT of the ORM and sending it alone costs more than PostgreSQL's part of it. Triggers, constraints and
defaults of the database work as for separate statements; rows of one statement do not see each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault


@dataclass(frozen=True)
class Part:
    """One INSERT or UPDATE that returns the ids of its rows. `rows` get their id when it was carried out.

    Parts are carried out in no given order; one that must come after another reads the other's `name` as a table.
    """

    sql: str
    values: tuple[Any, ...]
    rows: tuple[Model, ...] = ()
    name: str = ""


def inserted(rows: Iterable[Model]) -> list[Part]:
    """New rows of one model, in order; no part for no rows."""
    found = tuple(rows)
    if not found:
        return []
    fields, head = _insert(type(found[0]))
    marks, values = [], []
    for row in found:
        stored = [(field, getattr(row, field.attname)) for field in fields]
        marks.append(", ".join("DEFAULT" if isinstance(value, DatabaseDefault) else "%s" for _field, value in stored))
        values += [
            field.get_db_prep_save(value, connection)
            for field, value in stored
            if not isinstance(value, DatabaseDefault)
        ]
    rows_sql = ", ".join(f"({mark})" for mark in marks)
    return [Part(f"{head} VALUES {rows_sql} RETURNING id", tuple(values), found)]


@lru_cache
def _insert(model: type[Model]) -> tuple[tuple["Field[Any, Any]", ...], str]:
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    return fields, f'INSERT INTO "{model._meta.db_table}" ({columns})'


def values_of(row: Model) -> dict[str, Any]:
    """The values of a row's columns now, to be compared with later ones by `updated`."""
    return {field.attname: row.__dict__.get(field.attname) for field in row._meta.concrete_fields}


def updated(row: Model, before: dict[str, Any]) -> list[Part]:
    """The columns of a stored row that differ from `before`."""
    changed = [field for field in row._meta.concrete_fields if row.__dict__.get(field.attname) != before[field.attname]]
    if not changed:
        return []
    marks = ", ".join(f'"{field.column}" = %s' for field in changed)
    values = [field.get_db_prep_save(row.__dict__[field.attname], connection) for field in changed]
    sql = f'UPDATE "{row._meta.db_table}" SET {marks} WHERE id = %s RETURNING id'  # noqa: S608 - our own columns
    return [Part(sql, (*values, row.pk))]


def write(parts: Iterable[Part]) -> list[int]:
    """Carry out all parts in one statement; returns how many rows each has written."""
    found = list(parts)
    if not found:
        return []
    names = [part.name or f"part{number}" for number, part in enumerate(found)]
    steps = ", ".join(f"{name} AS ({part.sql})" for name, part in zip(names, found, strict=True))
    ids = ", ".join(f"ARRAY(SELECT id FROM {name})" for name in names)  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {steps} SELECT {ids}", [value for part in found for value in part.values])
        answer = cursor.fetchone()
    for part, keys in zip(found, answer, strict=True):
        _keep(part.rows, keys)
    return [len(keys) for keys in answer]


def _keep(rows: tuple[Model, ...], keys: list[int]) -> None:
    for row, key in zip(rows, keys, strict=False):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
