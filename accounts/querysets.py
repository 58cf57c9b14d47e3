"""Reading rules for people."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from common.crypto import blind_index

if TYPE_CHECKING:
    from accounts.models import OneTimeCode, Person, Representation, User  # noqa: F401

NATIONAL_ID_CONTEXT = "national_id"
MAX_TRIES = 5
# What a page that only names people does not read of an account.
UNSHOWN = (
    "retention_class", "erase_after", "password", "last_login", "is_superuser", "phone", "phone_verified_at", "email", "language",
    "is_active", "is_staff", "created_at",
)  # fmt: skip


def unshown(*relations: str) -> tuple[str, ...]:
    """For `defer`: of the accounts behind these relations everything but what names them."""
    return tuple(f"{relation}__{column}" for relation in relations for column in UNSHOWN)


class UserQuerySet(models.QuerySet["User"]):
    """Accounts."""

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def by_phone(self, phone: str) -> "UserQuerySet":
        """Active accounts that proved this E.164 number, the first one first: families share a phone."""
        return self.active().filter(phone=phone, phone_verified_at__isnull=False).order_by("phone_verified_at", "pk")

    def by_national_id(self, number: str) -> "UserQuerySet":
        """The active account (at most one) of the person with this 12-digit number."""
        return self.active().filter(person__national_id_index=blind_index(number, context=NATIONAL_ID_CONTEXT))


class PersonQuerySet(models.QuerySet["Person"]):
    """People."""

    def by_national_id(self, number: str) -> "PersonQuerySet":
        """The person (at most one) with this identity number."""
        return self.filter(national_id_index=blind_index(number, context=NATIONAL_ID_CONTEXT))


class OneTimeCodeQuerySet(models.QuerySet["OneTimeCode"]):
    """One-time codes."""

    def of(self, *, public_id: str, purpose: str, binding: str) -> "OneTimeCode | None":
        """The code of this purpose that was asked for in this very session."""
        if not (public_id and binding):
            return None
        return self.filter(public_id=public_id, purpose=purpose, binding=binding).first()


class RepresentationQuerySet(models.QuerySet["Representation"]):
    """Who acts for which organisation."""

    def valid_on(self, day: datetime.date) -> "RepresentationQuerySet":
        """Representations in force on that local date."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
