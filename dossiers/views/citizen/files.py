"""Files of dossiers, handed out after the right was checked; the room of documents knows files, not who may see them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from accounts.models import User
from audit.services import record
from documents.models import StoredFile
from documents.services import NotReady, serve
from dossiers.models import Dossier, IssuedPaper, PaperFile, Result
from dossiers.services import results
from dossiers.views.citizen import access
from dossiers.views.citizen.dossier import current_result


@access.reading
def file(request: HttpRequest, file: UUID) -> HttpResponseBase:
    """A paper handed in, a form issued, or the result; 404 unless its dossier is visible to the reader."""
    found = StoredFile.objects.filter(public_id=file, room="dossiers").first()
    user = access.person(request)
    dossier = _dossier(user, _dossier_ids(found, user.is_officer)) if found else None
    if found is None or dossier is None:
        raise Http404
    if user.is_officer:
        record(
            "file.downloaded", actor_id=user.pk, subject_type="dossier", subject_id=dossier.pk, data={"file": found.pk}
        )
    try:
        return serve(found, inline="xem" in request.GET, byte_range=request.headers.get("Range", ""))
    except NotReady as not_ready:
        return render(
            request, "dossiers/citizen/file_not_ready.html", {"file": found, "state": not_ready.state}, status=409
        )


def _dossier(user: User, ids: list[int]) -> Dossier | None:
    """One of these dossiers that the reader may see; officers also what their counter is preparing."""
    shown = Dossier.objects.visible_to(user).filter(pk__in=ids).first()
    return shown or Dossier.objects.prepared_at_counter_of(user).filter(pk__in=ids).first()


def _dossier_ids(found: StoredFile, is_officer: bool) -> list[int]:
    """The dossier the file belongs to; results only once they are issued, unless an officer asks."""
    ids = list(PaperFile.objects.filter(file=found).values_list("paper__dossier", flat=True))
    papers, issued = IssuedPaper.objects.filter(file=found), Result.objects.filter(file=found)
    if not is_officer:
        papers = papers.filter(kind__in=IssuedPaper.FOR_APPLICANT)
        issued = issued.exclude(issued_at=None)
    return [*ids, *papers.values_list("dossier", flat=True), *issued.values_list("dossier", flat=True)]


@access.reading
def result(request: HttpRequest, code: str) -> HttpResponseBase:
    """The signed result; the first time it is fetched is noted."""
    dossier = access.dossier_of(request, code)
    found = current_result(dossier)
    if found is None or found.file is None:
        return redirect("dossiers:dossier", dossier.code)
    response = serve(found.file, byte_range=request.headers.get("Range", ""))
    if request.method == "GET":
        results.note_viewed(found.pk)
    return response
