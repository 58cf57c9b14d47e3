"""Dates, spans and limits in the language of the reader. Everything is put into words when it is read, not before."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, gettext, ngettext, pgettext

from agencies.calendar.time import legal_datetime
from dossiers.clock.limits import Limit

MINUTE = timedelta(minutes=1)
ROUND_HOURS_FROM = 4 * 60  # from here on the minutes are noise to an officer


def day_words(day: date, *, with_year: bool = False) -> str:
    """A date: 25/11, or 25/11/2026."""
    return _day_words(day, with_year, get_language())


@lru_cache(maxsize=4096)
def _day_words(day: date, with_year: bool, language: str | None) -> str:
    if with_year:
        return format_date(day, pgettext("date with year", "j M Y"))
    return format_date(day, pgettext("date without year", "j M"))


def time_words(at: datetime) -> str:
    """The time of day in Viet Nam: 07:30."""
    return f"{legal_datetime(at):%H:%M}"


def moment_words(at: datetime, *, with_year: bool = False) -> str:
    """A moment: 07:30 ngày 25/11."""
    day = day_words(legal_datetime(at).date(), with_year=with_year)
    return gettext("%(time)s on %(date)s") % {"time": time_words(at), "date": day}


def limit_words(limit: Limit) -> str:
    """A limit: 5 ngày làm việc, 1 tháng, trong ngày làm việc."""
    if limit.unit == "working_day":
        return working_days_words(limit.amount)
    if limit.unit == "calendar_day":
        return days_words(limit.amount)
    if limit.unit == "month":
        return ngettext("%(n)d month", "%(n)d months", limit.amount) % {"n": limit.amount}
    if limit.unit == "hour":
        return ngettext("%(n)d working hour", "%(n)d working hours", limit.amount) % {"n": limit.amount}
    if limit.unit == "minute":
        return work_time_words(limit.amount, exact=True)
    return gettext("the same working day")


def working_days_words(n: int) -> str:
    """Working days; in Vietnamese never shortened to plain days."""
    return ngettext("%(n)d working day", "%(n)d working days", n) % {"n": n}


def days_words(n: int) -> str:
    """Calendar days."""
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n}


def work_time_words(minutes: int, *, exact: bool = False) -> str:
    """A span of opening time: 35 phút, 3 giờ 10 phút, 7 giờ làm việc. Unless `exact`, long spans lose their minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest}
    if not rest or (minutes >= ROUND_HOURS_FROM and not exact):
        return ngettext("%(n)d working hour", "%(n)d working hours", hours) % {"n": hours}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def ranges(days: Iterable[date]) -> list[tuple[date, date]]:
    """Runs of consecutive dates as (first, last), in order."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def ranges_words(found: Sequence[tuple[date, date]], *, with_year: bool = False) -> str:
    """Runs of dates, the month said once where it can be: 14–15/11, 21–22/11."""
    return ", ".join(_range_words(first, last, with_year) for first, last in found)


def _range_words(first: date, last: date, with_year: bool) -> str:
    end = day_words(last, with_year=with_year)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        start = format_date(first, pgettext("day of a range", "j"))
    else:
        start = day_words(first, with_year=with_year)
    return f"{start}–{end}"
