"""Querysets that are compiled once per process and only get new values: for what every request asks.

Building a small query of the ORM costs ten times its answer. The rule stays written as a queryset; this keeps its SQL.
"""

from collections.abc import Callable
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


def _stand_in(kind: type, name: str, number: int) -> Any:
    """What stands in for a value while compiling: a number every integer column can hold, a text nobody can type."""
    if kind is int:
        return 31_001 + number
    if kind is date:
        return date(1601, 1, 1) + timedelta(days=number)
    return UUID(int=number) if kind is UUID else f"\x00{name}"


class Prepared(Generic[M]):
    """`Prepared(lambda code: Dossier.objects.filter(code=code), code=str)`, then `.first(code="H37.12-…")`.

    Each value is an int, a str, a date or a UUID (the type is named) that the queryset compares with columns of its own type.
    select_related, only, annotations, order and locks are kept; prefetch_related is not carried out.
    """

    def __init__(self, build: Callable[..., QuerySet[M, Any]], **types: type[int | str | date | UUID]) -> None:
        self.build = build
        self.stand_ins = {name: _stand_in(kind, name, number) for number, (name, kind) in enumerate(types.items())}
        self.plan: _Plan | None = None

    def all(self, **values: Any) -> list[M]:
        """The rows as instances."""
        plan = self.plan or self._compiled()
        return [plan.instance(row) for row in plan.fetch(values)]

    def first(self, **values: Any) -> M | None:
        """The first row as an instance; the queryset itself says LIMIT where there may be many."""
        plan = self.plan or self._compiled()
        rows = plan.fetch(values)
        return plan.instance(rows[0]) if rows else None

    def rows(self, **values: Any) -> list[Any]:
        """The rows as they are, for a values_list."""
        return (self.plan or self._compiled()).fetch(values)

    def _compiled(self) -> "_Plan":
        queryset = self.build(**self.stand_ins)
        names = {stand_in: name for name, stand_in in self.stand_ins.items()}
        self.plan = _Plan(queryset, names)
        if missing := self.stand_ins.keys() - {name for name, _value in self.plan.places}:
            raise ValueError(f"The queryset does not compare with {', '.join(sorted(missing))} as it is.")
        return self.plan


class _Plan:
    """SQL, the places of the values, and how a row becomes an instance."""

    def __init__(self, queryset: QuerySet[Any, Any], names: dict[Any, str]) -> None:
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, params = compiler.as_sql()
        self.places = [
            (names.get(value, ""), value) if isinstance(value, (int, str, date, UUID)) else ("", value) for value in params
        ]
        self.compiler = compiler
        expressions = [column[0] for column in compiler.select]
        self.converters = compiler.get_converters(expressions)
        if compiler.klass_info:
            self._read_class(compiler)

    def _read_class(self, compiler: Any) -> None:
        info, select = compiler.klass_info, compiler.select
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        self.model, self.own = info["model"], itemgetter(slice(first, last))
        self.names = [column[0].target.attname for column in select[first:last]]
        self.related = get_related_populators(info, select, DEFAULT_DB_ALIAS)
        self.annotations = tuple(compiler.annotation_col_map.items())

    def fetch(self, values: dict[str, Any]) -> list[Any]:
        params = [values[name] if name else value for name, value in self.places]
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return list(self.compiler.apply_converters(rows, self.converters)) if self.converters else rows

    def instance(self, row: Any) -> Any:
        found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, self.own(row))
        for populator in self.related:
            populator.populate(row, found)
        for name, position in self.annotations:
            setattr(found, name, row[position])
        return found
