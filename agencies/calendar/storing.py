"""A calendar back as the JSON document it is stored as. What is empty is left out, so that old documents keep their digest."""

from datetime import time
from typing import TYPE_CHECKING, Any

from agencies.calendar.content import AgencyRules, Closure, DatedHours, Hours

if TYPE_CHECKING:
    from agencies.calendar.working import Calendar


def stored(calendar: "Calendar") -> dict[str, Any]:
    """The document of a calendar; `Calendar.from_content` gives the same calendar back."""
    document: dict[str, Any] = {
        "off": [
            _with_source({"date": day.date.isoformat(), "vi": day.vi, "en": day.en}, day.source) for day in calendar.off
        ],
        "worked": [
            _with_source(
                {
                    "date": day.date.isoformat(),
                    "in_exchange_for": day.in_exchange_for.isoformat() if day.in_exchange_for else None,
                },
                day.source,
            )
            for day in calendar.worked
        ],
        "hours": hours_as_text(calendar.hours),
        "weekdays": list(calendar.weekdays),
        "half_days": [
            _with_source(
                {"date": day.date.isoformat(), "hours": hours_as_text(day.hours), "vi": day.vi, "en": day.en},
                day.source,
            )
            for day in calendar.half_days
        ],
        "source": calendar.source,
    }
    if calendar.dated_hours:
        document["dated_hours"] = [_dated(item) for item in calendar.dated_hours]
    if calendar.agencies:
        document["agencies"] = {rules.key: _agency(rules) for rules in calendar.agencies}
    return document


def hours_as_text(hours: Hours) -> list[list[str]]:
    """Opening hours as they are stored: [["07:30", "11:30"], …]."""
    return [[_text(opens), _text(closes)] for opens, closes in hours]


def _text(at: time) -> str:
    return at.strftime("%H:%M")


def _with_source(item: dict[str, Any], source: str) -> dict[str, Any]:
    return item | {"source": source} if source else item


def _dated(item: DatedHours) -> dict[str, Any]:
    return _with_source({"from": item.since.isoformat(), "hours": hours_as_text(item.hours)}, item.source)


def _agency(rules: AgencyRules) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if rules.dated_hours:
        found["dated_hours"] = [_dated(item) for item in rules.dated_hours]
    if rules.closures:
        found["closures"] = [_closure(item) for item in rules.closures]
    return found


def _closure(item: Closure) -> dict[str, Any]:
    return {
        "date": item.date.isoformat(),
        "hours": hours_as_text(item.hours),
        "vi": item.vi,
        "en": item.en,
        "source": item.source,
        "moves_limits": item.moves_limits,
    }
