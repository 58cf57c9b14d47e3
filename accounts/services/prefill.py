"""What the portal already knows of a person, so that nothing is typed twice."""

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Organisation, Person, User
from audit.services import record


def facts(user: User, organisation: Organisation | None = None) -> dict[str, Any]:
    """Prefill facts by name; unknown ones are absent. Dates are ISO texts, addresses {"province", "commune", "line"}.

    account.full_name, .national_id, .dob, .sex, .phone, .email, .address; with an organisation also business.name,
    .tax_code, .address, .representative, .phone, .email.
    """
    known: dict[str, Any] = {
        "account.full_name": user.full_name,
        "account.phone": user.phone,
        "account.email": user.email,
    }
    person = Person.objects.filter(user=user).first()
    if person:
        known |= {
            "account.full_name": person.full_name,
            "account.national_id": person.national_id,
            "account.dob": _iso(person.birth_date),
            "account.sex": person.sex,
            "account.phone": user.phone or person.contact_phone,
            "account.email": person.email or user.email,
            "account.address": person.address,
        }
    if organisation:
        known |= _business_facts(organisation)
    return {name: value for name, value in known.items() if value}


def _business_facts(organisation: Organisation) -> dict[str, Any]:
    return {
        "business.name": organisation.name,
        "business.tax_code": organisation.tax_code,
        "business.address": organisation.address,
        "business.representative": organisation.representative,
        "business.phone": organisation.phone,
        "business.email": organisation.email,
    }


def _iso(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def person_snapshot(user: User, organisation: Organisation | None = None) -> dict[str, Any]:
    """A copy of the applicant as he is now, for the dossier's party. It holds the identity number: encrypt it."""
    person = getattr(user, "person", None) or Person(user=user, full_name=user.full_name)
    return {
        "kind": "organisation" if organisation else "citizen",
        "full_name": person.full_name,
        "national_id": person.national_id or "",
        "birth_date": _iso(person.birth_date),
        "sex": person.sex,
        "phone": user.phone or person.contact_phone,
        "email": person.email or user.email,
        "address": person.address,
        "identity_level": person.identity_level,
        "identity_source": person.identity_source,
        "organisation": _business(organisation) if organisation else None,
        "taken_at": timezone.now().isoformat(),
    }


def _business(organisation: Organisation) -> dict[str, Any]:
    return {
        "tax_code": organisation.tax_code,
        "name": organisation.name,
        "address": organisation.address,
        "representative": organisation.representative,
        "is_verified": organisation.is_verified,
    }


def find_by_national_id(number: str, *, actor: User) -> User | None:
    """The active account of the person with this 12-digit number, for the counter; a hit is noted in the access log."""
    user: User | None = User.objects.by_national_id(number).select_related("person").first()
    if user:
        record("account.found", actor_id=actor.pk, subject_type="user", subject_id=user.pk)
    return user
