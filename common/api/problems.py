"""What goes wrong on the API: problem documents (RFC 9457) in the reader's language.

An unknown thing and somebody else's thing give the same bytes, so a 404 carries no incident number.
"""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from common.identifiers import new_incident

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs/"
PREFIX = "/api/"
# kind → title and the sentence that is said when nobody knows better
KINDS: dict[str, tuple[Any, Any]] = {
    "malformed": (_("The request cannot be read"), _("Send a JSON object as the documentation shows.")),
    "unauthorized": (_("A token is needed"), _("Send a valid token: Authorization: Bearer mc_…")),
    "forbidden": (_("Not allowed"), _("You may not do this.")),
    "scope": (_("The token is not made for this"), _("Use a token of the scope this call asks for.")),
    "second-factor": (
        _("A second factor is needed"),
        _("Officers' tokens are given out only after a second factor, which this portal does not have yet."),
    ),
    "not-found": (_("Not found"), _("There is no such thing here, or it is not yours.")),
    "method": (_("This address does not take this method"), _("See the documentation for what it takes.")),
    "conflict": (_("The dossier has changed"), _("Read it again and decide anew.")),
    "in-flight": (_("The same call is still being worked on"), _("Wait a moment and send it again.")),
    "key-reused": (
        _("This Idempotency-Key was used for another call"),
        _("Use a new key for every new call; send the same key only with exactly the same content."),
    ),
    "too-large": (_("Too much was sent"), _("Send a smaller body; files have at most 25 MB.")),
    "media-type": (_("This kind of content is not taken"), _("Send JSON; files are sent as multipart/form-data.")),
    "invalid": (_("Some values are not right"), _("See “errors”: one sentence for each value.")),
    "too-many": (_("Too many calls"), _("Wait as many seconds as Retry-After says.")),
    "not-payable": (_("There is nothing to pay"), _("There is no fee to pay for this dossier now.")),
    "not-ready": (_("Not ready"), _("Try again later.")),
    "error": (_("Something went wrong"), _("Try again in a few minutes; name the incident when you report it.")),
    "unavailable": (_("The portal does not answer right now"), _("Try again in a few seconds.")),
}
OF_STATUS = {
    400: "malformed", 401: "unauthorized", 403: "forbidden", 404: "not-found", 405: "method", 409: "conflict",
    413: "too-large", 415: "media-type", 422: "invalid", 429: "too-many", 500: "error", 503: "unavailable",
}  # fmt: skip
OF_DJANGO: tuple[tuple[type[Exception], int], ...] = (
    (Http404, 404),
    (RequestDataTooBig, 413),
    (SuspiciousOperation, 400),
)
TRACED = frozenset({403, 500, 503})  # answers somebody may ask about: they carry an incident number


class Problem(Exception):
    """An answer that is a problem document. `errors`: {field: sentence}; `more`: members beyond those of RFC 9457."""

    def __init__(
        self,
        status: int,
        kind: str = "",
        detail: Any = "",
        *,
        errors: Mapping[str, Any] | None = None,
        more: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind or OF_STATUS[status])
        self.status, self.kind, self.detail = status, kind or OF_STATUS[status], detail
        self.errors, self.more, self.headers = dict(errors or {}), dict(more or {}), dict(headers or {})

    @property
    def document(self) -> dict[str, Any]:
        """The members of the answer, in the language that is active now."""
        title, usual = KINDS[self.kind]
        found: dict[str, Any] = {
            "type": f"{DOCS}#problem-{self.kind}",
            "title": str(title),
            "status": self.status,
            "detail": str(self.detail or usual),
        }
        if self.errors:
            found["errors"] = {str(key)[:200]: str(text) for key, text in self.errors.items()}
        if self.status in TRACED:
            found["incident"] = new_incident()
            logger.warning("incident=%s status=%s kind=%s", found["incident"], self.status, self.kind)
        return found | self.more


def too_many(seconds: int) -> Problem:
    """429: come back in so many seconds."""
    return Problem(429, headers={"Retry-After": str(max(1, seconds))})


def respond(problem: Problem) -> Response:
    """The answer of a view of the API."""
    return Response(problem.document, status=problem.status, headers=problem.headers, content_type=MEDIA_TYPE)


def plain_response(status: int, kind: str = "", detail: Any = "") -> HttpResponse:
    """The answer where no view was reached: unknown addresses, errors, locked accounts."""
    options = {"ensure_ascii": False, "separators": (",", ":")}
    document = Problem(status, kind, detail).document
    return JsonResponse(document, status=status, content_type=MEDIA_TYPE, json_dumps_params=options)


def handle(exc: Exception, context: Any) -> Response | None:
    """The exception handler of Django REST framework; None leaves the error to the page of the portal (500)."""
    problem = exc if isinstance(exc, Problem) else _translated(exc)
    return respond(problem) if problem else None


def _translated(exc: Exception) -> Problem | None:
    if isinstance(exc, exceptions.ValidationError):
        return Problem(422, errors=flat(exc.detail))
    if isinstance(exc, exceptions.APIException):
        return _of_framework(exc)
    if isinstance(exc, PermissionDenied):
        return Problem(403, detail=str(exc))
    for kind, status in OF_DJANGO:
        if isinstance(exc, kind):
            return Problem(status)
    return None


def _of_framework(exc: exceptions.APIException) -> Problem | None:
    status = 401 if isinstance(exc, exceptions.AuthenticationFailed | exceptions.NotAuthenticated) else exc.status_code
    if status not in OF_STATUS or status >= 500:
        return None
    return Problem(status, headers={"WWW-Authenticate": 'Bearer realm="motcua"'} if status == 401 else None)


def flat(detail: Any, path: str = "") -> dict[str, str]:
    """{path of the value: sentence} of what serializers complain about; paths are dotted, "" is the whole."""
    if isinstance(detail, Mapping):
        found: dict[str, str] = {}
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            found |= flat(value, ".".join(part for part in (path, name) if part))
        return found
    if isinstance(detail, list | tuple):
        if all(isinstance(one, str) for one in detail):
            return {path: " ".join(str(one) for one in detail)} if detail else {}
        found = {}
        for number, one in enumerate(detail):
            found |= flat(one, f"{path}.{number}".lstrip("."))
        return found
    return {path: str(detail)}
