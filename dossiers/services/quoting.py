"""What follows from the answers: the case, the agencies, the fee; frozen into the dossier when it is filed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person, User
from agencies.models import Agency, CalendarRevision
from dossiers.errors import Invalid
from dossiers.models import Dossier, FeeLine
from dossiers.terms import CHANNEL
from procedures import eforms, fees
from procedures.content import Content, holds
from procedures.models import Procedure, ProcedureVersion
from procedures.services import content_of


def case_key(content: Content, answers: Mapping[str, Any], at: datetime) -> str:
    """The first case whose condition holds; nobody is asked for what the answers already say."""
    day = timezone.localdate(at)
    return next((case.key for case in content.cases if holds(case.when, answers, on=day)), content.cases[0].key)


def quote_for(dossier: Dossier, answers: Mapping[str, Any], at: datetime) -> fees.Quote:
    """The fee of this dossier today, in VND."""
    content = content_of(dossier.procedure_version_id)
    case = case_key(content, answers, at)
    return fees.quote(content, case=case, channel=CHANNEL[dossier.intake], answers=answers, at=at)


def at_counter(content: Content, answers: Mapping[str, Any], at: datetime) -> fees.Quote:
    """The fee of answers that are being typed at a counter, before there is a dossier, in VND."""
    return fees.quote(content, case=case_key(content, answers, at), channel="counter", answers=answers, at=at)


def cleaned(dossier: Dossier, answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The answers as they bind: hidden questions dropped, numbers, dates and phones in their stored form."""
    content = content_of(dossier.procedure_version_id)
    return dict(eforms.clean_answers(content, case_key(content, answers, at), answers, at=at).answers)


def agencies(dossier: Dossier, answers: Mapping[str, Any], at: datetime) -> Agency | None:
    """The agency that receives and decides: the owner for provincial procedures, else the chosen commune's committee."""
    day = timezone.localdate(at)
    procedure: Procedure = dossier.procedure
    if procedure.level == Procedure.Level.PROVINCE:
        return procedure.owner if procedure.owner and procedure.owner.valid_to is None else None
    chosen = dossier.receiving_agency
    return chosen if chosen and chosen.is_valid_on(day) else None


def freeze(dossier: Dossier, answers: Mapping[str, Any], quote: fees.Quote, at: datetime) -> None:
    """Write case, agencies, service level, calendar and fee lines into the dossier (before the transition saves it)."""
    fix(dossier, answers, quote, at, calendar_id=CalendarRevision.objects.latest("number").pk)
    dossier.answers.filter(revision=dossier.answers_revision).update(answers=dict(answers))
    FeeLine.objects.bulk_create(lines(dossier, quote))


def fix(dossier: Dossier, answers: Mapping[str, Any], quote: fees.Quote, at: datetime, *, calendar_id: int) -> None:
    """Set case, agencies, service level, calendar and the state of the fee on the dossier; the transition saves them."""
    content = content_of(dossier.procedure_version_id)
    agency = agencies(dossier, answers, at)
    dossier.case_key = case_key(content, answers, at)
    dossier.receiving_agency = dossier.handling_agency = dossier.deciding_agency = agency
    # The class in force at filing, with answers and override.
    dossier.service_level = dossier.procedure.classification
    dossier.calendar_id = calendar_id
    dossier.fee_state = _fee_state(quote)


def requote(dossier: Dossier, answers: Mapping[str, Any], at: datetime) -> None:
    """Case and fee after the citizen's own change of a filed dossier.

    Raises Invalid when the prepaid part would change: that money is asked or paid already.
    """
    quote = quote_for(dossier, answers, at)
    frozen = sum(dossier.fee_lines.filter(timing="before").values_list("amount", flat=True))
    if quote.total_before != frozen:
        raise Invalid({"quote": _("This change would alter the fee. Withdraw this dossier and file a new one.")})
    dossier.case_key = case_key(content_of(dossier.procedure_version_id), answers, at)
    dossier.fee_lines.all().delete()
    FeeLine.objects.bulk_create(lines(dossier, quote))
    if dossier.fee_state in {Dossier.FeeState.NONE, Dossier.FeeState.LATER}:
        dossier.fee_state = _fee_state(quote)


def lines(dossier: Dossier, quote: fees.Quote) -> list[FeeLine]:
    """The fee lines of a quote, not stored yet."""
    return [
        FeeLine(
            dossier=dossier,
            position=position,
            code=line.code,
            kind=line.kind,
            name=line.name,
            quantity=line.quantity,
            unit=line.unit,
            unit_amount=line.unit_amount,
            amount=line.amount,
            timing=line.timing,
            explanation=line.explanation,
        )
        for position, line in enumerate(quote.lines)
    ]


def _fee_state(quote: fees.Quote) -> str:
    if quote.total_before:
        return Dossier.FeeState.DUE
    return Dossier.FeeState.LATER if quote.total_after else Dossier.FeeState.NONE


def first_agency(version: ProcedureVersion, user: User, at: datetime) -> Agency | None:
    """The committee of the commune where the person lives, offered first for a commune-level procedure."""
    if version.procedure.level == Procedure.Level.PROVINCE:
        return version.procedure.owner
    person = Person.objects.filter(user=user).first()
    if person is None or person.province_code != settings.PROVINCE_CODE:
        return None
    return Agency.objects.valid_on(timezone.localdate(at)).of_commune(person.commune_code).first()
