"""Up, down, copy, delete and undo, for every list of the editor."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from pydantic import ValidationError as DocumentError

from accounts.requests import PersonRequest
from procedures import faults
from procedures.editing import lists, papers, routes, starters
from procedures.editing.fees import FREE
from procedures.editing.keys import key_from
from procedures.editing.parts import Document, Gone, Refused
from procedures.services import drafting
from procedures.views.admin.editor.drafts import UNDO, Draft, outdated, remember, seen_revision, undo_of, with_draft

PAGES = {
    "papers": "editor_papers",
    "fees": "editor_fees",
    "cases": "editor_cases",
    "sections": "editor_eform",
    "fields": "editor_eform",
}


def changed(
    request: PersonRequest, draft: Draft, edit: Callable[[Document], Any], back: str
) -> HttpResponseBase | None:
    """Carry out a button; an answer when it could not be done, None when it was."""
    try:
        drafting.change(
            draft.version.pk, actor=request.user, revision=seen_revision(request), edit=edit, at=timezone.now()
        )
    except (drafting.Stale, Gone) as fault:
        response = outdated(request, draft, fault, back)
        response["HX-Refresh"] = "true"  # a part of a page is not replaced by a conflict: the whole is read again
        return response
    except Refused as refused:
        messages.error(request, " ".join(refused.faults.values()))
        return redirect(back)
    except DocumentError as error:
        messages.error(request, "; ".join(words for _path, words in faults.sentences(error)))
        return redirect(back)
    return None


def back_from(draft: Draft, name: str) -> str:
    """The page on which a list stands."""
    kind, _colon, key = name.partition(":")
    return draft.url("editor_question", key) if kind == "columns" else draft.url(PAGES.get(kind, "editor"))


@require_POST
@with_draft
def arrange(request: PersonRequest, draft: Draft) -> HttpResponseBase:
    """`do` is `<verb> <list> <key>`: one button of one row."""
    verb, name, key = ([*request.POST.get("do", "").split(" "), "", "", ""])[:3]
    back = back_from(draft, name)
    deleted: list[lists.Deleted] = []

    def edit(document: Document) -> None:
        if found := lists.arrange(document, name, verb, key):
            deleted.append(found)

    if (answer := changed(request, draft, edit, back)) is not None:
        return answer
    if deleted:
        draft.version.refresh_from_db(fields=["revision"])
        remember(request, draft.version, deleted[0])
    return redirect(back)


@require_POST
@with_draft
def undo(request: PersonRequest, draft: Draft) -> HttpResponseBase:
    """Put back what was deleted last."""
    kept = undo_of(request, draft)
    if kept is None:
        messages.warning(request, _("The draft was changed since; nothing was put back."))
        return redirect(draft.url("editor"))
    deleted = lists.Deleted(kept["name"], kept["place"], kept["item"], kept["label"])
    back = back_from(draft, deleted.name)
    answer = changed(request, draft, lambda document: lists.put_back(document, deleted), back)
    if answer is None:
        request.session.pop(UNDO, None)
        messages.success(request, _("“%(label)s” is back.") % {"label": deleted.label})
    return answer or redirect(back)


def _free(document: Document) -> None:
    fees = lists.listed(document, "fees")
    fees.append({**FREE, "code": key_from("free", {lists.key_of(fee) for fee in fees})})


def _starter(what: str, name: str) -> tuple[Callable[[Document], Any], str]:
    """What a one-click starter does, and where it leads; raises KeyError for an unknown one."""
    if what == "khoi":
        starters.BLOCKS[name]
        return lambda document: starters.add_block(document, name), "editor_eform"
    if what == "quy-trinh":
        routes.STARTERS[name]
        return lambda document: routes.start_from(document, name), "editor_route"
    return {"giay-to": (papers.add_usual, "editor_papers"), "mien-phi": (_free, "editor_fees")}[what]


@require_POST
@with_draft
def start(request: PersonRequest, draft: Draft) -> HttpResponseBase:
    """One-click starters: `do` is `<what> <name>`."""
    what, _blank, name = request.POST.get("do", "").partition(" ")
    try:
        action, page = _starter(what, name)
    except KeyError:
        return redirect(draft.url("editor"))

    def edit(document: Document) -> None:
        action(document)

    back = draft.url(page)
    return changed(request, draft, edit, back) or redirect(back)
