"""Writing rules of agencies: reference data of the province, posts, the calendar, reorganisation."""

from agencies.services.calendars import publish_calendar, publish_change
from agencies.services.posts import appoint, end_post
from agencies.services.reference import load_reference

__all__ = ["appoint", "end_post", "load_reference", "publish_calendar", "publish_change"]
