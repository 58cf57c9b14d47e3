"""The page of a filed dossier: where it stands, what to do, what happened, by when and why."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from common import panels
from dossiers.clock import Entry, Explanation, Track, explain
from dossiers.errors import Invalid
from dossiers.forms.citizen import WithdrawForm
from dossiers.models import Dossier, DossierEvent, IssuedPaper, Result
from dossiers.services import actor_of, available, clockwork, endings
from dossiers.services.paper_forms import label_of
from dossiers.views.citizen import access, paper_cards, parts, rating, status, timeline
from dossiers.views.citizen.check import is_after_hours
from dossiers.views.citizen.sections import may_change
from procedures import eforms
from procedures.presenting import say
from procedures.services import content_of


@access.reading
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """The summary tab."""
    found = access.dossier_of(request, code)
    if found.parent:
        return redirect("dossiers:dossier", found.parent.code)  # a part is read on the page of the whole
    result = current_result(found)
    papers = list(_papers_of(found))
    events = list(DossierEvent.objects.filter(dossier=found).order_by("seq"))
    context = frame(found, "") | {
        "steps": status.steps(found),
        "sentence": status.sentence(found),
        "box": status.box(found, has_result=bool(result and result.file_id)),
        "history": _history(request, found, timeline.entries(found, events, _form_links(papers))),
        "clock": _clock(found),
        "papers": [(form_title(paper), paper) for paper in papers if paper.file],
        "holder": status.holder(found),
        "parts": parts.rows_of(found),
        "result": result,
        "rating": rating.box(found),
        "has_message": found.message_waits == "citizen",
        "is_early": status.days_early(found),
        **_actions(request, found),
    }
    return render(request, "dossiers/citizen/dossier.html", context)


def _history(request: HttpRequest, dossier: Dossier, own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Our events and those of upper rooms (the parcel) in one line, newest first."""
    added = panels.collect("dossier.timeline", dossier, request.user)
    entries = [*own, *(entry for _template, context in added for entry in context.get("entries", []))]
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def frame(dossier: Dossier, tab: str) -> dict[str, Any]:
    """Head and tabs of the pages of a filed dossier."""
    tabs = [
        ("", _("Summary"), "dossiers:dossier"),
        ("declared", _("What you declared"), "dossiers:declared"),
        ("thread", _("Messages with the agency"), "dossiers:thread"),
    ]
    new = {"thread": pgettext("message", "new")} if dossier.message_waits == "citizen" else {}
    return {
        "dossier": dossier,
        "title": say(content_of(dossier.procedure_version_id).title),
        "tabs": [
            {"label": label, "url": reverse(name, args=[dossier.code]), "is_current": key == tab, "count": new.get(key)}
            for key, label, name in tabs
        ],
    }


def current_result(dossier: Dossier) -> Result | None:
    """The issued result that holds now; drafts and signed-but-unnumbered ones are the agency's own business."""
    rows = Result.objects.filter(dossier=dossier, revoked_at=None).exclude(issued_at=None)
    return rows.select_related("file").order_by("-revision").first()


def _papers_of(dossier: Dossier) -> QuerySet[IssuedPaper]:
    """What was made for the applicant; control slips and other sizes stay with the officers."""
    shown = IssuedPaper.objects.filter(dossier=dossier, kind__in=IssuedPaper.FOR_APPLICANT, size=IssuedPaper.Size.A4)
    return shown.select_related("file").order_by("-seq")


def form_title(paper: IssuedPaper) -> str:
    """What a paper is called, with the number of its form where it has one."""
    label = label_of(paper.kind)
    return _("%(name)s (form %(number)s)") % {"name": label, "number": paper.form} if paper.form else label


def _form_links(papers: list[IssuedPaper]) -> dict[int, tuple[str, str]]:
    return {
        paper.seq: (form_title(paper), reverse("dossiers:file", args=[paper.file.public_id]))
        for paper in papers
        if paper.file and paper.form
    }


def _clock(dossier: Dossier) -> dict[str, Any] | None:
    """The track that counts now: the answer of the counter, the handling, or the citizen's own limit."""
    entries = clockwork.ledger(dossier)
    if dossier.due_at and dossier.accepted_at:
        return {"clock": _explained(dossier, "handling", entries), "title": _("Appointment date")}
    if dossier.state == "supplement" and dossier.answer_by:
        return {"clock": _explained(dossier, "supplement", entries), "title": _("Your limit")}
    if dossier.state == "new" and dossier.intake_due_at:
        words = _explained(dossier, "intake", entries)
        return {"clock": words, "title": _("The counter answers by"), "at": dossier.intake_due_at}
    return None


def _explained(dossier: Dossier, track: Track, entries: list[Entry]) -> Explanation:
    return explain(entries, track, clockwork.calendar_for(dossier, track, entries))


def _actions(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    acts = available(dossier, actor_of(access.person(request), dossier))
    return {
        "may_change": may_change(dossier),
        "may_withdraw": "withdraw" in acts or "ask_withdrawal" in acts,
        "withdrawal_asked": dossier.withdrawal_asked_at if dossier.is_open else None,
        "after_hours": bool(dossier.state == "new" and dossier.filed_at and is_after_hours(dossier, dossier.filed_at)),
    }


@access.reading
def declared(request: HttpRequest, code: str) -> HttpResponse:
    """What was declared and handed in, as it counts now."""
    found = access.dossier_of(request, code)
    content = content_of(found.procedure_version_id)
    answers = found.answers.get(revision=found.answers_revision).answers
    parts = eforms.summary(content, answers, get_language() or "vi", at=found.filed_at)
    files = paper_cards.live_files(found)
    context = frame(found, "declared") | {
        "parts": [{"title": part.title, "rows": [{"row": row} for row in part.rows]} for part in parts],
        "papers": [(say(content.paper(key).name), rows) for key, rows in files.items()],
        "may_change": may_change(found),
        "has_unsent": found.answers.filter(revision__gt=found.answers_revision).exists(),
    }
    return render(request, "dossiers/citizen/declared.html", context)


@access.page
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw a dossier, or ask for it once an agency is at work; asked twice, with a reason."""
    found = access.dossier_of(request, code)
    acts = available(found, actor_of(access.person(request), found))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _withdrawn(request, found, form):
        messages.success(
            request,
            _("The dossier was withdrawn.") if "withdraw" in acts else _("Your request to withdraw was sent."),
        )
        return redirect("dossiers:dossier", found.code)
    context = {"dossier": found, "form": form, "is_direct": "withdraw" in acts, "title": frame(found, "")["title"]}
    context["may_withdraw"] = "withdraw" in acts or "ask_withdrawal" in acts
    return render(request, "dossiers/citizen/withdraw.html", context)


def _withdrawn(request: HttpRequest, dossier: Dossier, form: WithdrawForm) -> bool:
    try:
        endings.withdraw(dossier.pk, user=access.person(request), reason=form.cleaned_data["reason"])
    except Invalid as refused:
        for sentence in refused.errors.values():
            form.add_error("reason", sentence)
        return False
    return True
