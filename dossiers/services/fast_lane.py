"""The fast lane of the counter: procedures that are decided at once (certification, Decree 23/2015/ND-CP, art. 7).

One short page instead of the whole way: what the account knows is not asked, what has an ordinary answer is proposed, and
the dossier is received by the ordinary service. Who typed it does not sign it: it lies in the signer's list at once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import facts
from agencies.models import Agency
from dossiers.errors import Denied
from dossiers.models import Dossier, Preparation, Visit
from dossiers.services import counter, filing, intake, visits
from procedures import eforms
from procedures.content import Content
from procedures.models import Procedure
from procedures.services import content_of

HERE, USUAL = "communes", ("no", "owner", "self")


def is_fast(procedure: Procedure) -> bool:
    """Decided at once, and filled in on screen."""
    if procedure.current_version_id is None:
        return False
    content = content_of(procedure.current_version_id)
    return content.route.decide_at_once and content.eform is not None


def known_answers(visit: Visit, content: Content) -> dict[str, Any]:
    """What the account says and needs no asking."""
    return eforms.prefill(content, facts(visit.person, None)) if visit.person else {}


def asked(content: Content, known: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Keys of compulsory questions nobody has answered: what must be typed, and what gets an ordinary answer proposed."""
    if content.eform is None:
        return [], []
    open_fields = [field for field in content.eform.fields() if field.required and field.key not in known]
    typed = [field.key for field in open_fields if field.type not in {"choice", "date"}]
    return typed, [field.key for field in open_fields if field.type in {"choice", "date"}]


def proposed(content: Content, keys: list[str], *, agency: Agency | None, at: datetime) -> dict[str, Any]:
    """The ordinary answer at a counter: here, today, themselves, no; the officer reads and may change each."""
    context, found = eforms.Context.at(at), {}
    for key in keys:
        field = content.eform.field(key) if content.eform else None
        if field is None:
            continue
        if field.type == "date":
            day = context.today
            found[key] = (day if context.is_working_day(day) else context.working_days_after(1)).isoformat()
        elif field.options_from == HERE:
            found[key] = agency.commune_code if agency else ""
        else:
            values = [option.value for option in field.options]
            found[key] = next((value for value in USUAL if value in values), values[0])
    return found


def receive(
    visit: Visit,
    *,
    officer: User,
    procedure: Procedure,
    answers: Mapping[str, Any],
    request_key: UUID,
    undertaking: bool,
    quoted_total: int | None = None,
    at: datetime | None = None,
) -> Dossier:
    """Begin, fill in and receive in one step; the same request sent again gives the same dossier.

    Raises Invalid with every reason it cannot be received; nothing is left behind then.
    """
    at = at or timezone.now()
    known = _received(request_key, officer)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            draft = counter.start(visit, officer=officer, procedure=procedure, is_assisted=False, at=at)
            Preparation.objects.filter(dossier=draft).update(request_key=request_key)
            filing.save_answers(draft.pk, user=officer, answers=answers, at=at)
            done = intake.receive_at_counter(
                draft.pk, user=officer, undertaking=undertaking, quoted_total=quoted_total, at=at
            )
    except IntegrityError:  # the same request came twice at once: the other one won
        known = _received(request_key, officer)
        if known is None:
            raise
        return known
    visits.go_on(visit, at=at)
    return done


def _received(request_key: UUID, officer: User) -> Dossier | None:
    """What this very request has brought about already; raises Denied for somebody else's."""
    found = Preparation.objects.filter(request_key=request_key).select_related("dossier").first()
    if found is None:
        return None
    if found.officer_id != officer.pk:
        raise Denied(_("You may not do this on this dossier."))
    return found.dossier
