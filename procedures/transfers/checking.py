"""One procedure of a file against the catalogue: new, changed, unchanged or wrong, and all that is wrong with it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from procedures import slips
from procedures.content import dump, parse
from procedures.transfers.facts import Known, read_facts
from procedures.transfers.flattening import flatten
from procedures.transfers.layout import NEW
from procedures.transfers.merging import merge, says_the_same
from procedures.transfers.problems import Problem
from procedures.transfers.records import Base, Entry, Facts
from procedures.transfers.rows import Group
from procedures.transfers.tidying import tidy

CODE = re.compile(r"[123]\.\d{6}|L\.\d{6}")
MOST_PROBLEMS = 200
Document = dict[str, Any]


@dataclass
class Finding:
    """What an import would do with one procedure. `document` is there for new and changed ones only."""

    kind: str
    code: str
    name: str
    facts: Facts
    base: Base | None = None
    document: Document | None = None
    problems: list[Problem] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def check_group(group: Group, base: Base | None, known: Known, blank: Callable[[str], Document]) -> Finding:
    """The rows of one procedure."""
    if base is not None:
        told = Entry(base.entry.facts, base.in_force) if base.in_force is not None else None
        if says_the_same(flatten(base.entry), group) or (told and says_the_same(flatten(told), group)):
            return Finding("unchanged", base.entry.facts.code, _title(base.entry.document), base.entry.facts, base)
    problems = code_problems(group.code, group.first.place("code"), is_known=base is not None)
    rows = group.rows.get("procedures")
    facts, more = read_facts(
        rows[0].texts if rows else {}, base.entry.facts if base else None, known, group.first.place
    )
    if base is None and not group.name:
        more.append(Problem(group.first.place("name_vi"), "required"))
    merged = merge(base.entry if base else Entry(facts, blank(group.name or group.code or "?")), group)
    found = Finding("", group.code, group.name or _title(merged.document), facts, base, merged.document)
    found.problems = [*problems, *more, *merged.problems]
    return _settled(found, lambda slip: _slip_place(group, slip), group.first.place("code"))


def check_record(
    record: Mapping[str, Any], place: str, base: Base | None, known: Known, content: Document | None = None
) -> Finding:
    """One procedure of a JSON file: {code, field, level, audience, agency, content}."""
    code, document = str(record.get("code") or ""), content or record.get("content")
    if base is not None and isinstance(document, dict) and _is_known(document, base):
        return Finding("unchanged", base.entry.facts.code, _title(base.entry.document), base.entry.facts, base)
    facts, problems = read_facts(
        _texts(record), base.entry.facts if base else None, known, lambda key: f"{place}.{key}"
    )
    if base is None:
        facts = replace(facts, also_levels=_also_levels(record))
    problems = [*code_problems(code, f"{place}.code", is_known=base is not None), *problems]
    if not isinstance(document, dict):
        problems.append(Problem(f"{place}.content", "required"))
        return Finding("wrong", code, "", facts, base, None, problems)
    found = Finding("wrong", code, _title(document), facts, base, None, problems)
    if not _storable(document):
        found.problems.append(Problem(f"{place}.content", "json_characters"))
        return found
    try:
        found.document = dump(parse(document))
    except ValidationError as error:
        found.problems += document_problems(error, f"{place}.content")
        return found
    return _settled(found, lambda slip: f"{place}.content.{slip.table}", f"{place}.content")


def code_problems(code: str, place: str, *, is_known: bool) -> list[Problem]:
    """A malformed code, or one of ours that nobody has."""
    if not code or is_known or re.fullmatch(rf"{NEW}\w{{1,20}}", code):
        return []
    if not CODE.fullmatch(code):
        return [Problem(place, "code_malformed", {"text": code[:40]})]
    return [Problem(place, "code_unknown", {"text": code})] if code.startswith("L.") else []


def _settled(found: Finding, place_of: Callable[[slips.Slip], str], place: str) -> Finding:
    """The kind, once everything about the document is known."""
    assert found.document is not None
    found.problems += [
        Problem(place_of(slip), slip.code, slip.values, is_error=slip.is_error) for slip in slips.find(found.document)
    ]
    if not any(problem.is_error for problem in found.problems):
        try:
            found.document = dump(parse(found.document))
        except ValidationError as error:
            found.problems += document_problems(error, place)
    _told_once(found)
    if any(problem.is_error for problem in found.problems):
        found.kind, found.document = "wrong", None
        return found
    if found.base is None:
        found.kind = "new"
        return found
    return _compared(found, found.base)


def _compared(found: Finding, base: Base) -> Finding:
    old, new = base.entry.document, found.document or {}
    found.parts = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    found.code = base.entry.facts.code
    if not found.parts or (base.in_force is not None and new == base.in_force):
        found.kind, found.document = "unchanged", None
    elif base.state == "review":
        found.problems.append(Problem("", "in_review"))
        found.kind, found.document = "wrong", None
    else:
        found.kind = "changed"
        if base.is_draft:
            found.problems.append(Problem("", "draft_open", is_error=False))
    return found


def _told_once(found: Finding) -> None:
    """The same fault at the same place once, errors first, not more than anybody reads."""
    kept = {(problem.place, problem.code): problem for problem in reversed(found.problems)}
    found.problems = sorted(reversed(kept.values()), key=lambda problem: not problem.is_error)[:MOST_PROBLEMS]


def document_problems(error: ValidationError, place: str) -> list[Problem]:
    """What pydantic says about a document."""
    return [
        Problem(
            place,
            "document_wrong",
            {
                "where": ".".join(str(part) for part in fault["loc"]) or "content",
                "type": fault["type"],
                "ctx": {name: _plain(value) for name, value in fault.get("ctx", {}).items()},
            },
        )
        for fault in error.errors(include_url=False, include_input=False)[:MOST_PROBLEMS]
    ]


def _plain(value: Any) -> int | float | str:
    """As it can be kept; what a rule of the models raised becomes its text."""
    return value if isinstance(value, int | float) else tidy(str(value))[:200]


def _slip_place(group: Group, slip: slips.Slip) -> str:
    """The cell of a slip: the row of the thing in its table, else the procedure's row."""
    names = {"fees": ("fee", "rate"), "terms": ("case", "channel"), "papers": ("paper",)}.get(slip.table, ())
    for row in group.rows.get(slip.table, ()):
        wanted = slip.identity[:1]
        if not names or not wanted or row.get(names[0]) in {wanted[0], ""}:
            return row.place(slip.column)
    return group.first.place(slip.column)


def _is_known(document: Document, base: Base) -> bool:
    if document in (base.entry.document, base.in_force):
        return True
    try:
        spelled = dump(parse(document))
    except (ValidationError, RecursionError):
        return False
    return spelled in (base.entry.document, base.in_force)


def _also_levels(record: Mapping[str, Any]) -> tuple[str, ...]:
    told = record.get("also_levels")
    return tuple(level for level in ("province", "commune") if isinstance(told, list) and level in told)


def _storable(document: Document) -> bool:
    """Whether the database can keep every text: no NUL, no half of a pair of surrogates."""
    try:
        return b"\\u0000" not in json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False


def _texts(record: Mapping[str, Any]) -> dict[str, str]:
    """The facts of a record as texts, whatever stands there."""
    name = record.get("field")
    told = name if isinstance(name, Mapping) else {"vi": name or ""}
    texts = {key: record.get(key) for key in ("level", "audience", "agency")}
    texts |= {"field": told.get("vi"), "field_en": told.get("en")}
    return {key: tidy(value)[:200] for key, value in texts.items() if isinstance(value, str)}


def _title(document: Mapping[str, Any]) -> str:
    for key in ("short_name", "name"):
        text = document.get(key)
        if isinstance(text, Mapping) and isinstance(text.get("vi"), str):
            return tidy(text["vi"])[:500]
    return ""
