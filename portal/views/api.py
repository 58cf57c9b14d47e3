"""The API's own addresses: its schema and its documentation for people."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import PUBLIC, ApiView

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


def own_addresses() -> Iterator[URLPattern]:
    """Schema and documentation."""
    yield path("schema/", Schema.as_view(), name="schema")
