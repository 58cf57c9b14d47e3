"""One view for every page that edits a part: draw, obey small buttons, save, or say what stands in the way."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError as DocumentError

from accounts.requests import PersonRequest
from common.templatetags.mc import form_errors
from procedures import faults
from procedures.editing.forms import EditForm, Group, changed_rows
from procedures.editing.parts import Document, Gone, Part, Refused
from procedures.services import drafting
from procedures.views.admin import conflicts
from procedures.views.admin.editor.drafts import Draft, drawn, seen_revision, with_draft

More = Callable[[Draft], dict[str, Any]]


class Page:
    """A part with its form and rows, fresh from the document or as posted."""

    def __init__(self, part: Part, data: QueryDict | None = None, files: Any = None) -> None:
        self.part = part
        self.form: EditForm = part.form(data, files, initial=part.load(), **part.options())
        rows = part.load_rows() if data is None else {}
        self.groups = [Group(row, data, rows.get(row.name, []), **part.row_options(row.name)) for row in part.rows]

    def is_valid(self) -> bool:
        """Whether the form and every row are right."""
        return all([self.form.is_valid(), *[group.is_valid() for group in self.groups]])

    def hush(self) -> None:
        """Draw without judging."""
        for form in self.forms():
            form.hush()

    def edit(self, document: Document) -> None:
        """Put it all into the document."""
        self.part.put(document, self.form.cleaned_data, self.values())

    def values(self) -> dict[str, list[dict[str, Any]]]:
        """Values of the rows by group."""
        return {group.rows.name: group.cleaned for group in self.groups}

    def forms(self) -> list[EditForm]:
        """The form and all rows, for the list of errors."""
        return [self.form, *[form for group in self.groups for form in group.forms]]

    def blame(self, found: dict[str, str]) -> None:
        """Put sentences to their inputs; those without an input stand above the page."""
        for name, words in found.items():
            row, field = next(((form, field) for form in self.forms() for field in form.fields
                               if name == form.add_prefix(field)), (self.form, None))  # fmt: skip
            row.add_error(field, words)


def editing(make: type[Part], *, opens: str = "", more: More | None = None) -> Callable[..., HttpResponseBase]:
    """The view of a part. `opens`: the part's kind comes from the address (`?loai=`); `more`: context of its template."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @with_draft
    def view(request: PersonRequest, draft: Draft, *place: str, **named: str) -> HttpResponseBase:
        keys = (*place, *named.values())
        kind = (request.POST.get(opens) or request.GET.get(opens) or "") if opens else ""
        try:
            part = make(draft.document, keys, kind)
        except Gone:
            if request.method == "POST":
                return gone(request, draft)
            raise Http404 from None
        extra = more(draft) if more else {}
        if request.method != "POST":
            return show(request, draft, Page(part), more=extra)
        return _posted(request, draft, part, extra)

    return view


def _posted(request: PersonRequest, draft: Draft, part: Part, more: dict[str, Any]) -> HttpResponseBase:
    if (data := changed_rows(request.POST)) is not None:
        redrawn = Page(part, data)
        redrawn.hush()
        return show(request, draft, redrawn, revision=seen_revision(request), more=more)
    sent = Page(part, request.POST, request.FILES)
    if sent.is_valid() and (answer := _kept(request, draft, sent, more)):
        return answer
    return show(request, draft, sent, revision=seen_revision(request), status=422, more=more)


def _kept(request: PersonRequest, draft: Draft, sent: Page, more: dict[str, Any]) -> HttpResponseBase | None:
    """Write what was typed into the draft; None when it was refused: the reasons stand at the inputs then."""
    part = sent.part
    try:
        part.take_files(sent.form.cleaned_data, request.user, timezone.now())
        drafting.change(
            draft.version.pk, actor=request.user, revision=seen_revision(request), edit=sent.edit, at=timezone.now()
        )
    except drafting.Stale as stale:
        return conflict(request, draft, sent, stale, more)
    except Refused as refused:
        sent.blame(refused.faults)
    except DocumentError as error:
        names = {form.add_prefix(field) for form in sent.forms() for field in form.fields}
        sent.blame(faults.at_fields(error, names))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(draft.url("editor"))
    else:
        messages.success(request, _("Saved."))
        name, arguments = part.after()
        return redirect(draft.url(name, *arguments))
    return None


def show(
    request: PersonRequest, draft: Draft, shown: Page, *, revision: int | None = None, status: int = 200,
    more: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page of a part."""
    part = shown.part
    context = {
        "part": part, "form": shown.form, "groups": shown.groups, "forms": shown.forms(),
        "revision": draft.version.revision if revision is None else revision, "kind": part.kind,
        "found": [fault for form in shown.forms() for fault in form_errors(form)], "has_errors": status == 422,
        "back_url": draft.url(*_back(part)),
    }  # fmt: skip
    extras = part.extras() | _preview(draft, part) | (more or {})
    return drawn(request, draft, part.template.rpartition("/")[2], context | extras, status=status)


def _back(part: Part) -> tuple[str, ...]:
    return (part.back,) if part.back != "editor_route" else ("editor",)


def _preview(draft: Draft, part: Part) -> dict[str, Any]:
    from procedures.views.admin.editor.previews import section_preview

    section = getattr(part, "section", "")
    return {"preview": section_preview(draft.content, section)} if section else {}


def conflict(
    request: PersonRequest, draft: Draft, sent: Page, stale: drafting.Stale, more: dict[str, Any]
) -> HttpResponse:
    """409: what stands there now beside what she typed; her text stays in the inputs and can be saved again."""
    now = Draft(draft.procedure, stale.version)
    try:
        fresh = Page(type(sent.part)(now.document, sent.part.place, sent.part.kind))
    except Gone:
        return gone(request, now, sent)
    found = conflicts.of_draft(
        stale.version, way_on=conflicts.save_again(), differs=compared(fresh, sent), reload_url=request.path
    )
    return show(request, now, sent, status=409, more=more | {"conflict": found})


def compared(fresh: Page, sent: Page) -> tuple[conflicts.Difference, ...]:
    """Every input that differs."""
    pairs = [(fresh.form, sent.form)]
    for old, new in zip(fresh.groups, sent.groups, strict=True):
        blank = old.rows.form(prefix="none", **old.options)
        length = max(len(old.forms), len(new.forms))
        pairs += [(_at(old.forms, n, blank), _at(new.forms, n, blank)) for n in range(length)]
    return conflicts.differing(
        (str(mine.fields[name].label), words_of(theirs, name), words_of(mine, name))
        for theirs, mine in pairs
        for name in mine.fields
    )


def _at(rows: list[EditForm], number: int, blank: EditForm) -> EditForm:
    return rows[number] if number < len(rows) else blank


def words_of(form: EditForm, name: str) -> str:
    """What stands in an input, as people read it."""
    return conflicts.words_of(form.fields[name], form[name].value()) if name in form.fields else ""


def gone(request: PersonRequest, draft: Draft, sent: Page | None = None) -> HttpResponse:
    """409: somebody deleted the thing meanwhile; what she typed is shown so that she can copy it."""
    kept = [
        {"label": str(form.fields[name].label), "value": words_of(form, name)}
        for form in (sent.forms() if sent else [])
        for name in form.fields
        if words_of(form, name)
    ] or [{"label": name, "value": str(value)} for name, value in request.POST.items() if _is_text(name, value)]
    return drawn(request, draft, "gone.html", {"kept": kept}, status=409)


def _is_text(name: str, value: Any) -> bool:
    return name not in {"csrfmiddlewaretoken", "revision"} and isinstance(value, str) and bool(value)
