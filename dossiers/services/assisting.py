"""Assisted filing: an officer prepares, the citizen reads it on their own phone and files it with a code sent there.

The officer never learns the code and never acts as the citizen; a confirmation holds for half an hour, for exactly what
was shown, once.
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import OneTimeCode, User
from accounts.services import counter as people
from accounts.services import verify_code
from common.crypto import blind_index, random_text
from dossiers.errors import Conflict, Denied, Invalid, Refused
from dossiers.models import Confirmation, Dossier, PaperFile
from dossiers.services import counter, filing
from dossiers.services.editing import is_prepared, may_write

LASTS = timedelta(minutes=30)
MOST_TRIES = 8  # wrong codes of one confirmation, however many codes were sent
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
PURPOSE = OneTimeCode.Purpose.CONFIRM


class Over(Refused):
    """The confirmation cannot be used (any more): too late, used, withdrawn, or what was shown has changed."""

    def __init__(self) -> None:
        super().__init__(_("This confirmation is no longer valid. Ask the officer for a new one."))


class WrongCode(Refused):
    """The code is wrong, too old, or was tried too often."""

    def __init__(self) -> None:
        super().__init__(_("This code is not right or no longer valid. Ask for a new code."))


def open_confirmation(draft_id: int, *, officer: User, at: datetime | None = None) -> Confirmation:
    """Ask the citizen to confirm a prepared draft; an earlier request stops working.

    Raises Invalid with everything that is missing, the phone included.
    """
    at = at or timezone.now()
    with transaction.atomic():
        draft = _lock(draft_id)
        _may_prepare(draft, officer)
        filing.ready(
            draft, undertaking=True, quoted_total=None, at=at
        )  # the undertaking is the citizen's, on the phone
        phone = counter.phone_of(draft.applicant)
        if not phone:
            raise Invalid({"phone": _("The person has no mobile number yet. Write it on the page of the visit.")})
        _close_open(draft, at)
        return Confirmation.objects.create(
            dossier=draft,
            officer=officer,
            short_code=random_text(8, ALPHABET),
            phone=phone,
            digest=digest(draft),
            opened_at=at,
            expires_at=at + LASTS,
        )


def withdraw(confirmation: Confirmation, *, officer: User, at: datetime | None = None) -> None:
    """The officer goes on preparing: what was asked for is void. Raises Conflict when the citizen was faster."""
    with transaction.atomic():
        draft = _lock(confirmation.dossier_id)
        if not draft.is_draft:
            raise Conflict(draft)
        _may_prepare(draft, officer)
        _close_open(draft, at or timezone.now())


def _lock(draft_id: int) -> Dossier:
    return Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=draft_id)


def _may_prepare(draft: Dossier, officer: User) -> None:
    if not is_prepared(draft):
        raise Conflict(draft)
    if draft.filed_by != Dossier.FiledBy.ASSISTED or not may_write(draft, officer):
        raise Denied(_("You may not do this on this dossier."))


def _close_open(draft: Dossier, at: datetime) -> None:
    draft.confirmations.filter(confirmed_at=None, closed_at=None).update(closed_at=at)


def digest(draft: Dossier) -> str:
    """What the citizen is shown, as one number: answers, papers, agency, delivery, version."""
    files = PaperFile.objects.filter(paper__dossier=draft, removed_at=None).order_by("file_id")
    delivery = draft.delivery_choice
    shown = {
        "answers": draft.answers.get(revision=draft.answers_revision).answers,
        "files": list(files.values_list("paper__key", "file_id")),
        "delivery": [draft.delivery, delivery.receiver, delivery.phone, delivery.address, delivery.counter_id],
        "agency": draft.receiving_agency_id,
        "version": draft.procedure_version_id,
    }
    return sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def live(at: datetime, **which: Any) -> Confirmation | None:
    """The confirmation of that id (or short code), if it can still be used."""
    rows = Confirmation.objects.filter(confirmed_at=None, closed_at=None, expires_at__gt=at, tries__lt=MOST_TRIES)
    return rows.select_related("dossier__applicant", "dossier__procedure").filter(**which).first()


def at_counter_of(public_id: Any, *, officer: User) -> Confirmation | None:
    """The confirmation of that id, open or over, if it was asked for at one of this officer's counters."""
    counters = counter.counters_of(officer)
    rows = Confirmation.objects.filter(public_id=public_id, dossier__preparation__agency__in=counters)
    return rows.select_related("dossier__procedure", "dossier__applicant").first()


def confirmed(public_id: Any) -> Dossier | None:
    """The dossier that this confirmation filed; for callers that know the browser in which it was confirmed."""
    done = Confirmation.objects.filter(public_id=public_id).exclude(confirmed_at=None).select_related("dossier")
    found = done.first()
    return found.dossier if found else None


def binding_for(confirmation: Confirmation, session: str) -> str:
    """What a one-time code is bound to: the citizen's browser and this very confirmation."""
    return blind_index(f"{session}:{confirmation.public_id}", context="confirmation")


def confirm(
    confirmation: Confirmation,
    *,
    code_id: str,
    digits: str,
    session: str,
    undertaking: bool,
    quoted_total: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """File the dossier in the citizen's name: the code proves the phone, the undertaking is theirs.

    Raises Invalid (nothing was used up), WrongCode (a try was), Over.
    """
    at = at or timezone.now()
    if live(at, pk=confirmation.pk) is None:
        raise Over
    if not undertaking:
        raise Invalid({"undertaking": _("Tick that you vouch for what you declare.")})
    bound = binding_for(confirmation, session)
    if not verify_code(public_id=code_id, digits=digits, purpose=PURPOSE, binding=bound, at=at):
        Confirmation.objects.filter(pk=confirmation.pk).update(tries=F("tries") + 1)
        raise WrongCode
    return _file(confirmation.pk, quoted_total, at)


def _file(confirmation_id: int, quoted_total: int | None, at: datetime) -> Dossier:
    dossier_id = Confirmation.objects.values_list("dossier", flat=True).get(pk=confirmation_id)
    with transaction.atomic():
        draft = _lock(dossier_id)
        found = live(at, pk=confirmation_id)
        citizen = draft.applicant
        if found is None or citizen is None or found.digest != digest(draft):
            raise Over
        assistance = {"assisted_by": found.officer_id, "confirmation": str(found.public_id)}
        filed = filing.submit(
            draft.pk, user=citizen, undertaking=True, quoted_total=quoted_total, assistance=assistance, at=at
        )
        Confirmation.objects.filter(pk=found.pk).update(confirmed_at=at)
        people.prove_phone(citizen, found.phone, actor=citizen, at=at)
    return filed
