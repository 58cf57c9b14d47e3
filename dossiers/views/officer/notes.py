"""Notes among colleagues: written, changed for ten minutes, struck through, one of them on top."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from common.text import whole_number
from dossiers.errors import Invalid
from dossiers.forms.messages import NoteForm
from dossiers.services import noting
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.frame import head, list_query
from dossiers.views.officer.page import DossierPage

LARGEST = 2**63 - 1


def notes(request: PersonRequest, page: DossierPage, form: NoteForm | None = None) -> dict[str, Any]:
    """The pinned note, then the others, newest first; `?sua=` opens one's own for changing."""
    rows = list(page.dossier.notes.select_related("author", "struck_by").order_by("-is_pinned", "-pk"))
    changing = whole_number(request.GET.get("sua") or request.POST.get("sua"), LARGEST)
    edited = next((row for row in rows if row.pk == changing and noting.may_change(row, page.user, page.now)), None)
    initial = {"text": edited.text, "pinned": edited.is_pinned} if edited else {}
    return {
        "rows": [{"note": row, "may_change": noting.may_change(row, page.user, page.now)} for row in rows],
        "edited": edited,
        "form": form or NoteForm(initial=initial),
        "may_write": noting.may_note(page.dossier, page.user),
    }


@officers_only
@require_POST
def write_note(request: PersonRequest, code: str) -> HttpResponse:
    """Write a note, or change the one named by `sua`."""
    dossier = dossier_or_404(request, code)
    page = DossierPage(dossier, request.user, timezone.now())
    form = NoteForm(request.POST)
    try:
        if form.is_valid():
            _keep(request, page, form)
            return HttpResponseRedirect(_back(request, code))
    except Invalid as refused:
        form.add_error("text", " ".join(str(text) for text in refused.errors.values()))
    context = head(request, page, "ghi-chu") | notes(request, page, form)
    return render(request, "dossiers/officer/notes.html", context, status=422)


def _keep(request: PersonRequest, page: DossierPage, form: NoteForm) -> None:
    changing, words = whole_number(request.POST.get("sua"), LARGEST), form.cleaned_data["text"]
    if changing:
        noting.change(page.dossier.pk, changing, user=page.user, words=words)
    else:
        noting.write(page.dossier.pk, user=page.user, words=words, pinned=form.cleaned_data["pinned"])


@officers_only
@require_POST
def handle_note(request: PersonRequest, code: str, note: int) -> HttpResponse:
    """Strike a note through (`gach`), pin it (`ghim`) or let it go down again (`bo-ghim`)."""
    dossier = dossier_or_404(request, code)
    try:
        if "gach" in request.POST:
            noting.strike(dossier.pk, note, user=request.user)
        elif "ghim" in request.POST or "bo-ghim" in request.POST:
            noting.pin(dossier.pk, note, user=request.user, pinned="ghim" in request.POST)
    except Invalid as refused:
        messages.error(request, str(refused))
    return HttpResponseRedirect(_back(request, code))


def _back(request: PersonRequest, code: str) -> str:
    return reverse("dossiers:officer_part", args=[code, "ghi-chu"]) + list_query(request)
