"""Holds the sizes we write by: modules of at most 400 lines, functions of at most 40 (migrations and tests aside)."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLACES = (
    "portal", "reports", "payments", "postal", "dossiers", "procedures", "agencies", "accounts", "documents",
    "notifications", "audit", "common", "sandbox", "scripts",
)  # fmt: skip
MODULE_LINES, FUNCTION_LINES = 400, 40


def complaints(file: Path) -> Iterator[str]:
    """What is too long in one file."""
    source = file.read_text(encoding="utf-8")
    name = file.relative_to(ROOT)
    count = len(source.splitlines())
    if count > MODULE_LINES:
        yield f"{name}:1: module of {count} lines (at most {MODULE_LINES})"
    try:
        tree = ast.parse(source, str(name))
    except SyntaxError as error:
        yield f"{name}:{error.lineno}: cannot be read: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{name}:{node.lineno}: {node.name} has {length} lines (at most {FUNCTION_LINES})"


def main() -> int:
    """Print every complaint; 1 when there is one."""
    files = [
        file for place in PLACES for file in sorted((ROOT / place).rglob("*.py")) if "migrations" not in file.parts
    ]
    found = [complaint for file in files for complaint in complaints(file)]
    print("\n".join(found) or f"{len(files)} modules looked at")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
