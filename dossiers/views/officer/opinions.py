"""Opinions: the questions asked of one's own agency, one of them with its papers, the answer; and the opinions of a dossier.

Officers of the agency that is asked see the question, the papers and the answers as long as they are asked, and nothing
else of the dossier: not its messages, notes, history or acts. Each look is written down.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from audit.services import record
from common.templatetags.mc import pick
from common.text import whole_number
from documents.models import StoredFile
from documents.refusals import UploadRefused
from documents.services import NoPreview, NotReady, serve, serve_preview
from dossiers import queues
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.forms.consulting import OpinionForm
from dossiers.models import Consultation
from dossiers.services import consulting
from dossiers.views.officer import drawing, viewer
from dossiers.views.officer.access import gone_page, officers_only
from dossiers.views.officer.files import file_or_404
from dossiers.views.officer.page import DossierPage
from dossiers.views.officer.rows import Badge

PAGE = 25
RELATED = (
    "dossier__party", "dossier__procedure", "dossier__receiving_agency", "dossier__handling_agency", "agency",
    "asked_from", "asked_by", "ended_by", "file",
)  # fmt: skip


# ── the opinions of a dossier, for who handles it ──
def of_dossier(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    """Every question about this dossier, the open ones first, then the newest."""
    found = page.dossier.consultations.select_related("agency", "asked_by", "ended_by", "file").order_by("-pk")
    rows = sorted(found, key=lambda one: not one.is_open)
    return {"rows": [{"asked": one, "badge": badge_of(one, page.now)} for one in rows]}


def badge_of(asked: Consultation, now: datetime) -> Badge:
    """How a question stands, in words, tone and icon."""
    if asked.is_open:
        late = Badge(pgettext("opinion", "Limit passed"), "bad", "late")
        return late if asked.due_at < now else Badge(pgettext("opinion", "Waited for"), "wait", "clock")
    tone, icon = {"agree": ("ok", "check"), "silent": ("ok", "check"), "disagree": ("bad", "cross")}.get(
        asked.outcome, ("info", "flag")
    )
    return Badge(str(asked.get_outcome_display()), tone, icon)


# ── the questions asked of one's own agency ──
@officers_only
@require_safe
def opinions(request: PersonRequest) -> HttpResponse:
    """What my agencies are asked, what is due first first; `?xong=1`: what is over, the newest first."""
    is_over = request.GET.get("xong") == "1"
    asked_of_us = Consultation.objects.asked_of(request.user)
    found = _over(request, asked_of_us) if is_over else _waiting(request, asked_of_us)
    rows = list(found.select_related(*RELATED)[: PAGE + 1])
    now = timezone.now()
    context = {
        "rows": [{"asked": one, "badge": badge_of(one, now), "page": DossierPage(one.dossier, request.user, now)}
                 for one in rows[:PAGE]],
        "is_over": is_over,
        "next_url": _next_url(rows, is_over) if len(rows) > PAGE else "",
        "tabs": [
            {"label": _("Waiting for our opinion"), "url": reverse("dossiers:opinions"), "is_current": not is_over,
             "count": asked_of_us.open().count()},
            {"label": pgettext("opinions", "Done"), "url": reverse("dossiers:opinions") + "?xong=1",
             "is_current": is_over, "count": None},
        ],
    }  # fmt: skip
    return render(request, "dossiers/officer/opinions.html", context)


def _waiting(request: PersonRequest, found: Any) -> Any:
    found = found.open().order_by("due_at", "pk")
    mark = queues.parse_mark(request.GET.get("sau", ""))
    if mark is None or mark[0] is None:
        return found
    return found.filter(Q(due_at__gt=mark[0]) | Q(due_at=mark[0], pk__gt=mark[1]))


def _over(request: PersonRequest, found: Any) -> Any:
    before = whole_number(request.GET.get("truoc"), queues.LARGEST_KEY)
    found = found.exclude(ended_at=None).order_by("-pk")
    return found if before is None else found.filter(pk__lt=before)


def _next_url(rows: list[Consultation], is_over: bool) -> str:
    last = rows[PAGE - 1]
    if is_over:
        return f"?xong=1&truoc={last.pk}"
    return f"?sau={last.due_at.timestamp():.6f}-{last.pk}"


# ── one question ──
def _asked_or_404(request: PersonRequest, public_id: UUID) -> Consultation:
    """The question if this officer's agency was asked; what others were asked does not exist."""
    found = Consultation.objects.asked_of(request.user).select_related(*RELATED).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """GET: the question with papers and answers. POST: the opinion as it will be read, with `sure` the answer itself."""
    if request.method == "POST":
        return _answer(request, public_id)
    asked = _asked_or_404(request, public_id)
    _note_look(request, asked, "opinion.viewed")
    return _page(request, asked, OpinionForm())


def _note_look(request: PersonRequest, asked: Consultation, what: str, **data: Any) -> None:
    record(
        what, actor_id=request.user.pk, subject_type="dossier", subject_id=asked.dossier_id,
        agency_code=asked.agency.code, data={"consultation": asked.pk, **data},
    )  # fmt: skip


def _answer(request: PersonRequest, public_id: UUID) -> HttpResponse:
    try:
        asked = _asked_or_404(request, public_id)
    except Http404:
        return gone_page(request, kept=_kept(request))
    form = OpinionForm(request.POST, request.FILES)
    if not asked.is_open:
        return _conflict(request, asked)
    file = _file(request, asked, form)
    if not form.is_valid():
        return _page(request, asked, form, file=file, status=422)
    if not request.POST.get("sure"):
        return _page(request, asked, form, file=file, is_checked=True)
    return _send(request, asked, form, file)


def _file(request: PersonRequest, asked: Consultation, form: OpinionForm) -> StoredFile | None:
    """The file of this press, else the one handed in before the preview; kept a day while the answer is not sent."""
    upload = request.FILES.get("file")
    if upload is None:
        return consulting.attached(request.POST.get("attached"), user=request.user)
    try:
        return consulting.attach(asked, user=request.user, upload=upload)
    except UploadRefused as refused:
        form.add_error("file", str(refused.message))
        return None


def _send(request: PersonRequest, asked: Consultation, form: OpinionForm, file: StoredFile | None) -> HttpResponse:
    data = form.cleaned_data
    try:
        consulting.answer_consultation(
            asked, user=request.user, outcome=data["outcome"], answer=data["answer"], file=file
        )
    except Conflict:
        return _conflict(request, _asked_or_404(request, asked.public_id))
    except Denied as refused:
        form.add_error(None, str(refused))
        return _page(request, asked, form, file=file, status=403)
    except Invalid as refused:
        for key, text in refused.errors.items():
            form.add_error(key if key in form.fields else None, str(text))
        return _page(request, asked, form, file=file, status=422)
    messages.success(request, _("The opinion was sent to %(agency)s.") % {"agency": _name(asked.asked_from)})
    return HttpResponseRedirect(reverse("dossiers:opinions"))


def _name(agency: Any) -> str:
    return pick(agency.name)


def _conflict(request: PersonRequest, asked: Consultation) -> HttpResponse:
    """409: the question is over; how, and what was typed."""
    who = asked.ended_by.display_name if asked.ended_by and asked.is_answered else ""
    words = " · ".join(part for part in (str(asked.get_outcome_display()), who) if part)
    context = {
        "base": "base_officer.html",
        "message": _("This question was answered or ended after you opened it. Your answer was not sent."),
        "events": [{"at": asked.ended_at, "text": words}],
        "reload_url": reverse("dossiers:opinion", args=[asked.public_id]),
        "kept": _kept(request),
    }
    return render(request, "409.html", context, status=409)


def _kept(request: PersonRequest) -> list[dict[str, Any]]:
    answer = request.POST.get("answer", "").strip()
    return [{"label": _("In words"), "value": answer}] if answer else []


def _page(
    request: PersonRequest,
    asked: Consultation,
    form: OpinionForm,
    *,
    file: StoredFile | None = None,
    is_checked: bool = False,
    status: int = 200,
) -> HttpResponse:
    page = DossierPage(asked.dossier, request.user, timezone.now())
    context = {
        "asked": asked,
        "page": page,
        "badge": badge_of(asked, page.now),
        "form": form,
        "attached": file,
        "is_checked": is_checked,
        "outcome_words": dict(Consultation.Outcome.choices).get(form.data.get("outcome", ""), ""),
        "may_answer": asked.is_open and asked.asked_by_id != request.user.pk,
    }
    if asked.is_open:
        context |= _papers(request, page)
    return render(request, "dossiers/officer/opinion.html", context, status=status)


def _papers(request: PersonRequest, page: DossierPage) -> dict[str, Any]:
    """Papers and answers, only as long as the agency is asked about them."""
    rows = page.paper_rows
    return {
        "rows": rows,
        "viewer": viewer.viewer_of(request, rows, ""),
        "sections": drawing.declared(page),
    }


# ── files ──
def _file_or_404(request: PersonRequest, public_id: UUID, file: UUID) -> tuple[Consultation, StoredFile]:
    """A paper while the question is open; the agency's own letter always."""
    asked = _asked_or_404(request, public_id)
    if asked.file is not None and asked.file.public_id == file:
        return asked, asked.file
    if not asked.is_open:
        raise Http404
    found = file_or_404(asked.dossier, str(file), handed_in_only=True)
    return asked, found


@officers_only
@require_safe
def opinion_file(request: PersonRequest, public_id: UUID, file: UUID) -> HttpResponseBase:
    """A paper of the dossier, or the letter of the answer; the look is written down."""
    asked, found = _file_or_404(request, public_id, file)
    try:
        response = serve(found, byte_range=request.headers.get("Range", ""))
    except NotReady:
        messages.error(request, _("This file may not be opened: it is still being checked, or was put aside."))
        return HttpResponseRedirect(reverse("dossiers:opinion", args=[public_id]))
    _note_look(request, asked, "file.downloaded", file=found.pk)
    return response


@officers_only
@require_safe
def opinion_file_page(request: PersonRequest, public_id: UUID, file: UUID, number: int) -> HttpResponseBase:
    """One page of a paper as a picture."""
    _asked, found = _file_or_404(request, public_id, file)
    wide = request.GET.get("rong") == "1"
    try:
        return serve_preview(found, number, width=2000 if wide else 1200)
    except (NotReady, NoPreview) as error:
        raise Http404 from error
