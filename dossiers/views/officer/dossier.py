"""The dossier page of the desk: papers and answers, messages, notes, history and clock, fee and parcel, notices sent."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from audit.services import noted
from common.templatetags.mc import mask_phone
from dossiers.models import Dossier, Paper
from dossiers.services import looks
from dossiers.views.officer import drawing, marks, notes, notices_sent, opinions, parts, past, presence, thread, viewer
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.frame import PARTS, head, list_query
from dossiers.views.officer.page import DossierPage
from dossiers.workflow import State


@officers_only
@require_safe
def officer_dossier(request: PersonRequest, code: str, part: str = "") -> HttpResponse:
    """One dossier; each look is written down once (partial reloads of the same page are not looks)."""
    if part not in PARTS:
        raise Http404
    dossier = dossier_or_404(request, code)
    visit = presence.arrive(dossier, request.user)
    page = DossierPage(dossier, request.user, timezone.now(), seen=visit.since)
    if request.method == "GET" and not request.headers.get("HX-Request"):
        agency = dossier.handling_agency.code if dossier.handling_agency else ""
        page.read_and_note(
            *noted(
                "dossier.viewed",
                actor_id=request.user.pk,
                subject_type="dossier",
                subject_id=dossier.pk,
                agency_code=agency,
            ),
            looks.looked(dossier, request.user),
        )
    build, template = _PARTS[part]
    if part == "lich-su" and request.GET.get("in") == "1":
        template = "history_print"
    context = head(request, page, part) | {"others_here": presence.names(visit.others)} | build(request, page)
    return render(request, f"dossiers/officer/{template}.html", context)


def _papers(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    rows, query = page.paper_rows, list_query(request)
    may_mark, turned = page.dossier.is_open and page.dossier.state != State.RESOLVED, request.GET.get("xoay", "")
    turns = viewer.turns_text(viewer.turns_of(turned))
    shown = viewer.viewer_of(request, rows, query)
    key = shown["row"]["paper"].key if shown else ""
    state = f"{query}&" if query else "?"
    state += f"xoay={turns}&" if turns else ""
    return {
        "rows": rows,
        "marks": drawing.papers(rows, code=page.dossier.reference, shown=key, may_mark=may_mark, changed=page.changes),
        "paper_query": state,
        "sections": drawing.declared(page, page.changes),
        "viewer": shown,
        "may_mark": may_mark,
        "may_digitise": bool(page.dossier.accepted_at and page.dossier.intake != Dossier.Intake.OWN),
        "just_marked": marks.just_marked(request, rows) if may_mark else None,
        "seen": sum(row["paper"].verdict != Paper.Verdict.UNSEEN for row in rows),
        "unseen": sum(row["paper"].verdict == Paper.Verdict.UNSEEN for row in rows),
        "phone": mask_phone(page.dossier.party.phone),
        "show_request": page.dossier.supplement_request_state or page.dossier.state == "supplement",
        "recent": page.latest,
        "changes": page.changes,
    } | parts.of(page)


def _fee(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    return {}


Build = Callable[[PersonRequest, DossierPage], dict[str, Any]]
_PARTS: dict[str, tuple[Build, str]] = {
    "": (_papers, "dossier"),
    "y-kien": (opinions.of_dossier, "dossier_opinions"),
    "trao-doi": (thread.thread, "thread"),
    "ghi-chu": (notes.notes, "notes"),
    "lich-su": (past.whole, "history"),
    "phi": (_fee, "fee"),
    "tin-nhan": (notices_sent.sent, "messages"),
}
