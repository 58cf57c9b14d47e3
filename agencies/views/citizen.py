"""The one-stop counters, for everybody: where they are, their telephone, when they are open and who guides people there."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from agencies.calendar import Calendar
from agencies.calendar.changes import hours_words
from agencies.models import Agency, CalendarRevision, calendar_of
from agencies.services.shifts import OnShift, on_shift
from common.context import current_site

DAYS = 7  # of the shift table, from today on


@dataclass(frozen=True)
class Day:
    """One day at a counter: its opening hours, empty where it is closed, why it is closed, and who guides people then."""

    date: date
    hours: str
    closed_for: str
    guides: tuple[OnShift, ...]


@require_safe
def counters(request: HttpRequest) -> HttpResponse:
    """Every counter of the province, communes and departments apart, in the order of the alphabet."""
    rows = list(Agency.objects.valid_on(timezone.localdate()).exclude(one_stop_vi="").order_by("sort_key"))
    groups = {level: [row for row in rows if row.level == level] for level in Agency.Level.values}
    context = {"communes": groups[Agency.Level.COMMUNE], "departments": groups[Agency.Level.PROVINCE]}
    return render(request, "agencies/counters.html", context)


@require_safe
def counter(request: HttpRequest, key: str) -> HttpResponse:
    """One counter and its coming week. That of an agency whose work went to one other leads there."""
    agency, today = get_object_or_404(Agency.objects.exclude(one_stop_vi=""), key=key), timezone.localdate()
    if not agency.is_valid_on(today):
        return _successor(agency, today)
    facts = current_site().facts
    context = {
        "agency": agency,
        "phone": agency.phone or facts["phone"],
        "is_own_phone": bool(agency.phone),
        "days": week(agency, today),
    }
    return render(request, "agencies/counter.html", context)


def _successor(agency: Agency, today: date) -> HttpResponse:
    found = {one.new for one in agency.successions.filter(on__lte=today).select_related("new")}
    if len(found) != 1:
        raise Http404
    return redirect("agencies:counter", found.pop().key, permanent=True)


def week(agency: Agency, first: date) -> list[Day]:
    """The coming days; those the calendar does not know yet are left out."""
    newest = CalendarRevision.objects.order_by("-number").values_list("pk", flat=True).first()
    if newest is None:
        return []
    calendar = calendar_of(newest, agency.pk)
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return [_day(agency, calendar, day) for day in days if calendar.covers(day)]


def _day(agency: Agency, calendar: Calendar, day: date) -> Day:
    hours = hours_words(calendar.hours_of(day)) if calendar.is_working(day) else ""
    reason = "" if hours else calendar.name_of(day, get_language() or "vi") or ""
    return Day(day, hours, reason, on_shift(agency.pk, day))
