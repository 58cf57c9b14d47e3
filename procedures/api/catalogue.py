"""Search and detail of procedures; anybody may read them."""

from typing import Any

from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PUBLIC, ApiView
from procedures import presenting
from procedures.api.serializers import ProcedureList, ProcedureOut
from procedures.forms import CatalogueSearch
from procedures.models import Procedure
from procedures.services import content_of

PAGE = 20
TEXT: dict[str, Any] = {"q": _("Words, with or without diacritics, or a code")}
FACETS: dict[str, Any] = {
    "field": _("Key of a field"), "agency": _("Key of an agency"), "classification": "full, partial, info",
    "audience": "citizen, business",
}  # fmt: skip
AFTER = OpenApiParameter("after", str, description=_("`next` of the page before"))


class Procedures(ApiView):
    """The catalogue."""

    scope = PUBLIC

    @extend_schema(
        operation_id="procedures_list", responses=ProcedureList, tags=["procedures"], summary=_("Search the catalogue"),
        parameters=[*(OpenApiParameter(name, str, description=text) for name, text in (TEXT | FACETS).items()), AFTER],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """One page of twenty: the ids in order are read once, so that a page costs the same wherever it lies."""
        codes = [entry.code for entry in CatalogueSearch(request._request.GET).entries()]
        after = request.query_params.get("after", "")
        start = codes.index(after) + 1 if after in codes else 0
        chosen = codes[start : start + PAGE]
        rows = {one.code: one for one in Procedure.objects.filter(code__in=chosen).select_related("owner", "field")}
        has_more = len(codes) > start + PAGE
        body = {"results": [row(rows[code]) for code in chosen], "next": chosen[-1] if has_more else ""}
        return Response(body)


class ProcedureDetail(ApiView):
    """One procedure."""

    scope = PUBLIC

    @extend_schema(
        operation_id="procedures_read", responses=ProcedureOut, tags=["procedures"],
        summary=_("A procedure with its papers, fees and e-form"),
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """404 for a code that is not in force."""
        found = Procedure.objects.published().by_code(code).select_related("owner", "field", "current_version").first()
        if found is None:
            raise Http404
        return Response(detail(found))


def detail(procedure: Procedure) -> dict[str, Any]:
    """Everything a program needs to file this procedure."""
    version = procedure.current_version
    assert version is not None
    content = content_of(version.pk)
    whole = content.model_dump(mode="json", by_alias=True)
    parts = {key: whole[key] for key in ("cases", "papers", "fees", "result", "eform")}
    can_file = content.eform is not None and procedure.classification != "info"
    return row(procedure) | {"version": version.number, "can_file": can_file, **parts}


def row(procedure: Procedure) -> dict[str, Any]:
    """A procedure in a list."""
    card = presenting.card(procedure)
    return {
        "code": procedure.code,
        "name": card["full_name"] or card["name"],
        "short_name": card["name"] if card["full_name"] else "",
        "classification": procedure.classification,
        "audience": procedure.audience,
        "level": procedure.level,
        "agency": _named(procedure.owner),
        "field": _named(procedure.field),
        "time": card["time"],
        "fee": card["fee"],
    }


def _named(thing: Any) -> dict[str, str] | None:
    if thing is None:
        return None
    english = thing.name_en if (get_language() or "vi").startswith("en") else ""
    return {"key": thing.key, "name": english or thing.name_vi}
