"""The register of results: a page per agency, kind and year, and the same as a file."""

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from agencies.models import HANDLING_ROLES, Agency, Role
from agencies.standing import standing_of
from audit.services import record
from common.text import whole_number
from dossiers import register as books
from dossiers.forms.results import RegisterForm
from dossiers.models import Result
from dossiers.querysets_results import ResultQuerySet
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.signing import places

YEARS_BACK = 5
LARGEST = 2**31 - 1
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@officers_only
@require_safe
def register(request: PersonRequest) -> HttpResponse:
    """One page of the chosen book."""
    agencies = _agencies(request)
    book = _book(request, agencies)
    context: dict[str, Any] = {
        "agencies": agencies, "places": places(request, "register"), "book": book,
        "agency": agencies[0] if len(agencies) == 1 else None,
    }  # fmt: skip
    if book is not None:
        context |= _entries(request, book)
    return render(request, "dossiers/officer/register.html", context)


def _entries(request: PersonRequest, book: books.Book) -> dict[str, Any]:
    day = timezone.localdate()
    after, before = (whole_number(request.GET.get(name), LARGEST) for name in ("after", "before"))
    found = books.page(_visible(request, book), after=after, before=before)
    this_year = day.year
    return {
        "rows": [_row(result, books.state_of(result, day)) for result in found.entries],
        "next_url": _link(book, after=found.after) if found.after else "",
        "previous_url": _link(book, before=found.before) if found.before else "",
        "years": range(this_year, this_year - YEARS_BACK, -1),
        "kinds": books.KINDS.items(),
        "states": [(key, label) for key, (label, _tone, _icon) in books.STATES.items()],
        "csv_url": f"{reverse('dossiers:register_file', args=['csv'])}?{_query(book)}",
        "xlsx_url": f"{reverse('dossiers:register_file', args=['xlsx'])}?{_query(book)}",
    }


def _row(result: Result, state: str) -> dict[str, Any]:
    label, tone, icon = books.STATES[state]
    return {"result": result, "state": state, "label": label, "tone": tone, "icon": icon}


def _agencies(request: PersonRequest) -> list[Agency]:
    keys = standing_of(request.user).agency_ids((*HANDLING_ROLES, Role.AUDITOR))
    return list(Agency.objects.filter(pk__in=keys).order_by("sort_key"))


def _book(request: PersonRequest, agencies: list[Agency]) -> books.Book | None:
    """The chosen book; an agency that is not this person's counts as not chosen."""
    if not agencies:
        return None
    chosen = RegisterForm(request.GET).chosen()
    mine = {agency.pk for agency in agencies}
    agency = chosen.get("agency")
    kind = chosen.get("kind")
    return books.Book(
        agency if agency in mine else agencies[0].pk,
        chosen.get("year") or timezone.localdate().year,
        kind if kind in books.KINDS else "KQ",
        chosen.get("state", "") if chosen.get("state") in books.STATES else "",
    )


def _visible(request: PersonRequest, book: books.Book) -> ResultQuerySet:
    return book.entries(Result.objects.visible_to_officer(request.user), timezone.localdate())


def _query(book: books.Book, **more: int) -> str:
    values = {"agency": book.agency_id, "year": book.year, "kind": book.kind} | more
    return urlencode(values | ({"state": book.state} if book.state else {}))


def _link(book: books.Book, **more: int) -> str:
    return f"?{_query(book, **more)}"


@officers_only
@require_safe
def register_file(request: PersonRequest, kind: str) -> HttpResponseBase:
    """The chosen book as CSV (streamed) or XLSX; taking it away is written down."""
    book = _book(request, _agencies(request))
    if book is None or kind not in {"csv", "xlsx"}:
        raise Http404
    record("register.exported", actor_id=request.user.pk, subject_type="agency", subject_id=book.agency_id,
           data={"year": book.year, "kind": book.kind, "as": kind})  # fmt: skip
    entries, day, name = _visible(request, book), timezone.localdate(), books.name_of(book)
    if kind == "xlsx":
        file = books.as_xlsx(entries, day, f"{book.kind} {book.year}")
        return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    response = StreamingHttpResponse(books.as_csv(entries, day), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
