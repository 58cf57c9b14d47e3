"""Export and import of a draft as JSON: what a file would change is shown before anything is written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from procedures import faults
from procedures.content import dump, parse
from procedures.editing.parts import Document

EFORM, WHOLE = "eform", "all"
MOST_BYTES = 1_000_000
MOST_SHOWN = 200
LONGEST = 300


class Unreadable(Exception):
    """The file cannot be taken over: [(place, sentence)]."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__(found[0][1])
        self.found = found


@dataclass(frozen=True)
class Change:
    """A place of the document, what stands there and what would stand there."""

    path: str
    before: str
    after: str


def exported(document: Document, scope: str) -> str:
    """The whole document or the e-form alone, as text a person can read."""
    data = document if scope == WHOLE else {"eform": document.get("eform")}
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)


def imported(document: Document, text: str) -> Document:
    """The document as the file would have it; a file with nothing but `eform` replaces the e-form alone.

    Raises Unreadable with every fault named by its place.
    """
    data = _decoded(text)
    changed = {**document, "eform": data["eform"]} if set(data) == {EFORM} else data
    try:
        return dump(parse(changed))
    except ValidationError as error:
        found = [(" → ".join(path), words) for path, words in faults.sentences(error)]
        raise Unreadable(found) from None
    except RecursionError:
        raise Unreadable([("", _("The file is nested too deeply"))]) from None


def _decoded(text: str) -> dict[str, Any]:
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise Unreadable([("", _("The file is larger than 1 MB"))])
    try:
        data = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        words = _("This is not JSON: look at line %(line)s, character %(column)s")
        raise Unreadable([("", words % {"line": error.lineno, "column": error.colno})]) from None
    except (RecursionError, ValueError):
        raise Unreadable([("", _("The file holds numbers or nesting that cannot be read"))]) from None
    if not isinstance(data, dict):
        raise Unreadable([("", _("The file must hold one document: { … }"))])
    return data


def _refuse(name: str) -> None:
    raise ValueError(name)


# ── what changes ──
def differences(before: Any, after: Any) -> list[Change]:
    """Every place where two documents differ, at most two hundred; things with a key are compared by their key."""
    found = []
    for change in _walk(before, after, ""):
        found.append(change)
        if len(found) == MOST_SHOWN:
            break
    return found


def _walk(before: Any, after: Any, path: str) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _walk(before.get(name), after.get(name), f"{path} → {name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list) and _keyed(before) and _keyed(after):
        yield from _walk_keyed(before, after, path)
    else:
        yield Change(path, _short(before), _short(after))


def _walk_keyed(before: list[Any], after: list[Any], path: str) -> Iterator[Change]:
    old, new = ({_key(item): item for item in items} for items in (before, after))
    for key in [*old, *(key for key in new if key not in old)]:
        yield from _walk(old.get(key), new.get(key), f"{path} → {key}")
    if set(old) == set(new) and list(old) != list(new):
        yield Change(path, ", ".join(old), ", ".join(new))


def _key(item: dict[str, Any]) -> str:
    return str(item.get("key") or item.get("code") or item.get("value"))


def _keyed(items: list[Any]) -> bool:
    return all(isinstance(item, dict) and ("key" in item or "code" in item or "value" in item) for item in items)


def _short(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
