"""The list of procedures, a new one, and the page of one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from agencies.models import Agency, Role
from agencies.standing import standing_of
from procedures import listing
from procedures.content.words import missing_names
from procedures.finding import COMMUNES
from procedures.forms_catalogue import NationalCodeForm, NewProcedureForm
from procedures.models import Field, Procedure
from procedures.services import content_of, create_procedure, field_named, give_national_code
from procedures.views.admin.access import (
    catalogue_only,
    catalogue_or_department,
    is_catalogue,
    page,
    procedure_or_404,
)

FORM = ["GET", "HEAD", "POST"]


@catalogue_or_department
@require_safe
def procedures(request: PersonRequest) -> HttpResponse:
    """Fifty rows a page, at most eight statements whatever the size."""
    filters = listing.Filters.of(request.GET)
    found = listing.found(request.user, filters)
    rows, has_more = listing.page_of(found, filters.page)
    context = {
        "filters": filters,
        "rows": rows,
        "coming": listing.coming([row for row in rows if not row.current_version_id], timezone.localdate()),
        "total": len(rows) if filters.page == 1 and not has_more else found.order_by().count(),
        "fields": Field.objects.only("key", "name_vi", "name_en"),
        "communes": COMMUNES,
        "agencies": Procedure.objects.all().owners() if is_catalogue(request) else (),
        "next_url": filters.address(filters.page + 1) if has_more else "",
        "previous_url": filters.address(filters.page - 1) if filters.page > 1 else "",
    }
    return page(request, "procedures/admin/procedures/list.html", context)


@catalogue_or_department
@require_http_methods(FORM)
def new_procedure(request: PersonRequest) -> HttpResponse:
    """Name, field, level, audience, agency; the draft is opened at once."""
    form = NewProcedureForm(
        request.POST or None, agencies=_may_own(request), may_add_field=is_catalogue(request),
        initial={"level": Procedure.Level.PROVINCE, "audience": Procedure.Audience.BOTH},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        draft = create_procedure(
            name=values["name"], field=form.chosen_field or field_named(values["new_field"]), level=values["level"],
            audience=values["audience"], owner=form.chosen_owner, actor=request.user, at=timezone.now(),
        )  # fmt: skip
        words = _("The procedure was created under the code %(code)s. Fill in its parts, then hand it in.")
        messages.success(request, words % {"code": draft.procedure.code})
        return redirect("catalogue:editor", draft.procedure.code)
    status = 422 if form.errors else 200
    return page(request, "procedures/admin/procedures/new.html", {"form": form}, status=status)


def _may_own(request: PersonRequest) -> list[Agency]:
    agencies = Agency.objects.valid_on(timezone.localdate()).filter(level=Agency.Level.PROVINCE)
    if not is_catalogue(request):
        agencies = agencies.filter(pk__in=standing_of(request.user).agency_ids([Role.DEPARTMENT]))
    return list(agencies)


@catalogue_or_department
@require_safe
def procedure(request: PersonRequest, code: str) -> HttpResponse:
    """Facts, the open draft with what can be done with it, every version with its days and who published it."""
    found = procedure_or_404(request, code)
    if found.code != code:
        return redirect("catalogue:procedure", found.code, permanent=True)
    rows = found.versions.select_related("decision", "published_by", "based_on", "edited_by").defer("content")
    versions = list(rows.defer("content", "based_on__content"))
    draft = next((version for version in versions if version.is_open), None)
    today = timezone.localdate()
    context = {
        "procedure": found,
        "draft": draft,
        "missing": missing_names(content_of(draft.pk)) if draft else (),
        "versions": [(version, _state(version, today)) for version in versions if not version.is_open],
        "services": found.services.all(),
        "applied": found.applied.select_related("agency").count(),
        "is_catalogue": is_catalogue(request),
        "editor_url": f"{reverse('catalogue:procedure', args=[found.code])}soan/",
    }
    return page(request, "procedures/admin/procedures/procedure.html", context)


def _state(version: Any, today: Any) -> str:
    """in_force, coming or ended: a version that has an end date may still hold."""
    if version.holds_on(today):
        return "in_force"
    return "coming" if version.effective_from > today else "ended"


@catalogue_only
@require_http_methods(FORM)
def national_code(request: PersonRequest, code: str) -> HttpResponse:
    """The national code of a procedure that has only a provincial one."""
    found = procedure_or_404(request, code)
    form = NationalCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            coded = give_national_code(found, form.cleaned_data["code"], actor=request.user, at=timezone.now())
        except ValidationError as fault:
            form.add_error("code", fault)
        else:
            messages.success(request, _("The procedure now has the code %(code)s.") % {"code": coded.code})
            return redirect("catalogue:procedure", coded.code)
    status = 422 if form.errors else 200
    return page(
        request, "procedures/admin/procedures/national_code.html", {"procedure": found, "form": form}, status=status
    )
