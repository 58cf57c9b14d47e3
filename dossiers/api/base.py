"""Which dossier a call is about, and what a refusal of a service looks like to a program."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.api.authentication import person
from accounts.api.base import ApiView
from accounts.models import User
from common.api.problems import Problem, respond
from documents.refusals import UploadRefused
from documents.services import NotReady
from documents.signing import SigningUnavailable, sentence
from dossiers.api import showing
from dossiers.errors import Conflict, Denied, Invalid
from dossiers.models import Dossier

RELATED = (
    "procedure", "procedure_version", "receiving_agency", "handling_agency", "deciding_agency", "organisation", "assignee",
    "applicant", "party", "delivery_choice__counter",
)  # fmt: skip


def named(reference: str) -> Q:
    """The dossier of a code, or the draft (or dossier) of a uuid."""
    try:
        return Q(public_id=UUID(reference))
    except ValueError:
        return Q(code=reference[:60])


class DossierView(ApiView):
    """A view about one dossier or several."""

    def me(self) -> User:
        """The caller."""
        return person(self.request)

    def dossier(self, ref: str) -> Dossier:
        """The dossier of a code or uuid; what is not the caller's is not there (404)."""
        found = Dossier.objects.visible_to(self.me()).filter(named(ref)).select_related(*RELATED).first()
        if found is None:
            raise Http404
        return found

    def handle_exception(self, exc: Exception) -> Response:
        """Refusals of the services become problems."""
        problem = _problem(exc, self.request.user)
        return respond(problem) if problem else super().handle_exception(exc)


def _problem(exc: Exception, user: Any) -> Problem | None:
    found: Problem | None = None
    if isinstance(exc, Conflict):
        found = conflict(exc, user)
    elif isinstance(exc, Denied):
        found = Problem(403, detail=str(exc)) if user.kind == "officer" else Problem(404)
    elif isinstance(exc, Invalid):
        found = Problem(422, errors=exc.errors)
    elif isinstance(exc, UploadRefused):
        found = Problem(422, errors={"file": exc.message})
    elif isinstance(exc, NotReady):
        found = Problem(409, "not-ready", _("This file is still being checked, or was put aside."))
    elif isinstance(exc, SigningUnavailable):
        found = Problem(503, "not-ready", sentence(exc))
    return found


def conflict(exc: Conflict, user: Any) -> Problem:
    """409: the state and version as they are now, and what happened since the version the caller knew."""
    fresh = Dossier.objects.visible_to(user).filter(pk=exc.dossier.pk).first() or exc.dossier
    since = exc.since if exc.since is not None else fresh.version
    events = showing.events(fresh, user, since=since)
    return Problem(409, detail=str(exc), more={"state": fresh.state, "version": fresh.version, "events": events})
