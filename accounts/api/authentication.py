"""Who calls the API: a bearer token, never a session cookie (so there is nothing to forge across sites)."""

from typing import Any, cast

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.services.tokens import find_token
from common.api.problems import Problem


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer mc_…`."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """(user, token); None without the header; 401 for a token that is unknown, expired or revoked."""
        kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not kind:
            return None
        token = find_token(secret.strip(), at=timezone.now()) if kind.lower() == "bearer" else None
        if token is None:
            raise AuthenticationFailed
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Makes the framework answer 401 instead of 403."""
        return 'Bearer realm="motcua"'


class HasScope(BasePermission):
    """The token reaches as far as the view asks; asked before anything is looked up, so nothing is given away."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """False: 401 without a token; raises Problem (403) for a token of another scope."""
        needed = view.needed_scope(request.method)
        if not needed:
            return True
        if not isinstance(request.auth, ApiToken):
            return False
        if not request.auth.allows(needed, is_safe=request.method in SAFE_METHODS):
            raise Problem(403, "scope")
        return True


def person(request: Request) -> User:
    """The caller (HasScope lets nobody else in)."""
    return cast("User", request.user)
