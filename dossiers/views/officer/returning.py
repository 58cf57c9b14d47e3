"""`/can-bo/quay/tra/<code>/`: the return desk, one page: who takes the result, how they confirm, the record to print."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.clients import client_network
from accounts.requests import PersonRequest
from accounts.services import CodeRefused, binding
from common.templatetags.mc import mask_phone
from dossiers.errors import Conflict, Invalid
from dossiers.forms.returning import ReturnForm
from dossiers.models import Dossier, HandedOver
from dossiers.services import results, returning
from dossiers.views.officer.access import conflict_page, dossier_or_404, officers_only
from dossiers.workflow import State
from procedures.presenting import say
from procedures.services import content_of

SENT = "return_codes"  # in the session: {dossier code: id of the code sent}, nothing personal


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def return_desk(request: PersonRequest, code: str) -> HttpResponse:
    """GET: the form, or what was handed over to whom. POST: `send` sends a code, else the result is handed over."""
    dossier = dossier_or_404(request, code)
    if request.method != "POST":
        first = {"version": dossier.version, "receiver": dossier.party.full_name}
        return _page(request, dossier, ReturnForm(initial=first))
    if not returning.may_return(dossier, request.user):
        raise PermissionDenied
    form = ReturnForm(request.POST)
    if "send" in request.POST:
        return _send(request, dossier, form)
    if form.is_valid():
        try:
            return _hand_over(request, dossier, form)
        except Conflict as conflict:
            kept = [{"label": form.fields["receiver"].label, "value": form.cleaned_data["receiver"]}]
            return conflict_page(request, conflict, seen=form.cleaned_data["version"], kept=kept)
        except Invalid as refused:
            for key, text in refused.errors.items():
                form.add_error(key if key in form.fields else None, str(text))
    return _page(request, dossier, form, status=422)


def _hand_over(request: PersonRequest, dossier: Dossier, form: ReturnForm) -> HttpResponse:
    returning.hand_over(
        dossier.pk,
        user=request.user,
        claim=form.claim(),
        version=form.cleaned_data["version"],
        code_id=request.session.get(SENT, {}).get(dossier.code, ""),
        session=binding(request),
    )
    messages.success(request, _("Handed over the result of %(code)s.") % {"code": dossier.code})
    return redirect("dossiers:return_desk", dossier.code)


def _send(request: PersonRequest, dossier: Dossier, form: ReturnForm) -> HttpResponse:
    """Send the code; the page comes back with everything that was typed."""
    form.is_valid()
    form.errors.clear()
    try:
        sent = returning.send_code(
            dossier, user=request.user, session=binding(request), network=client_network(request)
        )
    except Invalid as refused:
        form.add_error("word", str(refused))
        return _page(request, dossier, form, status=422)
    except CodeRefused:
        form.add_error("word", _("No code can be sent now. Choose another proof."))
        return _page(request, dossier, form, status=429)
    request.session[SENT] = {**request.session.get(SENT, {}), str(dossier.code): sent}
    messages.success(request, _("The code is sent. The receiver reads it out to you."))
    return _page(request, dossier, form)


def _page(request: PersonRequest, dossier: Dossier, form: ReturnForm, status: int = 200) -> HttpResponse:
    result = results.current(dossier)
    is_there = dossier.state == State.RESOLVED and dossier.delivery == Dossier.Delivery.COUNTER
    phone = returning.phone_of(dossier)
    context: dict[str, Any] = {
        "dossier": dossier,
        "title": say(content_of(dossier.procedure_version_id).title),
        "result": result,
        "form": form,
        "can_return": is_there and returning.may_return(dossier, request.user),
        "handed": HandedOver.objects.filter(result=result).select_related("officer").first() if result else None,
        "phone": mask_phone(phone) if phone else "",
        "is_sent": dossier.code in request.session.get(SENT, {}),
    }
    return render(request, "dossiers/officer/return_desk.html", context, status=status)
