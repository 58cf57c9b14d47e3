"""What is printed: the guide (A4) and the leaflet (A5) of a procedure, and the blank forms of its papers."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from common.context import current_site
from documents.models import StoredFile
from documents.render import render_pdf
from documents.services import serve
from procedures import presenting
from procedures.models import Procedure, ProcedureVersion
from procedures.views.citizen.detail import detail

KEPT = 3600  # seconds: a paper costs a quarter of a second


@require_safe
@cache_control(max_age=600)
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Everything on the page, on paper."""
    return _paper(code, "guide")


@require_safe
@cache_control(max_age=600)
def leaflet(request: HttpRequest, code: str) -> HttpResponse:
    """What to bring, what it costs, and the way to the page by QR."""
    return _paper(code, "leaflet")


def _paper(code: str, kind: str) -> HttpResponse:
    rows = Procedure.objects.published().select_related("owner", "field", "current_version")
    procedure = rows.by_code(code).first()
    if procedure is None or procedure.code != code:
        raise Http404
    language, today = (get_language() or "vi")[:2], timezone.localdate()
    state = json.dumps([procedure.card, procedure.classification, procedure.current_version_id, str(today)])
    key = f"procedure-paper:{kind}:{language}:{hashlib.sha256(state.encode()).hexdigest()[:32]}"
    pdf = cache.get(key)
    if pdf is None:
        pdf = render_pdf(
            f"procedures/papers/{kind}.html", _context(procedure), language=language, title=_title(procedure)
        )
        cache.set(key, pdf, KEPT)
    name = f"{'huong-dan' if kind == 'guide' else 'to-roi'}-{procedure.code}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _title(procedure: Procedure) -> str:
    return _("Guide: %(name)s") % {"name": presenting.card(procedure)["name"]}


def _context(procedure: Procedure) -> dict[str, Any]:
    address = f"{settings.PUBLIC_URL}{reverse('procedures:procedure_detail', args=[procedure.code])}"
    facts: dict[str, Any] = detail(procedure)
    facts.pop("meta")
    own = {"site": current_site(), "page_url": address, "short_url": address.partition("//")[2]}
    return facts | own | {"today": timezone.localdate()}


@require_safe
def form_file(request: HttpRequest, code: str, file: UUID) -> HttpResponseBase:
    """The blank form of a paper, of any version that is or was published; drafts are nobody's business yet."""
    named = [{"form_file": {"file": str(file)}}]
    versions = ProcedureVersion.objects.filter(procedure__in=Procedure.objects.by_code(code))
    published = versions.exclude(state__in=["draft", "review"]).filter(content__papers__contains=named)
    stored = StoredFile.objects.filter(public_id=file, room="procedures").first() if published.exists() else None
    if stored is None or not stored.is_clean:
        raise Http404
    return serve(stored)
