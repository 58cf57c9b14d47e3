"""The base of every view of the API: language, limits, idempotency, problems."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.clients import client_network
from common.api import idempotency, limits
from common.api.parsing import CleanJsonParser

PUBLIC, ANY, CITIZEN, OFFICER = "", "any", "citizen", "officer"


class AlwaysJson(BaseContentNegotiation):
    """The API speaks JSON whatever the Accept header says."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """The parser of the content type, None when there is none."""
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """The first renderer."""
        return renderers[0], renderers[0].media_type


class ApiView(APIView):
    """`scope`: who may call: nobody asked ("public"), any token, or one of that scope. `door`: a guarded entrance."""

    scope: ClassVar[str] = ANY
    scopes: ClassVar[dict[str, str]] = {}  # by method, where it differs
    door: ClassVar[str] = ""
    parser_classes = (CleanJsonParser,)
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AlwaysJson
    claim: idempotency.Claim | None = None

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer in the language of Accept-Language, Vietnamese when it names none of ours."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        return super().dispatch(request, *args, **kwargs)

    def needed_scope(self, method: str) -> str:
        """The scope a call by this method needs."""
        return self.scopes.get(method, self.scope)

    def network(self) -> str:
        """What limits by address count."""
        return client_network(self.request._request)

    def check_throttles(self, request: Request) -> None:
        """Every call counts for its token, guarded entrances for the address."""
        limits.count_call(request.auth, self.network())
        if self.door and request.method not in {"GET", "HEAD", "OPTIONS"}:
            limits.count_door(self.door, self.network())

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who, may they, how often; then the key of an unsafe call is claimed."""
        super().initial(request, *args, **kwargs)
        self.claim = idempotency.begin(request)

    def handle_exception(self, exc: Exception) -> Response:
        """A replay is an answer, not an error; after an unforeseen error the key is free again."""
        if isinstance(exc, idempotency.Replay):
            return exc.response
        try:
            return super().handle_exception(exc)
        except Exception:
            if self.claim:
                self.claim.release()
            raise

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer under the key; nothing of the API is stored on the way."""
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.claim and isinstance(response, Response):
            self.claim.finish(response)
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        return response

    def values(self, serializer: type[Serializer[Any]]) -> dict[str, Any]:
        """The clean values of the body; raises ValidationError (422)."""
        bound = serializer(data=self.request.data)
        bound.is_valid(raise_exception=True)
        return dict(bound.validated_data)
