"""A procedure on its way in or out: what the catalogue says of it beside the document, and the document."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Facts:
    """What stands outside the document. `agency` is the key of the owner, "" for the communes' own."""

    code: str = ""
    field: str = ""
    field_en: str = ""
    level: str = ""
    audience: str = ""
    agency: str = ""
    agency_name: str = ""
    also_levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One procedure: facts and its document as stored."""

    facts: Facts
    document: dict[str, Any]


@dataclass(frozen=True)
class Base:
    """A procedure as the catalogue has it: `entry` is the open draft or the version in force.

    `in_force` is the document in force when a draft stands beside it; `state` that of the version of `entry`.
    """

    procedure_id: int
    entry: Entry
    sha256: str
    state: str
    in_force: dict[str, Any] | None = None

    @property
    def is_draft(self) -> bool:
        """Whether somebody works on it."""
        return self.state in {"draft", "review"}
