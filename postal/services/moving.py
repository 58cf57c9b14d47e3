"""What the post reports moves a parcel: forward only, by rank, whatever the order of arrival.

Events are proven, stored raw and once, and answered at once; a job settles them under the locks of dossier and parcel.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from common import jobs
from common.gateways import GatewayError
from common.jobs import Postpone
from common.models import Job
from common.text import clean
from dossiers.models import Dossier
from dossiers.services import endings
from dossiers.services.postal_state import set_post_state
from postal.gateways.base import TrackingEvent
from postal.models import ENDED, STATE_OF, Parcel, ParcelEvent, rank_here
from postal.services.booking import POLL_AFTER, gateway, lock_dossier, lock_parcel
from postal.services.desk import publish
from postal.tracking import ParcelStatus

KEEP_EVENT_DAYS = 365
POLL_FOR = timedelta(days=60)
CARRIER = "public_post"


def record_event(body: bytes, timestamp: str, signature: str, *, at: datetime) -> bool:
    """Keep a proven event once and settle it by a job; False when it came before.

    Raises common.gateways.SignatureRefused or postal.gateways.base.EventUnreadable: nothing is stored then.
    """
    event = gateway().verify_event(body, timestamp, signature, at=at)
    with transaction.atomic():
        row, created = _keep(event, body.decode("utf-8", "replace"))
        if created:
            jobs.enqueue("post.event", key=f"post.event:{row.pk}", payload={"event": row.pk})
    return created


def _keep(event: TrackingEvent, raw: str) -> tuple[ParcelEvent, bool]:
    return ParcelEvent.objects.get_or_create(
        carrier=CARRIER,
        event_id=event.event_id,
        defaults={
            "reference": event.reference,
            "item_code": event.item_code,
            "status": event.status,
            "rank": event.rank,
            "at": event.at,
            "office": clean(event.office),
            "note": clean(event.note),
            "raw": raw.replace("\x00", ""),
            "erase_after": timezone.localdate() + timedelta(days=KEEP_EVENT_DAYS),
        },
    )


# ── jobs ──
def settle_event(job: Job) -> None:
    """Job: make one stored event true."""
    event = ParcelEvent.objects.get(pk=job.payload["event"])
    with jobs.fenced(job):
        settle(event, at=timezone.now())


def poll(job: Job) -> None:
    """Job: ask the post about a parcel it has been silent about for half a day; ends with the parcel."""
    parcel, now = Parcel.objects.get(pk=job.payload["parcel"]), timezone.now()
    if parcel.state in ENDED or now - parcel.created_at > POLL_FOR:
        return
    heard = max(moment for moment in (parcel.moved_at, parcel.polled_at, parcel.created_at) if moment)
    if now - heard < POLL_AFTER:
        raise Postpone(heard + POLL_AFTER, "heard")
    try:
        fetch(parcel, at=now)
    except GatewayError as error:
        raise Postpone(now + timedelta(hours=1), error.code) from error
    raise Postpone(now + POLL_AFTER, "polled")


def fetch(parcel: Parcel, *, at: datetime) -> None:
    """Ask the post and settle every event it knows; raises GatewayError."""
    track = gateway().fetch(str(parcel.public_id))
    Parcel.objects.filter(pk=parcel.pk).update(polled_at=at)
    for event in track.events if track else ():
        with transaction.atomic():
            row, _created = _keep(event, "")
            settle(row, at=at)


def settle(event: ParcelEvent, *, at: datetime) -> None:
    """Move the parcel by one stored event, once. Locks dossier, parcel; must run inside a transaction."""
    if event.settled_at is not None:
        return
    parcel = Parcel.objects.filter(public_id__in=_as_uuid(event.reference)).first()
    if parcel is None:
        _end(event, None, ParcelEvent.Outcome.UNKNOWN, at)
        return
    dossier, parcel = lock_dossier(parcel.dossier_id), lock_parcel(parcel.pk)
    if ParcelEvent.objects.filter(pk=event.pk).exclude(settled_at=None).exists():
        return  # a poll and the event's own job met
    if parcel.item_code and parcel.item_code != event.item_code:
        _end(event, None, ParcelEvent.Outcome.MISMATCH, at)
        return
    moved = _leads_on(parcel, event)
    if moved:
        _move(parcel, dossier, event, at)
    _end(event, parcel, ParcelEvent.Outcome.MOVED if moved else ParcelEvent.Outcome.OVERTAKEN, at)


def _leads_on(parcel: Parcel, event: ParcelEvent) -> bool:
    """Forward only: an event of a lower rank was overtaken."""
    return rank_here(event.status, event.rank) > parcel.rank


def _as_uuid(reference: str) -> list[str]:
    try:
        return [str(UUID(reference))]
    except ValueError:
        return []


def _move(parcel: Parcel, dossier: Dossier, event: ParcelEvent, at: datetime) -> None:
    before = parcel.rank
    parcel.state = STATE_OF[ParcelStatus(event.status)]
    parcel.rank, parcel.moved_at = rank_here(event.status, event.rank), event.at
    parcel.item_code = parcel.item_code or event.item_code
    parcel.booking = Parcel.Booking.BOOKED
    if before < Parcel.HANDED_OVER_RANK < parcel.rank:
        parcel.handed_over_at = event.at  # the post has it, although nobody at the desk said so
    parcel.ended_at = at if parcel.state in ENDED else None
    parcel.save()
    set_post_state(dossier.pk, parcel.state)
    _tell(parcel, dossier, before)
    _end_dossier(parcel, dossier, event)


def _tell(parcel: Parcel, dossier: Dossier, before: int) -> None:
    if before < Parcel.HANDED_OVER_RANK < parcel.rank and parcel.state not in ENDED:
        publish("postal.handed_over", parcel, dossier)
    if parcel.state == Parcel.State.FAILED:
        publish("postal.delivery_failed", parcel, dossier)


def _end_dossier(parcel: Parcel, dossier: Dossier, event: ParcelEvent) -> None:
    """Delivered closes the dossier (9 → 10); what came back waits at the counter."""
    if parcel.direction != Parcel.Direction.RETURN or parcel.state not in ENDED:
        return
    act = endings.delivered if parcel.state == Parcel.State.DELIVERED else endings.came_back
    with transaction.atomic():  # a refused transition spoils the transaction it runs in
        act(dossier.pk, at=event.at, parcel=parcel.item_code)


def _end(event: ParcelEvent, parcel: Parcel | None, outcome: str, at: datetime) -> None:
    event.parcel, event.outcome, event.settled_at = parcel, outcome, at
    event.save(update_fields=["parcel", "outcome", "settled_at"])
