"""The first page of filing: go on with a draft, or begin a new one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, User
from accounts.services import represented
from common import units
from dossiers.forms.citizen import MYSELF, StartForm
from dossiers.models import Dossier
from dossiers.services import filing
from dossiers.services.validity import successor_of
from dossiers.views.citizen import access
from dossiers.views.citizen.steps import Way
from procedures import presenting
from procedures.classification import classify
from procedures.models import Procedure
from procedures.services import content_of


@access.page
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Drafts of this procedure, and the button that begins one."""
    procedure = Procedure.objects.by_code(code).select_related("current_version", "owner").first()
    if procedure is None:
        raise Http404
    if procedure.code != code:
        return redirect("dossiers:start", procedure.code)
    user, version = access.person(request), procedure.current_version
    reason = not_here(procedure, user)
    if reason or version is None:
        successor = None if version else successor_of(procedure, timezone.localdate())
        context = {"procedure": procedure, "reason": reason, "successor": successor}
        return render(request, "dossiers/citizen/not_online.html", context)
    organisations = list(represented(user, at=timezone.now()))
    form = StartForm(request.POST or None, user=user, organisations=organisations, initial={"applicant": MYSELF})
    lacking = lacking_facts(user)
    if request.method == "POST" and not lacking and form.is_valid():
        draft = filing.start(user=user, version=version, organisation=form.organisation)
        return redirect(_first_page(draft))
    return render(request, "dossiers/citizen/start.html", _context(procedure, user, form, lacking))


def not_here(procedure: Procedure, user: User) -> str:
    """Why nobody (or this person) can begin here; empty when they can."""
    if procedure.current_version is None:
        return _("This procedure is no longer in force.")
    content = content_of(procedure.current_version.pk)
    if content.eform is None or classify(content).level == "info":
        return _("This procedure cannot be filed online. Bring the papers to the one-stop counter.")
    if user.is_officer:
        return _("You are signed in with an officer's account. Sign in with your own account to file a dossier.")
    return ""


def _context(procedure: Procedure, user: User, form: StartForm, lacking: list[str]) -> dict[str, Any]:
    content = content_of(procedure.current_version_id or 0)
    drafts = Dossier.objects.of_applicant(user).drafts().filter(procedure=procedure).select_related("organisation")
    today = timezone.localdate()
    best_way, _others = presenting.delivery_words(content)
    return {
        "procedure": procedure,
        "card": presenting.card(procedure, today),
        "minutes": presenting.minutes(content),
        "papers": [
            (paper, presenting.paper_condition(paper, content))
            for paper in content.papers
            if paper.is_uploaded and paper.required
        ],
        "best_way": best_way,
        "form": form,
        "lacking": lacking,
        "person": Person.objects.filter(user=user).first(),
        "drafts": [draft_row(draft) for draft in drafts.order_by("-updated_at")[:20]],
        "for_business": procedure.audience == "business" and not form.organisations,
    }


def draft_row(draft: Dossier) -> dict[str, Any]:
    """A draft in a list, with the days it is still kept."""
    left = (draft.draft_expires_on - timezone.localdate()).days if draft.draft_expires_on else 0
    return {"dossier": draft, "days_left": max(0, left)}


def lacking_facts(user: User) -> list[str]:
    """What the account must know before a dossier can be filed in its name."""
    person = Person.objects.filter(user=user).first()
    lacking = []
    if person is None or not person.national_id:
        lacking.append(_("your identity number"))
    if person is None or not person.birth_date:
        lacking.append(_("your date of birth"))
    if person is None or not units.address_line(person.address):
        lacking.append(_("your address"))
    return lacking


def _first_page(draft: Dossier) -> str:
    way = Way(
        Dossier.objects.select_related("procedure", "receiving_agency", "delivery_choice__counter").get(pk=draft.pk)
    )
    return way.first_open() if way.is_short else way.url("draft")


@access.page
def delete_draft(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """Throw a draft away, asked twice."""
    dossier = access.draft_of(request, code, draft)
    if request.method == "POST":
        filing.delete_draft(dossier.pk, user=access.person(request))
        messages.success(request, _("The draft was deleted."))
        return access.home_of(request)
    if not dossier.is_draft:
        raise Http404
    return render(
        request,
        "dossiers/citizen/delete_draft.html",
        {"dossier": dossier, "title": presenting.say(content_of(dossier.procedure_version_id).title)},
    )
