"""The citizen's limit for a supplement: a reminder before it ends; when it is over she is told, and the officer is offered
to close the dossier. Nobody's dossier is closed by a clock alone."""

from datetime import datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies.calendar import LEGAL_ZONE
from agencies.models import CalendarRevision, calendar_of
from common import outbox
from dossiers.models import Dossier, SupplementRequest
from dossiers.workflow import State

REMIND_WORKING_DAYS = 2
SLICE = 500


def sweep(*, at: datetime) -> tuple[int, int]:
    """Remind and tell who is due now: (reminded, run out). Each request in its own transaction; again it does nothing."""
    over = list(_open().filter(answer_by__lt=at, ran_out_at=None).values_list("pk", flat=True)[:SLICE])
    near = _open().filter(answer_by__gte=at, answer_by__lt=_soon(at), reminded_at=None)
    reminded = sum(_tell(pk, "reminded_at", at) for pk in list(near.values_list("pk", flat=True)[:SLICE]))
    return reminded, sum(_tell(pk, "ran_out_at", at) for pk in over)


def _open() -> "QuerySet[SupplementRequest]":
    return SupplementRequest.objects.filter(state=SupplementRequest.State.SENT).order_by("answer_by", "pk")


def _soon(at: datetime) -> datetime:
    """The end of the second working day from now, by the province's newest calendar."""
    newest = CalendarRevision.objects.order_by("-number").values_list("pk", flat=True).first()
    day = timezone.localdate(at)
    end = calendar_of(newest).add_working_days(day, REMIND_WORKING_DAYS) if newest else day
    return datetime.combine(end, time.max, tzinfo=LEGAL_ZONE)


def _tell(request_id: int, mark: str, at: datetime) -> bool:
    """Set the mark and publish the news together, unless the answer came or another sweep was faster."""
    with transaction.atomic():
        rows = SupplementRequest.objects.select_for_update(skip_locked=True).filter(pk=request_id, **{mark: None})
        request = rows.filter(state=SupplementRequest.State.SENT).first()
        if request is None:
            return False
        dossier = Dossier.objects.select_related("handling_agency").get(pk=request.dossier_id)
        if dossier.state != State.SUPPLEMENT or dossier.supplement_sent_at is not None:
            return False
        setattr(request, mark, at)
        request.save(update_fields=[mark])
        outbox.publish(
            "dossier.supplement_near" if mark == "reminded_at" else "dossier.supplement_ran_out",
            subject_type="dossier",
            subject_id=dossier.pk,
            agency_code=dossier.handling_agency.code if dossier.handling_agency else "",
            data={"request": request.number},
        )
    return True
