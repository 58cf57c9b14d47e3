"""The tracking book (Sổ theo dõi hồ sơ) of a counter for some days, drawn by a job volume by volume.

A volume holds `ROWS` entries, so that memory and time stay the same however long the period is; each job draws one volume
and orders the next, whoever asked sees how far it is.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import COUNTER_ROLES, Agency
from agencies.standing import standing_of
from audit.services import record
from common import jobs, units
from common.identifiers import display_phone
from common.models import Job
from documents.render import render_pdf
from documents.services import store_bytes
from dossiers.errors import Denied, Invalid
from dossiers.models import BookVolume, Dossier, DossierEvent, IssuedPaper, PaperForm, Result, TrackingBook
from dossiers.querysets import DossierQuerySet
from dossiers.services import paper_forms
from dossiers.services.paper_contexts import book_entry, form_words, heading
from dossiers.services.slip_contexts import day_of
from dossiers.terms import terms_of

ROWS = 100
LONGEST = timedelta(days=366)
JOB = "dossier.book"
NOTES = {"refused": "Không tiếp nhận", "withdrawn": "Công dân rút hồ sơ", "stopped": "Dừng giải quyết"}
REJECTED = "Từ chối giải quyết"


def order(*, user: User, agency: Agency, first_day: date, last_day: date, at: datetime | None = None) -> TrackingBook:
    """Ask for the book of a counter; raises Denied without a post there, Invalid for days that make no period."""
    at = at or timezone.now()
    if agency.pk not in standing_of(user).agency_ids(COUNTER_ROLES):
        raise Denied(_("The book is kept by the counter."))
    if last_day < first_day:
        raise Invalid({"last_day": _("The last day lies before the first.")})
    if last_day > timezone.localdate(at):
        raise Invalid({"last_day": _("The last day may not lie in the future.")})
    if last_day - first_day > LONGEST:
        raise Invalid({"last_day": _("Choose a year at most.")})
    if paper_forms.form_on("book", last_day) is None:
        raise Invalid({"last_day": _("There is no such form on that day.")})
    with transaction.atomic():
        book = TrackingBook.objects.create(
            agency=agency, first_day=first_day, last_day=last_day, asked_by=user, asked_at=at,
            total=_entries(agency, first_day, last_day).count(),
        )  # fmt: skip
        record(
            "book.asked", actor_id=user.pk, subject_type="tracking_book", subject_id=book.pk, agency_code=agency.code
        )
        _enqueue(book, 1)
    return book


def _enqueue(book: TrackingBook, number: int) -> None:
    jobs.enqueue(JOB, key=f"{JOB}:{book.pk}:{number}", payload={"book": book.pk, "volume": number})


def _entries(agency: Agency, first_day: date, last_day: date) -> DossierQuerySet:
    first, end = day_of(first_day)[0], day_of(last_day)[1]
    return Dossier.objects.filed().filter(receiving_agency=agency, accepted_at__gte=first, accepted_at__lt=end)


def make_volume(job: Job) -> None:
    """Job: draw the next volume and order the one after it; a second run finds it drawn and stops."""
    book = TrackingBook.objects.select_related("agency").get(pk=job.payload["book"])
    number = int(job.payload["volume"])
    if book.volumes.filter(number=number).exists():
        return
    before = book.volumes.filter(number=number - 1).first()
    dossiers = _next(book, before)
    volume = _drawn(book, number, before.last if before else 0, dossiers)
    with jobs.fenced(job):
        volume.save(force_insert=True)
        is_last = len(dossiers) < ROWS or volume.last >= book.total
        book.done, book.state = volume.last, TrackingBook.State.READY if is_last else TrackingBook.State.WORKING
        book.save(update_fields=["done", "state"])
        if not is_last:
            _enqueue(book, number + 1)


def give_up(job: Job) -> None:
    """The job was given up: whoever asked is told."""
    TrackingBook.objects.filter(pk=job.payload["book"]).update(state=TrackingBook.State.FAILED)


def _next(book: TrackingBook, before: BookVolume | None) -> list[Dossier]:
    """The entries after the last one of the volume before, in the order of receiving."""
    found = _entries(book.agency, book.first_day, book.last_day)
    if before and before.last_at:
        found = found.filter(Q(accepted_at__gt=before.last_at) | Q(accepted_at=before.last_at, pk__gt=before.last_id))
    return list(found.select_related("party").order_by("accepted_at", "pk")[:ROWS])


def _drawn(book: TrackingBook, number: int, done: int, dossiers: Sequence[Dossier]) -> BookVolume:
    form = paper_forms.form_on("book", book.last_day)
    if form is None:
        raise PaperForm.DoesNotExist
    volumes = max(1, -(-book.total // ROWS))
    context = {
        **form_words(form),
        **heading(book.agency, on=book.last_day, at_counter=True),
        "number": "",
        "date": timezone.localdate(book.asked_at),
        "first_day": book.first_day,
        "last_day": book.last_day,
        "volume": number,
        "volumes": volumes,
        "rows": rows(dossiers, after=done),
    }
    pdf = render_pdf(
        form.template, context, title=f"{form.title} {book.agency.code} {book.first_day:%d/%m/%Y} {number}"
    )
    name = f"so-theo-doi-{book.first_day:%Y%m%d}-{book.last_day:%Y%m%d}-{number}.pdf"
    file = store_bytes(pdf, room="dossiers", purpose="paper.book", name=name, owner=None, at=timezone.now())
    newest = dossiers[-1] if dossiers else None
    return BookVolume(
        book=book, number=number, first=done + 1 if newest else 0, last=done + len(dossiers), file=file,
        last_at=newest.accepted_at if newest else None, last_id=newest.pk if newest else 0,
    )  # fmt: skip


def rows(dossiers: Sequence[Dossier], *, after: int = 0) -> list[dict[str, Any]]:
    """The entries as they are printed; a few questions however many there are."""
    ids = [dossier.pk for dossier in dossiers]
    receipts = IssuedPaper.objects.filter(dossier__in=ids, kind="receipt", size=IssuedPaper.Size.A4)
    entries = {paper.dossier_id: paper for paper in receipts.order_by("seq")}
    returned = DossierEvent.objects.filter(dossier__in=ids, name__startswith="return_").select_related("actor")
    givers = {event.dossier_id: event.actor for event in returned.order_by("seq")}
    given = Result.objects.filter(dossier__in=ids, revoked_at=None).order_by("revision")
    receivers = dict(given.values_list("dossier", "receiver"))
    return [
        _row(dossier, number, entries.get(dossier.pk), givers.get(dossier.pk), receivers.get(dossier.pk, ""))
        for number, dossier in enumerate(dossiers, start=after + 1)
    ]


def _row(dossier: Dossier, number: int, paper: IssuedPaper | None, giver: User | None, receiver: str) -> dict[str, Any]:
    content, party = terms_of(dossier).content, dossier.party
    entry = book_entry(paper)["book_entry"] if paper else ""
    is_returned = dossier.returned_at is not None
    return {
        "no": number,
        "entry": f"Số {entry}" if entry else "",
        "code": dossier.code,
        "content": content.title.vi,
        "sets": content.public.sets,
        "owner": party.full_name,
        "address": units.address_line(party.address),
        "phone": display_phone(party.phone) if party.phone else "",
        "received_at": dossier.accepted_at,
        "due_at": dossier.original_due_at,
        "returned_at": dossier.returned_at,
        "giver": giver.display_name if is_returned and giver else "",
        "receiver": receiver or (_way(dossier) if is_returned else ""),
        "note": NOTES.get(dossier.state, REJECTED if dossier.outcome == "rejected" else ""),
    }


def _way(dossier: Dossier) -> str:
    return {"online": "Qua tài khoản", "post": "Qua bưu chính"}.get(dossier.delivery, "")
