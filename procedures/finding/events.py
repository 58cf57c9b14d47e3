"""Life events: what happens in a life, and the procedures it calls for. Data of the province, in data/events/."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "data" / "events" / "life_events.json"


@dataclass(frozen=True)
class LifeEvent:
    """One event: its procedures are those named by key and those whose names hold all words of one of the queries."""

    key: str
    icon: str
    title: dict[str, str]
    text: dict[str, str]
    queries: tuple[str, ...]
    procedures: tuple[str, ...]


@lru_cache(maxsize=1)
def life_events() -> tuple[LifeEvent, ...]:
    """All of them, in the order of the home page."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return tuple(LifeEvent(**row | {name: tuple(row[name]) for name in ("queries", "procedures")}) for row in rows)
