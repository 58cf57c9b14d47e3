"""Organisations a person acts for."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, Representation, User
from audit.services import record
from common import text


def add_own_organisation(
    user: User, *, tax_code: str, name: str, address: dict[str, str], representative: str, at: datetime
) -> Representation:
    """Let `user` act for the organisation with this tax code from today on, by his own declaration.

    Nothing is compared with the business register here (`verified_at` stays empty and pages say so). An organisation
    that is known already keeps its data: a stranger's declaration must not change them.
    """
    values = {
        "name": text.clean(name),
        "sort_key": text.sort_key(name),
        "representative": text.clean(representative),
        "province_code": address.get("province", ""),
        "commune_code": address.get("commune", ""),
        "address_line": text.clean(address.get("line", "")),
    }
    with transaction.atomic():
        organisation, _ = Organisation.objects.get_or_create(tax_code=tax_code, defaults=values)
        User.objects.select_for_update().get(pk=user.pk)  # one representation at a time, also for a double click
        current = _in_force(user, timezone.localdate(at)).filter(organisation=organisation).first()
        if current:
            return current
        made = Representation.objects.create(user=user, organisation=organisation, valid_from=timezone.localdate(at))
        _note("account.organisation_added", user, made)
    return made


def end_representation(representation: Representation, *, actor: User, at: datetime) -> None:
    """The user no longer acts for the organisation from today on; what was filed before stays as it was."""
    with transaction.atomic():
        representation.valid_to = timezone.localdate(at)
        representation.save(update_fields=["valid_to"])
        _note("account.organisation_ended", actor, representation)


def _note(action: str, actor: User, representation: Representation) -> None:
    data: dict[str, Any] = {"representation": representation.pk, "organisation": representation.organisation_id}
    record(action, actor_id=actor.pk, subject_type="user", subject_id=representation.user_id, data=data)


def _in_force(user: User, day: date) -> Any:
    return Representation.objects.filter(user=user).valid_on(day)


def represented(user: User, *, at: datetime, is_verified: bool = False) -> list[Organisation]:
    """The organisations `user` may act for at `at` (only compared ones with `is_verified`), in alphabetical order."""
    valid = _in_force(user, timezone.localdate(at))
    if is_verified:
        valid = valid.filter(Q(verified_at__isnull=False))
    return list(Organisation.objects.filter(representations__in=valid).order_by("sort_key", "pk"))
