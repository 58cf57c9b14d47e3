"""Papers made of a dossier: every one with its number and date, to be printed again; and those an officer asks for."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from audit.services import record
from documents.render import RenderFailed
from dossiers.errors import Invalid
from dossiers.models import Dossier, IssuedPaper
from dossiers.services import issuing, slip_contexts
from dossiers.services.paper_forms import label_of
from dossiers.views.officer.access import dossier_or_404, officers_only

Size = IssuedPaper.Size


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def made_papers(request: PersonRequest, code: str) -> HttpResponseBase:
    """The list; POST asks for a control slip, an acknowledgement, or one receipt for several dossiers."""
    dossier = dossier_or_404(request, code)
    if request.method == "POST":
        return _asked(request, dossier)
    context = {
        "dossier": dossier,
        "agency": dossier.handling_agency,
        "rows": rows_of(dossier),
        "offers": [(kind, label_of(kind)) for kind in slip_contexts.ASKED if not issuing.reason_against(dossier, kind)],
    }
    return render(request, "dossiers/officer/made_papers.html", context)


def rows_of(dossier: Dossier) -> list[dict[str, Any]]:
    """One row per paper, newest first, its sizes beside each other."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for paper in dossier.issued_papers.select_related("file", "signed_by").order_by("-seq", "kind", "size"):
        row = rows.setdefault((paper.seq, paper.kind), {"paper": paper, "label": label_of(paper.kind), "files": []})
        if paper.file:
            row["files"].append((paper.get_size_display(), paper.file))
        if paper.kind == "receipt":
            printed = {size for size, _file in row["files"]}
            row["sizes"] = [(size.value, size.label) for size in (Size.A5, Size.SLIP) if size.label not in printed]
    return list(rows.values())


def _asked(request: PersonRequest, dossier: Dossier) -> HttpResponse:
    back = reverse("dossiers:made_papers", args=[dossier.code])
    try:
        paper = issuing.ask(dossier, request.POST.get("kind", ""), user=request.user)
    except Invalid as error:
        for text in error.errors.values():
            messages.error(request, text)
        return HttpResponseRedirect(back)
    except RenderFailed:
        messages.error(request, could_not())
        return HttpResponseRedirect(back)
    return _to_file(request, dossier, paper)


@officers_only
@require_POST
def print_paper(request: PersonRequest, code: str, seq: int, size: str) -> HttpResponseBase:
    """The receipt in another size: drawn once, the same bytes at every further print."""
    dossier = dossier_or_404(request, code)
    paper = dossier.issued_papers.filter(seq=seq, kind="receipt", size=Size.A4).first()
    if paper is None or size not in Size.values:
        raise Http404
    try:
        issuing.printed(paper, size)
    except RenderFailed:
        messages.error(request, could_not())
        return HttpResponseRedirect(reverse("dossiers:made_papers", args=[dossier.code]))
    made = dossier.issued_papers.select_related("file").get(seq=seq, kind="receipt", size=size)
    return _to_file(request, dossier, made)


def _to_file(request: PersonRequest, dossier: Dossier, paper: IssuedPaper) -> HttpResponse:
    data = {"paper": paper.pk}
    record("dossier.paper_printed", actor_id=request.user.pk, subject_type="dossier", subject_id=dossier.pk, data=data)
    if paper.file is None:
        raise Http404
    url = reverse("dossiers:officer_file", args=[dossier.code, paper.file.public_id])
    return HttpResponseRedirect(url)


def could_not() -> str:
    """What an officer reads when a paper cannot be drawn now."""
    return _("The paper cannot be printed right now. Nothing is lost: try again in a minute.")
