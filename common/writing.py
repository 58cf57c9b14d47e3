"""Several rows written in one statement: an act writes its event, clock, news and the dossier's columns together.

Building an INSERT of the ORM and sending it alone costs more than PostgreSQL's part of it. Triggers, constraints and
defaults of the database work as for separate statements; rows of one statement do not see each other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from django.db import connection
from django.db.models import Field, ForeignKey, Model
from django.db.models.expressions import DatabaseDefault


@dataclass(frozen=True)
class Part:
    """One INSERT or UPDATE that returns the ids of its rows. `rows` get their id when it was carried out.

    Parts are carried out in no given order; one that must come after another reads the other's `name` as a table.
    `types`: of the values, as PostgreSQL calls them, if the statement may be kept prepared.
    """

    sql: str
    values: tuple[Any, ...]
    rows: tuple[Model, ...] = ()
    name: str = ""
    types: tuple[str, ...] = ()


def inserted(rows: Iterable[Model]) -> list[Part]:
    """New rows of one model, in order; no part for no rows."""
    found = tuple(rows)
    if not found:
        return []
    fields, head = _insert(type(found[0]))
    marks, values, types = [], [], []
    for row in found:
        stored = [(field, getattr(row, field.attname)) for field in fields]
        marks.append(", ".join("DEFAULT" if isinstance(value, DatabaseDefault) else "%s" for _field, value in stored))
        given = [(field, value) for field, value in stored if not isinstance(value, DatabaseDefault)]
        values += [_stored(field, value) for field, value in given]
        types += [_type(field) for field, _value in given]
    rows_sql = ", ".join(f"({mark})" for mark in marks)
    return [Part(f"{head} VALUES {rows_sql} RETURNING id", tuple(values), found, types=tuple(types))]


# What Django's own fields store as it is; five functions are asked for it otherwise, for each column of each row.
_AS_IT_IS: dict[str, type] = {
    "CharField": str, "TextField": str, "SlugField": str, "BooleanField": bool, "IntegerField": int, "BigIntegerField": int,
    "SmallIntegerField": int, "PositiveIntegerField": int, "PositiveSmallIntegerField": int, "PositiveBigIntegerField": int,
    "BigAutoField": int, "AutoField": int,
}  # fmt: skip


def _stored(field: "Field[Any, Any]", value: Any) -> Any:
    """The value as the driver takes it: nothing and what the field stores as it is unchanged, all else as Django says."""
    is_plain = type(value) is _plain_type(field)
    return value if is_plain else field.get_db_prep_save(value, connection)


@lru_cache(maxsize=4096)
def _plain_type(field: "Field[Any, Any]") -> type | None:
    """The type of Python this column stores as it is; None for fields with a way of their own (dates, JSON, encrypted)."""
    own: Any = field.target_field if isinstance(field, ForeignKey) else field
    is_own_way = not type(own).__module__.startswith("django.db.models")
    return None if is_own_way else _AS_IT_IS.get(own.get_internal_type())


@lru_cache(maxsize=4096)
def _type(field: "Field[Any, Any]") -> str:
    """The type of a column without its length: a cast to varchar(12) would cut a text that the column itself refuses."""
    return re.sub(r"\(.*?\)", "", field.db_type(connection) or "text")


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
    values = [_stored(field, row.__dict__[field.attname]) for field in changed]
    sql = f'UPDATE "{row._meta.db_table}" SET {marks} WHERE id = %s RETURNING id'  # noqa: S608 - our own columns
    types = (*(_type(field) for field in changed), "bigint")
    return [Part(sql, (*values, row.pk), types=types)]


class _Kept:
    """A statement by its text and the types of its values. Acts have some hundred shapes: one is kept prepared by each
    connection once this process has met it a few times, for planning it costs as much as carrying it out.
    """

    PATIENCE = 3
    numbers = count(1)

    def __init__(self, sql: str, types: tuple[str, ...]) -> None:
        self.met = 0
        self.name = f"mw{next(self.numbers)}"
        signs = (f"${number}" for number in count(1))
        text = re.sub("%[s%]", lambda mark: next(signs) if mark[0] == "%s" else "%", sql)
        self.prepare = f"PREPARE {self.name} ({', '.join(types)}) AS {text}"
        self.execute = f"EXECUTE {self.name} ({', '.join(['%s'] * len(types))})"

    def ready(self) -> bool:
        """Whether the connection knows it now."""
        self.met += 1
        if self.met <= self.PATIENCE:
            return False
        link: Any = connection
        link.ensure_prepared(self.name, self.prepare, None)
        return True


_kept = lru_cache(maxsize=1000)(_Kept)


def write(parts: Iterable[Part]) -> list[int]:
    """Carry out all parts in one statement; returns how many rows each has written."""
    found = list(parts)
    if not found:
        return []
    names = [part.name or f"part{number}" for number, part in enumerate(found)]
    steps = ", ".join(f"{name} AS ({part.sql})" for name, part in zip(names, found, strict=True))
    ids = ", ".join(f"ARRAY(SELECT id FROM {name})" for name in names)  # noqa: S608 - names of our own
    answer = _answer(f"WITH {steps} SELECT {ids}", found)
    for part, keys in zip(found, answer, strict=True):
        _keep(part.rows, keys)
    return [len(keys) for keys in answer]


def _answer(sql: str, parts: list[Part]) -> Any:
    values = [value for part in parts for value in part.values]
    types = tuple(kind for part in parts for kind in part.types)
    kept = _kept(sql, types) if types and len(types) == len(values) else None
    text = kept.execute if kept and kept.ready() else sql
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()


def _keep(rows: tuple[Model, ...], keys: list[int]) -> None:
    for row, key in zip(rows, keys, strict=False):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
