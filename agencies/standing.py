"""What somebody is, now: the posts held by a user today, as one small immutable value.

Loaded once per request (one query) and asked by permissions and by `visible_to`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from agencies.models import Agency, Post, StandIn
from common.prepared import Statement


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


# Written out because every request of an officer asks it: building it from parts costs ten times its answer.
_SQL = f"""
SELECT p.role, p.agency_id, a.code, NULL::bigint FROM {Post._meta.db_table} p JOIN {Agency._meta.db_table} a ON a.id = p.agency_id
WHERE p.user_id = %(user)s AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
UNION ALL
SELECT p.role, p.agency_id, a.code, p.user_id FROM {StandIn._meta.db_table} s JOIN {Post._meta.db_table} p ON p.id = s.post_id
JOIN {Agency._meta.db_table} a ON a.id = p.agency_id
WHERE s.substitute_id = %(user)s AND s.valid_from <= %(day)s AND s.valid_to > %(day)s
"""  # noqa: S608 - names of our own tables
_HOLDINGS = Statement.of(_SQL, user=int, day=date)


def _holdings(user_id: int, day: date) -> Iterable[Holding]:
    return [Holding(*row) for row in _HOLDINGS.rows({"user": user_id, "day": day})]
