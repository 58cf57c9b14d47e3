"""The committed catalogue, read once for the tests of pure functions."""

import json
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from procedures.content import Content, parse
from procedures.eforms.context import Context, is_ordinary_working_day
from procedures.services import DATA

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
AT = datetime(2026, 11, 25, 9, 0, tzinfo=VIETNAM)
FULL = 14


@lru_cache(maxsize=1)
def entries() -> dict[str, dict[str, Any]]:
    """Every committed file by key."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(DATA.glob("*.json"))}


def document(key: str) -> dict[str, Any]:
    """The JSON document of a procedure."""
    return dict(entries()[key]["versions"][0]["content"])


@lru_cache(maxsize=100)
def content(key: str) -> Content:
    """The parsed document."""
    return parse(document(key))


def context(at: datetime = AT) -> Context:
    """The context of a moment, with the ordinary week (no database)."""
    return Context.at(at, is_ordinary_working_day)
