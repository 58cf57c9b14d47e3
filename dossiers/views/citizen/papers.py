"""Sending papers: one card per paper, one file after the other, nothing lost when one of them fails."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.middleware import background
from documents.refusals import UploadRefused
from dossiers.errors import Invalid
from dossiers.models import Dossier, PaperFile
from dossiers.services import uploads
from dossiers.views.citizen import access, paper_cards
from dossiers.views.citizen.sections import may_change, next_page, page_context
from dossiers.views.citizen.steps import Way

REMOVED = "bo"  # ?bo=<file>: offers to put that file back


@access.page
def papers(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """The papers these answers ask for."""
    dossier = access.draft_of(request, code, draft)
    if not may_change(dossier):
        return redirect("dossiers:dossier", dossier.code)
    way = Way(dossier)
    faults: dict[str, str] = {}
    if request.method == "POST":
        answer = handle(request, dossier, way.url("papers"), faults)
        if answer is not None:
            return answer
        if not faults:
            uploads.join_pages(dossier.pk, user=access.person(request))
            return access.home_of(request) if "later" in request.POST else redirect(next_page(request, way, "papers"))
    cards = paper_cards.cards(dossier, way.paper_rules, faults=faults, removed=request.GET.get(REMOVED, ""))
    context = page_context(way, "papers") | card_context(dossier, cards) | {"shown_only": _shown_only(way)}
    return render(request, "dossiers/citizen/papers.html", context)


def card_context(dossier: Dossier, cards: list[dict[str, Any]]) -> dict[str, Any]:
    """The cards with the faults on top of the page."""
    return {
        "cards": cards,
        "found": [(f"giay-{card['key']}", card["fault"]) for card in cards if card["fault"]],
        "has_errors": any(card["fault"] for card in cards),
    }


def _shown_only(way: Way) -> list[Any]:
    return [
        paper for paper in way.content.papers_for(way.case, way.answers, on=way.context.today) if paper.present_only
    ]


def handle(request: HttpRequest, dossier: Dossier, here: str, faults: dict[str, str]) -> HttpResponse | None:
    """Carry out what a card's form asks for: files, removing, putting back. None: it was the page's own button."""
    if key := request.POST.get("upload"):
        fault = take_files(request, dossier, key, request.FILES.getlist(key))
        if not fault:
            return redirect(f"{here}#giay-{key}")
        faults[key] = fault
    elif file := request.POST.get("remove"):
        _take_out(request, dossier, file)
        return redirect(f"{here}?{REMOVED}={file}")
    elif file := request.POST.get("restore"):
        _put_back(request, dossier, file)
        return redirect(here)
    return None


def take_files(request: HttpRequest, dossier: Dossier, key: str, files: list[Any]) -> str:
    """Store the files of one paper; a sentence when they were not accepted."""
    try:
        uploads.add(dossier.pk, user=access.person(request), key=key, uploads=files)
    except UploadRefused as refused:
        return str(refused.message)
    except Invalid as refused:
        return str(next(iter(refused.errors.values())))
    return ""


def _take_out(request: HttpRequest, dossier: Dossier, file: str) -> None:
    try:
        uploads.remove(dossier.pk, user=access.person(request), file_id=_uuid(file))
    except Invalid:
        raise Http404 from None


def _put_back(request: HttpRequest, dossier: Dossier, file: str) -> None:
    try:
        uploads.remove(dossier.pk, user=access.person(request), file_id=_uuid(file), restore=True)
    except Invalid:
        raise Http404 from None
    messages.success(request, _("The file is back."))


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Http404 from None


@access.act
def upload_file(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """One file sent by the script: answers its row, or 400 with the reason in words."""
    dossier = access.draft_of(request, code, draft)
    try:
        row = uploads.add(
            dossier.pk,
            user=access.person(request),
            key=request.POST.get("paper", ""),
            uploads=request.FILES.getlist("file"),
        )
    except UploadRefused as refused:
        return JsonResponse({"error": str(refused.message)}, status=400)
    except Invalid as refused:
        return JsonResponse({"error": str(next(iter(refused.errors.values())))}, status=400)
    return _row(request, dossier, row)


@access.reading
@background
def file_row(request: HttpRequest, code: str, draft: UUID, file: UUID) -> HttpResponse:
    """The row of one file as it is now; the page asks while the file is being checked."""
    dossier = access.draft_of(request, code, draft)
    row = PaperFile.objects.filter(paper__dossier=dossier, file__public_id=file).select_related("file").first()
    if row is None:
        raise Http404
    return _row(request, dossier, row)


def _row(request: HttpRequest, dossier: Dossier, row: PaperFile) -> HttpResponse:
    context = {"file": paper_cards.file_row(dossier, row.file), "delete_name": "remove"}
    return render(request, "common/file_row.html", context)
