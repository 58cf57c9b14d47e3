"""The stored form of a working calendar: one JSON document, checked field by field."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from agencies.calendar.time import microseconds_of_day

Day = date  # for the records below, which have a field named date
Hours = tuple[tuple[time, time], ...]
FIELDS = {"off", "worked", "hours", "weekdays", "half_days", "source", "dated_hours", "agencies"}
REQUIRED = {"off", "worked", "hours", "weekdays"}


@dataclass(frozen=True)
class DayOff:
    """A date without work: a public holiday, its substitute, or a date exchanged for a worked weekend."""

    date: Day
    vi: str
    en: str
    source: str = ""


@dataclass(frozen=True)
class WorkedDay:
    """A weekend date that is worked, normally in exchange for a day off."""

    date: Day
    in_exchange_for: Day | None
    source: str = ""


@dataclass(frozen=True)
class HalfDay:
    """A working date with shorter opening hours. It still counts as one working day (limits step by dates)."""

    date: Day
    hours: Hours
    vi: str
    en: str
    source: str = ""


@dataclass(frozen=True)
class DatedHours:
    """From this date on the usual opening hours are these."""

    since: Day
    hours: Hours
    source: str = ""


@dataclass(frozen=True)
class Closure:
    """One agency keeps closed on a working date, wholly (`hours` empty) or for a part of it.

    Limits in hours never run while it is closed. Limits in days count the date all the same: an agency cannot stop the
    citizen's clock by locking its door. Only where a legal act says that limits stand still (storm, flood) they step over
    it: `moves_limits`, and then `source` names the act.
    """

    date: Day
    hours: Hours
    vi: str
    en: str
    source: str
    moves_limits: bool = False


@dataclass(frozen=True)
class AgencyRules:
    """What differs at one agency (`key`): opening hours by date, and closures."""

    key: str
    dated_hours: tuple[DatedHours, ...] = ()
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """The checked parts of a calendar document, sorted by date."""

    off: tuple[DayOff, ...]
    worked: tuple[WorkedDay, ...]
    hours: Hours
    weekdays: tuple[int, ...]
    half_days: tuple[HalfDay, ...]
    source: str
    dated_hours: tuple[DatedHours, ...] = ()
    agencies: tuple[AgencyRules, ...] = ()


Dated = TypeVar("Dated", DayOff, WorkedDay, HalfDay, Closure)


def parse(content: dict[str, Any]) -> Parsed:
    """The parts of a calendar document; raises ValueError that names the field and says what is wrong with it."""
    _keys(content, "calendar", FIELDS, required=REQUIRED)
    weekdays = _weekdays(content["weekdays"])
    hours = _hours(content["hours"], "hours")
    off = _items(content["off"], "off", _day_off)
    worked = _items(content["worked"], "worked", _worked_day)
    half_days = _items(content.get("half_days", []), "half_days", _half_day)
    _check_worked(worked, off, weekdays)
    dated = _dated_hours(content.get("dated_hours", []), "dated_hours")
    off_dates, worked_dates = {day.date for day in off}, {day.date for day in worked}

    def works(day: Day) -> bool:
        return (day.isoweekday() in weekdays and day not in off_dates) or day in worked_dates

    _check_half_days(half_days, works, hours, dated)
    agencies = _agencies(content.get("agencies", {}), works)
    return Parsed(off, worked, hours, weekdays, half_days, _source(content, ""), dated, agencies)


def open_microseconds(hours: Hours) -> int:
    """Microseconds of work in one day with these opening hours."""
    return sum(microseconds_of_day(closes) - microseconds_of_day(opens) for opens, closes in hours)


def _wrong(field: str, problem: str) -> ValueError:
    return ValueError(f"{field}: {problem}.")


def _keys(value: object, field: str, allowed: set[str], *, required: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(field, "must be an object")
    for name in sorted(required - value.keys()):
        raise _wrong(name if field == "calendar" else f"{field}.{name}", "is missing")
    for name in sorted(value.keys() - allowed):
        raise _wrong(name if field == "calendar" else f"{field}.{name}", "is not a known field")
    return value


def _items(value: object, field: str, read: Callable[[Any, str], Dated]) -> tuple[Dated, ...]:
    if not isinstance(value, list):
        raise _wrong(field, "must be a list")
    found: dict[date, Dated] = {}
    for index, item in enumerate(value):
        record = read(item, f"{field}[{index}]")
        if record.date in found:
            raise _wrong(f"{field}[{index}].date", f"{record.date} stands there twice")
        found[record.date] = record
    return tuple(found[day] for day in sorted(found))


def _day_off(value: object, field: str) -> DayOff:
    item = _keys(value, field, {"date", "vi", "en", "source"}, required={"date", "vi", "en"})
    day = _date(item["date"], f"{field}.date")
    return DayOff(day, _name(item, field, "vi"), _name(item, field, "en"), _source(item, field))


def _worked_day(value: object, field: str) -> WorkedDay:
    item = _keys(value, field, {"date", "in_exchange_for", "source"}, required={"date"})
    exchanged = item.get("in_exchange_for")
    return WorkedDay(
        _date(item["date"], f"{field}.date"),
        None if exchanged is None else _date(exchanged, f"{field}.in_exchange_for"),
        _source(item, field),
    )


def _half_day(value: object, field: str) -> HalfDay:
    required = {"date", "hours", "vi", "en"}
    item = _keys(value, field, required | {"source"}, required=required)
    return HalfDay(
        _date(item["date"], f"{field}.date"),
        _hours(item["hours"], f"{field}.hours"),
        _name(item, field, "vi"),
        _name(item, field, "en"),
        _source(item, field),
    )


def _name(item: dict[str, Any], field: str, language: str) -> str:
    name = item[language]
    if not isinstance(name, str) or not name.strip():
        raise _wrong(f"{field}.{language}", "must be a name")
    return name


def _date(value: object, field: str) -> date:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(field, f"{value!r} is not a date written YYYY-MM-DD")


def _time(value: object, field: str) -> time:
    try:
        if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value, re.ASCII):
            return time.fromisoformat(value)
    except ValueError:
        pass
    raise _wrong(field, f"{value!r} is not a time written HH:MM")


def _hours(value: object, field: str) -> Hours:
    if not isinstance(value, list) or not value:
        raise _wrong(field, "must be a list of [opens, closes]")
    hours: list[tuple[time, time]] = []
    for index, pair in enumerate(value):
        name = f"{field}[{index}]"
        if not isinstance(pair, list) or len(pair) != 2:
            raise _wrong(name, "must be [opens, closes]")
        opens, closes = _time(pair[0], name), _time(pair[1], name)
        if opens >= closes:
            raise _wrong(name, "closes before it opens")
        if hours and opens <= hours[-1][1]:
            raise _wrong(name, "must start after the hours before it end")
        hours.append((opens, closes))
    return tuple(hours)


def _weekdays(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise _wrong("weekdays", "must be a list of numbers, 1 (Monday) to 7 (Sunday)")
    for index, day in enumerate(value):
        if type(day) is not int or not 1 <= day <= 7:
            raise _wrong(f"weekdays[{index}]", f"{day!r} is not a number from 1 (Monday) to 7 (Sunday)")
    if len(set(value)) != len(value):
        raise _wrong("weekdays", "has a day twice")
    return tuple(sorted(value))


def _check_worked(worked: tuple[WorkedDay, ...], off: tuple[DayOff, ...], weekdays: tuple[int, ...]) -> None:
    off_dates = {day.date for day in off}
    for day in worked:
        if day.date in off_dates:
            raise _wrong("worked.date", f"{day.date} is a day off as well")
        if day.date.isoweekday() in weekdays:
            raise _wrong("worked.date", f"{day.date} is worked anyway")
        if day.in_exchange_for is not None and day.in_exchange_for not in off_dates:
            raise _wrong("worked.in_exchange_for", f"{day.in_exchange_for} is not among the days off")


def _check_half_days(
    half_days: tuple[HalfDay, ...], works: Callable[[Day], bool], hours: Hours, dated: tuple[DatedHours, ...]
) -> None:
    for day in half_days:
        if not works(day.date):
            raise _wrong("half_days.date", f"{day.date} is not a working date")
        if open_microseconds(day.hours) >= open_microseconds(hours_in_force(day.date, hours, dated)):
            raise _wrong("half_days.hours", f"the hours of {day.date} must be shorter than the usual day")


def hours_in_force(day: Day, hours: Hours, dated: tuple[DatedHours, ...]) -> Hours:
    """The usual opening hours on a date: the newest dated ones that have begun, else the first ones."""
    begun = [item.hours for item in dated if item.since <= day]
    return begun[-1] if begun else hours


# ── what differs by date and by agency ──


def _dated_hours(value: object, field: str) -> tuple[DatedHours, ...]:
    if not isinstance(value, list):
        raise _wrong(field, "must be a list")
    found: dict[date, DatedHours] = {}
    for index, raw in enumerate(value):
        name = f"{field}[{index}]"
        item = _keys(raw, name, {"from", "hours", "source"}, required={"from", "hours"})
        since = _date(item["from"], f"{name}.from")
        if since in found:
            raise _wrong(f"{name}.from", f"{since} stands there twice")
        found[since] = DatedHours(since, _hours(item["hours"], f"{name}.hours"), _source(item, name))
    return tuple(found[day] for day in sorted(found))


def _agencies(value: object, works: Callable[[Day], bool]) -> tuple[AgencyRules, ...]:
    if not isinstance(value, dict):
        raise _wrong("agencies", "must be an object")
    found = []
    for key in sorted(value):
        field = f"agencies.{key}"
        item = _keys(value[key], field, {"dated_hours", "closures"}, required=set())
        closures = _items(item.get("closures", []), f"{field}.closures", _closure)
        for closure in closures:
            if not works(closure.date):
                raise _wrong(f"{field}.closures.date", f"{closure.date} is not a working date")
        dated = _dated_hours(item.get("dated_hours", []), f"{field}.dated_hours")
        if closures or dated:
            found.append(AgencyRules(key, dated, closures))
    return tuple(found)


def _closure(value: object, field: str) -> Closure:
    allowed = {"date", "hours", "vi", "en", "source", "moves_limits"}
    item = _keys(value, field, allowed, required=allowed - {"hours", "moves_limits"})
    hours = _hours(item["hours"], f"{field}.hours") if item.get("hours") else ()
    moves = item.get("moves_limits", False)
    if not isinstance(moves, bool) or (moves and hours):
        raise _wrong(f"{field}.moves_limits", "is true or false, and true only for a whole day")
    source = _source(item, field)
    if not source.strip():
        raise _wrong(f"{field}.source", "must name the decision")
    return Closure(_date(item["date"], f"{field}.date"), hours, _name(item, field, "vi"), _name(item, field, "en"),
                   source, moves)  # fmt: skip


def _source(item: dict[str, Any], field: str) -> str:
    source = item.get("source", "")
    if not isinstance(source, str):
        raise _wrong(f"{field}.source" if field else "source", "must be text")
    return source
