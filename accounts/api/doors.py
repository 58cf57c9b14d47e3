"""Registering and tokens."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth import authenticate
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.api.authentication import person
from accounts.api.base import ANY, PUBLIC, ApiView
from accounts.api.serializers import AccountOut, PhoneIn, RegisterIn, RegistrationOut, TokenFacts, TokenIn, TokenOut
from accounts.forms import CodeForm, PhoneForm, RegisterForm
from accounts.models import ApiToken, OneTimeCode, User
from accounts.services import tokens
from accounts.views.citizen.codes import refusal_text
from accounts.views.citizen.register import taken_text
from common import limits
from common.api.problems import Problem, too_many
from common.crypto import blind_index

REGISTER = OneTimeCode.Purpose.REGISTER
WRONG = gettext_lazy("The name or the password is not right. Please check both.")


def _language() -> str:
    return (translation.get_language() or "vi")[:2]


def _checked(form: Any, names: dict[str, str] | None = None) -> Any:
    """A form of the pages judges what programs send: the same rules, the same sentences (422)."""
    if not form.is_valid():
        names = names or {}
        raise Problem(422, errors={names.get(key, key): " ".join(texts) for key, texts in form.errors.items()})
    return form


class Register(ApiView):
    """Step 1 of opening an account."""

    scope, door = PUBLIC, "register"

    @extend_schema(
        operation_id="register_phone", request=PhoneIn, responses={202: RegistrationOut}, tags=["auth"],
        summary=gettext_lazy("Begin to open an account: a code goes to the phone"),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Send a code; whether the phone has an account is not told."""
        form = _checked(PhoneForm(self.values(PhoneIn)))
        secret = secrets.token_urlsafe(24)
        try:
            code = services.issue_code(
                phone=form.cleaned_data["phone"], purpose=REGISTER, binding=_binding(secret), network=self.network(),
                language=_language(), at=timezone.now(),
            )  # fmt: skip
        except services.CodeRefused as refusal:
            raise Problem(429, detail=refusal_text(refusal), headers={"Retry-After": "60"}) from None
        return Response({"registration": f"{code.public_id}.{secret}", "expires_at": code.expires_at}, status=202)


def _binding(secret: str) -> str:
    return blind_index(secret, context="registration")


class ConfirmRegistration(ApiView):
    """Step 2 of opening an account."""

    scope, door = PUBLIC, "register"

    @extend_schema(
        operation_id="register", request=RegisterIn, responses={201: AccountOut}, tags=["auth"],
        summary=gettext_lazy("Open the account with the code of the message"),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """The account, when code and details are right."""
        sent = self.values(RegisterIn)
        form = _checked(RegisterForm(sent | {"new_password": sent["password"]}), {"new_password": "password"})
        digits = _checked(CodeForm(sent)).cleaned_data["code"]
        code = _proven(sent["registration"], digits)
        if not limits.hit("register", code.phone_index, limit=10, window=timedelta(hours=1)):
            raise too_many(3600)
        user = _opened(code, form, sent["password"])
        return Response({"kind": user.kind, "full_name": user.full_name}, status=201)


def _proven(registration: str, digits: str) -> OneTimeCode:
    public_id, _dot, secret = registration.partition(".")
    key: dict[str, Any] = {"public_id": public_id, "purpose": REGISTER, "binding": _binding(secret)}
    now = timezone.now()
    if not services.proven(**key, at=now):
        services.verify_code(**key, digits=digits, at=now)
    code = services.proven(**key, at=now)
    if code is None:
        raise Problem(
            422, errors={"code": _("This code is not right or no longer valid. Check it, or ask for a new one.")}
        )
    return code


def _opened(code: OneTimeCode, form: RegisterForm, password: str) -> User:
    try:
        return services.register(
            code=code, details=form.details, password=password, language=_language(), at=timezone.now()
        )
    except services.IdentityTaken:
        raise Problem(422, errors={"national_id": taken_text()}) from None
    except ValueError:
        raise Problem(422, errors={"registration": _("This proof of a phone was used already.")}) from None


class Token(ApiView):
    """Tokens: ask for one, look at it, give it back."""

    scopes = {"POST": PUBLIC, "GET": ANY, "DELETE": ANY}
    problems = (401, 403)
    door = "token"

    @extend_schema(
        operation_id="token_create", request=TokenIn, responses={201: TokenOut}, tags=["auth"],
        summary=gettext_lazy("Get a token for name and password"),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A new token; failures are counted as on the page of sign-in."""
        sent = self.values(TokenIn)
        user = authenticate(request._request, username=sent["username"], password=sent["password"])
        if not isinstance(user, User):
            raise Problem(401, detail=WRONG, headers={"WWW-Authenticate": 'Bearer realm="motcua"'})
        token, secret = _issue(user, sent)
        return Response(_facts(token) | {"token": secret}, status=201)

    @extend_schema(
        operation_id="token_show", responses=TokenFacts, tags=["auth"],
        summary=gettext_lazy("What this token may do, and how long"),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The token of this call."""
        assert isinstance(request.auth, ApiToken)
        return Response(_facts(request.auth))

    @extend_schema(
        operation_id="token_revoke", request=None, responses={204: None}, tags=["auth"],
        summary=gettext_lazy("Give the token back"),
    )  # fmt: skip
    def delete(self, request: Request) -> Response:
        """The token of this call opens nothing any more."""
        assert isinstance(request.auth, ApiToken)
        tokens.revoke_token(request.auth, actor=person(request), at=timezone.now())
        return Response(status=204)


def _issue(user: User, sent: dict[str, Any]) -> tuple[ApiToken, str]:
    lasts = timedelta(hours=sent["hours"]) if "hours" in sent else None
    try:
        return tokens.issue_token(user, scope=sent["scope"], name=sent["name"], at=timezone.now(), lasts=lasts)
    except tokens.ScopeRefused:
        raise Problem(403, "scope", _("This kind of account gets no token of that scope.")) from None
    except tokens.SecondFactorNeeded:
        raise Problem(403, "second-factor") from None


def _facts(token: ApiToken) -> dict[str, Any]:
    facts = {"scope": token.scope, "name": token.name, "kind": token.user.kind}
    return facts | {"expires_at": token.expires_at}
