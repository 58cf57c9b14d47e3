"""Marks on papers: valid, not valid with a reason, and taken back. They bind nobody until an act is carried out."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from dossiers.errors import Invalid
from dossiers.forms.officer import MarkForm
from dossiers.models import Dossier, Paper
from dossiers.services import intake
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.frame import list_query

REST, TAKE_BACK = "con-lai", "bo"
MOST = 99


@officers_only
@require_POST
def mark_paper(request: PersonRequest, code: str, key: str) -> HttpResponse:
    """Mark one paper; `con-lai`: all that nobody has looked at as valid; `bo`: take the marks of the named papers back."""
    dossier = dossier_or_404(request, code)
    if key == REST:
        return _rest(request, dossier)
    if key == TAKE_BACK:
        return _take_back(request, dossier)
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        intake.mark_paper(
            dossier.pk, user=request.user, key=key, verdict=form.cleaned_data["verdict"],
            reason_code=form.cleaned_data["reason_code"], reason=form.reason_text(),
        )  # fmt: skip
    except Invalid as error:
        for text in error.errors.values():
            messages.error(request, text)
        return _back(request, dossier, key, [])
    # After a verdict the next paper that nobody has looked at opens by itself.
    stays = form.cleaned_data["verdict"] != Paper.Verdict.VALID
    return _back(request, dossier, key if stays else "", [key])


def _rest(request: PersonRequest, dossier: Dossier) -> HttpResponse:
    keys = list(dossier.papers.filter(verdict=Paper.Verdict.UNSEEN).order_by("position").values_list("key", flat=True))
    for key in keys:
        intake.mark_paper(dossier.pk, user=request.user, key=key, verdict=Paper.Verdict.VALID)
    return _back(request, dossier, "", keys)


def _take_back(request: PersonRequest, dossier: Dossier) -> HttpResponse:
    keys = set(request.POST.getlist("giay")[:MOST])
    found = dossier.papers.filter(key__in=keys).order_by("position").values_list("key", flat=True)
    first = ""
    for key in found:
        first = first or key
        intake.mark_paper(dossier.pk, user=request.user, key=key, verdict=Paper.Verdict.UNSEEN)
    return _back(request, dossier, first, [])


def _back(request: PersonRequest, dossier: Dossier, key: str, marked: list[str]) -> HttpResponse:
    """To the page: the named paper, else the next nobody has looked at; with what was just marked, to be taken back."""
    keys = list(dossier.papers.order_by("position", "pk").values_list("key", flat=True))
    if not key:
        unseen = dossier.papers.filter(verdict=Paper.Verdict.UNSEEN).order_by("position", "pk")
        key = unseen.values_list("key", flat=True).first() or (marked[-1] if marked else "")
    numbers = "-".join(str(keys.index(one) + 1) for one in marked if one in keys)
    values = {"giay": key, "vua": numbers, "xoay": request.GET.get("xoay", "")[:400]}
    kept = urlencode({name: value for name, value in values.items() if value})
    query = list_query(request)
    url = reverse("dossiers:officer_dossier", args=[dossier.code])
    return HttpResponseRedirect(f"{url}{f'{query}&' if query else '?'}{kept}#giay-to")


def just_marked(request: PersonRequest, rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The papers marked a moment ago, by their numbers in the address: what the button takes back."""
    wanted = set(request.GET.get("vua", "").split("-")[:MOST])
    found = [row for row in rows if str(row["number"]) in wanted and row["paper"].verdict != Paper.Verdict.UNSEEN]
    if not found:
        return None
    return {"keys": [row["paper"].key for row in found], "numbers": ", ".join(str(row["number"]) for row in found)}
