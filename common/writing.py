"""Several rows written in one statement: an act writes its event, clock, news and the dossier's columns together.

Building an INSERT of the ORM and sending it alone costs more than PostgreSQL's part of it. Triggers, constraints and
defaults of the database work as for separate statements; rows of one statement do not see each other.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Field, ForeignKey, Model
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=Model)


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


# What Django's own fields store as it is; five functions are asked for it otherwise, for each column of each row.
_AS_IT_IS: dict[str, type] = {
    "CharField": str, "TextField": str, "SlugField": str, "BooleanField": bool, "IntegerField": int, "BigIntegerField": int,
    "SmallIntegerField": int, "PositiveIntegerField": int, "PositiveSmallIntegerField": int, "PositiveBigIntegerField": int,
    "BigAutoField": int, "AutoField": int, "DateField": date, "DateTimeField": datetime, "DecimalField": Decimal,
    "UUIDField": UUID,
}  # fmt: skip


class Column:
    """A column of a model: its attribute, its type in PostgreSQL, and how a value gets there."""

    def __init__(self, field: "Field[Any, Any]") -> None:
        self.field, self.attname = field, field.attname
        # Without its length: a cast to varchar(12) would cut a text that the column itself refuses.
        self.type = re.sub(r"\(.*?\)", "", field.db_type(connection) or "text")
        own: Any = field.target_field if isinstance(field, ForeignKey) else field
        # Lists and encrypted texts have a way of their own.
        self.is_djangos = type(own).__module__.startswith("django.db.models")
        self.plain = _AS_IT_IS.get(own.get_internal_type()) if self.is_djangos else None

    def stored(self, value: Any) -> Any:
        """The value as the driver takes it: what the column stores as it is unchanged, all else as Django says."""
        if value is None and self.is_djangos:
            return None
        is_naive = type(value) is datetime and value.tzinfo is None
        return value if type(value) is self.plain and not is_naive else self.field.get_db_prep_save(value, connection)


@lru_cache
def _columns(model: type[Model]) -> tuple[Column, ...]:
    return tuple(Column(field) for field in model._meta.concrete_fields)


@lru_cache
def _insert(model: type[Model]) -> tuple[tuple[Column, ...], str]:
    columns = tuple(column for column in _columns(model) if not column.field.primary_key)
    named = ", ".join(f'"{column.field.column}"' for column in columns)
    return columns, f'INSERT INTO "{model._meta.db_table}" ({named})'


class _Blank:
    """What a new row of a model begins with: values that are always the same, those made for each row, and its relations."""

    def __init__(self, model: type[Model]) -> None:
        self.same: dict[str, Any] = {}
        self.made: list[tuple[str, Callable[[], Any]]] = []
        self.relations: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            if field.is_relation:
                self.relations[field.name] = field
            if callable(field.default) or field.has_db_default():
                self.made.append((field.attname, field.get_default))
            self.same[field.attname] = None if callable(field.default) else field.get_default()


_blank = lru_cache(_Blank)


def new_row(model: type[M], **values: Any) -> M:
    """A row to be inserted, as `model(**values)` makes it: that is made for every way to call it, and an act makes four rows.

    Raises TypeError for a name that is no column.
    """
    blank, row = _blank(model), model.__new__(model)
    kept: dict[str, Any] = row.__dict__
    kept["_state"] = ModelState()
    kept.update(blank.same)
    for name, make in blank.made:
        if name not in values:
            kept[name] = make()
    for name, value in values.items():
        if name in blank.same:
            kept[name] = value
        elif field := blank.relations.get(name):
            kept[field.attname] = None if value is None else getattr(value, field.target_field.attname)
            field.set_cached_value(row, value)
        else:
            raise TypeError(f"{model.__name__} has no column {name}.")
    return row


def inserted(rows: Iterable[Model]) -> list[Part]:
    """New rows of one model, in order; no part for no rows."""
    found = tuple(rows)
    if not found:
        return []
    model = type(found[0])
    columns, head = _insert(model)
    marks: list[str] = []
    values: list[Any] = []
    types: tuple[str, ...] = ()
    for row in found:
        own = [getattr(row, column.attname) for column in columns]
        shape = _shape(model, tuple([isinstance(value, DatabaseDefault) for value in own]))
        marks.append(shape.marks)
        values += [columns[place].stored(own[place]) for place in shape.given]
        types += shape.types
    return [Part(f"{head} VALUES {', '.join(marks)} RETURNING id", tuple(values), found, types=types)]


class _Shape(NamedTuple):
    """A new row's marks, and the places and types of the columns that are given; the others the database fills in."""

    marks: str
    given: tuple[int, ...]
    types: tuple[str, ...]


@lru_cache(maxsize=256)
def _shape(model: type[Model], left: tuple[bool, ...]) -> _Shape:
    columns, _head = _insert(model)
    given = tuple(place for place, is_left in enumerate(left) if not is_left)
    marks = ", ".join("DEFAULT" if is_left else "%s" for is_left in left)
    return _Shape(f"({marks})", given, tuple(columns[place].type for place in given))


def values_of(row: Model) -> dict[str, Any]:
    """The values of a row's columns now, to be compared with later ones by `updated`."""
    return {column.attname: row.__dict__.get(column.attname) for column in _columns(type(row))}


def updated(row: Model, before: dict[str, Any]) -> list[Part]:
    """The columns of a stored row that differ from `before`."""
    now = row.__dict__
    changed = [column for column in _columns(type(row)) if now.get(column.attname) != before[column.attname]]
    if not changed:
        return []
    marks = ", ".join(f'"{column.field.column}" = %s' for column in changed)
    values = [column.stored(now[column.attname]) for column in changed]
    sql = f'UPDATE "{row._meta.db_table}" SET {marks} WHERE id = %s RETURNING id'  # noqa: S608 - our own columns
    types = (*(column.type for column in changed), "bigint")
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
    backend: Any = connection
    answer = backend.answer(*ahead(found))[0]
    for part, keys in zip(found, answer, strict=True):
        _keep(part.rows, keys)
    return [len(keys) for keys in answer]


def ahead(parts: Iterable[Part]) -> tuple[str, list[Any]]:
    """The statement of all parts and its values, to be sent ahead of a read on the same way to the server, both or neither
    (`common.prepared.Statement.rows`). The rows do not get their ids.
    """
    found = list(parts)
    names = [part.name or f"part{number}" for number, part in enumerate(found)]
    steps = ", ".join(f"{name} AS ({part.sql})" for name, part in zip(names, found, strict=True))
    ids = ", ".join(f"ARRAY(SELECT id FROM {name})" for name in names)  # noqa: S608 - names of our own
    return _text(f"WITH {steps} SELECT {ids}", found), [value for part in found for value in part.values]


def _text(sql: str, parts: list[Part]) -> str:
    types = tuple(kind for part in parts for kind in part.types)
    kept = _kept(sql, types) if types and len(types) == sum(len(part.values) for part in parts) else None
    return kept.execute if kept and kept.ready() else sql


def _keep(rows: tuple[Model, ...], keys: list[int]) -> None:
    for row, key in zip(rows, keys, strict=False):
        row.pk = key
        row._state.adding, row._state.db = False, connection.alias
