"""Agencies that apply a procedure with a shorter time or at another level."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from agencies.models import Agency, Role
from agencies.standing import standing_of
from common.text import whole_number
from procedures.content import Content, Limit
from procedures.forms_catalogue import AppliedForm
from procedures.models import AppliedProcedure, Procedure
from procedures.presenting import limit_words, say
from procedures.services import apply_procedure, content_of, deciding_agencies, stop_applying
from procedures.views.admin.access import catalogue_or_department, is_catalogue, page, procedure_or_404

LARGEST = 2**31 - 1


@catalogue_or_department
@require_http_methods(["GET", "HEAD", "POST"])
def applied(request: PersonRequest, code: str) -> HttpResponse:
    """Who applies it how, and a form for one more; POST `act` is `add` or `stop`."""
    found = procedure_or_404(request, code)
    if found.current_version is None:
        raise Http404
    content = content_of(found.current_version.pk)
    agencies = _agencies(request, found)
    stops = request.POST.get("act") == "stop"
    form = AppliedForm(
        request.POST if request.method == "POST" and not stops else None, agencies=agencies, cases=_cases(content),
        initial={"valid_from": timezone.localdate()},
    )  # fmt: skip
    if stops:
        return _stop(request, found, agencies)
    if form.is_bound and form.is_valid() and _add(request, found, form):
        return redirect("catalogue:applied", found.code)
    context = {"procedure": found, "rows": _rows(found, content), "form": form}
    return page(request, "procedures/admin/procedures/applied.html", context, status=422 if form.errors else 200)


def _agencies(request: PersonRequest, found: Procedure) -> list[Agency]:
    """The agencies that decide it; a department's contact speaks for her own."""
    assert found.current_version is not None
    agencies = deciding_agencies(found.current_version)
    if is_catalogue(request):
        return agencies
    own = standing_of(request.user).agency_ids([Role.DEPARTMENT])
    return [agency for agency in agencies if agency.pk in own]


def _cases(content: Content) -> list[tuple[str, str, Any]]:
    """(key, name, limit) of the cases whose channels have limits in one unit: only those can be compared."""
    found = []
    for case in content.cases:
        limits = [terms.limit for terms in case.terms if terms.limit]
        if limits and len({limit.unit for limit in limits}) == 1 and min(limit.amount for limit in limits) > 0:
            found.append((case.key, say(case.name), min(limits, key=lambda limit: limit.amount)))
    return found


def _add(request: PersonRequest, found: Procedure, form: AppliedForm) -> bool:
    values = form.cleaned_data
    try:
        apply_procedure(
            found, form.agencies[values["agency"]], limits=form.limits, level=values["level"], source=values["source"],
            valid_from=values["valid_from"], actor=request.user,
        )  # fmt: skip
    except ValidationError as fault:
        form.add_error(None, fault)
        return False
    messages.success(request, _("Saved. Dossiers accepted from that day on get the shorter time."))
    return True


def _stop(request: PersonRequest, found: Procedure, agencies: list[Agency]) -> HttpResponse:
    pk = whole_number(request.POST.get("row"), LARGEST) or 0
    row = get_object_or_404(found.applied.filter(agency__in=agencies, valid_to=None), pk=pk)
    stop_applying(found, row.agency, last_day=timezone.localdate() - timedelta(days=1))
    messages.success(request, _("The agency keeps the procedure's own time limit again."))
    return redirect("catalogue:applied", found.code)


def _rows(found: Procedure, content: Content) -> list[dict[str, Any]]:
    names = {case.key: say(case.name) for case in content.cases}
    return [
        {"row": row, "limits": [(names.get(key, key), _words(raw)) for key, raw in row.limits.items()]}
        for row in AppliedProcedure.objects.filter(procedure=found).select_related("agency")
    ]


def _words(raw: dict[str, Any]) -> str:
    return limit_words(Limit(amount=raw["amount"], unit=raw["unit"]))
