"""Cells: their text, and the value a text stands for."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from common.text import fold
from procedures.transfers.layout import CHOICES, Column
from procedures.transfers.problems import Wrong
from procedures.transfers.tidying import tidy

MOST = 10**12
_MONEY = re.compile(r"(\d+|\d{1,3}(?:[.,\s]\d{3})+)\s*(?:đ|₫|đồng|vnd|vnđ)?\.?", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_PARTS = re.compile(r"[;,\n]+")


def as_text(value: Any) -> str:
    """What a spreadsheet's cell says."""
    if value is None:
        return ""
    if isinstance(value, str):
        return tidy(value)
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    return tidy(str(value))


def written(column: Column, value: Any) -> str:  # noqa: PLR0911 - a line a kind
    """A value of a document as the text of its cell."""
    if value is None or value == "":
        return ""
    if column.kind == "yes_no":
        return "có" if value else "không"
    if column.kind == "day":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if column.kind == "channels":
        return "; ".join(word("channel", one) for one in value)
    if column.kind == "plain_lines":
        return tidy("\n".join(value))
    if column.kind in CHOICES:
        return word(column.kind, value)
    return tidy(str(value))


def word(kind: str, value: str) -> str:
    """The Vietnamese word of a fixed value."""
    return next((row[1] for row in CHOICES[kind] if row[0] == value), value)


@lru_cache(maxsize=16)
def _read_words(kind: str) -> Mapping[str, str]:
    return {fold(name): row[0] for row in CHOICES[kind] for name in row}


def read(column: Column, text: str) -> Any:  # noqa: PLR0911 - a line a kind
    """The value of a text; raises Wrong."""
    if column.kind == "money":
        return money(text)
    if column.kind == "whole":
        return _whole(text)
    if column.kind == "day":
        return _day(text)
    if column.kind == "yes_no":
        return choice("yes_no", text) == "yes"
    if column.kind == "channels":
        return list(dict.fromkeys(choice("channel", part) for part in _PARTS.split(text) if part.strip()))
    if column.kind in {"lines", "plain_lines"}:
        return [line.strip() for line in text.split("\n") if line.strip()]
    if column.kind in CHOICES:
        return choice(column.kind, text)
    return text


def choice(kind: str, text: str) -> str:
    """The fixed value of a word; raises Wrong naming all that are allowed."""
    found = _read_words(kind).get(fold(text).strip(" ."))
    if found is None:
        raise Wrong("not_choice", text=text[:80], choices=", ".join(row[1] for row in CHOICES[kind]))
    return found


def money(text: str) -> int:
    """A whole number of đồng, with or without points between thousands; raises Wrong."""
    found = _MONEY.fullmatch(text) if text.isascii() or "đ" in text.lower() or "₫" in text else None
    digits = re.sub(r"\D", "", found[1]) if found else ""
    if not digits or len(digits) > 12:
        raise Wrong("not_money", text=text[:80])
    return int(digits)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise Wrong("not_whole", text=text[:80], most=9999)
    return int(text)


def _day(text: str) -> str:
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise Wrong("not_day", text=text[:80]) from None
