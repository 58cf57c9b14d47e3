"""The counter: whose card it is, what they want, the draft for them, what to print. No personal value in an address."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import PersonRequest
from agencies.models import Agency
from audit.services import record
from common import units
from common.text import fold
from documents.render import RenderFailed
from documents.services import serve
from dossiers.errors import Conflict, Invalid
from dossiers.forms.counter import OpenAccountForm, PhoneForm, ScanForm
from dossiers.models import Confirmation, Dossier, IssuedPaper, Visit
from dossiers.services import assisting, visits
from dossiers.services import counter as desk
from dossiers.services.fast_lane import is_fast
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.made_papers import could_not
from dossiers.workflow import State
from procedures import presenting
from procedures.models import Procedure
from procedures.services import content_of

MOST = 30  # procedures and drafts shown at once
REFRESH_SECONDS = 5


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def counter(request: PersonRequest) -> HttpResponse:
    """Scan the card of whoever stands there; below it, the drafts this counter has begun."""
    form = ScanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            begun = desk.begin_visit(form.cleaned_data["card"], officer=request.user)
        except Invalid as refused:
            for sentence in refused.errors.values():
                form.add_error("card", sentence)
        else:
            return redirect("dossiers:counter_visit", begun.public_id)
    counters = desk.counters_of(request.user)
    drafts = Dossier.objects.prepared_at_counter_of(request.user).select_related("procedure", "applicant")
    context = {
        "form": form,
        "counters": counters,
        "drafts": drafts.order_by("-updated_at")[:MOST] if counters else [],
    }
    return render(request, "dossiers/officer/counter.html", context, status=422 if form.errors else 200)


def _visit(request: PersonRequest, public_id: UUID) -> Visit:
    found = desk.visit_of(public_id, officer=request.user)
    if found is None:
        raise Http404
    return found


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: PersonRequest, visit: UUID) -> HttpResponse:
    """First whose account it is, then what the person wants."""
    found = _visit(request, visit)
    if found.person is None:
        return _identify(request, found)
    if request.method == "POST":
        return _set_phone(request, found)
    return _wishes(request, found, PhoneForm(initial={"phone": _local(desk.phone_of(found.person))}))


# ── whose account ──
def _identify(request: PersonRequest, found: Visit) -> HttpResponse:
    card, known = desk.card_of(found), desk.declared_account(found)
    form = OpenAccountForm(_opening(request), initial=_guess(card.address))
    status = 200
    if request.method == "POST" and "mine" in request.POST:
        if _accepted(request, found):
            return redirect("dossiers:counter_visit", found.public_id)
    elif form.is_bound and form.asks_for_communes:
        form.without_errors()
    elif form.is_bound and form.is_valid() and _opened(request, found, form):
        return redirect("dossiers:counter_visit", found.public_id)
    elif form.is_bound:
        status = 422
    context = {"visit": found, "card": card, "known": known, "form": form, "known_phone": known.phone if known else ""}
    return render(request, "dossiers/officer/counter_identify.html", context, status=status)


def _opening(request: PersonRequest) -> Any:
    return request.POST if request.method == "POST" and "mine" not in request.POST else None


def _accepted(request: PersonRequest, found: Visit) -> bool:
    try:
        desk.accept_account(found, officer=request.user)
    except Invalid as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, _("The account now carries what the card says, checked by you."))
    return True


def _opened(request: PersonRequest, found: Visit, form: OpenAccountForm) -> bool:
    try:
        desk.open_account(found, officer=request.user, address=form.address, phone=form.cleaned_data["phone"])
    except Invalid as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("The account is open."))
    return True


def _guess(printed: str) -> dict[str, str]:
    """Province and commune that still bear the name printed on the card; the officer corrects them."""
    text, parts = f" {fold(printed).replace(',', ' ')} ", printed.split(",")
    province = next((code for code, name in units.provinces() if f" {_bare(name)} " in text), settings.PROVINCE_CODE)
    commune = next((code for code, name in units.communes(province) if f" {_bare(name)} " in text), "")
    return {"province": province, "commune": commune, "line": parts[0].strip()[:200]}


def _bare(name: str) -> str:
    """The name without "tỉnh", "thành phố", "xã", "phường"."""
    folded = fold(name)
    for kind in ("thanh pho ", "tinh ", "phuong ", "xa ", "dac khu "):
        folded = folded.removeprefix(kind)
    return folded


# ── what they want ──
def _wishes(request: PersonRequest, found: Visit, phone_form: PhoneForm, status: int = 200) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    procedures = list(desk.offered(request.user, text)[: MOST + 1])
    work = visits.work_of(found, officer=request.user)
    context = {
        "visit": found,
        "person": found.person,
        "facts": getattr(found.person, "person", None),
        "phone": desk.phone_of(found.person),
        "is_phone_proven": bool(found.person and found.person.phone_verified_at),
        "phone_form": phone_form,
        "text": text,
        "cards": [
            {"procedure": procedure, "is_fast": is_fast(procedure), **presenting.card(procedure)}
            for procedure in procedures[:MOST]
        ],
        "has_more": len(procedures) > MOST,
        "drafts": work.drafts,
        "work": work,
    }
    return render(request, "dossiers/officer/counter_visit.html", context, status=status)


def _set_phone(request: PersonRequest, found: Visit) -> HttpResponse:
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _wishes(request, found, form, status=422)
    desk.set_phone(found, form.cleaned_data["phone"])
    messages.success(request, _("The mobile number is kept."))
    return redirect("dossiers:counter_visit", found.public_id)


def _local(phone: str) -> str:
    return f"0{phone[3:]}" if phone.startswith("+84") else phone


@officers_only
@require_POST
def start(request: PersonRequest, visit: UUID, code: str) -> HttpResponse:
    """Begin the draft: `typed` is received here on paper, `assisted` is confirmed by the citizen on their own phone."""
    found = _visit(request, visit)
    procedure = Procedure.objects.by_code(code).select_related("current_version", "owner").first()
    if procedure is None:
        raise Http404
    try:
        draft = desk.start(found, officer=request.user, procedure=procedure, is_assisted="assisted" in request.POST)
    except Invalid as refused:
        messages.error(request, str(refused))
        return redirect("dossiers:counter_visit", found.public_id)
    return redirect("dossiers:draft", procedure.code, draft.public_id)


# ── the citizen confirms on their own phone ──
@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def confirmation(request: PersonRequest, confirmation: UUID) -> HttpResponse:
    """The QR and the code for the citizen's phone; the page looks again by itself until they confirmed."""
    found = assisting.at_counter_of(confirmation, officer=request.user)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _again_or_back(request, found)
    now = timezone.now()
    is_open = found.confirmed_at is None and assisting.live(now, pk=found.pk) is not None
    context = {
        "confirmation": found,
        "dossier": found.dossier,
        "title": presenting.say(content_of(found.dossier.procedure_version_id).title),
        "address": f"{settings.PUBLIC_URL}{reverse('dossiers:confirm', args=[found.public_id])}",
        "short_address": f"{settings.PUBLIC_URL.partition('//')[2]}{reverse('dossiers:find_confirmation')}",
        "is_open": is_open,
        "refresh": REFRESH_SECONDS if is_open else 0,
    }
    return render(request, "dossiers/officer/counter_confirmation.html", context)


def _counter_ids(request: PersonRequest) -> list[int]:
    return [agency.pk for agency in desk.counters_of(request.user)]


def _again_or_back(request: PersonRequest, found: Confirmation) -> HttpResponseRedirect:
    draft_page = redirect("dossiers:check", found.dossier.procedure.code, found.dossier.public_id)
    try:
        if "again" in request.POST:
            asked = assisting.open_confirmation(found.dossier_id, officer=request.user)
            return redirect("dossiers:counter_confirmation", asked.public_id)
        assisting.withdraw(found, officer=request.user)
    except Invalid:
        return draft_page
    except Conflict:  # the citizen was faster: the page says so
        return redirect("dossiers:counter_confirmation", found.public_id)
    return draft_page


# ── received ──
@officers_only
@require_safe
def received(request: PersonRequest, code: str) -> HttpResponse:
    """The number, the slip to print, the fee to take; then the next person."""
    dossier = dossier_or_404(request, code)
    if dossier.filed_by != Dossier.FiledBy.TYPED:
        return redirect("dossiers:officer_dossier", dossier.code)
    context = {
        "dossier": dossier,
        "visit": visits.visit_for(dossier, officer=request.user),
        "title": presenting.say(content_of(dossier.procedure_version_id).title),
        "lane": _lane(dossier) if dossier.decides_at_once else [],
        "refresh": REFRESH_SECONDS,
        "amount": sum(dossier.fee_lines.values_list("amount", flat=True)),
    }
    return render(request, "dossiers/officer/counter_received.html", context)


def _lane(dossier: Dossier) -> list[tuple[str, bool]]:
    """(step, is done) of what is received, signed and handed over in one sitting."""
    is_paid = dossier.fee_state in {Dossier.FeeState.NONE, Dossier.FeeState.PAID}
    is_signed, is_returned = dossier.result_state == "issued", dossier.state == State.RETURNED
    return [
        (pgettext("lane", "Received"), True),
        (pgettext("lane", "Fee paid") if is_paid else pgettext("lane", "Fee not paid yet"), is_paid),
        (pgettext("lane", "Signed") if is_signed else pgettext("lane", "Waits for the signature"), is_signed),
        (pgettext("lane", "Handed over") if is_returned else pgettext("lane", "Not handed over yet"), is_returned),
    ]


@officers_only
@require_POST
def slip(request: PersonRequest, code: str) -> HttpResponseBase:
    """Form 01 for the printer of the counter, on A5 or (kho=80) on the 80 mm roll; the A4 original lies with the dossier."""
    dossier = dossier_or_404(request, code)
    if not _receives(request, dossier.receiving_agency):
        raise PermissionDenied
    size = IssuedPaper.Size.SLIP if request.POST.get("kho") == "80" else IssuedPaper.Size.A5
    try:
        file = visits.slip(dossier, size)
    except RenderFailed:
        messages.error(request, could_not())
        return redirect("dossiers:counter_received", dossier.code)
    if file is None:
        raise Http404
    record("dossier.slip_printed", actor_id=request.user.pk, subject_type="dossier", subject_id=dossier.pk)
    return serve(file, inline=True)


def _receives(request: PersonRequest, agency: Agency | None) -> bool:
    return agency is not None and agency.pk in _counter_ids(request)
