"""The limits of one dossier that run now: what they are derived from and where they are copied to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agencies.calendar import Calendar
from dossiers import clock, terms
from dossiers.clock import ClockState, Entry
from dossiers.models import ClockEntry, Dossier, SupplementRequest
from dossiers.services import clockwork
from dossiers.workflow import State

COPIED = {"intake": "intake_due_at", "handling": "due_at", "supplement": "answer_by"}
INNER = frozenset({"step", "consultation"})
BATCH = 500


@dataclass(frozen=True)
class Moved:
    """One date of a dossier that moves. `track` is that of the clock, or `fee` for the citizen's limit to pay.

    `consultation`, `agency`: which question, and the code of who was asked, for the limit of a question.
    """

    track: str
    old: datetime
    new: datetime
    consultation: int | None = None
    agency: str = ""

    @property
    def is_shorter(self) -> bool:
        """Whether it ends earlier than before."""
        return self.new < self.old

    @property
    def key(self) -> str:
        """Its name in events and lists; a dossier may have several questions."""
        return f"{self.track}:{self.consultation}" if self.consultation else self.track

    @property
    def is_told(self) -> bool:
        """Whether it is a date of the citizen's; steps and questions are between agencies."""
        return self.track not in INNER


def running(dossier: Dossier, entries: list[Entry]) -> Iterator[tuple[str, ClockState]]:
    """Every track with a limit that runs or waits now, as it stands."""
    for track in COPIED:
        state = clock.derive_track(entries, track, clockwork.calendar_for(dossier, track, entries))  # type: ignore[arg-type]
        if state.state in {"running", "paused"} and state.due_at:
            yield track, state


def fee_asked_at(dossier: Dossier, entries: Iterable[Entry]) -> datetime | None:
    """When the fee that is waited for was asked; None when none is waited for."""
    if dossier.state != State.PAYMENT:
        return None
    asked = [entry.at for entry in entries if entry.kind == "pause" and entry.reason_code == clock.FEE]
    return asked[-1] if asked else None


def fee_limit(dossier: Dossier) -> clock.Limit:
    """The citizen's limit to pay: before acceptance, or after examination."""
    return terms.PAY_BEFORE if dossier.accepted_at is None else terms.PAY_AFTER


def calendar_under(dossier: Dossier, track: str, revision: int) -> tuple[Calendar, dict[str, str]]:
    """The calendar a track would have under another revision, and what its entry says of whose hours count."""
    own = clockwork.hours_of(dossier, clockwork.counting_agency(dossier, track), revision)
    return clockwork.calendar_of(revision).for_agency(own.get("hours_of", "")), own


def ledgers(dossiers: Iterable[Dossier]) -> dict[int, list[Entry]]:
    """The ledgers of several dossiers in one query, by id."""
    found: dict[int, list[Entry]] = {dossier.pk: [] for dossier in dossiers}
    for row in ClockEntry.objects.filter(dossier__in=found).order_by("dossier_id", "seq", "position"):
        found[row.dossier_id].append(clockwork.as_entry(row))
    return found


def told(moves: Iterable[Moved]) -> dict[str, Any]:
    """What the event says of the dates that moved: how many of the citizen's, and each with its old and new moment."""
    found = list(moves)
    return {
        "moved": sum(move.is_told for move in found),
        "dates": {move.key: [move.old.isoformat(), move.new.isoformat()] for move in found},
    }


def note_limit(dossier: Dossier, moves: Iterable[Moved]) -> None:
    """The request for a supplement bears the citizen's limit, too; of a new one she is reminded anew."""
    if any(move.track == "supplement" for move in moves):
        dossier.supplements.filter(state=SupplementRequest.State.SENT).update(
            answer_by=dossier.answer_by, reminded_at=None, ran_out_at=None
        )
