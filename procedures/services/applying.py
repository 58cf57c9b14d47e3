"""Agencies that apply a procedure with a shorter time, or at another level, than the procedure itself says."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import Agency
from audit.services import record
from procedures.content import Case, Limit, Unit
from procedures.models import AppliedProcedure, Procedure
from procedures.services.documents import content_of

if TYPE_CHECKING:
    from accounts.models import User

ONE_DAY = timedelta(days=1)


def apply_procedure(
    procedure: Procedure, agency: Agency, *, limits: Mapping[str, Mapping[str, Any]], level: str = "", source: str = "",
    valid_from: date, actor: "User",
) -> AppliedProcedure:  # fmt: skip
    """From that day on the agency keeps shorter limits ({case key: {"amount", "unit"}}) or another level.

    What it applied before ends the day before. Raises ValidationError for a limit that is longer than the procedure's.
    """
    checked = {key: _checked(procedure, key, raw) for key, raw in limits.items()}
    with transaction.atomic():
        Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk)
        stop_applying(procedure, agency, last_day=valid_from - ONE_DAY)
        row = AppliedProcedure.objects.create(
            procedure=procedure, agency=agency, limits=checked, level=level, source=source[:200], valid_from=valid_from
        )
        record(
            "procedure.applied", actor_id=actor.pk, subject_type="procedure", subject_id=procedure.pk,
            agency_code=agency.code,
        )  # fmt: skip
    return row


def stop_applying(procedure: Procedure, agency: Agency, *, last_day: date) -> None:
    """The agency keeps the procedure's own limits from the day after; what had not begun yet goes."""
    rows = AppliedProcedure.objects.filter(procedure=procedure, agency=agency, valid_to=None)
    rows.filter(valid_from__gt=last_day).delete()
    rows.filter(valid_from__lte=last_day).update(valid_to=last_day)


def _checked(procedure: Procedure, key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    content = content_of(procedure.current_version_id or 0)
    case = next((case for case in content.cases if case.key == key), None)
    if case is None:
        raise ValidationError(_("The procedure has no such case."))
    wanted = Limit(amount=int(raw["amount"]), unit=Unit(str(raw["unit"])))
    if not _is_shorter(wanted, case):
        name = {"case": case.name.vi}
        raise ValidationError(_("“%(case)s”: a whole number, shorter than the procedure's own time limit.") % name)
    return {"amount": wanted.amount, "unit": wanted.unit.value}


def _is_shorter(wanted: Limit, case: Case) -> bool:
    """In the unit of every channel's limit: five calendar days are not always fewer than four working days."""
    own = [terms.limit for terms in case.terms if terms.limit]
    return bool(own) and all(limit.unit == wanted.unit and 0 < wanted.amount <= limit.amount for limit in own)


def applied_limit(procedure_id: int, agency_id: int | None, case_key: str, *, on: date) -> Limit | None:
    """The shorter limit the deciding agency keeps for a case on that day; None where it keeps the procedure's own."""
    rows = AppliedProcedure.objects.filter(procedure=procedure_id, agency=agency_id, valid_from__lte=on)
    for row in rows.exclude(valid_to__lt=on):
        raw = row.limits.get(case_key)
        return Limit(amount=raw["amount"], unit=raw["unit"]) if raw else None
    return None
