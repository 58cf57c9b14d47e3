"""The counter: a person is known by the card, a draft is prepared for them (Decree 118/2025, reception at the counter)."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.citizen_card import Card, CardUnreadable, parse
from accounts.models import Person, User
from accounts.services import IdentityTaken, find_by_national_id
from accounts.services import counter as people
from agencies.models import Agency, Role
from agencies.standing import standing_of
from common.identifiers import clean_national_id
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, Preparation, Visit
from dossiers.services import filing
from procedures.models import Procedure
from procedures.querysets import ProcedureQuerySet
from procedures.services import content_of

VISIT_LASTS = timedelta(minutes=30)


def counters_of(officer: User) -> list[Agency]:
    """The agencies at whose counter this person receives today, in alphabetical order."""
    ids = standing_of(officer).agency_ids([Role.RECEPTION])
    return list(Agency.objects.filter(pk__in=ids).order_by("sort_key")) if ids else []


# ── who stands there ──
def begin_visit(scanned: str, *, officer: User, at: datetime | None = None) -> Visit:
    """A visit of the person whose card was scanned (or whose 12-digit number was typed).

    Raises Denied without a post at a counter, Invalid with a sentence for each wrong part of the card.
    """
    at = at or timezone.now()
    if not counters_of(officer):
        raise Denied(_("Only officers of a one-stop counter register people."))
    number, card = _read(scanned, at)
    known = find_by_national_id(number, actor=officer)
    compared = known is not None and not people.needs_comparing(known.person)
    if card is None and not compared:
        raise Invalid({"whole": _("No checked account has this number. Scan the card itself.")})
    return Visit.objects.create(
        officer=officer,
        person=known if compared else None,
        card="" if compared or card is None else _dump(card),
        began_at=at,
        expires_at=at + VISIT_LASTS,
    )


def _read(scanned: str, at: datetime) -> tuple[str, Card | None]:
    """The number, and the card when the whole of it was scanned."""
    if scanned.strip().replace(" ", "").isdigit():
        try:
            return clean_national_id(scanned), None
        except ValidationError as fault:
            raise Invalid({"whole": " ".join(fault.messages)}) from None
    try:
        card = parse(scanned, today=timezone.localdate(at))
    except CardUnreadable as unreadable:
        raise Invalid(unreadable.errors) from None
    return card.number, card


def _dump(card: Card) -> str:
    return json.dumps(asdict(card) | {"birth_date": str(card.birth_date), "issued_on": str(card.issued_on)})


def card_of(visit: Visit) -> Card:
    """The scanned card of a visit whose account is not known yet."""
    values: dict[str, Any] = json.loads(visit.card)
    days = {name: date.fromisoformat(values[name]) for name in ("birth_date", "issued_on")}
    return Card(**(values | days))


def declared_account(visit: Visit) -> User | None:
    """An account that somebody opened with this number by their own word: theirs, or a stranger's."""
    return User.objects.by_national_id(card_of(visit).number).select_related("person").first()


def visit_of(public_id: Any, *, officer: User, at: datetime | None = None) -> Visit | None:
    """The officer's own visit, while it lasts."""
    rows = Visit.objects.filter(public_id=public_id, officer=officer, expires_at__gt=at or timezone.now())
    return rows.select_related("person__person").first()


def accept_account(visit: Visit, *, officer: User, at: datetime | None = None) -> None:
    """The person says that the account found is theirs; it now carries what the card says."""
    known = declared_account(visit)
    if known is None:
        raise Invalid({"whole": _("The account is no longer there. Scan the card once more.")})
    people.accept_account(known, card_of(visit), actor=officer, at=at or timezone.now())
    _known(visit, known)


def open_account(
    visit: Visit, *, officer: User, address: dict[str, str], phone: str, at: datetime | None = None
) -> None:
    """Open an account from the card. It has no password until its holder proves a phone."""
    at = at or timezone.now()
    with transaction.atomic():
        locked = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        if locked.person_id:  # a second press of the button
            return
        try:
            user = people.open_from_card(card_of(locked), address=address, contact_phone=phone, actor=officer, at=at)
        except IdentityTaken:
            raise Invalid(
                {"whole": _("Another account was identified with this number meanwhile. Scan again.")}
            ) from None
        _known(visit, user)


def _known(visit: Visit, user: User) -> None:
    Visit.objects.filter(pk=visit.pk).update(person=user, card="")
    visit.person, visit.card = user, ""


def set_phone(visit: Visit, phone: str) -> None:
    """Where the person can be reached; an account with a proven phone keeps that."""
    if visit.person is not None and visit.person.phone_verified_at is None:
        people.set_contact_phone(visit.person, phone)


def phone_of(user: User | None) -> str:
    """The mobile (E.164) a code is sent to: the proven one, else the one told at the counter; empty when there is none."""
    if user is None:
        return ""
    if user.phone and user.phone_verified_at:
        return user.phone
    return Person.objects.filter(user=user).values_list("contact_phone", flat=True).first() or ""


def forget_visits(*, at: datetime) -> int:
    """Delete visits that are over, with what was read from the card; returns how many."""
    return Visit.objects.filter(expires_at__lt=at).delete()[0]


# ── what they want ──
def offered(officer: User, text: str = "") -> ProcedureQuerySet:
    """The procedures this person's counters receive: the department's own, and at a commune those of its level."""
    counters = counters_of(officer)
    owned = Q(level=Procedure.Level.PROVINCE, owner__in=counters)
    at_commune = any(agency.level == Agency.Level.COMMUNE for agency in counters)
    wanted = owned | Q(level=Procedure.Level.COMMUNE) if at_commune else owned
    return Procedure.objects.published().search(text).filter(wanted).select_related("current_version", "owner")


def start(
    visit: Visit, *, officer: User, procedure: Procedure, is_assisted: bool, at: datetime | None = None
) -> Dossier:
    """A draft for the visitor: typed here and received on paper, or prepared for them to confirm on their own phone."""
    at = at or timezone.now()
    version = procedure.current_version
    agency = next(iter(counters_for(procedure, officer)), None)
    if visit.person is None or version is None or agency is None:
        raise Invalid({"procedure": _("This counter does not receive that procedure.")})
    content = content_of(version.pk)
    if content.eform is None:
        raise Invalid({"procedure": _("This procedure has no electronic form yet. Receive it on paper.")})
    with transaction.atomic():
        draft = filing.start(user=visit.person, version=version, at=at)
        draft.filed_by = Dossier.FiledBy.ASSISTED if is_assisted else Dossier.FiledBy.TYPED
        draft.intake = Dossier.Intake.OWN if is_assisted else Dossier.Intake.COUNTER
        draft.receiving_agency = agency
        if not is_assisted and "counter" in content.result.delivery:
            draft.delivery = Dossier.Delivery.COUNTER
        draft.save(update_fields=["filed_by", "intake", "receiving_agency", "delivery"])
        Preparation.objects.create(dossier=draft, agency=agency, officer=officer, began_at=at)
    return draft


def counters_for(procedure: Procedure, officer: User) -> list[Agency]:
    """This person's counters that receive the procedure: the department that owns it, or communes."""
    counters = counters_of(officer)
    if procedure.level == Procedure.Level.PROVINCE:
        return [agency for agency in counters if agency.pk == procedure.owner_id]
    return [agency for agency in counters if agency.level == Agency.Level.COMMUNE]
