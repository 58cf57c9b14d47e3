"""What reading an answer depends on besides the answer: the moment, the working days, the province."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("VN", years=year))


def is_ordinary_working_day(day: date) -> bool:
    """Monday to Friday and no public holiday; the working calendar of an agency may say otherwise and is passed in."""
    return day.weekday() < 5 and day not in _holidays(day.year)


@lru_cache(maxsize=4)
def _revision(_minute: int) -> int | None:
    from agencies.models import CalendarRevision

    return CalendarRevision.objects.order_by("-number").values_list("pk", flat=True).first()


def is_official_working_day(day: date) -> bool:
    """By the newest working calendar of the agencies; the ordinary week where none is kept or it does not reach."""
    from agencies.models import calendar_of

    revision = _revision(int(time.monotonic() // 60))
    if revision is None:
        return is_ordinary_working_day(day)
    calendar = calendar_of(revision)
    return calendar.is_working(day) if calendar.covers(day) else is_ordinary_working_day(day)


@dataclass(frozen=True)
class Context:
    """The day of judging (Vietnamese date), which days are worked, and the province of this installation."""

    today: date
    is_working_day: Callable[[date], bool] = is_official_working_day
    province: str = field(default_factory=lambda: str(settings.PROVINCE_CODE))

    @classmethod
    def at(cls, moment: datetime, is_working_day: Callable[[date], bool] = is_official_working_day) -> "Context":
        """The context of a moment; legal days are days in Viet Nam."""
        return cls(today=moment.astimezone(LOCAL).date(), is_working_day=is_working_day)

    def working_days_after(self, number: int) -> date:
        """The `number`-th working day after today (today itself for 0)."""
        day = self.today
        while number > 0:
            day += timedelta(days=1)
            number -= self.is_working_day(day)
        return day
