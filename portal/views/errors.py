"""Pages for what went wrong: what happened, what to do, and an incident number to name on the telephone.

They need neither database nor session, carry no token and nothing of the address, so an unknown dossier and somebody
else's dossier give the same bytes.
"""

import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.cache import patch_vary_headers

from common.api.problems import PREFIX, plain_response
from common.identifiers import new_incident
from common.middleware import is_outage, outage_page

logger = logging.getLogger("portal.errors")
LAST_RESORT = (
    '<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>Lỗi</title><body>'
    "<h1>Hệ thống gặp lỗi</h1><p>Hãy thử lại sau vài phút. Mã sự cố: {0}</p>"
    '<h1 lang="en">Something went wrong</h1><p lang="en">Try again in a few minutes. Incident: {0}</p></body></html>'
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when more was sent than is taken."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return error_page(request, status, note=type(exception).__name__)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but this is not yours to do."""
    return error_page(request, 403, note="permission denied")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the page was open too long, or the form came from elsewhere."""
    return error_page(request, 403, template="403_csrf.html", note=reason)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same bytes for what does not exist and for what is somebody else's; hence no incident number."""
    if request.path.startswith(PREFIX):
        return program_answer(request, 404)
    return HttpResponse(loader.render_to_string("404.html"), status=404)


def program_answer(request: HttpRequest, status: int) -> HttpResponse:
    """Programs get a problem document, with the headers of the API's own answers."""
    response = plain_response(status)
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language", "Authorization"])
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500; a plain page when even the template fails. A database lost inside middleware (session, sign-in) is a 503."""
    if is_outage(sys.exception()):
        return outage_page(request)
    return error_page(request, 500, note="unhandled exception")


def error_page(request: HttpRequest, status: int, *, template: str = "", note: str = "") -> HttpResponse:
    """Draw `<status>.html` with a new incident number, which is logged beside the view's name (no address, no data)."""
    if request.path.startswith(PREFIX):
        return program_answer(request, status)
    incident = request.incident = new_incident()  # type: ignore[attr-defined]
    match = getattr(request, "resolver_match", None)
    logger.warning("incident=%s status=%s view=%s note=%s", incident, status, getattr(match, "view_name", "-"), note)
    try:
        body: str = loader.render_to_string(template or f"{status}.html", {"incident": incident})
    except Exception:
        logger.exception("incident=%s the error page itself failed", incident)
        body = LAST_RESORT.format(incident)
    response = HttpResponse(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
