"""What somebody is, now: the posts held by a user today, as one small immutable value.

Loaded once per request (one query) and asked by permissions and by `visible_to`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from agencies.models import Post, StandIn


@dataclass(frozen=True)
class Holding:
    """One role in one agency; `instead_of` names the holder when this person stands in."""

    role: str
    agency_id: int
    agency_code: str
    instead_of: int | None = None


@dataclass(frozen=True)
class Standing:
    """All roles a user holds on a day."""

    user_id: int
    holdings: tuple[Holding, ...]

    def has(self, role: str, agency_id: int | None) -> bool:
        """True when the user holds `role` in that agency."""
        return any(holding.role == role and holding.agency_id == agency_id for holding in self.holdings)

    def agency_ids(self, roles: Iterable[str]) -> list[int]:
        """The agencies in which the user holds one of `roles`."""
        wanted = set(roles)
        return sorted({holding.agency_id for holding in self.holdings if holding.role in wanted})

    def roles_in(self, agency_id: int | None) -> frozenset[str]:
        """The roles held in one agency."""
        return frozenset(holding.role for holding in self.holdings if holding.agency_id == agency_id)

    @property
    def roles(self) -> frozenset[str]:
        """Every role held anywhere."""
        return frozenset(holding.role for holding in self.holdings)


def standing_of(user: Any, *, at: datetime | None = None) -> Standing:
    """The standing of a user on the (legal) day of `at`; kept on the user object for the request."""
    cached = getattr(user, "_standing", None)
    if cached is not None and at is None:
        return cached
    standing = Standing(user.pk, tuple(_holdings(user.pk, timezone.localdate(at))))
    if at is None:
        user._standing = standing
    return standing


def _holdings(user_id: int, day: date) -> Iterable[Holding]:
    own = (
        Post.objects.valid_on(day)
        .filter(user=user_id)
        .annotate(holder=Cast(Value(None), BigIntegerField()))
        .values_list("role", "agency_id", "agency__code", "holder")
    )
    lent = StandIn.objects.filter(substitute=user_id, valid_from__lte=day, valid_to__gt=day).values_list(
        "post__role", "post__agency_id", "post__agency__code", "post__user_id"
    )
    for role, agency_id, code, holder in own.union(lent, all=True):
        yield Holding(role, agency_id, code, holder)
