"""A corrected calendar and the open dossiers: which dates it moves, page by page, and the order to move them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from agencies.models import CalendarRevision
from common.text import whole_number
from dossiers.errors import Invalid
from dossiers.forms.corrections import RecountForm
from dossiers.services.corrections import calendar, in_background
from dossiers.views.admin.menu import CALENDAR
from procedures.views.admin.access import only, page

ROWS = 50
EXAMINED = 1500  # dossiers looked at for one page
LARGEST = 2**63 - 1


@only(CALENDAR)
@require_http_methods(["GET", "HEAD", "POST"])
def recount(request: PersonRequest) -> HttpResponse:
    """The dry run; POST orders the worker to do it."""
    newest = CalendarRevision.objects.latest("number")
    form = RecountForm(request.POST or None, initial={"revision": newest.number})
    if request.method == "POST" and form.is_valid():
        try:
            revision = calendar.newest(form.cleaned_data["revision"])
        except Invalid as refusal:
            form.add_error(None, str(refusal))
        else:
            in_background.order_recount(revision, by=request.user, shorten=form.cleaned_data["shorten"])
            messages.success(request, _("Ordered. The dossiers are moved one by one; this page shows what is left."))
            return redirect("clock:recount")
    after = whole_number(request.GET.get("after"), LARGEST) or 0
    rows, mark = shown(calendar.plan(newest, after=after))
    context = {"form": form, "newest": newest, "rows": rows, "next": mark, "after": after,
               "left": calendar.affected(newest).count()}  # fmt: skip
    return page(request, "dossiers/admin/recount.html", context, status=422 if form.errors else 200)


def shown(found: Iterable[Any]) -> tuple[list[Any], int]:
    """Those of a dry run with something to show, for one page; the id behind which the next page begins (0: the end)."""
    rows: list[Any] = []
    for number, one in enumerate(found, start=1):
        if one.moves or one.fault:
            rows.append(one)
        if len(rows) == ROWS or number == EXAMINED:
            return rows, one.dossier_id
    return rows, 0
