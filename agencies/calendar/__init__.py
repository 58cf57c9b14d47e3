"""The working calendar of an agency: which dates are worked, when the counters are open, and arithmetic on both.

Pure: no database, no settings, no clock of the machine. Dates are dates of Viet Nam (UTC+7, no summer time since 1975);
every datetime taken or given is aware, and those given are in UTC.
"""

from agencies.calendar.content import AgencyRules, Closure, DatedHours, DayOff, HalfDay, WorkedDay
from agencies.calendar.storing import hours_as_text
from agencies.calendar.time import LEGAL_ZONE, legal_date
from agencies.calendar.working import Calendar

__all__ = [
    "LEGAL_ZONE",
    "AgencyRules",
    "Calendar",
    "Closure",
    "DatedHours",
    "DayOff",
    "HalfDay",
    "WorkedDay",
    "hours_as_text",
    "legal_date",
]
