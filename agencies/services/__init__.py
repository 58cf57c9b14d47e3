"""Writing rules of agencies: reference data of the province, posts, absences, the calendar, reorganisation."""

from agencies.services.absences import AbsenceRefused, end_absence, enter_absence
from agencies.services.calendars import publish_calendar, publish_change
from agencies.services.posts import appoint, end_post
from agencies.services.reference import load_reference
from agencies.services.settings import share_at_once

__all__ = [
    "AbsenceRefused",
    "appoint",
    "end_absence",
    "end_post",
    "enter_absence",
    "load_reference",
    "publish_calendar",
    "publish_change",
    "share_at_once",
]
