"""One visit, several dossiers: the slips together, and the fast lane of what is decided at once."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from audit.services import record
from common.text import whole_number
from documents.render import RenderFailed
from dossiers.errors import Invalid
from dossiers.forms.counter import RequestKeyForm
from dossiers.models import IssuedPaper, Visit
from dossiers.services import counter as desk
from dossiers.services import fast_lane, quoting, visits
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.made_papers import could_not
from procedures import eforms, presenting
from procedures.eforms.drawing import render as drawn
from procedures.models import Procedure
from procedures.services import content_of

LARGEST = 10**12


def visit_or_404(request: PersonRequest, public_id: UUID) -> Visit:
    """The officer's own visit while it lasts, its person known."""
    found = desk.visit_of(public_id, officer=request.user)
    if found is None or found.person is None:
        raise Http404
    return found


@officers_only
@require_POST
def visit_slips(request: PersonRequest, visit: UUID) -> HttpResponse:
    """Form 01 of everything received in this visit, in one PDF: A5 sheets, or (kho=80) the roll."""
    found = visit_or_404(request, visit)
    work = visits.work_of(found, officer=request.user)
    size = IssuedPaper.Size.SLIP if request.POST.get("kho") == "80" else IssuedPaper.Size.A5
    try:
        pdf = visits.slips(work, size)
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("dossiers:counter_visit", found.public_id)
    except RenderFailed:
        messages.error(request, could_not())
        return redirect("dossiers:counter_visit", found.public_id)
    for dossier in work.received:
        record("dossier.slip_printed", actor_id=request.user.pk, subject_type="dossier", subject_id=dossier.pk)
    name = f'inline; filename="giay-tiep-nhan-{len(work.received)}-ho-so.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


# ── the fast lane ──
@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def fast_lane_page(request: PersonRequest, visit: UUID, code: str) -> HttpResponse:
    """One short page: how many copies of what, the fee; then received. The signer finds it in her list at once."""
    found = visit_or_404(request, visit)
    procedure = Procedure.objects.by_code(code).select_related("current_version", "owner").first()
    if procedure is None or not fast_lane.is_fast(procedure):
        raise Http404
    page = _Lane(request, found, procedure)
    if request.method == "POST" and "receive" in request.POST:
        return _receive(request, page)
    return page.shown(200)


class _Lane:
    """The page: its questions, what is known, the fee of what stands there."""

    def __init__(self, request: PersonRequest, visit: Visit, procedure: Procedure) -> None:
        self.request, self.visit, self.procedure = request, visit, procedure
        self.at = timezone.now()
        self.content = content_of(procedure.current_version_id or 0)
        self.known = fast_lane.known_answers(visit, self.content)
        self.typed, ordinary = fast_lane.asked(self.content, self.known)
        agency = next(iter(desk.counters_for(procedure, request.user)), None)
        proposed = fast_lane.proposed(self.content, ordinary, agency=agency, at=self.at)
        made = eforms.fields_form(self.content, {*self.typed, *ordinary})
        data = request.POST if request.method == "POST" else None
        self.form = made(data, answers=self.known | proposed, at=self.at)
        key = RequestKeyForm(request.POST or None)
        self.key = key.cleaned_data["request_key"] if key.is_bound and key.is_valid() else uuid4()

    @property
    def answers(self) -> dict[str, Any]:
        """Known answers and what the page says."""
        return self.known | (self.form.to_store() if self.form.is_bound else {})

    def shown(self, status: int, faults: list[tuple[str, str]] | None = None) -> HttpResponse:
        """The page with everything that was typed."""
        fields = self.form.drawn_fields()
        asks = self.request.method == "POST" and not self.form.is_redraw
        quote = quoting.at_counter(self.content, self.answers, self.at) if asks and not self.form.paths else None
        context = {
            "visit": self.visit,
            "person": self.visit.person,
            "procedure": self.procedure,
            "title": presenting.say(self.content.title),
            "typed": drawn([field for field in fields if field["key"] in self.typed]),
            "proposed": drawn([field for field in fields if field["key"] not in self.typed]),
            "has_open_proposals": any(path.split(".")[0] not in self.typed for path in self.form.paths),
            "found": [*self.form.found_errors(), *(faults or [])] if asks else [],
            "quote": quote,
            "before": [line for line in quote.lines if line.timing == "before"] if quote else [],
            "after": [line for line in quote.lines if line.timing == "after"] if quote else [],
            "request_key": self.key,
        }
        return render(self.request, "dossiers/officer/counter_fast.html", context, status=status)


def _receive(request: PersonRequest, page: _Lane) -> HttpResponse:
    if page.form.is_redraw or not page.form.is_valid():
        return page.shown(200 if page.form.is_redraw else 422)
    total = whole_number(request.POST.get("quoted_total"), LARGEST)
    try:
        done = fast_lane.receive(
            page.visit, officer=request.user, procedure=page.procedure, answers=page.answers,
            request_key=page.key, undertaking=True, quoted_total=total, at=page.at,
        )  # fmt: skip
    except Invalid as refused:
        return page.shown(422, [("", str(text)) for text in refused.errors.values()])
    messages.success(request, _("Received. The signer has it in the list “To sign” now."))
    return redirect("dossiers:counter_received", done.code)
