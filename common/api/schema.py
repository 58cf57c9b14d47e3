"""The OpenAPI document, as true as the views: problems, headers and security of every operation."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from common.api.problems import MEDIA_TYPE

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class ProblemDocument(serializers.Serializer[Any]):
    """What went wrong (RFC 9457), in the language of Accept-Language."""

    type = serializers.CharField(help_text="Names the kind of problem; leads to its explanation")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened and what to do, for a person")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(), required=False, help_text="One sentence per value"
    )
    incident = serializers.CharField(required=False, help_text="A number to name when you report it")
    state = serializers.CharField(required=False, help_text="With 409: where the dossier stands now")
    version = serializers.IntegerField(required=False, help_text="With 409: its version now")
    events = serializers.ListField(
        child=serializers.DictField(), required=False, help_text="With 409: what happened since the version you named"
    )


class ApiSchema(AutoSchema):
    """What every operation has in common stands here once."""

    def get_override_parameters(self) -> list[Any]:
        """Unsafe calls of an account take an Idempotency-Key."""
        found: list[Any] = []
        if self.method not in SAFE and self._scope():
            found.append(
                OpenApiParameter(
                    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key: carried out once"
                )
            )
        return found

    def get_auth(self) -> list[dict[str, Any]]:
        """A bearer token, where one is needed."""
        return [{"bearer": []}] if self._scope() else []

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        """The declared answers and the problems every call may end in."""
        found = super()._get_response_bodies(direction)
        problem = OpenApiResponse(ProblemDocument, description="Problem")
        for status in self._problem_statuses():
            if str(status) not in found:
                found[str(status)] = self._get_response_for_code(problem, str(status), [MEDIA_TYPE], direction)
        return found

    def _problem_statuses(self) -> list[int]:
        found = [400, 429]
        if self._scope():
            found += [401, 403]
        if "{" in self.path:
            found.append(404)
        if self.method not in SAFE:
            found += [413, 415, 422]
        if self.method not in SAFE and self._scope():
            found.append(409)
        return sorted(found + list(getattr(self.view, "problems", ())))

    def _scope(self) -> str:
        return str(getattr(self.view, "needed_scope", lambda method: "any")(self.method))
