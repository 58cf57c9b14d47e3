"""The e-form as the citizen sees it, drawn by the templates of the real form."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from procedures import presenting
from procedures.content import Content
from procedures.editing.fees import said
from procedures.eforms import SectionForm, build_form
from procedures.eforms.drawing import render
from procedures.views.admin.editor.drafts import Draft, drawn, with_draft


@dataclass(frozen=True)
class Drawn:
    """A section with the HTML of its questions."""

    key: str
    title: str
    html: SafeString


def sections_of(form: SectionForm) -> list[Drawn]:
    """The sections of a form, each with its questions drawn."""
    drawn_fields = {field["key"]: field for field in form.drawn_fields()}
    return [
        Drawn(
            section.key, said(section.title),
            render([drawn_fields[field.key] for field in section.fields if field.key in drawn_fields]),
        )
        for section in form.sections
    ]  # fmt: skip


def section_preview(content: Content, key: str) -> list[Drawn]:
    """One section; nothing for an unknown one."""
    if content.eform is None or key not in {section.key for section in content.eform.sections}:
        return []
    return sections_of(build_form(content, (key,))(at=timezone.now()))


def whole_preview(content: Content) -> list[Drawn]:
    """All sections; none without an e-form."""
    return sections_of(build_form(content)(at=timezone.now())) if content.eform else []


@require_safe
@with_draft
def preview(request: PersonRequest, draft: Draft) -> HttpResponse:
    """The procedure as its public page will say it, and the whole form."""
    content, today = draft.content, timezone.localdate()
    language = (get_language() or "vi")[:2]
    context: dict[str, Any] = {
        "content": content, "sections": whole_preview(content), "minutes": presenting.minutes(content),
        "time": presenting.time_words(content), "other_times": presenting.other_times(content),
        "fee": presenting.fee_words(content, today), "fee_rows": presenting.fee_rows(content, today),
        "papers": [(paper, presenting.paper_condition(paper, content)) for paper in content.papers],
        "steps": [(step.title.in_(language), step.text.in_(language)) for step in content.public.steps],
        "law": ", ".join(law.number for law in content.public.legal_basis),
    }  # fmt: skip
    return drawn(request, draft, "preview.html", context)
