"""Opening accounts and keeping what they say about a person true."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import OneTimeCode, Person, User
from accounts.querysets import NATIONAL_ID_CONTEXT
from accounts.services.codes import spend_code
from audit.services import record
from common import outbox, text
from common.crypto import blind_index

SYSTEM = "system"
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no letters or digits that look alike
DECLARED = {"vi": "Bạn tự khai", "en": "Declared by you"}


class IdentityTaken(Exception):
    """Another account already holds this identity number."""


@dataclass(frozen=True)
class Details:
    """What is known of a person, as clean values (`national_id` 12 digits, `sex` male, female or "")."""

    full_name: str
    national_id: str = ""
    birth_date: date | None = None
    sex: str = ""
    address: dict[str, str] = field(default_factory=dict)
    email: str = ""
    contact_phone: str = ""


def system_user() -> User:
    """The account in whose name the portal itself acts; nobody can sign in to it."""
    user, _ = User.objects.get_or_create(
        username=SYSTEM,
        defaults={"kind": User.Kind.SYSTEM, "full_name": "Hệ thống", "is_active": False, "password": "!"},
    )
    return user


def register(*, code: OneTimeCode, details: Details, password: str, language: str, at: datetime) -> User:
    """Open the account of the citizen who proved a phone by `code` (see `codes.proven`).

    Raises IdentityTaken, leaving the proof usable; raises ValueError when the proof was used already.
    """
    with transaction.atomic():
        if not spend_code(code, at=at):
            raise ValueError("This proof of a phone was used already.")
        return open_account(details, password=password, phone=code.phone, language=language, at=at)


def open_account(
    details: Details,
    *,
    password: str | None,
    at: datetime,
    phone: str | None = None,
    username: str = "",
    kind: str = User.Kind.CITIZEN,
    language: str = "vi",
) -> User:
    """An account with its person. `phone` (E.164) counts as proven; without a user name one is generated.

    Raises IdentityTaken when the identity number has an account.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                username or _new_username(),
                password,
                kind=kind,
                full_name=details.full_name,
                phone=phone or None,
                phone_verified_at=at if phone else None,
                email=details.email,
                language=language,
            )
            _write(Person(user=user), details)
            outbox.publish("account.registered", subject_type="user", subject_id=user.pk, actor_id=user.pk)
    except IntegrityError as error:
        raise _taken(error) from None
    record("account.registered", actor_id=user.pk, subject_type="user", subject_id=user.pk)
    return user


def update_person(user: User, details: Details, *, actor: User, language: str = "") -> Person:
    """Save what the holder says of himself. What identification fixed stays as it is, whatever was sent.

    The identity number is fixed once set; name, birth date and sex once somebody checked them (level 1 and 2).
    `language` (vi, en) is that of the messages to him. Raises IdentityTaken.
    """
    try:
        with transaction.atomic():
            person = Person.objects.select_for_update().filter(user=user).first() or Person(user=user)
            person.user = user
            user.language = language or user.language
            _write(person, _without_locked(person, details))
    except IntegrityError as error:
        raise _taken(error) from None
    record("account.updated", actor_id=actor.pk, subject_type="user", subject_id=user.pk)
    return person


def _without_locked(person: Person, details: Details) -> Details:
    values: dict[str, Any] = {**details.__dict__}
    if person.is_identity_locked:
        values["national_id"] = person.national_id
    if person.identity_level > Person.Level.DECLARED:
        values |= {"full_name": person.full_name, "birth_date": person.birth_date, "sex": person.sex}
    return Details(**values)


def confirm_identity(
    user: User, details: Details, *, level: int, source: dict[str, str], actor: User, at: datetime
) -> Person:
    """Record that an officer (level 1) or the national identification (level 2) established who the holder is.

    A self-declared number of somebody else gives way: typing a stranger's number first must not lock him out.
    Raises IdentityTaken when the other holder was identified too. `source` is {vi, en}.
    """
    index = blind_index(details.national_id, context=NATIONAL_ID_CONTEXT)
    with transaction.atomic():
        holder = Person.objects.select_for_update().filter(national_id_index=index).exclude(user=user).first()
        if holder and holder.identity_level > Person.Level.DECLARED:
            raise IdentityTaken
        if holder:
            _release_number(holder, actor=actor)
        person = Person.objects.select_for_update().filter(user=user).first() or Person(user=user)
        person.identity_level, person.identity_source, person.identified_at = level, source, at
        _write(person, details)
        record("account.identified", actor_id=actor.pk, subject_type="user", subject_id=user.pk, data={"level": level})
    return person


def _release_number(holder: Person, *, actor: User) -> None:
    holder.national_id = holder.national_id_index = None
    holder.save(update_fields=["national_id", "national_id_index"])
    record("account.number_released", actor_id=actor.pk, subject_type="user", subject_id=holder.user_id)


def change_phone(user: User, *, code: OneTimeCode, actor: User, at: datetime) -> None:
    """Put the phone proven by `code` on the account; raises ValueError when the proof was used already."""
    with transaction.atomic():
        if not spend_code(code, at=at):
            raise ValueError("This proof of a phone was used already.")
        user.phone, user.phone_verified_at = code.phone, at
        user.save(update_fields=["phone", "phone_verified_at"])
        outbox.publish("account.phone_changed", subject_type="user", subject_id=user.pk, actor_id=actor.pk)
        record("account.phone_changed", actor_id=actor.pk, subject_type="user", subject_id=user.pk)


def _write(person: Person, details: Details) -> None:
    person.full_name = text.clean(details.full_name)
    person.sort_key = text.name_sort_key(person.full_name)
    person.national_id = details.national_id or None
    person.national_id_index = blind_index(details.national_id, context=NATIONAL_ID_CONTEXT) or None
    person.birth_date, person.sex, person.email = details.birth_date, details.sex, details.email
    person.contact_phone = details.contact_phone
    person.province_code = details.address.get("province", "")
    person.commune_code = details.address.get("commune", "")
    person.address_line = text.clean(details.address.get("line", ""))
    if person.national_id and not person.identity_source:
        person.identity_source = DECLARED
    person.save()
    person.user.full_name, person.user.email = person.full_name, person.email
    person.user.save(update_fields=["full_name", "email", "language"])


def _taken(error: IntegrityError) -> Exception:
    """IdentityTaken for a doubled identity number, otherwise the error itself."""
    return IdentityTaken() if "national_id_index" in str(error) else error


def _new_username() -> str:
    return "c" + "".join(secrets.choice(ALPHABET) for _ in range(11))
