"""What the tests of the house know about it: its rooms, its floors, its files and their syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts import check_addresses

ROOT = Path(__file__).resolve().parents[2]
# design.md §2, from the roof down; rooms of one floor never import each other.
FLOORS = (
    {"portal"},
    {"reports"},
    {"payments", "postal"},
    {"dossiers"},
    {"procedures"},
    {"agencies"},
    {"accounts"},
    {"documents", "notifications"},
    {"audit"},
    {"common"},
)
ROOMS = tuple(sorted(room for floor in FLOORS for room in floor))
HEIGHT = {room: len(FLOORS) - number for number, floor in enumerate(FLOORS) for room in floor}


def may_use(upper: str, lower: str) -> bool:
    """Whether the room `upper` may name things of `lower`: itself and the rooms below it."""
    return upper == lower or HEIGHT[lower] < HEIGHT[upper]


@cache
def modules() -> tuple[Path, ...]:
    """Every module of the twelve rooms, migrations aside."""
    found = (path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")))
    return tuple(path for path in found if not {"migrations", "__pycache__"} & set(path.parts))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name_of(path: Path) -> str:
    """The path inside the repository."""
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    """The room a module belongs to."""
    return path.relative_to(ROOT).parts[0]


@cache
def templates() -> tuple[Path, ...]:
    """Every template of the house."""
    return tuple(path for suffix in ("html", "txt") for path in sorted((ROOT / "templates").rglob(f"*.{suffix}")))


@cache
def tracked() -> tuple[str, ...]:
    """Every file that is, or is about to be, part of the repository."""
    return tuple(name for name in check_addresses.tracked() if (ROOT / name).is_file())


def calls(module: ast.Module) -> Iterator[ast.Call]:
    """Every call of a module."""
    return (node for node in ast.walk(module) if isinstance(node, ast.Call))


def called(node: ast.Call) -> str:
    """The name a call is made by: `publish` for `outbox.publish(…)`."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""
