"""Pages for everybody: look a dossier up with its secret, verify a result. Neither shows personal data."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.clients import client_network
from common import limits
from common.identifiers import clean_mobile
from documents.signing import verify_pdf
from dossiers.forms.citizen import LookupForm, VerifyFileForm, VerifyForm
from dossiers.models import Dossier, Result
from dossiers.services.paper_contexts import lookup_secret
from dossiers.views.citizen import status
from procedures.presenting import say
from procedures.services import content_of

HOUR = timedelta(hours=1)
PER_CODE, PER_NETWORK = 5, 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """State and dates of one dossier; a wrong code and a wrong secret get the same answer."""
    asked = {"code": request.GET.get("ma", "")}
    form = LookupForm(request.POST or None, initial=asked)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        if not within_limits(request, form.cleaned_data["code"]):
            return _too_many(request, context)
        dossier = dossier_of_secret(form.cleaned_data["code"], form.cleaned_data["secret"])
        if dossier is None:
            form.add_error(
                None, _("No dossier fits this code and this secret. Check both on form 01 or in our message.")
            )
        else:
            context |= {"dossier": dossier, **_public(dossier)}
    return render(request, "dossiers/citizen/look_up.html", context)


def _too_many(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    context["form"].add_error(None, _("Too many look-ups. Wait an hour, or sign in to see your dossiers."))
    response = render(request, "dossiers/citizen/look_up.html", context, status=429)
    response.headers["Retry-After"] = "3600"
    return response


def within_limits(request: HttpRequest, code: str) -> bool:
    """False when too many look-ups were made. Counted before anything is compared, and for codes that do not exist as well."""
    by_network = limits.hit("lookup.network", client_network(request), limit=PER_NETWORK, window=HOUR)
    return by_network and limits.hit("lookup.code", code, limit=PER_CODE, window=HOUR)


def dossier_of_secret(code: str, secret: str) -> Dossier | None:
    """The dossier whose secret of form 01, or whose applicant's phone, this is."""
    related = (
        "party",
        "procedure",
        "receiving_agency",
        "deciding_agency",
        "handling_agency",
        "delivery_choice__counter",
    )
    found = Dossier.objects.whole().by_code(code).select_related(*related).first()
    # The same work is done for a code that does not exist, so that time tells nothing.
    expected = lookup_secret(found) if found else "-" * 8
    by_secret = constant_time_compare("".join(secret.split()).upper(), expected)
    by_phone = constant_time_compare(_phone(secret), found.party.phone if found else "-")
    return found if found and (by_secret or (by_phone and bool(found.party.phone))) else None


def _phone(text: str) -> str:
    try:
        return str(clean_mobile(text))
    except ValidationError:
        return ""


def _public(dossier: Dossier) -> dict[str, Any]:
    """What may be read with the secret: no name, no address, no phone, no answers."""
    return {
        "title": say(content_of(dossier.procedure_version_id).title),
        "steps": status.steps(dossier),
        "sentence": status.sentence(dossier),
        "holder": status.holder(dossier),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Type the code of a result, or send the PDF itself."""
    wants_file = "check_file" in request.POST
    form = VerifyForm(request.POST if request.method == "POST" and not wants_file else None)
    file_form = VerifyFileForm(*((request.POST, request.FILES) if wants_file else ()))
    context: dict[str, Any] = {"form": form, "file_form": file_form}
    if request.method == "POST" and not wants_file and form.is_valid():
        return redirect("dossiers:verify_result", form.cleaned_data["code"])
    if wants_file and file_form.is_valid():
        context["verdict"] = _check_file(request, file_form)
    return render(request, "dossiers/citizen/verify.html", context)


def _check_file(request: HttpRequest, form: VerifyFileForm) -> dict[str, Any]:
    if not limits.hit("verify.file", client_network(request), limit=PER_NETWORK, window=HOUR):
        return {"state": "busy"}
    data = form.cleaned_data["file"].read()
    found = verify_pdf(data)
    rows = Result.objects.filter(file__sha256=sha256(data).hexdigest()).exclude(issued_at=None)
    result = rows.select_related("dossier__deciding_agency", "dossier__procedure", "signed_by", "numbered_by").first()
    if result is None:
        state = "signed" if found.genuine else "unknown"
    else:
        state = _state(result) if found.genuine or result.revoked_at else "unknown"
    return {"state": state, "found": found, **(_facts(result) if result else {})}


@never_cache
@require_safe
def verify_result(request: HttpRequest, code: str) -> HttpResponse:
    """Genuine, revoked or not found: number, date, agency, kind of paper; nothing about the person.

    No limit: the codes are too long to be guessed, and reading counts nothing.
    """
    rows = Result.objects.filter(verify_code=code[:40]).exclude(issued_at=None)
    result = rows.select_related("dossier__deciding_agency", "dossier__procedure", "signed_by", "numbered_by").first()
    if result is None:
        return render(
            request, "dossiers/citizen/verify_result.html", {"state": "unknown", "code": code[:40]}, status=404
        )
    return render(
        request, "dossiers/citizen/verify_result.html", {"state": _state(result), "code": code, **_facts(result)}
    )


def _facts(result: Result) -> dict[str, Any]:
    content = content_of(result.dossier.procedure_version_id)
    later = Result.objects.filter(dossier=result.dossier_id, revision__gt=result.revision).exclude(issued_at=None)
    return {
        "result": result,
        "agency": result.numbered_by or result.dossier.deciding_agency,
        "title": say(content.title),
        "replaced_by": later.order_by("revision").first() if result.revoked_at else None,
    }


def _state(result: Result) -> str:
    """genuine, expired or revoked."""
    if result.revoked_at:
        return "revoked"
    is_over = result.valid_until is not None and result.valid_until < timezone.localdate()
    return "expired" if is_over else "genuine"
