"""Who may open these pages, and how they stand in the side menu of /quan-tri/."""

from django.utils.translation import gettext_lazy as _

from agencies.models import Role

CALENDAR = frozenset({Role.CATALOGUE})
OUTAGES = frozenset({Role.CATALOGUE, Role.OPERATOR})
ENTRIES = (
    ("clock:calendar", _("Working calendar"), "calendar", CALENDAR),
    ("clock:outages", _("Outages"), "alert", OUTAGES),
)
