"""The simplification plan: what was approved is followed until it is done."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from procedures.models import PlanItem

if TYPE_CHECKING:
    from accounts.models import User


class PlanStale(Exception):
    """Somebody changed this row of the plan since the page was opened. `row` is the row as it is now."""

    def __init__(self, row: PlanItem) -> None:
        super().__init__(_("Somebody changed this row of the plan while you were writing."))
        self.row = row


def follow(
    plan_id: int, *, state: str, done_on: date | None, note: str, version: int, actor: "User", at: datetime
) -> PlanItem:
    """Write how far it is. `done_on`: the day it was done. Raises ValidationError, and PlanStale as items do."""
    if state not in PlanItem.State.values:
        raise ValidationError(_("Choose how far it is."))
    is_done = state == PlanItem.State.DONE
    if is_done and (done_on is None or done_on > timezone.localdate(at)):
        raise ValidationError(_("Write the day it was done, today or earlier."))
    with transaction.atomic():
        row = PlanItem.objects.select_for_update(of=("self",)).select_related("item").get(pk=plan_id)
        if row.version != version:
            raise PlanStale(row)
        row.state, row.done_on, row.note = state, done_on if is_done else None, note.strip()
        row.changed_by, row.changed_at, row.version = actor, at, row.version + 1
        row.save()
        record(
            f"plan.{state}", actor_id=actor.pk, subject_type="procedure", subject_id=row.item.procedure_id,
            data={"plan": row.pk},
        )  # fmt: skip
    return row
