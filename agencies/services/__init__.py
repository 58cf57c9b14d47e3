"""Writing rules of agencies: reference data of the province, posts, absences, the calendar, reorganisation."""

from agencies.services.absences import AbsenceRefused, end_absence, enter_absence
from agencies.services.calendars import publish_calendar, publish_change
from agencies.services.posts import appoint, end_post
from agencies.services.reference import load_reference
from agencies.services.settings import share_at_once
from agencies.services.shifts import ShiftRefused, end_shift, enter_shift, on_shift

__all__ = [
    "AbsenceRefused",
    "ShiftRefused",
    "appoint",
    "end_absence",
    "end_post",
    "end_shift",
    "enter_absence",
    "enter_shift",
    "load_reference",
    "on_shift",
    "publish_calendar",
    "publish_change",
    "share_at_once",
]
