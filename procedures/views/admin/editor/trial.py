"""A dossier on trial: the real form with its rules, then what would follow. Nothing is stored."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from procedures.content import Channel, Content
from procedures.editing.fees import said
from procedures.editing.tasks import used_channels
from procedures.eforms import SectionForm, build_form, prefill, summary
from procedures.fees import quote
from procedures.views.admin.editor.drafts import Draft, drawn, with_draft
from procedures.views.admin.editor.listing import _channel
from procedures.views.admin.editor.previews import sections_of

# Nobody: the numbers are of a shape the rules accept and belong to no one.
SAMPLE = {
    "account.full_name": "Nguyễn Văn Thử",
    "account.national_id": "020090000001",
    "account.dob": "1990-01-01",
    "account.sex": "male",
    "account.phone": "0912000001",
    "account.email": "thu@example.com",
    "account.address": {"province": "20", "commune": "05977", "line": "Số 1, đường Thử Nghiệm"},
    "business.name": "Công ty TNHH Thử Nghiệm",
    "business.tax_code": "4900000001",
}


@require_http_methods(["GET", "HEAD", "POST"])
@with_draft
def trial(request: PersonRequest, draft: Draft) -> HttpResponse:
    """The whole form on one page; when it is right, the summary, the case, the papers and the fee."""
    content, at = draft.content, timezone.now()
    context: dict[str, Any] = {"channels": list(used_channels(content)), "channel": _channel(request, content)}
    if content.eform is None:
        return drawn(request, draft, "trial.html", context)
    data = request.POST if request.method == "POST" else None
    answers = {} if data else prefill(content, SAMPLE)
    form = build_form(content)(data, answers=answers, at=at)
    if data is None or form.is_redraw or not form.is_valid():
        context |= {"form_drawn": sections_of(form), "faults": form.found_errors() if data else []}
        return drawn(request, draft, "trial.html", context, status=422 if context["faults"] else 200)
    found = outcome(content, form, context["channel"], at)
    return drawn(request, draft, "trial.html", context | {"form_drawn": sections_of(form)} | found)


def outcome(content: Content, form: SectionForm, channel: str, at: datetime) -> dict[str, Any]:
    """What would follow from these answers."""
    answers, today = form.merged(), timezone.localdate(at)
    case = content.case_for(answers, on=today)
    wanted = content.papers_for(case.key, answers, on=today, channel=Channel(channel))
    return {
        "summary": summary(content, answers, (get_language() or "vi")[:2], at=at),
        "case": said(case.name),
        "papers": [{"name": said(paper.name), "is_uploaded": paper.is_uploaded, "required": paper.required} for paper in wanted],
        "quote": quote(content, case=case.key, channel=channel, answers=answers, at=at),
        "is_right": True,
    }  # fmt: skip
