"""One change of a calendar document at a time, refused in words, and the difference of two documents in words."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.calendar.content import parse
from agencies.calendar.working import Calendar

Kind = Literal["closed", "half_day", "swap", "hours", "remove"]
HoursText = list[list[str]]


class Unchangeable(ValueError):
    """The change cannot be made; the text says why and what to do."""


@dataclass(frozen=True)
class Change:
    """What an administrator enters. `agency` is empty for the whole province; `day` is the date, or the first with new hours.

    `worked`: the weekend date worked instead (kind `swap`). `moves_limits`: for one agency's closure, whether limits in
    days step over it as well. `source`: the decision it rests on.
    """

    kind: Kind
    day: date
    agency: str = ""
    vi: str = ""
    en: str = ""
    source: str = ""
    hours: tuple[tuple[str, str], ...] = ()
    worked: date | None = None
    moves_limits: bool = False


def changed(content: dict[str, Any], change: Change) -> dict[str, Any]:
    """The document with the change in it; raises Unchangeable in words."""
    new = deepcopy(content)
    if not change.source.strip():
        raise Unchangeable(_("Name the decision or notice this rests on."))
    _CHANGES[change.kind](new, change, Calendar.from_content(content))
    try:
        parse(new)
    except ValueError as error:
        raise Unchangeable(_("The calendar cannot be changed like that: %(why)s") % {"why": error}) from error
    return Calendar.from_content(new).content()


def _closed(new: dict[str, Any], change: Change, old: Calendar) -> None:
    _on_a_working_date(change.day, old)
    _free(new, change)
    if change.agency:
        _rules(new, change.agency, "closures").append(_closure(change, []))
        return
    new["half_days"] = [item for item in new.get("half_days", []) if item["date"] != change.day.isoformat()]
    new["worked"] = [item for item in new["worked"] if item["date"] != change.day.isoformat()]
    for rules in new.get("agencies", {}).values():  # nobody works that day: an agency's own closure says nothing more
        rules["closures"] = [item for item in rules.get("closures", []) if item["date"] != change.day.isoformat()]
    new["off"].append(_named(change))


def _half_day(new: dict[str, Any], change: Change, old: Calendar) -> None:
    _on_a_working_date(change.day, old)
    _free(new, change)
    hours = [list(pair) for pair in change.hours]
    if not hours:
        raise Unchangeable(_("Write the hours that are open on that day."))
    if change.agency:
        _rules(new, change.agency, "closures").append(_closure(change, hours))
    else:
        new.setdefault("half_days", []).append(_named(change) | {"hours": hours})


def _swap(new: dict[str, Any], change: Change, old: Calendar) -> None:
    if change.agency:
        raise Unchangeable(_("Days are exchanged for the whole province, not for one agency."))
    _on_a_working_date(change.day, old)
    _free(new, change)
    if change.worked is None or old.is_working(change.worked) or change.worked == change.day:
        raise Unchangeable(_("Choose a date without work (a Saturday, as a rule) that is worked instead."))
    worked = change.worked.isoformat()
    new["off"] = [item for item in new["off"] if item["date"] != worked] + [_named(change)]
    new["worked"].append({"date": worked, "in_exchange_for": change.day.isoformat(), "source": change.source})


def _hours(new: dict[str, Any], change: Change, old: Calendar) -> None:
    if not change.hours:
        raise Unchangeable(_("Write the opening hours, for instance 07:30-11:30, 13:30-17:00."))
    entry = {"from": change.day.isoformat(), "hours": [list(pair) for pair in change.hours], "source": change.source}
    known = _rules(new, change.agency, "dated_hours") if change.agency else new.setdefault("dated_hours", [])
    known[:] = [item for item in known if item["from"] != entry["from"]] + [entry]


def _remove(new: dict[str, Any], change: Change, old: Calendar) -> None:
    day = change.day.isoformat()
    own = new.get("agencies", {}).get(change.agency, {}) if change.agency else new
    found = False
    for field, name in (("off", "date"), ("worked", "date"), ("half_days", "date"), ("closures", "date"),
                        ("dated_hours", "from")):  # fmt: skip
        before = own.get(field)
        if before is not None:
            own[field] = [item for item in before if item[name] != day]
            found = found or len(own[field]) != len(before)
    if not found:
        raise Unchangeable(_("Nothing is entered for that date."))
    if not change.agency:  # an exchange is undone as a whole
        new["worked"] = [item for item in new["worked"] if item.get("in_exchange_for") != day]


_CHANGES: dict[str, Callable[[dict[str, Any], Change, Calendar], None]] = {
    "closed": _closed,
    "half_day": _half_day,
    "swap": _swap,
    "hours": _hours,
    "remove": _remove,
}


def _on_a_working_date(day: date, old: Calendar) -> None:
    if not old.is_working(day):
        raise Unchangeable(_("Nobody works on %(day)s anyway.") % {"day": _day(day)})


def _free(new: dict[str, Any], change: Change) -> None:
    """Refuses a second entry for the same place and date."""
    day = change.day.isoformat()
    own = (
        new.get("agencies", {}).get(change.agency, {}).get("closures", [])
        if change.agency
        else new.get("half_days", [])
    )
    if any(item["date"] == day for item in own):
        raise Unchangeable(_("There is an entry for %(day)s already. Remove it first.") % {"day": _day(change.day)})


def _rules(new: dict[str, Any], agency: str, field: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = new.setdefault("agencies", {}).setdefault(agency, {}).setdefault(field, [])
    return found


def _named(change: Change) -> dict[str, Any]:
    if not change.vi.strip():
        raise Unchangeable(_("Write the reason: citizens read it in the explanation of their dates."))
    name = {"vi": change.vi.strip(), "en": change.en.strip() or change.vi.strip()}
    return {"date": change.day.isoformat(), **name, "source": change.source.strip()}


def _closure(change: Change, hours: HoursText) -> dict[str, Any]:
    return _named(change) | {"hours": hours, "moves_limits": change.moves_limits and not hours}


# ── the difference in words ──


@dataclass(frozen=True)
class Line:
    """One line of a difference: `is_new` or taken away, its date, whose (`agency`, "" for the province), and the words.

    `lasts`: it holds from the date on (new hours), not on the date alone.
    """

    is_new: bool
    day: date
    agency: str
    words: str
    lasts: bool


def difference(old: dict[str, Any], new: dict[str, Any]) -> list[Line]:
    """What is taken away and what is added between two documents, in the reader's language."""
    before, after = set(_lines(old)), set(_lines(new))
    gone = [Line(False, *line) for line in sorted(before - after)]
    return gone + [Line(True, *line) for line in sorted(after - before)]


def entries(content: dict[str, Any], since: date) -> list[Line]:
    """Everything entered from a date on, in order of dates."""
    return [Line(True, *line) for line in sorted(_lines(content)) if line[0] >= since]


def _lines(content: dict[str, Any]) -> Iterator[tuple[date, str, str, bool]]:
    calendar = Calendar.from_content(content)
    for off in calendar.off:
        yield off.date, "", _("%(day)s: day off (%(name)s)") % {"day": _day(off.date), "name": _name(off)}, False
    for worked in calendar.worked:
        yield worked.date, "", _("%(day)s: worked") % {"day": _day(worked.date)}, False
    for half in calendar.half_days:
        yield half.date, "", _part_of(half), False
    for dated in calendar.dated_hours:
        yield dated.since, "", _dated(dated), True
    for rules in calendar.agencies:
        for dated in rules.dated_hours:
            yield dated.since, rules.key, _dated(dated), True
        for closure in rules.closures:
            yield closure.date, rules.key, _closed_words(closure), False


def _dated(dated: Any) -> str:
    return _("from %(day)s: open %(hours)s") % {"day": _day(dated.since), "hours": hours_words(dated.hours)}


def _part_of(half: Any) -> str:
    values = {"day": _day(half.date), "hours": hours_words(half.hours), "name": _name(half)}
    return _("%(day)s: open only %(hours)s (%(name)s)") % values


def _closed_words(closure: Any) -> str:
    if closure.hours:
        return _part_of(closure)
    values = {"day": _day(closure.date), "name": _name(closure)}
    if closure.moves_limits:
        return _("%(day)s: closed (%(name)s); every time limit steps over the day") % values
    return _("%(day)s: closed (%(name)s); limits in days still count the day") % values


def hours_words(hours: Any) -> str:
    """07:30–11:30, 13:30–17:00."""
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in hours)


def _name(item: Any) -> str:
    return str(item.vi if (get_language() or "vi").startswith("vi") else item.en)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
