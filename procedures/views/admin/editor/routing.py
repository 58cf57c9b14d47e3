"""What stands beneath the table of the route: the picture, the hours against the law, the dry run."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from agencies.calendar import Calendar
from agencies.models import CalendarRevision, calendar_of
from procedures.content import Case, Content
from procedures.editing import planning
from procedures.editing.fees import said
from procedures.editing.routes import STARTERS, agency_names
from procedures.eforms.numbers import format_number
from procedures.presenting import channel_name, limit_words
from procedures.services import deciding_agencies, receiving_agencies
from procedures.views.admin.editor.drafts import Draft, onward


def newest_calendar() -> Calendar | None:
    """The newest working calendar; None where none is kept."""
    revision = CalendarRevision.objects.order_by("-number").values_list("pk", flat=True).first()
    return calendar_of(revision) if revision else None


def route_context(draft: Draft) -> dict[str, Any]:
    """Picture, sums and dry run of the route as it is saved."""
    content, calendar = draft.content, newest_calendar()
    context: dict[str, Any] = {
        "picture": planning.picture(content),
        "hours": format_number(sum(step.hours for step in content.route.steps)),
        "starters": [(key, words) for key, (words, _steps, _at_once) in STARTERS.items()],
    } | onward(draft, "editor_route")
    if calendar is None:
        return context
    at = timezone.now()
    plan = planning.dry_run(content, calendar, at, _agencies(draft))
    return context | {"plan": plan, "sample_at": at, "limits": _limits(content, calendar, at)}


def _agencies(draft: Draft) -> dict[str, str]:
    """Names of who would receive and decide; of communes the first stands for all."""
    found = dict(agency_names(timezone.localdate()))
    for kind, agencies in (("deciding", deciding_agencies), ("receiving", receiving_agencies)):
        if one := next(iter(agencies(draft.version)), None):
            found[kind] = one.name_vi
    return found


def _limits(content: Content, calendar: Calendar, at: datetime) -> list[dict[str, Any]]:
    hours = sum(step.hours for step in content.route.steps)
    return [
        {"case": said(case.name), "channel": channel_name(terms.channel), "limit": limit_words(terms.limit),
         "hours": planning.legal_hours(terms.limit, at, calendar), "is_over": _over(case, terms, at, calendar, hours)}
        for case in content.cases for terms in case.terms if terms.limit
    ]  # fmt: skip


def _over(case: Case, terms: Any, at: datetime, calendar: Calendar, hours: float) -> bool:
    allowed = planning.legal_hours(terms.limit, at, calendar)
    return allowed is not None and hours > allowed
