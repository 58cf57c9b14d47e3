"""Filters of a list: ids, codes, states and dates only, so that an address or a saved view never names an applicant."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dossiers.querysets import DossierQuerySet
from dossiers.queues.looking import unseen_by
from dossiers.queues.tabs import Viewer

# What a list may be narrowed by. Whoever adds one makes sure that it says nothing of an applicant.
KEYS = (
    "procedure", "field", "state", "intake", "delivery", "fee", "due_before", "due_after", "filed_from", "filed_to",
    "holder", "agency", "badge",
)  # fmt: skip
_SAME = {"procedure": "procedure", "field": "procedure__field", "state": "state", "intake": "intake",
         "delivery": "delivery", "fee": "fee_state"}  # fmt: skip
_EDGES = {  # (column, comparison, days added): a day is meant whole, in the time of Viet Nam
    "due_before": ("queue_at", "lt", 1), "due_after": ("queue_at", "gte", 0),
    "filed_from": ("filed_at", "gte", 0), "filed_to": ("filed_at", "lt", 1),
}  # fmt: skip


def narrowed(found: DossierQuerySet, filters: Mapping[str, Any], viewer: Viewer) -> DossierQuerySet:
    """The chosen filters laid over a list; `filters` as `FilterForm.chosen` gives them."""
    for key, column in _SAME.items():
        if key in filters:
            found = found.filter(**{column: filters[key]})
    for key, (column, comparison, days) in _EDGES.items():
        if key in filters:
            found = found.filter(**{f"{column}__{comparison}": _midnight(filters[key], days)})
    if "agency" in filters:
        found = found.filter(Q(receiving_agency=filters["agency"]) | Q(handling_agency=filters["agency"]))
    if "holder" in filters:
        found = found.filter(assignee=_holder(filters["holder"], viewer))
    return found.filter(_badge(filters["badge"], viewer)) if "badge" in filters else found


def _midnight(day: date | str, days: int) -> datetime:
    first = date.fromisoformat(day) if isinstance(day, str) else day
    return timezone.make_aware(datetime.combine(first + timedelta(days=days), time()))


def _holder(holder: str, viewer: Viewer) -> int | None:
    if holder == "nobody":
        return None
    return viewer.user.pk if holder == "me" else int(holder)


def _badge(badge: str, viewer: Viewer) -> Q:
    return {
        "unseen": unseen_by(viewer.user.pk),
        "supplemented": Q(supplement_sent_at__isnull=False),
        "withdrawal": Q(withdrawal_asked_at__isnull=False),
        "apologised": Q(appointment_at__isnull=False),
        "signed": Q(result_state="signed"),
    }.get(badge, Q())
