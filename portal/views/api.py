"""The API's own addresses: its schema and its documentation for people."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PUBLIC, ApiView
from portal.views import api_examples

_documents: dict[str, dict[str, Any]] = {}


def document() -> dict[str, Any]:
    """The OpenAPI document in the active language, made once per process."""
    language = (translation.get_language() or "vi")[:2]
    if language not in _documents:
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        _documents[language] = made
    return _documents[language]


class Schema(ApiView):
    """OpenAPI 3.1."""

    scope = PUBLIC
    schema = None

    def get(self, request: Request) -> Response:
        """The document."""
        return Response(document())


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Every operation with a call that can be run, every kind of problem; asks the database nothing."""
    language = translation.get_language_from_request(request)
    with translation.override(language):
        request.LANGUAGE_CODE = language
        context = {
            "groups": api_examples.groups(document(), settings.PUBLIC_URL),
            "problems": api_examples.problems(),
            "address": settings.PUBLIC_URL,
        }
        return render(request, "portal/api_docs.html", context)


def own_addresses() -> Iterator[URLPattern]:
    """Schema and documentation."""
    yield path("schema/", Schema.as_view(), name="schema")
    yield path("docs/", docs, name="docs")
