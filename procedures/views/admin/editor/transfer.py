"""Export of a draft as JSON, and import with a page that shows what would change."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from procedures.content import parse
from procedures.differences import differences
from procedures.editing import transfer
from procedures.services import drafting
from procedures.views.admin.conflicts import of_draft
from procedures.views.admin.editor.drafts import Draft, drawn, seen_revision, with_draft


@require_safe
@with_draft
def export_json(request: PersonRequest, draft: Draft, scope: str) -> HttpResponseBase:
    """The whole document (`toan-bo`) or the e-form alone."""
    whole = scope == "toan-bo"
    body = transfer.exported(draft.document, transfer.WHOLE if whole else transfer.EFORM)
    name = f"{draft.procedure.code}-v{draft.version.number}-{'toan-bo' if whole else 'bieu-mau'}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def import_json(request: PersonRequest, draft: Draft) -> HttpResponseBase:
    """A file first shows what it would change; only the button beneath writes."""
    if request.method != "POST":
        return drawn(request, draft, "import.html")
    text, fault = _text(request)
    if fault:
        return _refused(request, draft, text, [("", fault)])
    try:
        after = transfer.imported(draft.document, text)
    except transfer.Unreadable as unreadable:
        return _refused(request, draft, text, unreadable.found)
    if "confirm" in request.POST:
        return _written(request, draft, text)
    context = {"text": text, "parts": differences(draft.content, parse(after)), "is_read": True}
    return drawn(request, draft, "import.html", context)


def _text(request: PersonRequest) -> tuple[str, str]:
    """What was chosen or pasted, and a sentence when it cannot be read."""
    upload = request.FILES.get("file")
    if upload is None:
        text = request.POST.get("text", "")
        return text, "" if text.strip() else _("Choose a file or paste its text")
    if (upload.size or 0) > transfer.MOST_BYTES:
        return "", _("The file is larger than 1 MB")
    try:
        return upload.read().decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return "", _("The file is not a text in UTF-8")


def _refused(request: PersonRequest, draft: Draft, text: str, found: list[tuple[str, str]]) -> HttpResponse:
    faults = [("text", f"{place}: {words}" if place else words) for place, words in found]
    return drawn(request, draft, "import.html", {"text": text, "faults": faults, "has_errors": True}, status=422)


def _written(request: PersonRequest, draft: Draft, text: str) -> HttpResponseBase:
    def edit(document: dict[str, Any]) -> dict[str, Any]:
        return transfer.imported(document, text)

    try:
        drafting.change(
            draft.version.pk, actor=request.user, revision=seen_revision(request), edit=edit, at=timezone.now()
        )
    except drafting.Stale as stale:
        now = Draft(draft.procedure, stale.version)
        parts = differences(now.content, parse(transfer.imported(now.document, text)))
        told = of_draft(
            stale.version, way_on=_("What the file would change now stands below."), reload_url=request.path
        )
        context = {"text": text, "parts": parts, "is_read": True, "conflict": told}
        return drawn(request, now, "import.html", context, status=409)
    messages.success(request, _("Taken over from the file."))
    return redirect(draft.url("editor"))
