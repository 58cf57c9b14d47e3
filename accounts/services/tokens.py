"""Tokens of the API: given out for a password, found by their hash, stamped, revoked, swept."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from accounts.models import ApiToken, User
from audit.services import record
from common.crypto import blind_index

PREFIX = "mc_"
LASTS = {"citizen": timedelta(days=30), "officer": timedelta(hours=12)}  # also the most that may be asked for
STAMP_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=30)
MOST = 20  # live tokens of an account; the oldest make room


class ScopeRefused(Exception):
    """This kind of account gets no token of that scope."""


class SecondFactorNeeded(Exception):
    """Officers' tokens need a second factor, which the portal cannot ask for yet: only the demonstration has them."""


def needs_second_factor(user: User) -> bool:
    """Officers, except in demo and test mode."""
    return user.is_officer and settings.MODE == "production"


def issue_token(
    user: User, *, scope: str, at: datetime, name: str = "", lasts: timedelta | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is never shown again. Raises ScopeRefused, SecondFactorNeeded."""
    kind = scope.partition(":")[0]
    if scope not in ApiToken.Scope.values or (kind == "officer") != user.is_officer:
        raise ScopeRefused
    if needs_second_factor(user):
        raise SecondFactorNeeded
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=_digest(secret),
        scope=scope,
        created_at=at,
        expires_at=at + min(lasts or LASTS[kind], LASTS[kind]),
    )
    _make_room(user, at)
    record("token.issued", actor_id=user.pk, subject_type="user", subject_id=user.pk, data={"token": token.pk})
    return token, secret


def _digest(secret: str) -> str:
    return blind_index(secret, context="api_token")


def _make_room(user: User, at: datetime) -> None:
    live = ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=at).order_by("-pk")
    old = list(live.values_list("pk", flat=True)[MOST : MOST + 100])
    ApiToken.objects.filter(pk__in=old).update(revoked_at=at)


def find_token(secret: str, *, at: datetime) -> ApiToken | None:
    """The live token of this secret, with its user; the use is stamped at most once a minute."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    live = Q(revoked_at=None, expires_at__gt=at, user__is_active=True)
    token = ApiToken.objects.filter(live, digest=_digest(secret)).select_related("user").first()
    if token is None or needs_second_factor(token.user):
        return None
    if token.last_used_at is None or token.last_used_at <= at - STAMP_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token


def revoke_token(token: ApiToken, *, actor: User, at: datetime) -> None:
    """The token opens nothing from now on."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    record("token.revoked", actor_id=actor.pk, subject_type="user", subject_id=token.user_id, data={"token": token.pk})


def revoke_all(user: User, *, at: datetime) -> None:
    """Every token of the account ends, as its sessions do when the password changes."""
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=at)


def sweep_tokens(*, at: datetime) -> int:
    """Delete tokens a month after they ended; returns how many."""
    ended = Q(expires_at__lt=at - KEPT) | Q(revoked_at__lt=at - KEPT)
    count, _rows = ApiToken.objects.filter(ended).delete()
    return count
