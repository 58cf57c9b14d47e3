"""The draft as a task list."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from procedures import presenting
from procedures.content.words import missing_names
from procedures.editing.sources import sourced
from procedures.editing.tasks import tasks
from procedures.models import ProcedureVersion
from procedures.views.admin.access import catalogue_or_department, page
from procedures.views.admin.editor.drafts import Draft, draft_of, drawn


@require_safe
@catalogue_or_department
def overview(request: PersonRequest, code: str) -> HttpResponse:
    """What is complete and what is missing; without a draft the button that opens one."""
    procedure, version = draft_of(request, code)
    if version is None:
        return page(request, "procedures/admin/editor/none.html", {"procedure": procedure})
    draft = Draft(procedure, version)
    is_draft = version.state == ProcedureVersion.State.DRAFT
    found, facts = tasks(draft.content), sourced(draft.document)
    entries = [
        {"label": task.name, "url": draft.url(task.address) if is_draft else "", "status": "todo" if task.missing else "done",
         "hint": _("Missing: %(parts)s") % {"parts": task.missing} if task.missing else task.summary}
        for task in found
    ]  # fmt: skip
    context = {
        "groups": [{"title": "", "tasks": entries}], "done": sum(task.is_done for task in found), "total": len(found),
        "missing": missing_names(draft.content), "minutes": presenting.minutes(draft.content), "is_draft": is_draft,
        "facts": facts, "doubtful": sum(fact.is_doubtful for fact in facts),
    }  # fmt: skip
    return drawn(request, draft, "overview.html", context)
