"""Pages that list the parts of a draft: cases, papers, fees, sections and questions."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import PersonRequest
from documents.models import StoredFile
from documents.services import NotReady, serve
from procedures import presenting
from procedures.content import Content
from procedures.editing import starters
from procedures.editing.fees import KINDS as FEE_KINDS
from procedures.editing.fees import said
from procedures.editing.parts import Document
from procedures.editing.questions import KINDS
from procedures.editing.tasks import used_channels
from procedures.eforms import SectionForm, fields_form
from procedures.eforms.words import condition_words
from procedures.fees import quote
from procedures.models import Procedure
from procedures.services import content_of
from procedures.views.admin.editor.arranging import changed
from procedures.views.admin.editor.drafts import Draft, drawn, onward, with_draft
from procedures.views.admin.editor.previews import whole_preview


def only_when(condition: Any, content: Content) -> str:
    """A condition in words; "" when there is none."""
    if condition is None or content.eform is None:
        return ""
    return condition_words(condition, content.eform, (get_language() or "vi")[:2])


@require_safe
@with_draft
def cases(request: PersonRequest, draft: Draft) -> HttpResponse:
    """Cases with their times."""
    content = draft.content
    rows = [
        {"key": case.key, "label": said(case.name), "url": draft.url("editor_case", case.key),
         "facts": [f"{channel}: {time}" for channel, time in _times(case)], "only_when": only_when(case.when, content)}
        for case in content.cases
    ]  # fmt: skip
    return drawn(request, draft, "cases.html", {"rows": rows, "list": "cases"} | onward(draft, "editor_cases"))


def _times(case: Any) -> list[tuple[str, str]]:
    found = []
    for terms in case.terms:
        words = presenting.limit_words(terms.limit) or presenting.say(terms.limit_note) or _("no time yet")
        found.append((presenting.channel_name(terms.channel), words))
    return found


@require_safe
@with_draft
def papers(request: PersonRequest, draft: Draft) -> HttpResponse:
    """The papers in their order."""
    content = draft.content
    rows = [
        {"key": paper.key, "label": said(paper.name), "url": draft.url("editor_paper", paper.key),
         "facts": _paper_facts(paper), "only_when": presenting.paper_condition(paper, content)}
        for paper in content.papers
    ]  # fmt: skip
    return drawn(request, draft, "papers.html", {"rows": rows, "list": "papers"} | onward(draft, "editor_papers"))


def _paper_facts(paper: Any) -> list[str]:
    how = _("e-form") if paper.is_eform else _("only shown") if paper.present_only else _("uploaded")
    numbers = _("originals: %(originals)s, copies: %(copies)s") % {"originals": paper.originals, "copies": paper.copies}
    found = [how, numbers, "" if paper.required else _("if any")]
    return [words for words in [*found, paper.form_file.name if paper.form_file else ""] if words]


# ── fees ──
@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def fees(request: PersonRequest, draft: Draft) -> HttpResponse:
    """The fee table, and what would be paid for answers that are tried out here."""
    content, today = draft.content, timezone.localdate()
    kinds = {str(key): words for key, words in FEE_KINDS}
    rows = [
        {"key": fee.code, "label": said(fee.name), "url": draft.url("editor_fee", fee.code),
         "facts": [kinds[fee.kind], *_amounts(fee)], "only_when": only_when(fee.show_if, content)}
        for fee in content.fees
    ]  # fmt: skip
    context = {"rows": rows, "list": "fees", "fee_rows": presenting.fee_rows(content, today)} | onward(
        draft, "editor_fees"
    )
    return drawn(request, draft, "fees.html", context | calculated(request, content))


def _amounts(fee: Any) -> list[str]:
    found = []
    for rate in fee.rates:
        words = [presenting.vnd(rate.amount_vnd)]
        words += [", ".join(presenting.channel_name(channel) for channel in rate.channels)] if rate.channels else []
        words += [_("until %(day)s") % {"day": f"{rate.valid_to:%d/%m/%Y}"}] if rate.valid_to else []
        found.append(" ".join(words))
    return found


def named_by_fees(content: Content) -> set[str]:
    """Questions whose answers decide what is paid."""
    found: set[str] = set()
    for fee in content.fees:
        found |= {key for key in (fee.quantity.field, fee.quantity.table) if key}
        for condition in (fee.show_if, *(exemption.show_if for exemption in fee.exemptions)):
            found |= condition.fields() if condition else set()
    return found


def calculated(request: PersonRequest, content: Content) -> dict[str, Any]:
    """The small calculator: the questions the fees hang on, and the quote for what was answered."""
    keys = named_by_fees(content)
    data = request.POST if request.method == "POST" else None
    form: SectionForm | None = fields_form(content, keys)(data, at=timezone.now()) if keys and content.eform else None
    channel = _channel(request, content)
    context: dict[str, Any] = {"calculator": form, "channel": channel, "channels": list(used_channels(content))}
    if data is None or (form is not None and (form.is_redraw or not form.is_valid())):
        return context | {"faults": form.found_errors() if form and data is not None else []}
    answers = form.merged() if form else {}
    case = content.case_for(answers, on=timezone.localdate())
    found = quote(content, case=case.key, channel=channel, answers=answers, at=timezone.now())
    return context | {"quote": found, "case": said(case.name)}


def _channel(request: PersonRequest, content: Content) -> str:
    wanted = request.POST.get("_channel", "")
    return wanted if wanted in {str(channel) for channel in content.channels} else str(content.channels[0])


# ── the e-form ──
@require_safe
@with_draft
def eform(request: PersonRequest, draft: Draft) -> HttpResponse:
    """Sections and questions in their order, beside the form as the citizen sees it."""
    content = draft.content
    context = {
        "sections": [_section(draft, section) for section in content.eform.sections] if content.eform else [],
        "kinds": list(KINDS.items()), "blocks": [(key, words) for key, (words, _s) in starters.BLOCKS.items()],
        "preview": whole_preview(content), "minutes": presenting.minutes(content),
    }  # fmt: skip
    return drawn(request, draft, "eform.html", context | onward(draft, "editor_eform"))


def _section(draft: Draft, section: Any) -> dict[str, Any]:
    return {
        "key": section.key, "title": said(section.title), "url": draft.url("editor_section", section.key),
        "add_url": draft.url("editor_new_question", section.key), "list": f"fields:{section.key}",
        "rows": [_question(draft, item) for item in section.fields],
    }  # fmt: skip


def _question(draft: Draft, item: Any) -> dict[str, Any]:
    facts = [str(KINDS[item.type]), "" if item.required else _("not compulsory")]
    facts += [_("filled in by itself") if item.prefill else ""]
    return {
        "key": item.key, "label": said(item.label), "url": draft.url("editor_question", item.key),
        "facts": [words for words in facts if words], "only_when": only_when(item.show_if, draft.content),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def borrow(request: PersonRequest, draft: Draft) -> HttpResponseBase:
    """Copy a section of a published procedure into this form."""
    if request.method == "POST":
        return _borrowed(request, draft)
    text = request.GET.get("q", "")[:200]
    found = Procedure.objects.published().search(text).exclude(pk=draft.procedure.pk)[:20] if text.strip() else []
    chosen = Procedure.objects.published().filter(code=request.GET.get("tu", "")[:20]).first()
    content = content_of(chosen.current_version_id) if chosen and chosen.current_version_id else None
    sections = content.eform.sections if content and content.eform else ()
    shown = [(s.key, said(s.title), [said(item.label) for item in s.fields]) for s in sections]
    return drawn(request, draft, "borrow.html", {"q": text, "found": found, "chosen": chosen, "sections": shown})


def _borrowed(request: PersonRequest, draft: Draft) -> HttpResponseBase:
    chosen = Procedure.objects.published().filter(code=request.POST.get("from", "")[:20]).first()
    version = chosen.current_version if chosen else None
    sections = (version.content.get("eform") or {}).get("sections", []) if version else []
    section = next((s for s in sections if s["key"] == request.POST.get("section")), None)
    if section is None:
        raise Http404
    back = draft.url("editor_eform")
    return changed(request, draft, lambda document: _add(document, section), back) or redirect(back)


def _add(document: Document, section: dict[str, Any]) -> None:
    starters.add_section(document, section)


@require_safe
@with_draft
def form_file(request: PersonRequest, draft: Draft, key: str) -> HttpResponseBase:
    """The blank form of a paper of the draft."""
    try:
        named = draft.content.paper(key).form_file
    except KeyError:
        raise Http404 from None
    stored = StoredFile.objects.filter(public_id=named.file, room="procedures").first() if named else None
    if stored is None:
        raise Http404
    try:
        return serve(stored)
    except NotReady:
        return drawn(request, draft, "waiting.html", status=409)
