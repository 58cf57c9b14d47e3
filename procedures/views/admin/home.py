"""The catalogue's first page: what waits for whom."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from procedures.models import Procedure, ProcedureVersion
from procedures.views.admin.access import catalogue_or_department, page


@catalogue_or_department
@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """How many procedures by class, and the drafts that are open."""
    mine = Procedure.objects.editable_by(request.user)
    drafts = ProcedureVersion.objects.open().filter(procedure__in=mine).select_related("procedure", "edited_by")
    context = {
        "counts": mine.published().counts("classification"),
        "drafts": drafts.order_by("-edited_at", "-pk")[:20],
    }
    return page(request, "procedures/admin/home.html", context)
