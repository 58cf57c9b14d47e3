"""Messages with the agency on the applicant's own dossier: read, answer, ask."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from agencies.models import Agency
from dossiers.errors import Invalid
from dossiers.forms.messages import MessageForm
from dossiers.models import Dossier, DossierMessage
from dossiers.services import messaging
from dossiers.views.citizen import access
from dossiers.views.citizen.dossier import frame


@access.page
def thread(request: HttpRequest, code: str) -> HttpResponse:
    """The messages, newest last; opening them counts as having read them. A POST writes one."""
    found = access.dossier_of(request, code)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sent(request, found, form):
        messages.success(request, _("Your message was sent to the agency."))
        return redirect("dossiers:thread", found.code)
    now = timezone.now()
    rows = list(found.messages.order_by("pk"))
    if request.method == "GET" and found.message_waits == messaging.FOR_CITIZEN:
        messaging.mark_read(found, user=access.person(request), at=now)
        found.message_waits = ""
    context = frame(found, "thread") | {
        "rows": [{"row": row, "who": who(found, row)} for row in rows],
        "form": form,
        "may_write": messaging.takes_messages(found, now),
        "closed_since": messaging.closes_at(found),
    }
    status = 422 if form.errors else 200
    return render(request, "dossiers/citizen/thread.html", context, status=status)


def who(dossier: Dossier, row: DossierMessage) -> Any:
    """Who wrote, as the applicant knows them: the agency by its name, never an officer by theirs."""
    if not row.by_agency:
        return pgettext("writer", "You")
    agencies: tuple[Agency | None, ...] = (dossier.receiving_agency, dossier.handling_agency, dossier.deciding_agency)
    return next((agency.name for agency in agencies if agency and agency.code == row.agency_code), _("The agency"))


def _sent(request: HttpRequest, dossier: Dossier, form: MessageForm) -> bool:
    try:
        messaging.send(dossier.pk, user=access.person(request), words=form.cleaned_data["text"])
    except Invalid as refused:
        for sentence in refused.errors.values():
            form.add_error("text", str(sentence))
        return False
    return True
