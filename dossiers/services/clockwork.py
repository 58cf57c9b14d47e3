"""What each act does to the clock: new ledger entries, and the due dates copied to the dossier's indexed columns."""

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from agencies.calendar import Calendar
from agencies.models import calendar_of, key_of
from common.writing import new_row
from dossiers import clock, terms
from dossiers.clock import Entry, Limit
from dossiers.models import ClockEntry, Consultation, Dossier
from dossiers.terms import terms_of
from dossiers.workflow import State
from procedures.services import applied_limit

# Entries from which a limit counts. `hours_of` in their data names the agency whose own hours and closures count.
COUNTING = frozenset({"start", "restart", "filing_moved", "calendar_recomputed"})
APPLIED = "applied"  # the deciding agency applies the procedure with a shorter time


@dataclass(frozen=True)
class Moment:
    """One act seen by the clock: when, why, with which values of the service."""

    at: datetime
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)


def apply(dossier: Dossier, effects: tuple[str, ...], moment: Moment) -> list[Entry]:
    """The entries an act adds, in order; sets intake_due_at, due_at, original_due_at, answer_by on the dossier."""
    entries = [entry for effect in effects for entry in _EFFECTS[effect](dossier, moment)]
    if not entries:
        return []
    touched = {entry.track for entry in entries if entry.kind not in {"stop", "pause", "reappoint"}}
    if touched & {"handling", "intake", "supplement"}:
        _copy_due_dates(dossier, touched, entries)
    return entries


def queue_at(dossier: Dossier) -> datetime | None:
    """What a queue sorts by: the next moment at which something is due on this dossier."""
    if dossier.state == State.NEW:
        return dossier.intake_due_at
    if dossier.state in {State.SUPPLEMENT, State.PAYMENT}:
        return (
            dossier.supplement_sent_at
            if dossier.state == State.SUPPLEMENT and dossier.supplement_sent_at
            else dossier.answer_by
        )
    if dossier.state == State.RESOLVED:
        return dossier.finished_at
    return dossier.due_at or dossier.accepted_at if dossier.is_open else None


def ledger(dossier: Dossier) -> list[Entry]:
    """The stored entries of a dossier as the clock reads them, oldest first."""
    rows = ClockEntry.objects.filter(dossier=dossier).order_by("seq", "position")
    return [as_entry(row) for row in rows]


def calendar_for(dossier: Dossier, track: str, entries: Iterable[Entry]) -> Calendar:
    """The calendar a track was computed with: the revision it is pinned to, with the hours of the agency it counts for.

    A correction moves the pin of the tracks that run; one that ended before keeps the calendar it ended with, so that no
    stored date is ever contradicted by its explanation.
    """
    found = sorted(entries, key=lambda entry: entry.seq)
    last = next((one for one in reversed(found) if one.track == track and one.kind in COUNTING), None)
    if last is None:
        return calendar_of(dossier.calendar_id)
    return calendar_of(_revision(dossier, last, found)).for_agency(str(last.data.get("hours_of", "")))


def _revision(dossier: Dossier, last: Entry, entries: list[Entry]) -> int:
    if last.kind == "calendar_recomputed":
        return int(last.data.get("revision", dossier.calendar_id))
    later = (entry for entry in entries if entry.kind == "calendar_recomputed" and entry.seq > last.seq)
    correction = next(later, None)
    return int(correction.data["was"]) if correction else dossier.calendar_id


def hours_of(dossier: Dossier, agency_id: int | None, revision: int | None = None) -> dict[str, str]:
    """What a counting entry says of the agency whose hours count; nothing where they are the province's."""
    calendar = calendar_of(revision or dossier.calendar_id)
    if not calendar.agencies or agency_id is None:
        return {}
    key = key_of(agency_id)
    return {"hours_of": key} if calendar.for_agency(key) is not calendar else {}


def counting_agency(dossier: Dossier, track: str) -> int | None:
    """The agency whose opening hours a track runs on: the counter's for filing and the citizen's limits, else who decides."""
    return dossier.receiving_agency_id if track in {"intake", "supplement"} else dossier.deciding_agency_id


def as_entry(row: ClockEntry) -> Entry:
    """A stored row as a plain value of the clock."""
    is_budget = row.track == "step" and row.kind != "outage_shift"  # in hours that may be halves: they stand in `data`
    limit = Limit(int(row.limit_amount), row.limit_unit) if row.limit_amount and not is_budget else None  # type: ignore[arg-type]
    return Entry(
        seq=row.seq,
        track=row.track,  # type: ignore[arg-type]
        kind=row.kind,  # type: ignore[arg-type]
        at=row.at,
        limit=limit,
        policy=row.policy or None,  # type: ignore[arg-type]
        appointment_at=row.appointment_at,
        reason_code=row.reason_code,
        source=row.source,
        data=row.data,
    )


def as_row(dossier: Dossier, entry: Entry, *, seq: int, position: int, actor_id: int | None) -> ClockEntry:
    """A new entry as the row that is stored; steps keep their hours, which may be halves."""
    hours = entry.data.get("hours") if entry.track == "step" else None
    amount = Decimal(str(hours)) if hours is not None else (Decimal(entry.limit.amount) if entry.limit else None)
    return new_row(
        ClockEntry,
        dossier=dossier,
        seq=seq,
        position=position,
        track=entry.track,
        kind=entry.kind,
        at=entry.at,
        limit_amount=amount,
        limit_unit="hour" if hours is not None else (entry.limit.unit if entry.limit else ""),
        policy=entry.policy or "",
        appointment_at=entry.appointment_at,
        reason_code=entry.reason_code,
        source=entry.source,
        actor_id=actor_id,
        data=dict(entry.data),
    )


def _copy_due_dates(dossier: Dossier, tracks: AbstractSet[str], new: list[Entry]) -> None:
    only_starts = all(entry.kind == "start" for entry in new if entry.track in tracks)
    known = [] if only_starts else ledger(dossier)
    for track in tracks & {"intake", "handling", "supplement"}:
        entries = [*known, *new]
        due = clock.derive_track(entries, track, calendar_for(dossier, track, entries)).due_at  # type: ignore[arg-type]
        if track == "intake":
            dossier.intake_due_at = due
        elif track == "supplement":
            dossier.answer_by = due
        else:
            dossier.due_at = due
            dossier.original_due_at = dossier.original_due_at or due


def _entry(dossier: Dossier, moment: Moment, track: str, kind: str, **more: Any) -> Entry:
    if kind in {"start", "restart", "filing_moved"} and track not in {"step", "consultation"}:
        more["data"] = {**more.get("data", {}), **hours_of(dossier, counting_agency(dossier, track))}
    return Entry(seq=dossier.head_seq + 1, track=track, kind=kind, at=more.pop("at", moment.at), **more)  # type: ignore[arg-type]


def _start_intake(dossier: Dossier, moment: Moment) -> list[Entry]:
    return [_entry(dossier, moment, "intake", "start", limit=terms.INTAKE_LIMIT, source=terms.INTAKE_SOURCE)]


def _pause_intake(dossier: Dossier, moment: Moment) -> list[Entry]:
    dossier.answer_by = pay_by(dossier, terms.PAY_BEFORE, moment.at)
    return [_entry(dossier, moment, "intake", "pause", reason_code="fee")]


def pay_by(dossier: Dossier, limit: Limit, asked_at: datetime, revision: int | None = None) -> datetime:
    """Until when a fee asked at that moment is to be paid."""
    return clock.due_at(limit, asked_at, calendar_of(revision or dossier.calendar_id, dossier.receiving_agency_id))


def _move_filing(dossier: Dossier, moment: Moment) -> list[Entry]:
    dossier.answer_by = None
    return [
        _entry(
            dossier,
            moment,
            "intake",
            "filing_moved",
            limit=terms.INTAKE_LIMIT,
            source=terms.INTAKE_SOURCE,
            reason_code="fee",
        )
    ]


def _stop_intake(dossier: Dossier, moment: Moment) -> list[Entry]:
    return [_entry(dossier, moment, "intake", "stop", reason_code=moment.name)] if dossier.intake_due_at else []


def _start_handling(dossier: Dossier, moment: Moment) -> list[Entry]:
    limit = terms_of(dossier).limit
    if limit is None:
        return []
    parts = {"data": {"parts": moment.values["parts"]}} if moment.values.get("parts") else {}
    # Pinned at acceptance: what the agency applies later changes nothing for this dossier.
    kept = applied_limit(
        dossier.procedure_id, dossier.deciding_agency_id, dossier.case_key, on=timezone.localdate(moment.at)
    )
    shorter = terms.as_limit(kept)
    if shorter is not None and shorter.unit == limit.unit and shorter.amount < limit.amount:
        return [_entry(dossier, moment, "handling", "start", limit=shorter, reason_code=APPLIED, **parts)]
    return [_entry(dossier, moment, "handling", "start", limit=limit, **parts)]


def _pinned_limit(dossier: Dossier) -> Limit | None:
    """The limit the dossier was accepted with: the case's, or the shorter one its agency applied that day."""
    started = next((entry for entry in ledger(dossier) if (entry.track, entry.kind) == ("handling", "start")), None)
    return started.limit if started and started.reason_code == APPLIED else terms_of(dossier).limit


def _pause_handling(dossier: Dossier, moment: Moment) -> list[Entry]:
    if not dossier.due_at:
        return []
    if moment.name == "request_fee":
        dossier.answer_by = pay_by(dossier, terms.PAY_AFTER, moment.at)
        return [_entry(dossier, moment, "handling", "pause", policy="pause", reason_code="fee")]
    held = terms_of(dossier)
    return [
        _entry(
            dossier,
            moment,
            "handling",
            "pause",
            policy=held.policy,
            reason_code="supplement",
            source=held.policy_source,
        )
    ]


def _resume_handling(dossier: Dossier, moment: Moment) -> list[Entry]:
    dossier.answer_by = None
    if not dossier.due_at:
        return []
    if moment.name == "settle_fee":
        return [_entry(dossier, moment, "handling", "resume", reason_code="fee")]
    # The citizen completed the dossier when the supplement was sent: confirming it later must not lengthen the limit.
    held, complete_at = terms_of(dossier), dossier.supplement_sent_at or moment.at
    if held.policy == "restart":
        return [
            _entry(
                dossier,
                moment,
                "handling",
                "restart",
                at=complete_at,
                limit=_pinned_limit(dossier),
                policy="restart",
                reason_code="supplement",
                source=held.policy_source,
            )
        ]
    return [_entry(dossier, moment, "handling", "resume", at=complete_at, policy="pause", reason_code="supplement")]


def _stop_handling(dossier: Dossier, moment: Moment) -> list[Entry]:
    return [_entry(dossier, moment, "handling", "stop", reason_code=moment.name)] if dossier.due_at else []


def _finish_elsewhere(dossier: Dossier, moment: Moment) -> list[Entry]:
    """The limit ended when it was decided in the other software, not when the counter heard of it."""
    decided = Moment(moment.values["decided_at"], moment.name, moment.values)
    return _stop_handling(dossier, decided)


def _reopen_handling(dossier: Dossier, moment: Moment) -> list[Entry]:
    return [_entry(dossier, moment, "handling", "resume", reason_code="reopen")] if dossier.due_at else []


def _start_supplement(dossier: Dossier, moment: Moment) -> list[Entry]:
    held = terms_of(dossier)
    return [_entry(dossier, moment, "supplement", "start", limit=held.answer_limit, source=held.policy_source)]


def _stop_supplement(dossier: Dossier, moment: Moment) -> list[Entry]:
    """Ends the citizen's limit if it runs: a withdrawal may come while a fee is waited for, or after the answer."""
    kinds = ClockEntry.objects.filter(dossier=dossier, track="supplement").order_by("-seq", "-position")
    if kinds.values_list("kind", flat=True).first() in {None, "stop"}:
        return []
    return [_entry(dossier, moment, "supplement", "stop", reason_code=moment.name)]


def _start_step(dossier: Dossier, moment: Moment) -> list[Entry]:
    data = {"step": dossier.step_no, "hours": str(moment.values.get("hours", 0))}
    data |= hours_of(dossier, moment.values.get("step_agency"))
    return [_entry(dossier, moment, "step", "start", data=data)]


def _start_consultation(dossier: Dossier, moment: Moment) -> list[Entry]:
    """The limit of one question, on the opening hours of the agency that is asked."""
    asked: Consultation = moment.values["consultation"]
    data = {"consultation": asked.pk, **hours_of(dossier, asked.agency_id)}
    return [
        _entry(
            dossier, moment, "consultation", "start", limit=moment.values["limit"], source=asked.legal_basis, data=data
        )
    ]


def _stop_consultations(dossier: Dossier, moment: Moment) -> list[Entry]:
    """The questions the act ends (`ended`); one that decides the dossier ends all that are still open."""
    ended = moment.values.get("ended")
    if ended is None:
        ended = _decided_without(dossier, moment) if dossier.open_opinions else []
    return [
        _entry(dossier, moment, "consultation", "stop", reason_code=one.outcome, data={"consultation": one.pk})
        for one in ended
    ]


def _decided_without(dossier: Dossier, moment: Moment) -> list[Consultation]:
    """Nobody is waited for any more: whoever decided was told which opinions were still open."""
    found = list(Consultation.objects.open().filter(dossier=dossier).order_by("pk"))
    for one in found:
        one.ended_at, one.ended_seq, one.outcome = moment.at, dossier.head_seq + 1, Consultation.Outcome.ENDED
        one.save(update_fields=["ended_at", "ended_seq", "outcome"])
    dossier.open_opinions = 0
    return found


def _reappoint(dossier: Dossier, moment: Moment) -> list[Entry]:
    return [_entry(dossier, moment, "handling", "reappoint", appointment_at=moment.values["appointment_at"])]


def _extend(dossier: Dossier, moment: Moment) -> list[Entry]:
    extension = terms_of(dossier).extension(moment.values["extension"])
    return [
        _entry(
            dossier,
            moment,
            "handling",
            "legal_extension",
            limit=terms.as_limit(extension.by),
            reason_code=extension.key,
            source=extension.legal_source,
        )
    ]


def _recompute(dossier: Dossier, moment: Moment) -> list[Entry]:
    """One mark for every track that runs; the pin has moved already."""
    return [
        _entry(dossier, moment, track, "calendar_recomputed", source=moment.values["source"], data=data)
        for track, data in moment.values["marks"]
    ]


def _shift(dossier: Dossier, moment: Moment) -> list[Entry]:
    """What an outage took from each track, given back."""
    common = {"source": moment.values["source"], "reason_code": "outage"}
    data = {"outage": moment.values["outage"]}
    return [
        _entry(dossier, moment, one.track, "outage_shift", limit=one.limit, data={**data, **one.data}, **common)
        for one in moment.values["shifts"]
    ]


_EFFECTS: dict[str, Callable[[Dossier, Moment], list[Entry]]] = {
    "start_intake": _start_intake,
    "pause_intake": _pause_intake,
    "move_filing": _move_filing,
    "stop_intake": _stop_intake,
    "start_handling": _start_handling,
    "pause_handling": _pause_handling,
    "resume_handling": _resume_handling,
    "stop_handling": _stop_handling,
    "finish_handling": _stop_handling,
    "finish_elsewhere": _finish_elsewhere,
    "reopen_handling": _reopen_handling,
    "start_supplement": _start_supplement,
    "stop_supplement": _stop_supplement,
    "start_step": _start_step,
    "start_consultation": _start_consultation,
    "stop_consultations": _stop_consultations,
    "reappoint": _reappoint,
    "extend": _extend,
    "recompute": _recompute,
    "shift": _shift,
}
