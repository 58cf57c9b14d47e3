"""The working calendar: what is entered, one change at a time with a preview in words, publication as a new revision."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from agencies.calendar import Calendar
from agencies.calendar.changes import Line, difference, entries, hours_words
from agencies.models import Agency, CalendarRevision
from agencies.services import calendars
from common.text import whole_number
from dossiers.forms.corrections import ChangeForm
from dossiers.services.corrections import calendar as corrections
from dossiers.views.admin.menu import CALENDAR
from procedures.views.admin.access import only, page

SHOWN_BACK = timedelta(days=31)
REVISIONS = 12
LARGEST = 2**31 - 1
admins = only(CALENDAR)


@admins
@require_safe
def calendar(request: PersonRequest) -> HttpResponse:
    """What is entered from last month on, the form for a change, and the latest revisions."""
    return _page(request, ChangeForm(initial={"kind": "closed"}))


@admins
@require_POST
def preview(request: PersonRequest) -> HttpResponse:
    """The difference in words; nothing is written. What cannot be is refused beside the form."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        newest, content = calendars.preview_change(form.change)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _page(request, form, status=422)
    context = {
        "form": form,
        "base": newest.number,
        "lines": _lines(difference(newest.content, content)),
        "is_past": form.change.day <= timezone.localdate(),
    }
    return page(request, "dossiers/admin/calendar_preview.html", context)


@admins
@require_POST
def publish(request: PersonRequest) -> HttpResponse:
    """The change that was previewed becomes the next revision."""
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        base = whole_number(request.POST.get("base"), LARGEST) or 0
        revision = calendars.publish_change(form.change, actor=request.user, base=base)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _page(request, form, status=409)
    messages.success(request, _("Calendar %(n)d is published. New dossiers use it.") % {"n": revision.number})
    return redirect("clock:recount")


def _page(request: PersonRequest, form: ChangeForm, *, status: int = 200) -> HttpResponse:
    newest = CalendarRevision.objects.latest("number")
    shown = Calendar.from_content(newest.content)
    since = timezone.localdate() - SHOWN_BACK
    context = {
        "form": form,
        "newest": newest,
        "hours": hours_words(shown.hours_of(shown.roll_forward(timezone.localdate()))),
        "lines": _lines(entries(newest.content, since)),
        "revisions": CalendarRevision.objects.order_by("-number")[:REVISIONS],
        "waiting": corrections.affected(newest).count(),
    }
    return page(request, "dossiers/admin/calendar.html", context, status=status)


def _lines(found: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines with the names of the agencies they are about."""
    lines = list(found)
    keys = {line.agency for line in lines if line.agency}
    names = {agency.key: agency.name for agency in Agency.objects.filter(key__in=keys)} if keys else {}
    return [{"words": line.words, "is_new": line.is_new, "agency": names.get(line.agency)} for line in lines]
