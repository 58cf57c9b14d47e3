"""Following a dossier over the API: detail, events, files, the result; and looking one up by its secret."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ANY, CITIZEN, OFFICER, PUBLIC
from accounts.models import User
from audit.services import record
from common.api.problems import Problem, too_many
from common.writing import Part
from documents.services import serve
from dossiers import queues
from dossiers.api import actions, showing
from dossiers.api.base import DossierView
from dossiers.api.serializers import EventList, QueueList, TrackIn, TrackOut
from dossiers.errors import Invalid
from dossiers.models import Dossier
from dossiers.services import looks, results, uploads
from dossiers.views.citizen import lookup, status
from dossiers.views.citizen.dossier import current_result
from dossiers.views.officer.files import file_or_404
from dossiers.views.officer.page import DossierPage

PDF = {(200, "application/pdf"): OpenApiResponse(OpenApiTypes.BINARY, description="PDF")}
ANY_FILE = {(200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY, description="The file")}


def shown(dossier: Dossier, user: User, *, is_look: bool = False) -> dict[str, Any]:
    """The dossier for this caller; an officer's look is written down, as on the page."""
    if not user.is_officer:
        return showing.own(dossier, actions.offered(dossier, user))
    if is_look:
        _note("dossier.viewed", dossier, user, beside=[looks.looked(dossier, user)])
    return showing.desk(DossierPage(dossier, user, timezone.now()))


def _note(what: str, dossier: Dossier, user: User, *, beside: Iterable[Part] = (), **data: int) -> None:
    agency = dossier.handling_agency.code if dossier.handling_agency else ""
    record(
        what,
        actor_id=user.pk,
        subject_type="dossier",
        subject_id=dossier.pk,
        agency_code=agency,
        data=data,
        beside=beside,
    )


class Events(DossierView):
    """What happened to a dossier."""

    scope = ANY

    @extend_schema(
        operation_id="events_list", responses=EventList, tags=["dossiers"], summary=_("What happened, oldest first"),
        parameters=[OpenApiParameter("since", int, description=_("Only what came after this version"))],
    )  # fmt: skip
    def get(self, request: Request, ref: str) -> Response:
        """Applicants read what their own timeline shows."""
        dossier = self.dossier(ref)
        text = request.query_params.get("since", "")
        since = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
        return Response({"version": dossier.version, "results": showing.events(dossier, self.me(), since=since)})


class ResultFile(DossierView):
    """The signed result."""

    scope = ANY
    problems = (409,)

    @extend_schema(operation_id="result_read", responses=PDF, tags=["dossiers"], summary=_("The signed result (PDF)"))
    def get(self, request: Request, ref: str) -> HttpResponseBase:
        """404 until it is issued; the first time the applicant fetches it is noted."""
        dossier, user = self.dossier(ref), self.me()
        found = current_result(dossier)
        if found is None or found.file is None:
            raise Http404
        if user.is_officer:
            _note("file.downloaded", dossier, user, file=found.file.pk)
        else:
            results.note_viewed(found.pk)
        return serve(found.file, byte_range="")


class HandedIn(DossierView):
    """One file of a dossier."""

    scopes = {"GET": ANY, "DELETE": CITIZEN}
    problems = (409,)

    @extend_schema(operation_id="files_read", responses=ANY_FILE, tags=["dossiers"], summary=_("A file of the dossier"))
    def get(self, request: Request, ref: str, file: UUID) -> HttpResponseBase:
        """Handed in or issued; a file that is not clean yet is not given out (409)."""
        dossier, user = self.dossier(ref), self.me()
        found = file_or_404(dossier, str(file))
        is_unissued = dossier.results.filter(file=found, issued_at=None).exists()
        if is_unissued and not user.is_officer:
            raise Http404
        if user.is_officer:
            _note("file.downloaded", dossier, user, file=found.pk)
        return serve(found, byte_range="")

    @extend_schema(
        operation_id="files_delete",
        request=None,
        responses={204: None},
        tags=["dossiers"],
        summary=_("Take a file out again"),
    )
    def delete(self, request: Request, ref: str, file: UUID) -> Response:
        """While the dossier may be changed."""
        try:
            uploads.remove(self.dossier(ref).pk, user=self.me(), file_id=str(file))
        except Invalid:
            raise Http404 from None
        return Response(status=204)


class Queue(DossierView):
    """The desk's queue."""

    scope = OFFICER

    @extend_schema(
        operation_id="queue_list", responses=QueueList, tags=["desk"], summary=_("One tab of the queue, most urgent first"),
        parameters=[
            OpenApiParameter(
                "tab", str, enum=list(queues.BY_KEY), description=_("Without it, the first in which something waits")
            ),
            OpenApiParameter("after", str, description=_("`next` of the page before")),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Twenty a page, by keyset: nothing is counted but the tabs when none is named."""
        viewer = queues.viewer_of(self.me(), timezone.now())
        key = _tab(viewer, request.query_params.get("tab", ""))
        related = ("party", "procedure", "assignee", "receiving_agency")
        page = queues.page(
            queues.of_tab(viewer, key),
            after=request.query_params.get("after", ""),
            rows_of=queues.base(viewer).select_related(*related),
        )
        return Response({"tab": key, "results": [showing.queue_row(one) for one in page.rows], "next": page.after})


def _tab(viewer: queues.Viewer, wanted: str) -> str:
    keys = [tab.key for tab in queues.tabs_of(viewer)]
    if wanted in keys:
        return wanted
    if wanted:
        raise Problem(422, errors={"tab": ", ".join(keys)})
    counts = queues.counts(viewer)
    return next((key for key in keys if counts.get(key)), keys[0])


class Track(DossierView):
    """Looking a dossier up without an account."""

    scope, door = PUBLIC, "track"
    problems = (404,)

    @extend_schema(
        operation_id="track", request=TrackIn, responses=TrackOut, tags=["track"],
        summary=_("Where a dossier stands, for whoever has its secret"),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A wrong code and a wrong secret get the same answer; nothing about the person is said."""
        sent = self.values(TrackIn)
        code = "".join(sent["code"].split()).upper()
        if not lookup.within_limits(request._request, code):
            raise too_many(3600)
        found = lookup.dossier_of_secret(code, sent["secret"])
        if found is None:
            raise Http404
        return Response(_public(found))


def _public(dossier: Dossier) -> dict[str, Any]:
    facts = showing.row(dossier)
    kept = ("code", "procedure", "state", "state_words", "filed_at", "due_at", "finished_at")
    return {key: facts[key] for key in kept} | {"sentence": status.sentence(dossier)}
