"""My documents: results and papers of my dossiers in one list, and the same list for reusing one in a draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from common.templatetags.mc import pick, vn_date
from dossiers.errors import Invalid
from dossiers.models import Dossier, PaperFile, Result
from dossiers.services import store as documents
from dossiers.services import uploads
from dossiers.services.editing import is_prepared
from dossiers.views.citizen import access
from dossiers.views.citizen.sections import may_change, page_context
from dossiers.views.citizen.steps import BACK, CHECK, Way
from procedures.presenting import say
from procedures.services import content_of


@access.reading
def store(request: HttpRequest) -> HttpResponse:
    """Everything, newest first; `?loai=ket-qua` only signed results, `?loai=giay-to` only papers."""
    chosen = request.GET.get("loai", "")
    rows = [row(item) for item in documents.items(access.person(request), everything=True)]
    wanted = {"ket-qua": True, "giay-to": False}.get(chosen)
    context = {
        "rows": [one for one in rows if wanted is None or one["is_result"] == wanted],
        "tabs": [
            {"label": label, "url": f"?loai={key}" if key else "?", "is_current": key == chosen}
            for key, label in (("", _("All")), ("ket-qua", _("Signed results")), ("giay-to", _("Papers I sent")))
        ],
    }
    return render(request, "dossiers/citizen/store.html", context)


def row(item: documents.Item) -> dict[str, Any]:
    """One document as the list shows it."""
    return {
        "file": item.file,
        "dossier": item.dossier,
        "at": item.at,
        "is_result": item.is_result,
        "result": item.result,
        "state": result_state(item.result),
        "name": pick(item.result.title) if item.result else _paper_name(item.dossier, item.paper),
        "procedure": say(content_of(item.dossier.procedure_version_id).title),
    }


def result_state(result: Result | None) -> dict[str, str]:
    """What is to be said of a result that does not hold, or not for ever; empty for all others."""
    if result is None:
        return {}
    if result.revoked_at:
        words = _("Revoked on %(day)s: %(ground)s") if result.revoke_ground else _("Revoked on %(day)s")
        ground = result.get_revoke_ground_display()
        return {"tone": "bad", "icon": "cross", "text": words % {"day": vn_date(result.revoked_at), "ground": ground}}
    if result.valid_until is None:
        return {}
    day = vn_date(result.valid_until)
    if result.valid_until < timezone.localdate():
        return {"tone": "info", "icon": "clock", "text": _("Ran out on %(day)s") % {"day": day}}
    return {"tone": "ok", "icon": "check", "text": _("Holds until %(day)s") % {"day": day}}


def _paper_name(dossier: Dossier, paper: PaperFile | None) -> str:
    if paper is None:
        return ""
    try:
        return say(content_of(dossier.procedure_version_id).paper(paper.paper.key).name)
    except KeyError:
        return paper.file.original_name


@access.page
def reuse(request: HttpRequest, code: str, draft: UUID, key: str) -> HttpResponse:
    """Choose a document that is there already for one paper of a draft."""
    dossier = access.draft_of(request, code, draft)
    if not may_change(dossier):
        return redirect("dossiers:dossier", dossier.code)
    way = Way(dossier)
    rule = next((one for one in way.paper_rules if one.key == key), None)
    if rule is None or is_prepared(dossier):
        raise Http404
    fault = ""
    if request.method == "POST":
        fault = _take(request, dossier, key)
        if not fault:
            messages.success(request, _("The document was added."))
            return redirect(f"{_papers_url(request, way)}#giay-{key}")
    context = page_context(way, "papers") | {
        "paper": rule,
        "rows": [
            row(item) for item in documents.fitting(access.person(request), dossier, uploads.rule_of(dossier, key))
        ],
        "papers_url": f"{_papers_url(request, way)}#giay-{key}",
        "fault": fault,
        "has_errors": bool(fault),
    }
    return render(request, "dossiers/citizen/reuse.html", context, status=422 if fault else 200)


def _papers_url(request: HttpRequest, way: Way) -> str:
    back = f"?{BACK}={CHECK}" if request.GET.get(BACK) == CHECK else ""
    return f"{way.url('papers')}{back}"


def _take(request: HttpRequest, dossier: Dossier, key: str) -> str:
    """Hand the chosen document in; a sentence when that was not possible."""
    sentence = _("Choose a document of the list.")
    try:
        chosen = UUID(request.POST.get("file", ""))
    except ValueError:
        return sentence
    try:
        documents.reuse(dossier.pk, user=access.person(request), key=key, file_id=chosen)
    except Invalid as refused:
        return str(next(iter(refused.errors.values())))
    return ""
