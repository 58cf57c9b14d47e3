"""The apology (form 04) as a draft: proposed by the watch, read, changed and sent by the leader.

Sending it is the act `reappoint` (endings.reappoint): it never moves the due date, so what is late stays late.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from agencies.calendar import legal_date
from agencies.models import calendar_of
from dossiers import clock
from dossiers.models import ApologyDraft, Dossier
from dossiers.terms import terms_of


def draft_for(dossiers: Iterable[Dossier], *, at: datetime) -> None:
    """Lay the draft before the leader: a reason to be made true, and the appointment the rest of the route leads to."""
    for dossier in dossiers:
        values = {
            "due_at": dossier.due_at,
            "appointment_at": proposed(dossier, at),
            "reason": reason(dossier),
            "drafted_at": at,
        }
        ApologyDraft.objects.update_or_create(dossier=dossier, defaults=values)


def proposed(dossier: Dossier, at: datetime) -> datetime:
    """Closing time of the working date on which the rest of the route ends by its plan; after the due date in any case."""
    calendar = calendar_of(dossier.calendar_id)
    left = [Decimal(str(step.hours)) for step in terms_of(dossier).steps if step.no >= dossier.step_no]
    planned = calendar.add_working_time(at, sum((clock.step_time(hours, calendar) for hours in left), timedelta()))
    after_due = calendar.next_working_date(legal_date(dossier.due_at or at))
    return calendar.closing(max(after_due, calendar.roll_forward(legal_date(planned))))


def reason(dossier: Dossier) -> str:
    """The first words of the reason, in Vietnamese as the paper is; the leader says what really holds it up."""
    step = next((step for step in terms_of(dossier).steps if step.no == dossier.step_no), None)
    with override("vi"):
        words = _("The dossier is at the step “%(step)s” and needs more time than planned, because …")
        return words % {"step": step.title.vi if step else ""}


def open_draft(dossier: Dossier) -> ApologyDraft | None:
    """The draft that lies before the leader for the due date as it is now; None once an apology was sent."""
    if dossier.appointment_at is not None or dossier.due_at is None:
        return None
    return ApologyDraft.objects.filter(dossier=dossier, due_at=dossier.due_at).first()
