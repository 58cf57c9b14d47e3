"""The stored form of a working calendar: one JSON document, checked field by field."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from agencies.calendar.time import microseconds_of_day

Day = date  # for the records below, which have a field named date
Hours = tuple[tuple[time, time], ...]
FIELDS = {"off", "worked", "hours", "weekdays", "half_days", "source"}


@dataclass(frozen=True)
class DayOff:
    """A date without work: a public holiday, its substitute, or a date exchanged for a worked weekend."""

    date: Day
    vi: str
    en: str


@dataclass(frozen=True)
class WorkedDay:
    """A weekend date that is worked, normally in exchange for a day off."""

    date: Day
    in_exchange_for: Day | None


@dataclass(frozen=True)
class HalfDay:
    """A working date with shorter opening hours. It still counts as one working day (limits step by dates)."""

    date: Day
    hours: Hours
    vi: str
    en: str


@dataclass(frozen=True)
class Parsed:
    """The checked parts of a calendar document, sorted by date."""

    off: tuple[DayOff, ...]
    worked: tuple[WorkedDay, ...]
    hours: Hours
    weekdays: tuple[int, ...]
    half_days: tuple[HalfDay, ...]
    source: str


Dated = TypeVar("Dated", DayOff, WorkedDay, HalfDay)


def parse(content: dict[str, Any]) -> Parsed:
    """The parts of a calendar document; raises ValueError that names the field and says what is wrong with it."""
    _keys(content, "calendar", FIELDS, required=FIELDS - {"half_days", "source"})
    weekdays = _weekdays(content["weekdays"])
    hours = _hours(content["hours"], "hours")
    off = _items(content["off"], "off", _day_off)
    worked = _items(content["worked"], "worked", _worked_day)
    half_days = _items(content.get("half_days", []), "half_days", _half_day)
    _check_worked(worked, off, weekdays)
    _check_half_days(half_days, off, worked, weekdays, hours)
    source = content.get("source", "")
    if not isinstance(source, str):
        raise _wrong("source", "must be text")
    return Parsed(off, worked, hours, weekdays, half_days, source)


def open_microseconds(hours: Hours) -> int:
    """Microseconds of work in one day with these opening hours."""
    return sum(microseconds_of_day(closes) - microseconds_of_day(opens) for opens, closes in hours)


def hours_as_text(hours: Hours) -> list[list[str]]:
    """Opening hours as they are stored: [["07:30", "11:30"], …]."""
    return [[opens.strftime("%H:%M"), closes.strftime("%H:%M")] for opens, closes in hours]


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
    item = _keys(value, field, {"date", "vi", "en"}, required={"date", "vi", "en"})
    return DayOff(_date(item["date"], f"{field}.date"), _name(item, field, "vi"), _name(item, field, "en"))


def _worked_day(value: object, field: str) -> WorkedDay:
    item = _keys(value, field, {"date", "in_exchange_for"}, required={"date"})
    exchanged = item.get("in_exchange_for")
    return WorkedDay(
        _date(item["date"], f"{field}.date"),
        None if exchanged is None else _date(exchanged, f"{field}.in_exchange_for"),
    )


def _half_day(value: object, field: str) -> HalfDay:
    item = _keys(value, field, {"date", "hours", "vi", "en"}, required={"date", "hours", "vi", "en"})
    return HalfDay(
        _date(item["date"], f"{field}.date"),
        _hours(item["hours"], f"{field}.hours"),
        _name(item, field, "vi"),
        _name(item, field, "en"),
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
    half_days: tuple[HalfDay, ...],
    off: tuple[DayOff, ...],
    worked: tuple[WorkedDay, ...],
    weekdays: tuple[int, ...],
    hours: Hours,
) -> None:
    off_dates, worked_dates = {day.date for day in off}, {day.date for day in worked}
    for day in half_days:
        usual = day.date.isoweekday() in weekdays and day.date not in off_dates
        if not (usual or day.date in worked_dates):
            raise _wrong("half_days.date", f"{day.date} is not a working date")
        if open_microseconds(day.hours) >= open_microseconds(hours):
            raise _wrong("half_days.hours", f"the hours of {day.date} must be shorter than the usual day")
