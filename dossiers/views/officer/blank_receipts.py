"""Blank receipts: print a block, enter what was received on one, confirm what a colleague entered."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from documents.render import RenderFailed, render_pdf
from dossiers.errors import Conflict, Invalid
from dossiers.forms.blank_receipts import BlockForm, LateForm
from dossiers.models import BlankReceipt, Dossier
from dossiers.services import blank_receipts as service
from dossiers.services.paper_contexts import heading
from dossiers.views.officer.access import officers_only
from dossiers.views.officer.made_papers import could_not

SHOWN = 50


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def blank_receipts(request: PersonRequest) -> HttpResponse:
    """The blocks of my counters, a form for the next one, and what waits for a second person."""
    agencies = service.agencies_of(request.user)
    form = BlockForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        block = service.make_block(form.agency_chosen(), user=request.user, count=form.cleaned_data["count"])
        messages.success(request, _("The numbers are reserved. Print them now and keep them at the counter."))
        return redirect("dossiers:receipt_block", block.public_id)
    context = {
        "form": form,
        "agencies": agencies,
        "blocks": [(block, block.used.count()) for block in service.blocks_of(request.user)[:SHOWN]],
        "waiting": [
            {"receipt": one, "number": service.words_of(one), "is_mine": one.entered_by_id == request.user.pk}
            for one in service.waiting_for(request.user)[:SHOWN]
        ],
    }
    return render(request, "dossiers/officer/blank_receipts.html", context, status=422 if form.errors else 200)


@officers_only
@require_safe
def receipt_block(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """The block to print: two receipts on each sheet of A4, each with number and bar code."""
    block = service.blocks_of(request.user).filter(public_id=public_id).first()
    if block is None:
        raise Http404
    numbers = range(block.first, block.last + 1)
    context = {
        **heading(block.agency, at_counter=True),
        "numbers": [service.number_words(block.agency.code, block.year, serial) for serial in numbers],
    }
    try:
        pdf = render_pdf("dossiers/papers/blank_receipts.html", context, title="Giấy tiếp nhận in sẵn")
    except RenderFailed:
        messages.error(request, could_not())
        return redirect("dossiers:blank_receipts")
    name = f'inline; filename="giay-tiep-nhan-in-san-{block.first}-{block.last}.pdf"'
    return HttpResponse(pdf, content_type="application/pdf", headers={"Content-Disposition": name})


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def enter_late(request: PersonRequest, draft: UUID) -> HttpResponse:
    """The number, the real time and the reason for a draft that was received on a numbered receipt."""
    rows = Dossier.objects.prepared_at_counter_of(request.user).filter(filed_by=Dossier.FiledBy.TYPED)
    found = rows.select_related("procedure", "applicant").filter(public_id=draft).first()
    if found is None:
        raise Http404
    form, status = LateForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid() and _entered(request, found, form):
            return redirect("dossiers:blank_receipts")
        status = 422
    return render(request, "dossiers/officer/enter_late.html", {"draft": found, "form": form}, status=status)


def _entered(request: PersonRequest, draft: Dossier, form: LateForm) -> bool:
    values = form.cleaned_data
    try:
        service.enter(
            draft.pk,
            user=request.user,
            number=values["number"],
            received_at=form.received_at(),
            reason=values["reason"],
        )
    except Invalid as refused:
        for key, text in refused.errors.items():
            field = {"received_at": "time"}.get(key, key)
            form.add_error(field if field in form.fields else None, str(text))
        return False
    messages.success(request, _("Entered. A colleague of this counter confirms it on this page."))
    return True


@officers_only
@require_POST
def confirm_late(request: PersonRequest, pk: int) -> HttpResponse:
    """The second person: received as of its real time, or taken back."""
    if not BlankReceipt.objects.filter(pk=pk, block__agency__in=service.agencies_of(request.user)).exists():
        raise Http404
    try:
        if "back" in request.POST:
            service.take_back(pk, user=request.user)
            messages.success(request, _("Taken back. The draft is still there, the number is free again."))
            return redirect("dossiers:blank_receipts")
        done = service.confirm(pk, user=request.user)
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("dossiers:blank_receipts")
    except Conflict:
        messages.error(request, _("It was confirmed meanwhile."))
        return redirect("dossiers:blank_receipts")
    messages.success(request, _("Confirmed: %(code)s is received as of its real time.") % {"code": done.code})
    return redirect("dossiers:blank_receipts")
