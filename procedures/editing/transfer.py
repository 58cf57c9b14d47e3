"""Export and import of a draft as JSON."""

import json
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from procedures import faults
from procedures.content import dump, parse
from procedures.editing.parts import Document

EFORM, WHOLE = "eform", "all"
MOST_BYTES = 1_000_000


class Unreadable(Exception):
    """The file cannot be taken over: [(place, sentence)]."""

    def __init__(self, found: list[tuple[str, str]]) -> None:
        super().__init__(found[0][1])
        self.found = found


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
