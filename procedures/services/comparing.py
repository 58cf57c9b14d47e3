"""A file against the catalogue: which procedure each part of it is about, and what would change."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, Q

from agencies.models import Agency
from common.text import fold
from procedures import national
from procedures.models import Field, Procedure, ProcedureVersion
from procedures.services.drafting import blank
from procedures.services.exporting import facts_of
from procedures.transfers import reading
from procedures.transfers.checking import Finding, check_group, check_record
from procedures.transfers.facts import Known
from procedures.transfers.layout import NEW, TABLES
from procedures.transfers.problems import Problem, Unreadable
from procedures.transfers.records import Base, Entry
from procedures.transfers.rows import Group, Tables, grouped
from procedures.transfers.tidying import tidy

CHUNK = 100
Record = Mapping[str, Any]


@dataclass
class Compared:
    """An opened file. `findings` may be asked for once; `notes` concern the file as a whole."""

    total: int
    notes: list[Problem] = field(default_factory=list)

    def findings(self) -> Iterator[Finding]:
        """What the file would do, procedure by procedure, in its order."""
        raise NotImplementedError


def open_file(data: bytes, kind: str, *, is_complete: bool) -> Compared:
    """Read a file of that format; raises Unreadable."""
    from procedures.services.importing import loads

    if kind == "national":
        return NationalFile(national.records_of(loads(data)), is_complete=is_complete)
    if kind == "json":
        return JsonFile(_records(loads(data)))
    tables = reading.read_workbook(io.BytesIO(data)) if kind == "xlsx" else reading.read_csv(data)
    return TableFile(tables)


def _records(loaded: Any) -> list[Record]:
    if isinstance(loaded, Mapping):
        loaded = loaded.get("procedures", [loaded] if "content" in loaded or "versions" in loaded else None)
    if not isinstance(loaded, list) or not all(isinstance(record, Mapping) for record in loaded):
        raise Unreadable("json_shape")
    return loaded


def known_names() -> Known:
    """Agencies and fields by name."""
    agencies = Agency.objects.filter(valid_to=None).values_list("key", "name_vi")
    return Known.of(dict(agencies), tuple(Field.objects.values_list("name_vi", flat=True)))


class Bases:
    """Procedures of the catalogue by any of their codes, or by their full name."""

    def __init__(self, codes: Iterable[str], names: Iterable[str] = ()) -> None:
        wanted = {code for code in codes if code}
        rows = Procedure.objects.filter(
            Q(code__in=wanted) | Q(national_code__in=wanted) | Q(local_code__in=wanted)
            | Q(name_vi__in={name for name in names if name})
        )  # fmt: skip
        drafts = ProcedureVersion.objects.open()
        rows = rows.select_related("field", "owner", "current_version").prefetch_related(
            Prefetch("versions", drafts, to_attr="drafts")
        )
        self.by_code: dict[str, Base] = {}
        self.by_name: dict[str, Base] = {}
        for row in rows:
            base = _base(row)
            for code in {row.code, row.national_code, row.local_code} - {""}:
                self.by_code[code] = base
            self.by_name[fold(row.name_vi)] = base

    def of(self, code: str, name: str) -> Base | None:
        """The procedure of a code; of a new one without a code the one of that very name (it was imported before)."""
        if not code or code.startswith(NEW):
            return self.by_name.get(fold(name)) if name else None
        return self.by_code.get(code)


def _base(row: Procedure) -> Base:
    draft = next(iter(row.drafts), None)  # type: ignore[attr-defined]
    version = draft or row.current_version or row.versions.order_by("-number").first()
    document = version.content if version else blank(row.name_vi)
    in_force = row.current_version.content if draft and row.current_version else None
    sha256, state = (version.sha256, version.state) if version else ("", "")
    return Base(row.pk, Entry(facts_of(row), document), sha256, state, in_force)


@dataclass
class _Seen:
    """Who was spoken of already, and where."""

    places: dict[str, str] = field(default_factory=dict)

    def told_before(self, key: str, place: str, text: str, *, code: str = "code_twice") -> list[Problem]:
        """The problem of the second that says the same key."""
        first = self.places.setdefault(key, place)
        return [] if first == place else [Problem(place, code, {"text": text, "first": first})]


class TableFile(Compared):
    """A workbook or a CSV file."""

    def __init__(self, tables: Tables) -> None:
        groups = list(grouped(tables, [table.key for table in TABLES]))
        super().__init__(len(groups), tables.notes)
        self.groups = groups

    def findings(self) -> Iterator[Finding]:
        """Group by group; codes and names in chunks, so that the catalogue is asked a few times only."""
        known, seen = known_names(), _Seen()
        for chunk in _chunks(self.groups):
            bases = Bases([group.code for group in chunk], [group.name for group in chunk if not _has_code(group)])
            for group in chunk:
                base = bases.of(group.code, group.name)
                _tell_twice(group, base, seen)
                yield check_group(group, base, known, blank)


def _has_code(group: Group) -> bool:
    return bool(group.code) and not group.code.startswith(NEW)


def _tell_twice(group: Group, base: Base | None, seen: _Seen) -> None:
    place = group.first.place("code")
    if base is not None:
        group.problems += seen.told_before(f"procedure {base.procedure_id}", place, group.code)
    elif group.name:
        group.problems += seen.told_before(f"name {fold(group.name)}", place, group.name, code="name_twice")


class JsonFile(Compared):
    """Full documents as exported here."""

    def __init__(self, records: Sequence[Record]) -> None:
        super().__init__(len(records))
        self.records = records

    def findings(self) -> Iterator[Finding]:
        """Record by record."""
        known, seen = known_names(), _Seen()
        for start, chunk in enumerate(_chunks(self.records)):
            bases = Bases([_code(record) for record in chunk], [_name(record) for record in chunk if not _code(record)])
            for number, record in enumerate(chunk, start * CHUNK + 1):
                base = bases.of(_code(record), _name(record))
                place = f"procedures[{number}]"
                finding = check_record(_told(record), place, base, known, _content(record))
                who = f"procedure {base.procedure_id}" if base else f"{_code(record)} {fold(_name(record))}"
                if twice := seen.told_before(who, place, _code(record)):
                    finding.kind, finding.document = "wrong", None
                    finding.problems = [*twice, *finding.problems]
                yield finding


def _code(record: Record) -> str:
    for name in ("code", "national_code", "local_code"):
        if isinstance(record.get(name), str) and record[name].strip():
            return tidy(record[name]).upper()[:40]
    return ""


def _told(record: Record) -> Record:
    return {**record, "code": _code(record)}


def _content(record: Record) -> dict[str, Any] | None:
    """The document; of a file with several versions the last one."""
    content = record.get("content")
    versions = record.get("versions")
    if content is None and isinstance(versions, list) and versions and isinstance(versions[-1], Mapping):
        content = versions[-1].get("content")
    return content if isinstance(content, dict) else None


def _name(record: Record) -> str:
    name = (_content(record) or {}).get("name")
    return tidy(str(name.get("vi") or "")) if isinstance(name, Mapping) else ""


class NationalFile(Compared):
    """Records of the National Database; with a complete file, what it lacks is gone."""

    def __init__(self, records: Sequence[Record], *, is_complete: bool) -> None:
        super().__init__(len(records))
        self.records, self.is_complete = records, is_complete

    def findings(self) -> Iterator[Finding]:
        """Record by record, then ours that the file no longer has."""
        known, seen = known_names(), _Seen()
        for start, chunk in enumerate(_chunks(self.records)):
            bases = Bases(national.code_of(record) for record in chunk)
            for number, record in enumerate(chunk, start * CHUNK + 1):
                code = national.code_of(record)
                base = bases.of(code, "") if code else None
                place = f"records[{number}]"
                group = national.group_of(record, place, base.entry if base else None)
                group.problems += seen.told_before(code, place, code) if code else []
                yield check_group(group, base, known, blank)
        if self.is_complete:
            yield from self._gone()

    def _gone(self) -> Iterator[Finding]:
        codes = {national.code_of(record) for record in self.records}
        rows = Procedure.objects.published().exclude(national_code="").exclude(national_code__in=codes)
        for row in rows.select_related("field", "owner", "current_version").order_by("national_code"):
            version = row.current_version
            assert version is not None
            facts = facts_of(row)
            base = Base(row.pk, Entry(facts, version.content), version.sha256, version.state)
            yield Finding("gone", row.code, row.title["vi"], facts, base)


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
