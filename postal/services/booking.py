"""A result that goes by post: one parcel per dossier, booked with the post by a durable job."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from agencies.models import Agency
from common import jobs
from common.context import current_site
from common.gateways import GatewayError
from common.jobs import Postpone
from common.models import Job
from common.outbox import News
from common.units import address_line
from dossiers.models import Delivery, Dossier, Party
from dossiers.services.postal_state import set_post_state
from dossiers.workflow import State
from postal.gateways.base import Address, ParcelOrder, PostalGateway
from postal.gateways.public_post import from_settings
from postal.models import Parcel

KEEP_DAYS = 365  # receiver and address, after the parcel was registered
POLL_AFTER = timedelta(hours=12)
BOOK_WITHIN = timedelta(days=3)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


def gateway() -> PostalGateway:
    """The carrier that the settings describe."""
    return from_settings()


def lock_dossier(dossier_id: int) -> Dossier:
    """The dossier's row, locked first of all (deadlock rule)."""
    return Dossier.objects.select_for_update(of=("self",), no_key=True).get(pk=dossier_id)


def lock_parcel(parcel_id: int) -> Parcel:
    """The parcel's row, locked after its dossier."""
    return Parcel.objects.select_for_update(of=("self",), no_key=True).get(pk=parcel_id)


def ensure_parcel_for(news: News) -> None:
    """Reaction to dossier.resolved and dossier.rejected."""
    ensure_parcel(Dossier.objects.get(pk=news.subject_id))


def ensure_parcel(dossier: Dossier) -> Parcel | None:
    """The parcel of a resolved dossier whose result goes by post, registered once and to be booked; else None."""
    with transaction.atomic():
        dossier = lock_dossier(dossier.pk)
        if dossier.state != State.RESOLVED or dossier.delivery != Dossier.Delivery.POST:
            return None
        parcel = _open_parcel(dossier)
        if parcel is None:
            parcel = Parcel.objects.create(dossier=dossier, **_receiver(dossier))
            set_post_state(dossier.pk, parcel.state)
            jobs.enqueue("post.order", key=f"post.order:{parcel.pk}", payload={"parcel": parcel.pk})
    return parcel


def _open_parcel(dossier: Dossier) -> Parcel | None:
    found = Parcel.objects.filter(dossier=dossier, direction=Parcel.Direction.RETURN)
    return found.exclude(state__in=["delivered", "returned", "cancelled"]).first()


def _receiver(dossier: Dossier) -> dict[str, Any]:
    """Where the citizen wants it, or the applicant's own address where the choice left something out."""
    wanted = Delivery.objects.filter(dossier=dossier).first() or Delivery()
    party = Party.objects.filter(dossier=dossier).first() or Party()
    return {
        "receiver": wanted.receiver or (party.contact_name or party.full_name)[:120],
        "phone": wanted.phone or party.phone,
        "address": wanted.address or party.address,
        "erase_after": timezone.localdate() + timedelta(days=KEEP_DAYS),
    }


# ── jobs ──
def order(job: Job) -> None:
    """Job: book the parcel; the reference is our own row's id, so that a lost answer is asked for again without harm."""
    found = Parcel.objects.select_related("dossier__receiving_agency").filter(pk=job.payload["parcel"])
    parcel = found.get()
    if parcel.state != Parcel.State.REGISTERED:
        return
    try:
        booked = gateway().book(_order_of(parcel))
    except GatewayError as error:
        _note_error(parcel, error)
        _try_later(parcel, error)
        raise
    with jobs.fenced(job):
        _store(parcel, booked.item_code)


def _store(parcel: Parcel, item_code: str) -> None:
    lock_dossier(parcel.dossier_id)
    now = timezone.now()
    # An event of the post may have been faster than this answer: the state then stands higher already.
    Parcel.objects.filter(pk=parcel.pk, item_code="").update(item_code=item_code)
    ordered = Parcel.objects.filter(pk=parcel.pk, rank__lt=Parcel.ORDERED_RANK, state=Parcel.State.REGISTERED)
    if ordered.update(state=Parcel.State.ORDERED, rank=Parcel.ORDERED_RANK, ordered_at=now):
        set_post_state(parcel.dossier_id, Parcel.State.ORDERED)
    Parcel.objects.filter(pk=parcel.pk).update(booking=Parcel.Booking.BOOKED, booking_error="")
    jobs.enqueue("post.poll", key=f"post.poll:{parcel.pk}", payload={"parcel": parcel.pk}, due_at=now + POLL_AFTER)


def _try_later(parcel: Parcel, error: GatewayError) -> None:
    """An outage of the post is waited out for days; a refusal, or an outage without end, is for the return desk."""
    now = timezone.now()
    waited = now - parcel.created_at
    if not error.permanent and waited < BOOK_WITHIN:
        raise Postpone(now + max(FIRST_PAUSE, min(waited, LONGEST_PAUSE)), error.code)


def _note_error(parcel: Parcel, error: GatewayError) -> None:
    """For the return desk: a refusal is final and leaves the counter as the way out."""
    booking = Parcel.Booking.REFUSED if error.permanent else Parcel.Booking.WAITING
    Parcel.objects.filter(pk=parcel.pk, state=Parcel.State.REGISTERED).update(
        booking=booking, booking_error=error.code[:60]
    )


def give_up(job: Job) -> None:
    """The booking job is dead: the return desk sees it and hands the result over at the counter, or calls the post."""
    Parcel.objects.filter(pk=job.payload["parcel"], state=Parcel.State.REGISTERED).update(
        booking=Parcel.Booking.REFUSED
    )


def _order_of(parcel: Parcel) -> ParcelOrder:
    dossier = parcel.dossier
    to = Address(
        name=parcel.receiver,
        phone=parcel.phone,
        address=address_line(parcel.address),
        province=parcel.address.get("province", ""),
    )
    return ParcelOrder(
        reference=str(parcel.public_id),
        dossier_code=dossier.code or "",
        sender=_sender(dossier.receiving_agency),
        receiver=to,
    )


def _sender(agency: Agency | None) -> Address:
    """The counter that holds the result; the province's own telephone stands in where the catalogue knows none."""
    name = agency.one_stop_vi or agency.name_vi if agency else str(current_site().facts["manager"]["vi"])
    return Address(
        name=name,
        phone=(agency.phone if agency else "") or str(current_site().facts["phone"]),
        address=(agency.address_vi if agency else "") or f"{name}, {current_site().province['vi']}",
        province=settings.PROVINCE_CODE,
    )
