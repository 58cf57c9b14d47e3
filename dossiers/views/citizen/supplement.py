"""Completing a dossier: exactly what the officer asked for, with the reasons, on one page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dossiers.errors import Conflict, Invalid
from dossiers.models import Dossier, SupplementItem, SupplementRequest
from dossiers.services import filing, supplements
from dossiers.views.citizen import access, paper_cards, papers, timeline
from dossiers.views.citizen.sections import kept_rows, known_values
from procedures import eforms
from procedures.content import Paper
from procedures.presenting import say
from procedures.services import content_of


@access.page
def supplement(request: HttpRequest, code: str) -> HttpResponse:
    """Papers to send again and answers to correct; sending needs all of it."""
    dossier = access.dossier_of(request, code)
    asked = supplements.open_request(dossier)
    if asked is None or dossier.state != "supplement":
        return _nothing_asked(request, dossier)
    items = list(asked.items.all())
    faults: dict[str, str] = {}
    if request.method == "POST":
        answer = papers.handle(request, dossier, reverse("dossiers:supplement", args=[code]), faults)
        if answer is not None:
            return answer
        if not faults:
            return _save(request, dossier, asked, items)
    return _show(request, dossier, asked, items, faults=faults)


def _nothing_asked(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    if request.method == "POST":
        raise Conflict(dossier)
    return redirect("dossiers:dossier", dossier.code)


def _form(request: HttpRequest, dossier: Dossier, items: list[SupplementItem]) -> eforms.SectionForm | None:
    content = content_of(dossier.procedure_version_id)
    reasons = {item.key: item.reason for item in items if item.kind == "field"}
    if not reasons or content.eform is None:
        return None
    made = eforms.fields_form(content, set(reasons))
    data = request.POST if request.method == "POST" else None
    known = {key: value for key, value in known_values(dossier, content).items() if key not in reasons}
    return made(data, answers=access.answers_of(dossier), known=known, at=timezone.now(), faults=reasons)


def _save(
    request: HttpRequest, dossier: Dossier, asked: SupplementRequest, items: list[SupplementItem]
) -> HttpResponse:
    form = _form(request, dossier, items)
    user = access.person(request)
    try:
        if form is not None:
            filing.save_answers(dossier.pk, user=user, answers=form.to_store())
        if "later" in request.POST:
            messages.success(request, _("What you typed is saved. It is not sent yet."))
            return redirect("dossiers:dossier", dossier.code)
        if form is not None and (form.is_redraw or not form.is_valid()):
            return _show(request, dossier, asked, items, form=form)
        supplements.send(dossier.pk, user=user)
    except Conflict as conflict:
        content = content_of(dossier.procedure_version_id)
        return access.conflict_page(request, conflict, kept_rows(content, form.to_store()) if form else [])
    except Invalid as refused:
        return _show(request, dossier, asked, items, faults=_paper_faults(refused))
    messages.success(request, _sent_words(dossier))
    return redirect("dossiers:dossier", dossier.code)


def _paper_faults(refused: Invalid) -> dict[str, str]:
    return {key.removeprefix("paper:"): str(text) for key, text in refused.errors.items()}


def _sent_words(dossier: Dossier) -> str:
    if dossier.accepted_at:
        return _("Your supplement was sent. An officer checks it; then the time limit runs again.")
    return _("Your supplement was sent. The counter answers within 8 working hours.")


def _show(
    request: HttpRequest,
    dossier: Dossier,
    asked: SupplementRequest,
    items: list[SupplementItem],
    *,
    form: eforms.SectionForm | None = None,
    faults: dict[str, str] | None = None,
) -> HttpResponse:
    rules = _rules(dossier, asked)
    reasons = {item.key: item.reason for item in items if item.kind == "paper"}
    cards = paper_cards.cards(dossier, rules, faults=faults, removed=request.GET.get(papers.REMOVED, ""))
    if items:  # else it is said in words, and each paper only if it is meant
        cards = [_as_answer(dossier, card, asked) | {"reason": reasons.get(card["key"], "")} for card in cards]
    form = form or _form(request, dossier, items)
    context = papers.card_context(dossier, cards) | {
        "dossier": dossier,
        "title": say(content_of(dossier.procedure_version_id).title),
        "asked": asked,
        "is_named": bool(items),
        "form": form,
        "back_url": timeline.address(dossier),
    }
    if form is not None and form.is_bound and not form.is_redraw:
        context["found"] = [*context["found"], *form.found_errors()]
        context["has_errors"] = bool(context["found"])
    return render(request, "dossiers/citizen/supplement.html", context)


def _as_answer(dossier: Dossier, card: dict[str, Any], asked: SupplementRequest) -> dict[str, Any]:
    """The card of an asked paper: files from before the request are marked so, only newer ones count as the answer."""
    fresh = {
        str(row.file.public_id)
        for row in paper_cards.live_files(dossier).get(card["key"], [])
        if asked.sent_at and row.added_at >= asked.sent_at
    }
    old = {"state": "warn", "words": _("Sent before; the officer asks for a new one"), "poll": ""}
    files = [row if str(row["public_id"]) in fresh else row | old for row in card["files"]]
    if fresh:
        return card | {"files": files}
    return card | {"files": files, "tone": "bad", "words": _("To be sent again"), "icon": "alert"}


def _rules(dossier: Dossier, asked: SupplementRequest) -> list[Paper]:
    content, keys = content_of(dossier.procedure_version_id), supplements.asked_papers(asked)
    return [paper for paper in content.papers if paper.key in keys and paper.is_uploaded]


@access.act
def upload_file(request: HttpRequest, code: str) -> HttpResponse:
    """One paper of the supplement, sent by the script."""
    dossier = access.dossier_of(request, code)
    asked = supplements.open_request(dossier)
    key = request.POST.get("paper", "")
    if asked is None or key not in supplements.asked_papers(asked):
        raise Http404
    fault = papers.take_files(request, dossier, key, request.FILES.getlist("file"))
    if fault:
        return JsonResponse({"error": fault}, status=400)
    newest = paper_cards.live_files(dossier)[key][-1]
    context = {"file": paper_cards.file_row(dossier, newest.file), "delete_name": "remove"}
    return render(request, "common/file_row.html", context)
