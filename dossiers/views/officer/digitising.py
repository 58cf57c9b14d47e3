"""`/can-bo/ho-so/<code>/so-hoa/`: the papers of a dossier, each with its next step of digitisation, on one page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from documents.refusals import UploadRefused, sentence
from documents.signing import SigningUnavailable
from dossiers.errors import Invalid
from dossiers.forms.digitising import KeyDataForm
from dossiers.models import Dossier
from dossiers.services import digitising
from dossiers.views.officer.access import dossier_or_404, officers_only
from procedures.presenting import say

Form = KeyDataForm


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def digitise(request: PersonRequest, code: str) -> HttpResponse:
    """Check all, then scan, type and sign paper by paper; what went wrong stands at its paper, nothing typed is lost."""
    dossier = dossier_or_404(request, code)
    if request.method != "POST":
        return _page(request, dossier, {}, None)
    if not digitising.may_digitise(dossier, request.user):
        raise PermissionDenied
    key, step = request.POST.get("giay", "")[:60], request.POST.get("buoc", "")
    form = KeyDataForm(request.POST, prefix=key) if step == "type" else None
    act = _ACTS.get(step)
    try:
        if form is not None and not form.is_valid():
            return _page(request, dossier, {}, form, key=key, status=422)
        if act is not None:
            act(request, dossier, key, form)
    except Invalid as refused:
        return _page(request, dossier, {key: str(refused)}, form, key=key, status=422)
    except UploadRefused as refused:
        return _page(request, dossier, {key: str(refused.message)}, form, key=key, status=422)
    except SigningUnavailable:
        words = _("The signing key cannot be reached. Nothing is lost: the paper waits, sign it later.")
        return _page(request, dossier, {key: words}, form, key=key, status=503)
    anchor = f"#giay-{key}" if key else ""
    return HttpResponseRedirect(reverse("dossiers:digitise", args=[dossier.code]) + anchor)


def _check(request: PersonRequest, dossier: Dossier, key: str, form: Form | None) -> None:
    keys = [key] if key else [row.rule.key for row in digitising.rows_of(dossier) if row.next_step == "check"]
    is_original = request.POST.get("ban") != "copy"
    digitising.check(dossier.pk, user=request.user, keys=keys, is_original=is_original)


def _scan(request: PersonRequest, dossier: Dossier, key: str, form: Form | None) -> None:
    digitising.scan(dossier.pk, user=request.user, key=key, files=request.FILES.getlist("tep"))
    messages.success(request, _("The scan is there. It is checked for viruses first."))


def _type(request: PersonRequest, dossier: Dossier, key: str, form: Form | None) -> None:
    if form is not None:
        digitising.type_data(dossier.pk, user=request.user, key=key, data=form.data_typed())


def _sign(request: PersonRequest, dossier: Dossier, key: str, form: Form | None) -> None:
    code = digitising.sign(dossier.pk, user=request.user, key=key)
    messages.success(request, _("Signed and stored under %(code)s.") % {"code": code})


_ACTS: dict[str, Callable[[PersonRequest, Dossier, str, Form | None], None]] = {
    "check": _check,
    "scan": _scan,
    "type": _type,
    "sign": _sign,
}


def _page(
    request: PersonRequest,
    dossier: Dossier,
    faults: dict[str, str],
    form: Form | None,
    *,
    key: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = [_row(dossier, row, faults, form if row.rule.key == key else None) for row in digitising.rows_of(dossier)]
    found = [(f"giay-{name}" if name else "", text) for name, text in faults.items()]
    context = {
        "dossier": dossier,
        "rows": rows,
        "found": found,
        "form": form,
        "may_digitise": digitising.may_digitise(dossier, request.user),
        "unchecked": sum(row["next"] == "check" for row in rows),
        "done": sum(not row["next"] for row in rows),
    }
    return render(request, "dossiers/officer/digitise.html", context, status=status)


def _row(dossier: Dossier, row: digitising.Row, faults: dict[str, str], form: Form | None) -> dict[str, Any]:
    steps, typed = row.steps, row.data
    return {
        "key": row.rule.key,
        "name": say(row.rule.name),
        "next": row.next_step,
        "steps": steps,
        "paper": row.paper,
        "file": row.file,
        "data": typed,
        "fault": faults.get(row.rule.key) or _trouble(steps),
        "form": form or KeyDataForm(prefix=row.rule.key, initial={"holder": dossier.party.full_name}),
        "today": timezone.localdate(),
    }


def _trouble(steps: Any) -> str:
    """Why the last try did not succeed, when the page is opened again later."""
    if steps is None or not steps.trouble:
        return ""
    if steps.trouble == digitising.NO_KEY:
        return _("The signing key could not be reached last time. Sign once more.")
    return str(sentence(steps.trouble))
