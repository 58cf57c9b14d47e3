"""Raw answers out of a posted page, and what its small buttons ask for (rows of tables, communes of a province)."""

from collections.abc import Mapping
from typing import Any

from common.text import whole_number

ROWS = "_rows"
COMMUNES = "_communes"
MAX_ROWS = 200


def raw_answer(field: Any, data: Mapping[str, Any], name: str) -> Any:
    """The answer as posted under `name`: text, list, address parts or rows; nothing is checked yet."""
    match field.type:
        case "address":
            return {part: _get(data, f"{name}-{part}") for part in ("province", "commune", "line")}
        case "choice" if field.multiple:
            return _get_list(data, name)
        case "table":
            return _rows(field, data, name)
    return _get(data, name)


def _get(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _get_list(data: Mapping[str, Any], name: str) -> list[str]:
    values = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
    return [value for value in values if isinstance(value, str) and value] if isinstance(values, list) else []


def row_count(data: Mapping[str, Any], name: str) -> int:
    """How many rows the page had; 0 for anything that is not a small number."""
    return min(whole_number(_get(data, f"{name}-rows"), 99_999) or 0, MAX_ROWS)


def _rows(field: Any, data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [
        {column.key: raw_answer(column, data, f"{name}-{number}-{column.key}") for column in field.columns}
        for number in range(row_count(data, name))
    ]


def asks_redraw(data: Mapping[str, Any]) -> bool:
    """True when a small button was pressed: the page is drawn again with what was typed, nothing is checked."""
    return bool(data.get(ROWS) or data.get(COMMUNES))


def change_rows(field: Any, rows: list[dict[str, Any]], action: str) -> list[dict[str, Any]]:
    """Rows after `add:<table>` or `remove:<table>:<number>`; an order for another table changes nothing."""
    verb, _, rest = action.partition(":")
    key, _, number = rest.partition(":")
    if key != field.key:
        return rows
    if verb == "add" and len(rows) < field.max_rows:
        return [*rows, {}]
    if verb == "remove":
        return [row for place, row in enumerate(rows) if place != whole_number(number, MAX_ROWS)]
    return rows
