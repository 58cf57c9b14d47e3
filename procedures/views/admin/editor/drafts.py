"""The draft a page of the editor works on, and how every page of it is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.requests import PersonRequest
from common.text import whole_number
from procedures.content import Content, parse
from procedures.editing.lists import Deleted
from procedures.editing.parts import Document
from procedures.editing.tasks import following
from procedures.models import Procedure, ProcedureVersion
from procedures.services import Stale
from procedures.views.admin.access import catalogue_or_department, page, procedure_or_404
from procedures.views.admin.conflicts import of_draft

UNDO = "catalogue.undo"


@dataclass
class Draft:
    """The open draft of a procedure."""

    procedure: Procedure
    version: ProcedureVersion

    @property
    def document(self) -> Document:
        """Its document."""
        found: Document = self.version.content
        return found

    @cached_property
    def content(self) -> Content:
        """Its document, parsed."""
        return parse(self.version.content)

    def url(self, name: str, *args: Any) -> str:
        """The address of a page of this editor."""
        return reverse(f"catalogue:{name}", args=[self.procedure.code, *args])


def draft_of(request: PersonRequest, code: str) -> tuple[Procedure, ProcedureVersion | None]:
    """The procedure (404 when it is not the reader's) and its open draft, if there is one."""
    procedure = procedure_or_404(request, code)
    return procedure, procedure.versions.open().select_related("edited_by").first()


def with_draft(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Give the view the draft instead of the code; where there is none to change, the overview says what to do."""

    @wraps(view)
    def guarded(request: PersonRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        procedure, version = draft_of(request, code)
        if version is None or version.state != ProcedureVersion.State.DRAFT:
            if version is not None:
                messages.warning(request, _("This version is in review; it cannot be changed now."))
            return redirect("catalogue:editor", procedure.code)
        return view(request, Draft(procedure, version), *args, **kwargs)

    return catalogue_or_department(guarded)


def drawn(
    request: PersonRequest, draft: Draft, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the editor."""
    base = {"draft": draft, "procedure": draft.procedure, "version": draft.version, "undo": undo_of(request, draft),
            "overview_url": draft.url("editor")}  # fmt: skip
    return page(request, f"procedures/admin/editor/{template}", base | (context or {}), status=status)


def onward(draft: Draft, name: str) -> dict[str, Any]:
    """What a list of the editor ends with: the part that comes next."""
    words, following_name = following(name)
    return {"onward": {"label": words, "url": draft.url(following_name)}}


def outdated(request: PersonRequest, draft: Draft, fault: Exception, back: str) -> HttpResponse:
    """409: a button of an old page was not carried out."""
    words = _("Somebody changed this draft after you opened the page. Your button was not carried out.")
    version = fault.version if isinstance(fault, Stale) else draft.version
    told = of_draft(version, message=words, reload_url=back)
    return drawn(request, draft, "stale.html", {"conflict": told}, status=409)


def seen_revision(request: PersonRequest) -> int:
    """The revision the page was opened with; 0, which is never right, for anything else."""
    return whole_number(request.POST.get("revision"), 2_000_000_000) or 0


def remember(request: PersonRequest, version: ProcedureVersion, deleted: Deleted) -> None:
    """Keep what was deleted until the next change."""
    request.session[UNDO] = {
        "version": version.pk, "revision": version.revision, "name": deleted.name, "place": deleted.place,
        "item": deleted.item, "label": deleted.label,
    }  # fmt: skip


def undo_of(request: PersonRequest, draft: Draft) -> dict[str, Any] | None:
    """What was deleted last, while nothing else has changed since."""
    kept: dict[str, Any] | None = request.session.get(UNDO)
    same = kept and (kept["version"], kept["revision"]) == (draft.version.pk, draft.version.revision)
    return kept if same else None
