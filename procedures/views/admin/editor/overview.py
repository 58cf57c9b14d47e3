"""The draft as a task list; opening it and handing it in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import PersonRequest
from procedures import presenting
from procedures.editing.tasks import missing_words, tasks
from procedures.models import ProcedureVersion
from procedures.services import drafting
from procedures.views.admin.access import catalogue_or_department, page, procedure_or_404
from procedures.views.admin.editor.drafts import Draft, draft_of, drawn, outdated, seen_revision, with_draft


@require_safe
@catalogue_or_department
def overview(request: PersonRequest, code: str) -> HttpResponse:
    """What is complete and what is missing; without a draft the button that opens one."""
    procedure, version = draft_of(request, code)
    if version is None:
        return page(request, "procedures/admin/editor/none.html", {"procedure": procedure})
    draft = Draft(procedure, version)
    is_draft = version.state == ProcedureVersion.State.DRAFT
    found = tasks(draft.content)
    entries = [
        {"label": task.name, "url": draft.url(task.address) if is_draft else "", "status": "todo" if task.missing else "done",
         "hint": _("Missing: %(parts)s") % {"parts": task.missing} if task.missing else task.summary}
        for task in found
    ]  # fmt: skip
    context = {
        "groups": [{"title": "", "tasks": entries}], "done": sum(task.is_done for task in found), "total": len(found),
        "missing": missing_words(draft.content), "minutes": presenting.minutes(draft.content), "is_draft": is_draft,
    }  # fmt: skip
    return drawn(request, draft, "overview.html", context)


@require_POST
@catalogue_or_department
def open_draft(request: PersonRequest, code: str) -> HttpResponseBase:
    """Open the draft, new from the version in force when nobody works on one."""
    procedure = procedure_or_404(request, code)
    drafting.open_draft(procedure, actor=request.user, at=timezone.now())
    return redirect("catalogue:editor", procedure.code)


@require_POST
@with_draft
def hand_in(request: PersonRequest, draft: Draft) -> HttpResponseBase:
    """Hand the draft to the province."""
    at = timezone.now()
    try:
        drafting.submit(draft.version.pk, actor=request.user, revision=seen_revision(request), at=at)
    except drafting.Stale as stale:
        return outdated(request, draft, stale, draft.url("editor"))
    except ValidationError:
        words = _("Fill in before handing in: %(parts)s.") % {"parts": ", ".join(missing_words(draft.content))}
        messages.error(request, words)
    else:
        messages.success(request, _("Handed in. The province reviews and publishes it."))
    return redirect(draft.url("editor"))
