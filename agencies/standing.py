"""What somebody is, now: the posts held by a user today, as one small immutable value.

Loaded once per request (with the account of the session) and asked by permissions and by `visible_to`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, Q, TextField, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import User
from accounts.querysets import UserQuerySet
from agencies.models import Absence, Agency, Post, StandIn
from common.prepared import NAMED, Prepared, Statement


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
        return (role, agency_id) in self._held

    @cached_property
    def _held(self) -> frozenset[tuple[str, int | None]]:
        return frozenset((holding.role, holding.agency_id) for holding in self.holdings)

    def agency_ids(self, roles: Iterable[str]) -> list[int]:
        """The agencies in which the user holds one of `roles`."""
        wanted = set(roles)
        return sorted({holding.agency_id for holding in self.holdings if holding.role in wanted})

    def roles_in(self, agency_id: int | None) -> frozenset[str]:
        """The roles held in one agency."""
        return frozenset(holding.role for holding in self.holdings if holding.agency_id == agency_id)

    def instead_of(self, role: str, agency_id: int | None) -> int | None:
        """Whose post this is when it is held as a substitute; None for a post of one's own."""
        fitting = [held for held in self.holdings if held.role == role and held.agency_id == agency_id]
        return None if any(held.instead_of is None for held in fitting) else next((h.instead_of for h in fitting), None)

    @property
    def replaced(self) -> frozenset[int]:
        """The absent colleagues this person stands in for."""
        return frozenset(held.instead_of for held in self.holdings if held.instead_of is not None)

    @cached_property
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
AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to > %(day)s)
"""  # noqa: S608 - names of our own tables
_HOLDINGS = Statement.of(_SQL, user=int, day=date)


def _holdings(user_id: int, day: date) -> Iterable[Holding]:
    return [Holding(*row) for row in _HOLDINGS.rows({"user": user_id, "day": day})]


def account_with_standing(user_id: int) -> User | None:
    """The account of a session; an officer's with the standing of today, in one statement: every page of the desk asks both."""
    found = _ACCOUNT.first(user=user_id, day=timezone.localdate())
    held = found.__dict__.pop("held") if found else None
    if found and found.is_officer:
        found._standing = Standing(found.pk, tuple(Holding(*row) for row in json.loads(held or "[]")))  # type: ignore[attr-defined]
    return found


def _account(user: int, day: date) -> UserQuerySet:
    values = {"user": user, "day": day}
    rows = NAMED.sub("%s", _SQL)
    text = f"(SELECT json_agg(json_build_array(a, b, c, d))::text FROM ({rows}) AS held (a, b, c, d))"  # noqa: S608 - our own
    held = RawSQL(text, [values[name] for name in NAMED.findall(_SQL)], output_field=TextField())  # noqa: S611 - as above
    return User.objects.filter(pk=user).annotate(held=Case(When(kind=User.Kind.OFFICER, then=held)))


_ACCOUNT = Prepared(_account, user=int, day=date)


def holders(role: str, agency_id: int | None, day: date) -> list[User]:
    """Who acts in a role at an agency on that day: its holders who are there, and the substitutes of those who are not.

    When nobody is there, the absent holders: somebody has to hear of it. In the order of their names.
    """
    posts = Post.objects.valid_on(day).filter(role=role, agency=agency_id)
    away = Absence.objects.on(day).filter(agency=agency_id).values("user")
    stand_ins = StandIn.objects.filter(post__in=posts, valid_from__lte=day, valid_to__gt=day).values("substitute")
    active = User.objects.filter(is_active=True).order_by("full_name", "pk")
    there = active.filter(Q(pk__in=posts.values("user")) | Q(pk__in=stand_ins)).exclude(pk__in=away)
    return list(there) or list(active.filter(pk__in=posts.values("user")))


def absent_from(agency_ids: Iterable[int], day: date) -> frozenset[int]:
    """Who is away from one of these agencies on that day."""
    found = Absence.objects.on(day).filter(agency__in=list(agency_ids))
    return frozenset(found.values_list("user", flat=True))
