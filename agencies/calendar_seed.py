"""First content of the working calendar: what the law and the yearly notices fix, before the province edits it.

The `holidays` package knows the statutory days, the lunar dates and most of the announced exchanges. It is asked only
when a new year is prepared; what counts is the stored calendar (`data/calendar.json` for the demonstration province).
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "calendar.json"
EXCHANGED_VI = re.compile(r"thay cho ngày (\d{2})/(\d{2})/(\d{4})")


def seed_content() -> dict[str, Any]:
    """The calendar document the demonstration province starts with (2019-2027)."""
    content: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    return content


def build_year(year: int) -> dict[str, list[dict[str, str]]]:
    """Days off and worked weekend days of a year as the `holidays` package knows them: {"off": […], "worked": […]}.

    A starting point to be checked against the yearly notice: the exchange of 2 January 2026 for Saturday 10 January
    2026, for one, is missing there.
    """
    import holidays

    vietnamese = holidays.country_holidays("VN", years=year, language="vi")
    english = holidays.country_holidays("VN", years=year, language="en_US")
    off = [
        {"date": day.isoformat(), "vi": name, "en": _english(name, english[day])}
        for day, name in sorted(vietnamese.items())
    ]
    worked = [
        {"date": exchanged.isoformat(), "in_exchange_for": day.isoformat()}
        for day, name in sorted(vietnamese.items())
        if (exchanged := _exchanged(name))
    ]
    return {"off": off, "worked": worked}


def _exchanged(name: str) -> date | None:
    found = EXCHANGED_VI.search(name)
    return date(int(found[3]), int(found[2]), int(found[1])) if found else None


def _english(vietnamese: str, english: str) -> str:
    exchanged = _exchanged(vietnamese)
    if exchanged is None:
        return english
    # The package writes month before day, which readers here take for the other way round.
    return f"Day off (in exchange for {exchanged.day} {exchanged:%B %Y})"
