"""Querysets that are compiled once per process and only get new values: for what every request asks.

Building a small query of the ORM costs ten times its answer, and so does planning a large one. The rule stays written as
a queryset; this keeps its SQL, and each connection keeps its plan (common.postgres).
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from operator import itemgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable, get_related_populators

M = TypeVar("M", bound=Model)
COLUMNS: dict[type, str] = {int: "bigint", str: "text", date: "date", datetime: "timestamptz", UUID: "uuid"}
Ahead = tuple[str, list[Any]]  # the text of a statement and its values
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

    def rows(self, values: Mapping[str, Any], ahead: Ahead | None = None) -> list[Any]:
        """The rows for these values. `ahead`: what is written first, on the same way to the server (writing.ahead)."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        connection.ensure_prepared(self.name, self.prepare, self.constants)
        text, given = self.execute, [values[name] for name in self.order]
        if ahead:
            text, given = f"{ahead[0]}; {text}", [*ahead[1], *given]
        found: list[Any] = connection.answer(text, given)
        return found


def unread(model: type[Model], **read: str) -> list[str]:
    """For `defer`: of each relation named (`procedure__owner`) every column but its key and those to be read, separated by
    spaces. PostgreSQL sets up each column of a statement anew at every execution.
    """
    found = []
    for path, columns in read.items():
        behind: Any = model
        for name in path.split("__"):
            behind = behind._meta.get_field(name).related_model
        wanted = set(columns.split())
        every = [column.name for column in behind._meta.concrete_fields if not column.primary_key]
        if strange := wanted - set(every):
            raise ValueError(f"{path} has no {', '.join(sorted(strange))}.")
        found += [f"{path}__{name}" for name in every if name not in wanted]
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
        plan = self.compiled()
        return plan.read(plan.fetch(values))

    def first(self, **values: Any) -> M | None:
        """The first row as an instance; the queryset itself says LIMIT where there may be many."""
        plan = self.compiled()
        rows = plan.fetch(values)
        return plan.instance(rows[0], {}) if rows else None

    def rows(self, **values: Any) -> list[Any]:
        """The rows as they are, for a values_list."""
        return self.compiled().fetch(values)

    def compiled(self) -> "_Plan":
        """The plan, made when it is asked for the first time."""
        return self.plan or self._compiled()

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
        self.is_model = issubclass(queryset._iterable_class, ModelIterable)
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
        return self.converted(self.statement.rows(values)) if self.sql else []

    def converted(self, rows: list[Any]) -> list[Any]:
        """The rows as the fields of their columns give them."""
        return list(self.compiler.apply_converters(rows, self.converters)) if self.converters else rows

    def read(self, rows: list[Any]) -> list[Any]:
        """Instances where the queryset asks for a model, else the rows."""
        if not self.is_model:
            return rows
        known: dict[tuple[int, Any], Any] = {}
        return [self.instance(row, known) for row in rows]

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


# How a column travels in JSON, where its own form is lost there: as the text of PostgreSQL, read back by these.
_AS_TEXT: dict[str, Callable[[str], Any]] = {
    "numeric": Decimal, "uuid": UUID, "jsonb": str, "date": date.fromisoformat,
    "timestamp with time zone": datetime.fromisoformat,
}  # fmt: skip
_AS_ITSELF = frozenset({"bigint", "integer", "smallint", "boolean", "text", "varchar"})  # and lists of them


class Together:
    """Several querysets answered by one statement: what one page reads of one thing. Their values have the same names.

    Going to the server and back costs more than each of these small answers. Rows come as JSON and are read back as the
    queryset alone would give them; a column of a type that JSON cannot carry is refused when it is compiled.
    """

    def __init__(self, **parts: Prepared[Any]) -> None:
        self.parts = parts
        self.statement: Statement | None = None
        self.readers: dict[str, tuple[tuple[int, Callable[[str], Any]], ...]] = {}

    def read(self, ahead: Ahead | None = None, **values: Any) -> dict[str, list[Any]]:
        """What each part finds: instances, or rows for a values_list. `ahead`: as of `Statement.rows`."""
        statement = self.statement or self._compiled()
        [row] = statement.rows(values, ahead)
        return {name: self._part(name, text) for name, text in zip(self.parts, row, strict=True)}

    def _part(self, name: str, text: str | None) -> list[Any]:
        rows = json.loads(text) if text else []
        for place, reader in self.readers[name]:
            for row in rows:
                if row[place] is not None:
                    row[place] = reader(row[place])
        plan = self.parts[name].compiled()
        return plan.read([tuple(row) for row in plan.converted(rows)])

    def _compiled(self) -> Statement:
        texts, places, constants = [], [], []
        types: dict[str, type] = {}
        for name, part in self.parts.items():
            plan = part.compiled()
            if not plan.sql:
                raise ValueError(f"{name} can never find anything.")
            kinds = [_kind(column[0].output_field) for column in plan.compiler.select]
            self.readers[name] = tuple((n, _AS_TEXT[kind]) for n, kind in enumerate(kinds) if kind in _AS_TEXT)
            texts.append(_as_json(plan.sql, kinds))
            places += plan.places
            constants += [value for place, value in zip(plan.places, plan.params, strict=True) if not place]
            types |= part.types
        # One level further in: PostgreSQL copies what stands in the list of an EXECUTE's own SELECT.
        named = ", ".join(f"{text} AS p{number}" for number, text in enumerate(texts))
        self.statement = Statement(f"SELECT * FROM (SELECT {named}) AS found", places, constants, types)  # noqa: S608
        return self.statement


def _kind(field: Any) -> str:
    """The type of a column without its length: "numeric" for numeric(8, 2)."""
    return re.sub(r"\(.*?\)", "", str(field.db_type(connections[DEFAULT_DB_ALIAS])))


def _as_json(sql: str, kinds: list[str]) -> str:
    """A statement as one value: the list of its rows, in their order."""
    if unknown := [kind for kind in kinds if kind not in _AS_TEXT and kind.removesuffix("[]") not in _AS_ITSELF]:
        raise ValueError(f"JSON does not carry {', '.join(unknown)} as it is.")
    names = [f"c{number}" for number in range(len(kinds))]
    shown = ", ".join(f"{name}::text" if kind in _AS_TEXT else name for name, kind in zip(names, kinds, strict=True))
    inner = f"({sql}) AS a({', '.join(names)})"  # SQL of our own querysets
    return f"(SELECT json_agg(json_build_array({shown})) FROM {inner})::text"  # noqa: S608 - as above
