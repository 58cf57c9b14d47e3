"""On the citizen's own phone: what the counter prepared, and the code that files it. Needs no account and no script."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.clients import client_network
from accounts.services import CodeRefused, binding, issue_code
from common import limits
from common.templatetags.mc import mask_phone
from dossiers.errors import Invalid
from dossiers.forms.counter import ConfirmForm, FindConfirmationForm
from dossiers.models import Confirmation, Dossier
from dossiers.services import assisting, quoting
from dossiers.views.citizen import paper_cards
from dossiers.views.citizen.access import answers_of
from dossiers.views.citizen.steps import delivery_words
from procedures import eforms
from procedures.presenting import say
from procedures.services import content_of

SENT = "confirmation_codes"  # in the session: {confirmation: id of the code sent}, nothing personal
HOUR, PER_NETWORK, CODES = timedelta(hours=1), 30, 4


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """For phones that cannot scan: the short code leads to the same page. A wrong one and an old one read alike."""
    form = FindConfirmationForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if not limits.hit("confirm.network", client_network(request), limit=PER_NETWORK, window=HOUR):
            form.add_error(None, _("Too many tries. Wait an hour, or ask the officer."))
            status = 429
        elif found := assisting.live(timezone.now(), short_code=form.cleaned_data["code"]):
            return redirect("dossiers:confirm", found.public_id)
        else:
            form.add_error("code", _("This code is not right or no longer valid. Ask the officer for a new one."))
    return render(request, "dossiers/citizen/find_confirmation.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, confirmation: UUID) -> HttpResponse:
    """What will be filed; then a code by SMS; then the button. Looking at the page sends and files nothing."""
    found = assisting.live(timezone.now(), public_id=confirmation)
    if found is None:
        return _over(request, confirmation)
    form = ConfirmForm(request.POST if "file" in request.POST else None)
    fault, status = "", 200
    if request.method == "POST" and "send" in request.POST:
        fault = _send_code(request, found)
        if not fault:
            return redirect("dossiers:confirm", found.public_id)
        status = 429
    elif form.is_bound:
        answer = _file(request, found, form)
        if answer is not None:
            return answer
        status = 422
    return render(request, "dossiers/citizen/confirm.html", _context(request, found, form, fault), status=status)


def _over(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Filed just now by this browser, or no longer valid; nothing else is told."""
    filed = _filed_here(request, public_id)
    status = 200 if filed else 404
    return render(request, "dossiers/citizen/confirmed.html", {"dossier": filed}, status=status)


def _filed_here(request: HttpRequest, public_id: UUID) -> Dossier | None:
    if str(public_id) not in request.session.get(SENT, {}):
        return None
    return assisting.confirmed(public_id)


def _session(request: HttpRequest) -> str:
    return binding(request)


def _send_code(request: HttpRequest, found: Confirmation) -> str:
    """Send the code; a sentence when it could not be."""
    refused = _("Too many codes were asked for. Wait a while, or ask the officer.")
    if not limits.hit("confirm.codes", str(found.public_id), limit=CODES, window=HOUR):
        return refused
    try:
        code = issue_code(
            phone=found.phone,
            purpose=assisting.PURPOSE,
            binding=assisting.binding_for(found, _session(request)),
            network=client_network(request),
            language=(get_language() or "vi")[:2],
            at=timezone.now(),
        )
    except CodeRefused:
        return refused
    request.session[SENT] = {**request.session.get(SENT, {}), str(found.public_id): str(code.public_id)}
    return ""


def _file(request: HttpRequest, found: Confirmation, form: ConfirmForm) -> HttpResponse | None:
    """File it; None with the reason in the form."""
    if not form.is_valid():
        return None
    values = form.cleaned_data
    try:
        assisting.confirm(
            found,
            code_id=request.session.get(SENT, {}).get(str(found.public_id), ""),
            digits=values["digits"],
            session=_session(request),
            undertaking=values["undertaking"],
            quoted_total=values["quoted_total"],
        )
    except assisting.WrongCode as refused:
        form.add_error("digits", str(refused))
        return None
    except assisting.Over:
        return _over(request, found.public_id)
    except Invalid as refused:
        form.add_error(None, str(refused))
        return None
    return redirect("dossiers:confirm", found.public_id)


def _context(request: HttpRequest, found: Confirmation, form: ConfirmForm, fault: str) -> dict[str, Any]:
    dossier, now = found.dossier, timezone.now()
    content, answers = content_of(dossier.procedure_version_id), answers_of(dossier)
    quote = quoting.quote_for(dossier, answers, now)
    if not form.is_bound:
        form.initial = {"quoted_total": quote.total}
    files = paper_cards.live_files(dossier)
    return {
        "confirmation": found,
        "dossier": dossier,
        "title": say(content.title),
        "agency": dossier.receiving_agency,
        "parts": eforms.summary(content, answers, get_language() or "vi", at=now, masked=True),
        "papers": [(say(content.paper(key).name), [row.file for row in rows]) for key, rows in files.items()],
        "delivery": delivery_words(dossier),
        "quote": quote,
        "before": [line for line in quote.lines if line.timing == "before"],
        "after": [line for line in quote.lines if line.timing == "after"],
        "phone": mask_phone(found.phone),
        "is_sent": str(found.public_id) in request.session.get(SENT, {}),
        "form": form,
        "fault": fault,
    }
