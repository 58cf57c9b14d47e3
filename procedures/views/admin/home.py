"""The catalogue's first page: what waits for whom."""

from django.db.models import Count
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from procedures.models import Procedure, ProcedureVersion
from procedures.views.admin.access import catalogue_or_department, page

NEWEST = 20


@catalogue_or_department
@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """How many procedures by class, and the drafts that are open."""
    mine = Procedure.objects.editable_by(request.user)
    drafts = ProcedureVersion.objects.open().filter(procedure__in=mine).select_related("procedure", "edited_by")
    by_state = dict(drafts.order_by().values_list("state").annotate(number=Count("pk")))
    context = {
        "counts": mine.published().counts("classification"),
        "drafts": drafts.defer("content").order_by("-edited_at", "-pk")[:NEWEST],
        "in_review": by_state.get("review", 0),
        "in_work": by_state.get("draft", 0),
        "has_more": sum(by_state.values()) > NEWEST,
    }
    return page(request, "procedures/admin/home.html", context)
