"""Papers of a dossier: looking at pages, downloading. Files that are not clean are never opened."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from audit.services import record
from documents.models import StoredFile
from documents.services import NoPreview, NotReady, serve, serve_preview
from dossiers.models import Consultation, Dossier, IssuedPaper, PaperFile, Result
from dossiers.views.officer.access import dossier_or_404, officers_only


def file_or_404(dossier: Dossier, public_id: str, *, handed_in_only: bool = False) -> StoredFile:
    """A file of this dossier: handed in, issued, the result, or with an opinion.

    `handed_in_only`: for who may see the papers that are in force and nothing else.
    """
    handed_in = PaperFile.objects.filter(paper__dossier=dossier).values("file")
    issued = IssuedPaper.objects.filter(dossier=dossier, file__isnull=False).values("file")
    results = Result.objects.filter(dossier=dossier, file__isnull=False).values("file")
    opinions = Consultation.objects.filter(dossier=dossier, file__isnull=False).values("file")
    of_dossier = Q(pk__in=handed_in) | Q(pk__in=issued) | Q(pk__in=results) | Q(pk__in=opinions)
    if handed_in_only:
        of_dossier = Q(pk__in=handed_in.filter(removed_at=None))
    file = StoredFile.objects.filter(of_dossier, public_id=public_id).first()
    if file is None:
        raise Http404
    return file


@officers_only
@require_safe
def officer_file(request: PersonRequest, code: str, public_id: str) -> HttpResponseBase:
    """The file itself; the look is written down."""
    dossier = dossier_or_404(request, code)
    file = file_or_404(dossier, public_id)
    try:
        response = serve(file, byte_range=request.headers.get("Range", ""))
    except NotReady:
        messages.error(request, _("This file may not be opened: it is still being checked, or was put aside."))
        return HttpResponseRedirect(reverse("dossiers:officer_dossier", args=[dossier.code]))
    data = {"file": file.pk}
    record("file.downloaded", actor_id=request.user.pk, subject_type="dossier", subject_id=dossier.pk, data=data)
    return response


@officers_only
@require_safe
def officer_file_page(request: PersonRequest, code: str, public_id: str, number: int) -> HttpResponseBase:
    """One page of a file as a picture, for the viewer."""
    file = file_or_404(dossier_or_404(request, code), public_id)
    wide = request.GET.get("rong") == "1"
    try:
        response = serve_preview(file, number, width=2000 if wide else 1200)
    except (NotReady, NoPreview) as error:
        raise Http404 from error
    return response
