"""The words of an explanation. One text for citizen, officer and inspector, in the language of the reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext, pgettext

from agencies.calendar import legal_date
from dossiers.clock.entries import FEE, SUPPLEMENT
from dossiers.clock.parts import Part, PartKind
from dossiers.clock.words import (
    MINUTE,
    day_words,
    days_words,
    limit_words,
    moment_words,
    ranges,
    ranges_words,
    work_time_words,
    working_days_words,
)

MANY_WEEKENDS = 5


@dataclass(frozen=True)
class Style:
    """`full` names weekends, the day that does not count and the law; `with_year` is set when the dates cross a
    year."""

    full: bool = False
    with_year: bool = False

    def day(self, day: date) -> str:
        """A date in this style."""
        return day_words(day, with_year=self.with_year)

    def moment(self, at: datetime) -> str:
        """A moment in this style."""
        return moment_words(at, with_year=self.with_year)


def part_words(part: Part, style: Style) -> str:
    """One part in the reader's language, without a full stop; empty when this style leaves it out."""
    words = WORDS[part.kind](part, part.values, style)
    if words and style.full and part.source:
        return gettext("%(words)s (%(source)s)") % {"words": words, "source": part.source}
    return words


def _idle(part: Part, values: Mapping[str, Any], style: Style) -> str:
    return gettext("The time limit has not started yet")


def _no_limit(part: Part, values: Mapping[str, Any], style: Style) -> str:
    return gettext("The law sets no time limit")


def _share(part: Part, values: Mapping[str, Any], style: Style) -> str:
    """What another agency has its time for."""
    share = values["share"]
    words = {"agency": _pick(share.agency), "part": _pick(share.title), "end": style.day(legal_date(values["end"]))}
    if share.limit is None:
        return gettext("part of %(agency)s (%(part)s): the law sets no time limit") % words
    words["limit"] = limit_words(share.limit)
    if share.after:
        words["before"] = ", ".join(_pick(title) for title in values["after"])
        return gettext("then, after “%(before)s”, part of %(agency)s (%(part)s): %(limit)s, until %(end)s") % words
    return gettext("part of %(agency)s (%(part)s): %(limit)s, until %(end)s") % words


def _pick(text: Mapping[str, str]) -> str:
    language = "en" if (get_language() or "vi").startswith("en") else "vi"
    return text.get(language) or text.get("vi", "")


def _limit(part: Part, values: Mapping[str, Any], style: Style) -> str:
    unit = values["limit"].unit
    if unit == "same_day":
        return _same_day(part, values, style)
    event = {"event": _event(part, values), "date": style.day(legal_date(values["event_at"]))}
    if unit == "month":
        return gettext("%(limit)s from %(event)s, %(date)s") % {"limit": limit_words(values["limit"]), **event}
    first = style.moment(values["first"]) if unit == "hour" else style.day(values["first"])
    words = gettext("%(limit)s, counted from %(first)s") % {"limit": limit_words(values["limit"]), "first": first}
    if values["follows_shares"]:
        return gettext("then %(words)s") % {"words": words}
    if style.full and unit != "hour":
        words += " " + gettext("(%(event)s, %(date)s, does not count)") % event
    return words


def _budget(part: Part, values: Mapping[str, Any], style: Style) -> str:
    return gettext("%(limit)s, counted from %(first)s") % {
        "limit": work_time_words(values["time"] // MINUTE, exact=True),
        "first": style.moment(values["first"]),
    }


def _event(part: Part, values: Mapping[str, Any]) -> str:
    """What happened on the day that does not count."""
    if values["follows_shares"]:
        return gettext("the day the parts of the other agencies are due")
    if values["is_restart"]:
        return gettext("the day it was counted anew")
    return {
        "intake": gettext("the day of filing"),
        "handling": gettext("the day of acceptance"),
        "supplement": gettext("the day of the request"),
        "step": gettext("the day it was handed over"),
        "consultation": gettext("the day of the question"),
    }[part.track]


def _same_day(part: Part, values: Mapping[str, Any], style: Style) -> str:
    at = values["event_at"]
    if legal_date(at) == values["first"]:
        return gettext("The same working day, accepted at %(moment)s") % {"moment": style.moment(at)}
    return gettext(
        "The same working day; accepted at %(moment)s, after 15:00 or outside working hours, so it counts on the next"
        " working day, %(first)s"
    ) % {"moment": style.moment(at), "first": style.day(values["first"])}


def _filing_moved(part: Part, values: Mapping[str, Any], style: Style) -> str:
    return gettext("filing counts from the payment of the fee at %(moment)s") % {"moment": style.moment(values["at"])}


def _restart(part: Part, values: Mapping[str, Any], style: Style) -> str:
    day = {"date": style.day(legal_date(values["at"]))}
    if values["reason"] == SUPPLEMENT:
        return gettext("counted again from the start because the supplement was complete on %(date)s") % day
    return gettext("counted again from the start after %(date)s") % day


def _skip(part: Part, values: Mapping[str, Any], style: Style) -> str:
    holidays = ranges_words(ranges(values["holidays"]), with_year=style.with_year)
    weekends = _weekends(values["weekends"], style) if style.full else ""
    if weekends and holidays:
        return gettext("skipping %(weekends)s and the days off %(holidays)s") % {
            "weekends": weekends,
            "holidays": holidays,
        }
    if holidays:
        return gettext("skipping the days off %(holidays)s") % {"holidays": holidays}
    return gettext("skipping %(weekends)s") % {"weekends": weekends} if weekends else ""


def _weekends(days: list[date], style: Style) -> str:
    found = ranges(days)
    if len(found) < MANY_WEEKENDS:
        return ranges_words(found, with_year=style.with_year)
    return gettext("%(days)s of weekends") % {"days": days_words(len(days))}


def _makeup(part: Part, values: Mapping[str, Any], style: Style) -> str:
    days = ranges_words(ranges(values["days"]), with_year=style.with_year)
    return gettext("counting the worked weekend day %(days)s") % {"days": days}


def _wait(part: Part, values: Mapping[str, Any], style: Style) -> str:
    words = {"first": style.day(values["from"]), "last": style.day(values["to"]), "added": _added(values)}
    if values["reason"] == SUPPLEMENT:
        return gettext("waited for a supplement from %(first)s to %(last)s, adding %(added)s") % words
    if values["reason"] == FEE:
        return gettext("waited for the fee from %(first)s to %(last)s, adding %(added)s") % words
    return gettext("paused from %(first)s to %(last)s, adding %(added)s") % words


def _added(values: Mapping[str, Any]) -> str:
    if values["unit"] == "hour":
        return work_time_words(values["time"] // MINUTE, exact=True)
    if values["unit"] in ("calendar_day", "month"):
        return days_words(values["days"])
    return working_days_words(values["days"])


def _extension(part: Part, values: Mapping[str, Any], style: Style) -> str:
    return gettext("extended by %(added)s") % {"added": limit_words(values["limit"])}


def _outage(part: Part, values: Mapping[str, Any], style: Style) -> str:
    return gettext("adding %(added)s because the system was down") % {"added": limit_words(values["limit"])}


def _rolled(part: Part, values: Mapping[str, Any], style: Style) -> str:
    return gettext("the last day, %(from)s, is a day off, moved to %(to)s") % {
        "from": style.day(values["from"]),
        "to": style.day(values["to"]),
    }


def _recomputed(part: Part, values: Mapping[str, Any], style: Style) -> str:
    day = style.day(legal_date(values["at"]))
    return gettext("recomputed on %(date)s with the corrected working calendar") % {"date": day}


def _open_wait(part: Part, values: Mapping[str, Any], style: Style) -> str:
    day = {"date": style.day(values["from"])}
    if values["reason"] == FEE:
        return gettext("waiting for the fee since %(date)s; the time limit runs on once it is paid") % day
    if values["reason"] != SUPPLEMENT:
        return gettext("paused since %(date)s; the date moves by the time paused") % day
    if values["policy"] == "restart":
        return (
            gettext("waiting for a supplement since %(date)s; counted again from the start once it is complete") % day
        )
    return gettext("waiting for a supplement since %(date)s; the date moves by the time of waiting") % day


def _due(part: Part, values: Mapping[str, Any], style: Style) -> str:
    at = values["at"]
    end = {"end": style.moment(at) if values["by_hour"] else style.day(legal_date(at))}
    return {
        "intake": pgettext("intake", "to be answered by %(end)s"),
        "handling": pgettext("handling", "due %(end)s"),
        "supplement": pgettext("supplement", "to be supplemented by %(end)s"),
        "step": pgettext("step", "this step is due %(end)s"),
        "consultation": pgettext("consultation", "opinion due %(end)s"),
    }[part.track] % end


def _reappoint(part: Part, values: Mapping[str, Any], style: Style) -> str:
    words = {"date": style.day(legal_date(values["at"])), "due": style.day(legal_date(values["due_at"]))}
    if values["is_waiting"]:
        return gettext("with an apology, new appointment %(date)s") % words
    return gettext("with an apology, new appointment %(date)s; the date of the law stays %(due)s") % words


WORDS: dict[PartKind, Callable[[Part, Mapping[str, Any], Style], str]] = {
    "idle": _idle,
    "no_limit": _no_limit,
    "share": _share,
    "limit": _limit,
    "budget": _budget,
    "filing_moved": _filing_moved,
    "restart": _restart,
    "skip": _skip,
    "makeup": _makeup,
    "wait": _wait,
    "extension": _extension,
    "outage": _outage,
    "rolled": _rolled,
    "recomputed": _recomputed,
    "open_wait": _open_wait,
    "due": _due,
    "reappoint": _reappoint,
}
