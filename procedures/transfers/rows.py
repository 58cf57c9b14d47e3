"""What was read out of a file: rows that know where they stood."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from procedures.transfers.layout import Table
from procedures.transfers.problems import Problem

_LOCAL_SUFFIX = re.compile(r"([123]\.\d{6})(?:\.\d{2,3}){3}\.H\d{2}")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a file: its title ("" for CSV) and the letters of the columns that are known."""

    title: str
    table: Table
    letters: dict[str, str]


@dataclass(slots=True)
class Row:
    """One row: the texts of its known cells by key of the column; `problems` found while reading."""

    sheet: Sheet
    number: int
    texts: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def place(self, key: str) -> str:
        """Sheet and cell: "Phí, lệ phí!D17"; the row when the column is not in the file."""
        cell = f"{self.sheet.letters.get(key, '')}{self.number}"
        return f"{self.sheet.title}!{cell}" if self.sheet.title else cell

    def get(self, key: str) -> str:
        """The text of a cell, empty when it or the column is missing."""
        return self.texts.get(key, "")


@dataclass
class Tables:
    """All rows of a file by table, and what concerns the file as a whole."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)


@dataclass
class Group:
    """What a file says about one procedure: its rows by table. `code` as written, "" for a new one without a code."""

    code: str
    rows: dict[str, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def first(self) -> Row:
        """Its row among the procedures, else its first row anywhere."""
        return next(iter(self.rows.values()))[0]

    @property
    def name(self) -> str:
        """The name written in the procedures' table."""
        rows = self.rows.get("procedures")
        return rows[0].get("name_vi") if rows else ""


def grouped(tables: Tables, order: Iterable[str]) -> Iterator[Group]:
    """Rows gathered by procedure, in the order of the file; a code or a name that stands twice is a problem of both."""
    groups: dict[str, Group] = {}
    for key in order:
        for row in tables.rows.get(key, ()):
            code = _bare(row.get("code").upper())
            group = _of(groups, key, code, row)
            group.problems += row.problems
            group.rows.setdefault(key, []).append(row)
            if not code and key != "procedures":
                group.problems.append(Problem(row.place("code"), "code_missing"))
    for group in groups.values():
        _told_twice(group)
        yield group


def _bare(code: str) -> str:
    """A code without the suffix of a locality (1.001612.000.00.00.H37)."""
    found = _LOCAL_SUFFIX.fullmatch(code)
    return found[1] if found else code


def _of(groups: dict[str, Group], table: str, code: str, row: Row) -> Group:
    """The group of a code; a row of the procedures' table without one is a procedure by itself."""
    if code or table != "procedures":
        return groups.setdefault(code or f"?{table}{row.number}", Group(code))
    return groups.setdefault(f"?{row.number}", Group(""))


def _told_twice(group: Group) -> None:
    for other in group.rows.get("procedures", ())[1:]:
        values = {"text": group.code, "first": group.first.place("code")}
        group.problems.append(Problem(other.place("code"), "code_twice", values))
