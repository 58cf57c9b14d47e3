"""Messages with the applicant: the thread, what the applicant will read before it is sent, frequent sentences."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_POST

from accounts.requests import PersonRequest
from dossiers import notices, previews
from dossiers.errors import Invalid
from dossiers.forms.messages import SENTENCES, MessageForm
from dossiers.models import Dossier
from dossiers.services import messaging
from dossiers.views.officer.access import dossier_or_404, officers_only
from dossiers.views.officer.frame import head, list_query
from dossiers.views.officer.page import DossierPage


def thread(request: PersonRequest, page: DossierPage, form: MessageForm | None = None) -> dict[str, Any]:
    """The messages, newest last; reading them tells the applicant that they were read."""
    rows = list(page.dossier.messages.select_related("author").order_by("pk"))
    if any(not row.by_agency and row.read_at is None for row in rows) and request.method == "GET":
        messaging.mark_read(page.dossier, user=page.user, at=page.now)
    may_write = messaging.takes_messages(page.dossier, page.now) and messaging.may_write(page.dossier, page.user)
    return {
        "rows": rows,
        "form": form or MessageForm(initial={"text": _chosen(request, page.dossier)}),
        "may_write": may_write,
        "closed_since": messaging.closes_at(page.dossier) if not may_write else None,
        "sentences": [(key, name) for key, (name, _words) in SENTENCES.items()],
        "waits": page.dossier.message_waits,
    }


def _chosen(request: PersonRequest, dossier: Dossier) -> str:
    """The frequent sentence of the address, in the applicant's language."""
    sentence = SENTENCES.get(request.GET.get("mau", ""))
    with override(notices.language_of(dossier)):
        return str(sentence[1]) if sentence else ""


@officers_only
@require_POST
def write_message(request: PersonRequest, code: str) -> HttpResponse:
    """First what the applicant will read; with `sure` the message is sent."""
    dossier = dossier_or_404(request, code)
    page = DossierPage(dossier, request.user, timezone.now())
    back = reverse("dossiers:officer_part", args=[code, "trao-doi"]) + list_query(request)
    if "khong-can" in request.POST:
        messaging.needs_no_answer(dossier.pk, user=request.user)
        messages.success(request, _("Noted: the message needs no answer."))
        return HttpResponseRedirect(back)
    form = MessageForm(request.POST)
    if form.is_valid() and not request.POST.get("sure"):
        return _page(request, page, form, letter=previews.letter_of(dossier, messaging.NEWS))
    if form.is_valid() and _sent(dossier, request, form):
        messages.success(request, _("The message was sent to the applicant."))
        return HttpResponseRedirect(back)
    return _page(request, page, form, status=422)


def _sent(dossier: Dossier, request: PersonRequest, form: MessageForm) -> bool:
    try:
        messaging.send(dossier.pk, user=request.user, words=form.cleaned_data["text"])
    except Invalid as refused:
        for sentence in refused.errors.values():
            form.add_error("text", str(sentence))
        return False
    return True


def _page(
    request: PersonRequest,
    page: DossierPage,
    form: MessageForm,
    *,
    letter: previews.Letter | None = None,
    status: int = 200,
) -> HttpResponse:
    context = head(request, page, "trao-doi") | thread(request, page, form) | {"letter": letter}
    return render(request, "dossiers/officer/thread.html", context, status=status)
