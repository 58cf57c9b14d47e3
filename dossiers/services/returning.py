"""The return desk: the receiver signs on the screen or on paper, or proves by a code or the secret of the receipt.

Codes and secrets are compared only as often as the limits allow, counted before anything is compared.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import OneTimeCode, User
from accounts.services import issue_code, verify_code
from common import limits
from common.crypto import blind_index
from common.identifiers import clean_national_id
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, HandedOver
from dossiers.services import endings
from dossiers.services.paper_contexts import lookup_secret
from dossiers.services.performing import Done, actor_of
from dossiers.workflow import may
from dossiers.workflow.acts import RECEPTION

By = HandedOver.Proof
PURPOSE = OneTimeCode.Purpose.CONFIRM
HOUR, MOST_TRIES, MOST_CODES = timedelta(hours=1), 5, 3  # of one dossier
STROKES = re.compile(r"M\d{1,4} \d{1,4}(?: [ML]\d{1,4} \d{1,4}){4,2000}")


@dataclass(frozen=True)
class Claim:
    """What the officer typed: who takes it and how they prove it. `word`: the code of the SMS, or the secret."""

    receiver: str
    proof: str
    is_authorised: bool = False
    national_id: str = ""
    mandate: str = ""
    signature: str = ""
    word: str = ""


def may_return(dossier: Dossier, user: User) -> bool:
    """An officer of the counter that received it."""
    return may(dossier, actor_of(user), (RECEPTION,)) is not None


def phone_of(dossier: Dossier) -> str:
    """Where the code goes: the phone of the dossier (E.164); empty when there is none."""
    return dossier.party.phone


def binding(dossier: Dossier, session: str) -> str:
    """What a code is bound to: the officer's browser and this very dossier."""
    return blind_index(f"return:{session}:{dossier.public_id}", context="confirmation")


def send_code(dossier: Dossier, *, user: User, session: str, network: str, at: datetime | None = None) -> str:
    """Send a code to the phone of the dossier; returns its id. Raises Denied, Invalid, accounts' CodeRefused."""
    at = at or timezone.now()
    if not may_return(dossier, user):
        raise Denied(_("You may not do this on this dossier."))
    if not phone_of(dossier):
        raise Invalid({"word": _("The dossier names no mobile number. Choose another proof.")})
    if not limits.hit("return.codes", str(dossier.pk), limit=MOST_CODES, window=HOUR, at=at):
        raise Invalid({"word": _("Three codes were sent within the hour. Choose another proof.")})
    code = issue_code(
        phone=phone_of(dossier),
        purpose=PURPOSE,
        binding=binding(dossier, session),
        network=network,
        language="vi",
        at=at,
    )
    return str(code.public_id)


def hand_over(
    dossier_id: int,
    *,
    user: User,
    claim: Claim,
    version: int | None = None,
    code_id: str = "",
    session: str = "",
    at: datetime | None = None,
) -> Done:
    """9 → 10 with a checked proof. Raises Invalid naming the field, Conflict and Denied as the act itself."""
    at = at or timezone.now()
    dossier = Dossier.objects.select_related("party").get(pk=dossier_id)
    if not may_return(dossier, user):
        raise Denied(_("You may not do this on this dossier."))
    number = _identity(claim)
    _prove(dossier, claim, code_id, session, at)
    proof = endings.Proof(
        proof=claim.proof,
        is_authorised=claim.is_authorised,
        national_id=number,
        mandate=claim.mandate.strip()[:200] if claim.is_authorised else "",
        signature=claim.signature if claim.proof == By.DRAWN else "",
    )
    return endings.return_at_counter(
        dossier_id, user=user, receiver=claim.receiver, proof=proof, version=version, at=at
    )


def _identity(claim: Claim) -> str:
    """The identity number of an authorised person; nothing is kept of the applicant, who is known."""
    errors = {}
    if not claim.receiver.strip():
        errors["receiver"] = _("Write the name of the person who receives the result.")
    if not claim.is_authorised:
        if errors:
            raise Invalid(errors)
        return ""
    if not claim.mandate.strip():
        errors["mandate"] = _("Write what the authorisation is: its kind, number and date.")
    number = ""
    try:
        number = clean_national_id(claim.national_id)
    except ValidationError as fault:
        errors["national_id"] = " ".join(fault.messages)
    if errors:
        raise Invalid(errors)
    return number


def _prove(dossier: Dossier, claim: Claim, code_id: str, session: str, at: datetime) -> None:
    if claim.proof not in By.values:
        raise Invalid({"proof": _("Choose how the receiver confirms.")})
    if claim.proof == By.DRAWN and not STROKES.fullmatch(claim.signature):
        raise Invalid({"proof": _("Nothing is drawn yet. Let the receiver sign in the frame.")})
    if claim.proof not in {By.CODE, By.SECRET}:
        return
    if not claim.word.strip():
        raise Invalid({"word": _("Write the code of the SMS, or the secret of the receipt.")})
    if not limits.hit("return.tries", str(dossier.pk), limit=MOST_TRIES, window=HOUR, at=at):
        raise Invalid({"word": _("Too many wrong codes. Wait an hour, or let the receiver sign.")})
    word = "".join(claim.word.split()).upper()
    if claim.proof == By.SECRET:
        is_right = constant_time_compare(word, lookup_secret(dossier))
    else:
        bound = binding(dossier, session)
        is_right = verify_code(public_id=code_id, digits=word, purpose=PURPOSE, binding=bound, at=at)
    if not is_right:
        raise Invalid({"word": _("This code is not right or no longer valid.")})
