"""Outages: what one took from every limit that ran meanwhile, and giving it back.

The rule. A limit in hours gets back the opening time that was lost, to the minute. A limit in days of an agency gets back
each working date of which the outage took at least `day_share` per cent of the opening time. A citizen's limit gets back
each date on which the portal was down for an hour or more, day or night: people file in the evening. The day from which a
limit counts is no day of it, so it is not given back; what was over before the outage began stays over. Steps and the
questions to other agencies follow the same rule, each for the agency that could not work (see inner).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.calendar import legal_date
from agencies.models import Agency
from audit.services import record
from dossiers import clock
from dossiers.clock import ClockError, Entry
from dossiers.models import Consultation, Dossier, Outage, OutageShift, StepRun
from dossiers.services import clockwork
from dossiers.services.corrections import inner, tracks
from dossiers.services.corrections.inner import InnerMove, Inside, Shift
from dossiers.services.corrections.lost import CITIZEN_HOUR, Span, lost
from dossiers.services.corrections.tracks import Moved
from dossiers.services.performing import SYSTEM, lock, perform
from dossiers.workflow.corrections import TIMED

LONGEST = timedelta(days=92)


@dataclass(frozen=True)
class Relief:
    """What an outage gives back to one dossier: the limits added per track, and the dates that move by it.

    `inside`: its open step and the questions to other agencies, which are among the moves.
    """

    dossier_id: int
    code: str
    shifts: tuple[Shift, ...] = ()
    moves: tuple[Moved, ...] = ()
    inside: tuple[InnerMove, ...] = ()
    fault: str = ""


def record_outage(
    *,
    began_at: datetime,
    ended_at: datetime,
    reason_vi: str,
    source: str,
    by: User,
    at: datetime,
    reason_en: str = "",
    agencies: Iterable[Agency] = (),
    day_share: int = 50,
) -> Outage:
    """Write the incident down; raises ValidationError in words. Nothing moves until it is applied."""
    if ended_at <= began_at:
        raise ValidationError({"ended_at": _("It must end after it began.")})
    if ended_at > at:
        raise ValidationError({"ended_at": _("Record an outage when it is over: only then is it known what it took.")})
    if ended_at - began_at > LONGEST:
        raise ValidationError({"ended_at": _("An outage of more than three months needs another decision.")})
    if not reason_vi.strip() or not source.strip():
        raise ValidationError(_("Write the reason and the decision it rests on: citizens read both."))
    with transaction.atomic():
        outage = Outage.objects.create(
            began_at=began_at, ended_at=ended_at, reason_vi=reason_vi.strip(), reason_en=reason_en.strip(),
            source=source.strip(), day_share=day_share, recorded_by=by,
        )  # fmt: skip
        outage.agencies.set(agencies)
        record("outage.recorded", actor_id=by.pk, subject_type="outage", subject_id=outage.pk)
    return outage


def plan(outage: Outage, *, after: int = 0) -> Iterator[Relief]:
    """Every open dossier (behind the id `after`) whose dates the outage moves; writes nothing."""
    rows, last = _open(outage), after
    while batch := list(rows.filter(pk__gt=last)[: tracks.BATCH]):
        last = batch[-1].pk
        ledgers, inside = tracks.ledgers(batch), inner.inside(batch)
        for dossier in batch:
            found = relief(dossier, ledgers[dossier.pk], outage, inside[dossier.pk])
            if found.moves or found.fault:
                yield found


def apply(outage: Outage, *, by: User | None, at: datetime) -> Iterator[Relief]:
    """Lengthen the limits, each dossier in its own transaction; what was done before is skipped."""
    for pk in list(_open(outage).values_list("pk", flat=True)):
        found = apply_one(pk, outage, by=by, at=at)
        if found.moves or found.fault:
            yield found


def apply_one(dossier_id: int, outage: Outage, *, by: User | None, at: datetime) -> Relief:
    """Lengthen one dossier's limits; an empty relief when there is nothing (left) to give back."""
    with transaction.atomic():
        dossier = lock(dossier_id)
        nothing = Relief(dossier.pk, dossier.code or "")
        done = OutageShift.objects.filter(outage=outage, dossier=dossier).exists()
        if done or dossier.state not in TIMED:
            return nothing
        found = relief(dossier, clockwork.ledger(dossier), outage, inner.inside([dossier])[dossier.pk])
        if found.fault or not found.moves:
            return found
        _perform(dossier, found, outage, by, at)
    return found


def _open(outage: Outage) -> "QuerySet[Dossier]":
    """Open dossiers it may have hit: by who received or decides them, has them at a step, or was asked for an opinion."""
    rows = Dossier.objects.filter(state__in=TIMED, filed_at__lt=outage.ended_at).order_by("pk")
    rows = rows.exclude(pk__in=OutageShift.objects.filter(outage=outage).values("dossier"))
    hit = [agency.pk for agency in outage.agencies.all()]
    if not hit:
        return rows
    step = StepRun.objects.filter(dossier=OuterRef("pk"), ended_at=None, agency__in=hit)
    asked = Consultation.objects.open().filter(dossier=OuterRef("pk"), agency__in=hit)
    own = Q(deciding_agency__in=hit) | Q(receiving_agency__in=hit)
    return rows.filter(own | Exists(step) | Exists(asked))


def relief(dossier: Dossier, entries: list[Entry], outage: Outage, inside: Inside) -> Relief:
    """What the outage gives back to one dossier."""
    hit = {agency.pk for agency in outage.agencies.all()}
    try:
        found = list(_given_back(dossier, entries, outage, hit))
        ends = next((move.new for _shift, move in found if move.track == "handling"), dossier.due_at)
        within = tuple(inner.moves(dossier, entries, outage, hit, inside, ends))
    except ClockError as error:
        return Relief(dossier.pk, dossier.code or "", fault=str(error))
    shifts = (*(shift for shift, _move in found), *(one.shift for one in within))
    fee = _fee(dossier, entries, outage, hit)
    moves = (*(move for _shift, move in found), *([fee] if fee else []), *(one.move for one in within))
    return Relief(dossier.pk, dossier.code or "", shifts, moves, within)


def _given_back(dossier: Dossier, entries: list[Entry], outage: Outage, hit: set[int]) -> Iterator[tuple[Shift, Moved]]:
    for track, state in tracks.running(dossier, entries):
        if hit and clockwork.counting_agency(dossier, track) not in hit:
            continue
        calendar = clockwork.calendar_for(dossier, track, entries)
        limit = lost(state, outage, calendar, is_citizens=track == "supplement")
        if limit is None or state.due_at is None:
            continue
        seq = max(entry.seq for entry in entries) + 1
        entry = Entry(seq, track, "outage_shift", outage.ended_at, limit)  # type: ignore[arg-type]
        new = clock.derive_track([*entries, entry], track, calendar).due_at  # type: ignore[arg-type]
        if new and new != state.due_at:
            yield Shift(track, limit), Moved(track, state.due_at, new)


def _fee(dossier: Dossier, entries: list[Entry], outage: Outage, hit: set[int]) -> Moved | None:
    """The citizen's limit to pay, in calendar days: it is no track of the clock, its date stands on the dossier."""
    asked, due = tracks.fee_asked_at(dossier, entries), dossier.answer_by
    if asked is None or due is None or due < outage.began_at or (hit and dossier.receiving_agency_id not in hit):
        return None
    span = Span(max(asked, outage.began_at), outage.ended_at)
    if span.since >= span.until:
        return None
    days = sum(span.on(day) >= CITIZEN_HOUR for day in span.dates() if day > legal_date(asked))
    calendar = clockwork.calendar_of(dossier.calendar_id, dossier.receiving_agency_id)
    end = calendar.roll_forward(legal_date(due) + timedelta(days=days))
    return Moved("fee", due, calendar.closing(end)) if days else None


def _perform(dossier: Dossier, found: Relief, outage: Outage, by: User | None, at: datetime) -> None:
    fee = next((move.new for move in found.moves if move.track == "fee"), None)
    data = {"outage": outage.pk, "by": by.pk if by else None, **tracks.told(found.moves)}

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        if fee is not None:
            dossier.answer_by = fee
        return {"shifts": found.shifts, "source": outage.source, "outage": outage.pk}

    done = perform(
        dossier.pk, "shift_for_outage", actor=SYSTEM, at=at, reason=outage.reason_vi, data=data, prepare=prepare,
        locked=dossier,
    )  # fmt: skip
    OutageShift.objects.bulk_create(
        OutageShift(
            outage=outage,
            dossier=dossier,
            seq=done.event.seq,
            track=move.track,
            old=move.old,
            new=move.new,
            consultation_id=move.consultation,
        )
        for move in found.moves
    )
    tracks.note_limit(dossier, found.moves)
    inner.write(found.inside)
    record(
        "dossier.outage_shifted", actor_id=by.pk if by else None, subject_type="dossier", subject_id=dossier.pk,
        agency_code=dossier.handling_agency.code if dossier.handling_agency else "", data=data,
    )  # fmt: skip
