"""Reports of agencies that decide in their own software, as a file: looked at first, then written."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from agencies.models import Role
from agencies.standing import standing_of
from audit.services import record
from dossiers.forms.elsewhere import ElsewhereFileForm
from dossiers.services import elsewhere_files
from dossiers.services.elsewhere_files import FileRefused, Line
from dossiers.views.officer.access import officers_only

COUNTER = (Role.RECEPTION, Role.ONE_STOP_HEAD)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def elsewhere_reports(request: PersonRequest) -> HttpResponse:
    """GET: what the file looks like. POST with a file: what it would do; with `rows`: write what was shown."""
    if not standing_of(request.user).agency_ids(COUNTER):
        raise Http404
    if request.method == "POST":
        return _write(request) if "rows" in request.POST else _look(request)
    return _page(request, ElsewhereFileForm())


def _look(request: PersonRequest) -> HttpResponse:
    form = ElsewhereFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        lines = elsewhere_files.read(file.name, file.read(), user=request.user, at=timezone.now())
    except FileRefused as refused:
        form.add_error("file", str(refused))
        return _page(request, form, status=422)
    return _page(request, form, lines=lines, rows=elsewhere_files.sealed(lines))


def _write(request: PersonRequest) -> HttpResponse:
    form = ElsewhereFileForm()
    try:
        lines = elsewhere_files.write(request.POST["rows"], user=request.user, at=timezone.now())
    except FileRefused as refused:
        form = ElsewhereFileForm({})
        form.full_clean()
        form.errors["file"] = form.error_class([str(refused)])
        return _page(request, form, status=422)
    counts = {"done": sum(line.outcome == "done" for line in lines), "rows": len(lines)}
    record("elsewhere.imported", actor_id=request.user.pk, subject_type="elsewhere_file", subject_id=0, data=counts)
    return _page(request, form, lines=lines, is_done=True)


def _page(
    request: PersonRequest, form: ElsewhereFileForm, *, lines: list[Line] | None = None, rows: str = "",
    is_done: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    lines = lines or []
    context: dict[str, Any] = {
        "form": form,
        "lines": lines,
        "rows": rows,
        "is_done": is_done,
        "new": sum(line.is_new and not line.problems for line in lines),
        "wrong": sum(bool(line.problems) for line in lines),
        "same": sum(not line.is_new and not line.problems for line in lines),
        "heads": [elsewhere_files.shown(known) for known in elsewhere_files.HEADS.values()],
        "words": [elsewhere_files.shown(known) for known in elsewhere_files.WORDS.values()],
    }
    return render(request, "dossiers/officer/elsewhere.html", context, status=status)
