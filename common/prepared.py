"""Querysets that are compiled once per process and only get new values: for what every request asks.

Building a small query of the ORM costs ten times its answer, and so does planning a large one. The rule stays written as
a queryset; this keeps its SQL, and each connection keeps its plan (common.postgres).
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
COLUMNS: dict[type, str] = {int: "bigint", str: "text", date: "date", datetime: "timestamptz", UUID: "uuid"}
NAMED = re.compile(r"%\((\w+)\)s")
_numbers = count(1)


class Statement:
    """SQL that each connection prepares once. `places`: for each %s of the text the name of a value, or "" for a constant.

    `constants` are written into the text, so that partial indexes are recognised.
    """

    def __init__(self, sql: str, places: list[str], constants: list[Any], types: Mapping[str, type]) -> None:
        self.name = f"mc{next(_numbers)}"
        self.order = [name for name in dict.fromkeys(places) if name]
        signs = iter([f"${self.order.index(name) + 1}" if name else "%s" for name in places])
        text = re.sub("%s", lambda _match: next(signs), sql)
        declared = f" ({', '.join(COLUMNS[types[name]] for name in self.order)})" if self.order else ""
        self.constants = constants or None
        self.prepare = f"PREPARE {self.name}{declared} AS {text if constants else text.replace('%%', '%')}"
        marks = f"({', '.join(['%s'] * len(self.order))})" if self.order else ""
        self.execute = f"EXECUTE {self.name}{marks}"

    @classmethod
    def of(cls, sql: str, **types: type) -> "Statement":
        """A statement written by hand with %(name)s where the values go."""
        return cls(NAMED.sub("%s", sql), NAMED.findall(sql), [], types)

    def rows(self, values: Mapping[str, Any]) -> list[Any]:
        """The rows for these values."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        connection.ensure_prepared(self.name, self.prepare, self.constants)
        with connection.cursor() as cursor:
            cursor.execute(self.execute, [values[name] for name in self.order])
            found: list[Any] = cursor.fetchall()
        return found


def _stand_ins(types: dict[str, type], shift: int) -> dict[str, Any]:
    """What stands in for the values while compiling: whatever a column of the type can hold."""
    kinds: dict[type, Callable[[int], Any]] = {
        int: lambda number: 31_000 + number,
        str: lambda number: f"\x00{number}",
        date: lambda number: date(1601, 1, 1) + timedelta(days=number),
        datetime: lambda number: datetime(1601, 1, 1, microsecond=number, tzinfo=UTC),
        UUID: lambda number: UUID(int=number),
    }
    return {name: kinds[kind](shift + number) for number, (name, kind) in enumerate(types.items())}


class Prepared(Generic[M]):
    """`Prepared(lambda code: Dossier.objects.filter(code=code), code=str)`, then `.first(code="H37.12-…")`.

    Each value is an int, str, date, datetime or UUID (the type is named) that the queryset compares with columns of its own
    type. select_related, only, annotations, order and locks are kept; prefetch_related is not carried out. `optional`: a
    value may be left unused; else that is a fault of `build`, which must not compute with a value.
    """

    def __init__(self, build: Callable[..., QuerySet[M, Any]], *, optional: bool = False, **types: type) -> None:
        self.build, self.optional, self.types = build, optional, types
        self.plan: _Plan | None = None

    def all(self, **values: Any) -> list[M]:
        """The rows as instances."""
        plan = self.plan or self._compiled()
        known: dict[tuple[int, Any], Any] = {}
        return [plan.instance(row, known) for row in plan.fetch(values)]

    def first(self, **values: Any) -> M | None:
        """The first row as an instance; the queryset itself says LIMIT where there may be many."""
        plan = self.plan or self._compiled()
        rows = plan.fetch(values)
        return plan.instance(rows[0], {}) if rows else None

    def rows(self, **values: Any) -> list[Any]:
        """The rows as they are, for a values_list."""
        return (self.plan or self._compiled()).fetch(values)

    def _compiled(self) -> "_Plan":
        # Compiled twice: a place takes a value where both stand-ins turn up, so that no other value is taken for one.
        first, second = _stand_ins(self.types, 1), _stand_ins(self.types, 1 + len(self.types))
        plan, other = _Plan(self.build(**first)), _Plan(self.build(**second))
        names = {(value, second[name]): name for name, value in first.items()}
        plan.places = [names.get(_pair(*values), "") for values in zip(plan.params, other.params, strict=True)]
        if not self.optional and plan.sql and (missing := self.types.keys() - set(plan.places)):
            raise ValueError(f"The queryset does not compare with {', '.join(sorted(missing))} as it is.")
        if plan.sql:
            constants = [value for name, value in zip(plan.places, plan.params, strict=True) if not name]
            plan.statement = Statement(plan.sql, plan.places, constants, self.types)
        self.plan = plan
        return plan


def _pair(first: Any, second: Any) -> tuple[Any, Any]:
    """Two parameters as a key; ("", "") for what cannot be one."""
    is_plain = isinstance(first, (int, str, date, UUID)) and first != second
    return (first, second) if is_plain else ("", "")


def _is_shared(populator: Any, way: Mapping[str, Any]) -> bool:
    """Whether many rows point to one: a foreign key of the row itself, with nothing read behind it."""
    plain = not populator.related_populators and populator.reorder_for_init is None
    return bool(plain and not way["reverse"] and way["field"].many_to_one)


def _maker(model: type[Model]) -> Any:
    """What makes instances of the model: a short way, or the model itself where it has a way of its own."""
    own: Any = model.from_db
    plain: Any = Model.from_db
    return model if model.__init__ is not Model.__init__ or own.__func__ is not plain.__func__ else _Maker(model)


def _shorten(populator: Any) -> None:
    """Rows read with others, and those read with them."""
    populator.model_cls = _maker(populator.model_cls)
    for one in populator.related_populators:
        _shorten(one)


class _Maker:
    """Instances straight from the values of their columns. `Model.__init__` is made for every way to call it, and asks each
    field; a row of the database needs none of that, and a list of the desk makes some fifty of them. Nobody listens to the
    making of instances (a test says so): the house has no signals.
    """

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    def from_db(self, db: str, names: list[str], values: Any) -> Any:
        """As `Model.from_db`; columns that are not named are read when they are asked for."""
        found = self.model.__new__(self.model)
        kept = found.__dict__
        kept["_state"] = state = ModelState()
        state.adding, state.db = False, db
        kept.update(zip(names, values, strict=True))
        return found


class _Plan:
    """SQL, the places of the values, and how a row becomes an instance."""

    def __init__(self, queryset: QuerySet[Any, Any]) -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.places: list[str] = []
        self.statement: Statement
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params = "", ()  # can never find anything
            return
        self.compiler = compiler
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        if compiler.klass_info:
            self._read_class(compiler)

    def _read_class(self, compiler: Any) -> None:
        info, select = compiler.klass_info, compiler.select
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        self.maker, self.own = _maker(info["model"]), itemgetter(slice(first, last))
        self.names = [column[0].target.attname for column in select[first:last]]
        related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        both = list(zip(related, info.get("related_klass_infos", ()), strict=True))
        for one in related:
            _shorten(one)
        self.related = [one for one, way in both if not _is_shared(one, way)]
        kinds: dict[Any, int] = {}  # two foreign keys may point to the same row, the same columns read
        self.shared = [
            (one, way["field"], kinds.setdefault((way["model"], *one.init_list), len(kinds)))
            for one, way in both
            if _is_shared(one, way)
        ]
        self.annotations = tuple(compiler.annotation_col_map.items())

    def fetch(self, values: dict[str, Any]) -> list[Any]:
        if not self.sql:
            return []
        rows = self.statement.rows(values)
        return list(self.compiler.apply_converters(rows, self.converters)) if self.converters else rows

    def instance(self, row: Any, known: dict[tuple[int, Any], Any]) -> Any:
        """The instance of a row. `known`: what rows before it point to as well; all rows point to the same instance."""
        found = self.maker.from_db(DEFAULT_DB_ALIAS, self.names, self.own(row))
        for populator in self.related:
            populator.populate(row, found)
        for populator, field, kind in self.shared:
            key = (kind, row[populator.cols_start + populator.pk_idx])
            if key not in known:
                populator.populate(row, found)
                known[key] = field.get_cached_value(found)
            else:
                field.set_cached_value(found, known[key])
        for name, position in self.annotations:
            setattr(found, name, row[position])
        return found
