"""Lists of a draft put in order: up, down, copy, delete (with undo), each named by the key of the thing."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from procedures.content import Content, parse
from procedures.editing import uses
from procedures.editing.keys import key_from
from procedures.editing.parts import Document, Gone, Refused

COPY_VI, COPY_EN = " (bản sao)", " (copy)"


@dataclass(frozen=True)
class Deleted:
    """What a deletion took away, so that it can be put back."""

    name: str
    place: int
    item: dict[str, Any]
    label: str


def listed(document: Document, name: str) -> list[dict[str, Any]]:
    """The list of that name: papers, fees, cases, sections, fields:<section>, columns:<table>. Raises Gone."""
    kind, _colon, key = name.partition(":")
    if kind in {"papers", "fees", "cases"} and not key:
        found: list[dict[str, Any]] = document.setdefault(kind, [])
        return found
    sections: list[dict[str, Any]] = (document.get("eform") or {}).get("sections", [])
    if kind == "sections":
        return sections
    if kind == "fields":
        return list_of(next((s for s in sections if s["key"] == key), None), "fields")
    tables = [item for section in sections for item in section["fields"] if item["type"] == "table"]
    return list_of(next((item for item in tables if item["key"] == key and kind == "columns"), None), "columns")


def list_of(holder: dict[str, Any] | None, name: str) -> list[dict[str, Any]]:
    """A list inside a thing; raises Gone."""
    if holder is None:
        raise Gone(name)
    found: list[dict[str, Any]] = holder[name]
    return found


def key_of(item: dict[str, Any]) -> str:
    """The key of anything: fees call it a code."""
    return str(item.get("key") or item.get("code"))


def label_of(item: dict[str, Any]) -> str:
    """What people call it."""
    return str((item.get("label") or item.get("title") or item.get("name") or {}).get("vi", ""))


def position(items: list[dict[str, Any]], key: str) -> int:
    """Where it stands; raises Gone."""
    found = next((place for place, item in enumerate(items) if key_of(item) == key), None)
    if found is None:
        raise Gone(key)
    return found


def arrange(document: Document, name: str, verb: str, key: str) -> Deleted | None:
    """Obey one button in place; what was deleted is returned. Raises Gone, Refused."""
    items = listed(document, name)
    place = position(items, key)
    if verb in {"up", "down"}:
        other = place - 1 if verb == "up" else place + 1
        if 0 <= other < len(items):
            items[place], items[other] = items[other], items[place]
        return None
    if verb == "copy":
        items.insert(place + 1, copied(document, name, items[place]))
        return None
    if verb != "delete":
        raise Gone(verb)
    return _delete(document, name, items, place)


def _delete(document: Document, name: str, items: list[dict[str, Any]], place: int) -> Deleted:
    item = items[place]
    if found := named_in(parse(document), name, item):
        places = ", ".join(found)
        words = _("“%(label)s” is named in: %(places)s. Change that first.")
        raise Refused({"": words % {"label": label_of(item), "places": places}})
    if (name == "cases" and len(items) == 1) or (name.startswith("columns:") and len(items) == 1):
        raise Refused({"": _("“%(label)s” is the last one and stays; change it instead.") % {"label": label_of(item)}})
    kind, _colon, key = name.partition(":")
    if kind == "fields" and len(items) == 1:  # a section without a question would be an empty page
        return _delete_section(document, key)
    if kind == "sections":
        return _delete_section(document, key_of(item))
    items.pop(place)
    return Deleted(name, place, item, label_of(item))


def _delete_section(document: Document, key: str) -> Deleted:
    sections = listed(document, "sections")
    place = position(sections, key)
    item = sections.pop(place)
    if not sections:
        document["eform"] = None
    return Deleted("sections", place, item, label_of(item))


def named_in(content: Content, name: str, item: dict[str, Any]) -> list[str]:
    """Where the thing is named."""
    kind, _colon, holder = name.partition(":")
    rules: dict[str, Callable[[], list[str]]] = {
        "papers": lambda: uses.of_paper(content, key_of(item)),
        "cases": lambda: uses.of_case(content, key_of(item)),
        "fields": lambda: uses.of_questions(content, {key_of(item)}),
        "sections": lambda: uses.of_questions(content, {field["key"] for field in item["fields"]}),
        "columns": lambda: uses.of_column(content, holder, key_of(item)),
    }
    return rules[kind]() if kind in rules else []


def put_back(document: Document, deleted: Deleted) -> None:
    """Undo a deletion; raises Gone when its place does not exist any more."""
    if deleted.name == "sections" and not document.get("eform"):
        document["eform"] = {"sections": []}
    items = listed(document, deleted.name)
    items.insert(min(deleted.place, len(items)), copy.deepcopy(deleted.item))


# ── copies ──
def taken(document: Document) -> set[str]:
    """Keys of all questions and sections."""
    sections = (document.get("eform") or {}).get("sections", [])
    return {field["key"] for section in sections for field in section["fields"]} | {s["key"] for s in sections}


def copied(document: Document, name: str, item: dict[str, Any]) -> dict[str, Any]:
    """A copy with keys of its own and “(bản sao)” behind its name."""
    fresh = copy.deepcopy(item)
    words = fresh.get("label") or fresh.get("title") or fresh["name"]
    words["vi"] += COPY_VI
    words["en"] = words["en"] + COPY_EN if words.get("en") else ""
    if name == "sections":
        return adopted(document, fresh)
    used = taken(document) if name.startswith("fields:") else {key_of(other) for other in listed(document, name)}
    fresh["key" if "key" in fresh else "code"] = _next(key_of(item), used)
    return fresh


def _next(key: str, used: set[str]) -> str:
    return key if key not in used else key_from(key.replace("-", "_"), used)


def adopted(document: Document, section: dict[str, Any]) -> dict[str, Any]:
    """A section whose keys collide with none of the document; conditions on what is not in it are left out."""
    fresh, used = copy.deepcopy(section), taken(document)
    names: dict[str, str] = {}
    fresh["key"] = _next(fresh["key"], used)
    for field in fresh["fields"]:
        names[field["key"]] = _next(field["key"], used | set(names.values()) | {fresh["key"]})
        field["key"] = names[field["key"]]
    for field in fresh["fields"]:
        _renamed(field, names)
    return fresh


def _renamed(field: dict[str, Any], names: dict[str, str]) -> None:
    for rule in ("gte_field", "lte_field"):
        if field.get(rule):
            field[rule] = names.get(field[rule])
    if condition := field.get("show_if"):
        field["show_if"] = _renamed_condition(condition, names)


def _renamed_condition(condition: dict[str, Any], names: dict[str, str]) -> dict[str, Any] | None:
    for join in ("any", "all"):
        if condition.get(join):
            parts = [part for part in (_renamed_condition(one, names) for one in condition[join]) if part]
            return {join: parts} if parts else None
    key = names.get(condition["field"])
    return condition | {"field": key} if key else None
