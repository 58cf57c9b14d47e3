"""The tracking book of a counter: asked for by days, made in the background, fetched volume by volume."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from audit.services import record
from documents.services import serve
from dossiers.errors import Invalid
from dossiers.forms.lists import BookForm
from dossiers.models import TrackingBook
from dossiers.services import tracking_book
from dossiers.views.officer.access import officers_only

MOST = 25
REFRESH_SECONDS = 5


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def tracking_books(request: PersonRequest) -> HttpResponse:
    """Ask for the book of a counter and some days; the ones asked for lately."""
    today = timezone.localdate()
    first = {"first_day": today.replace(day=1), "last_day": today}
    form = BookForm(request.POST or None, user=request.user, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            book = tracking_book.order(user=request.user, **form.cleaned_data)
        except Invalid as error:
            for field, text in error.errors.items():
                form.add_error(field or None, text)
        else:
            return redirect("dossiers:tracking_book", book.public_id)
    books = TrackingBook.objects.visible_to(request.user).select_related("agency", "asked_by").order_by("-pk")[:MOST]
    return render(request, "dossiers/officer/tracking_books.html", {"form": form, "books": books})


def _one(request: PersonRequest, public_id: UUID) -> TrackingBook:
    found = TrackingBook.objects.visible_to(request.user).select_related("agency", "asked_by")
    book = found.filter(public_id=public_id).first()
    if book is None:
        raise Http404
    return book


@officers_only
@require_safe
def tracking_book_page(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """How far it is, and the volumes that are ready."""
    book = _one(request, public_id)
    volumes = book.volumes.select_related("file").order_by("number")
    context = {"book": book, "volumes": volumes, "refresh": REFRESH_SECONDS}
    return render(request, "dossiers/officer/tracking_book.html", context)


@officers_only
@require_safe
def tracking_book_volume(request: PersonRequest, public_id: UUID, number: int) -> HttpResponseBase:
    """One volume; the look is written down."""
    book = _one(request, public_id)
    volume = book.volumes.select_related("file").filter(number=number).first()
    if volume is None:
        raise Http404
    record(
        "book.downloaded", actor_id=request.user.pk, subject_type="tracking_book", subject_id=book.pk,
        agency_code=book.agency.code, data={"volume": number},
    )  # fmt: skip
    return serve(volume.file, inline=True, byte_range=request.headers.get("Range", ""))
