"""A person at the counter, known by the card: the account is found, compared, or opened (Decree 118/2025)."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from accounts.citizen_card import Card
from accounts.models import Person, User
from accounts.services.people import Details, confirm_identity, open_account
from audit.services import record

CHECKED = {"vi": "Thẻ căn cước, kiểm tra tại quầy", "en": "Identity card, checked at the counter"}


def details_of(card: Card, *, address: dict[str, str] | None = None, contact_phone: str = "") -> Details:
    """What the card says as an account keeps it; the address is the one of today (province, commune, line)."""
    return Details(card.full_name, card.number, card.birth_date, card.sex, address or {}, contact_phone=contact_phone)


def needs_comparing(person: Person) -> bool:
    """Nobody ever saw a card for this account: whoever opened it may have typed somebody else's number."""
    return person.identity_level == Person.Level.DECLARED


def accept_account(user: User, card: Card, *, actor: User, at: datetime) -> Person:
    """The person says the account is theirs: from now on it carries what the card says, checked by the officer."""
    person = Person.objects.get(user=user)
    details = replace(
        details_of(card, address=person.address, contact_phone=person.contact_phone), email=person.email or user.email
    )
    return confirm_identity(user, details, level=Person.Level.CHECKED, source=CHECKED, actor=actor, at=at)


def open_from_card(card: Card, *, address: dict[str, str], contact_phone: str, actor: User, at: datetime) -> User:
    """An account for the holder of the card, without a password: it gets one once a phone was proven.

    A stranger's self-declared account with this number gives the number up; raises IdentityTaken when the other holder
    was identified.
    """
    details = details_of(card, address=address, contact_phone=contact_phone)
    with transaction.atomic():
        user = open_account(replace(details, national_id=""), password=None, at=at)
        confirm_identity(user, details, level=Person.Level.CHECKED, source=CHECKED, actor=actor, at=at)
    return user


def prove_phone(user: User, phone: str, *, actor: User, at: datetime) -> None:
    """Put a phone that its holder just proved by a code on an account that has none (E.164)."""
    changed = User.objects.filter(pk=user.pk, phone_verified_at=None).update(phone=phone, phone_verified_at=at)
    if changed:
        record("account.phone_changed", actor_id=actor.pk, subject_type="user", subject_id=user.pk)


def set_contact_phone(user: User, phone: str) -> None:
    """Where the person can be reached, as told at the counter; proven by nothing yet."""
    Person.objects.filter(user=user).update(contact_phone=phone)
