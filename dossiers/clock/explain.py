"""The explanation of a due date: "7 ngày làm việc, tính từ 16/11; bỏ qua ngày nghỉ 24/11; hẹn trả 25/11."."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import override

from agencies.calendar import Calendar, legal_date
from dossiers.clock.cells import Week, weeks_of
from dossiers.clock.derive import ClockState, derive_track
from dossiers.clock.entries import Entry, Track
from dossiers.clock.parts import Part, parts_of
from dossiers.clock.sentences import Style, part_words


@dataclass(frozen=True)
class Explanation:
    """Why a track ends when it ends. The words are made when they are read, in the language active then.

    `due_date` is None while the clock waits and without a limit; `cells` are the weeks of the small calendar.
    """

    track: Track
    due_date: date | None
    appointment_date: date | None
    cells: tuple[Week, ...]
    parts: tuple[Part, ...]
    with_year: bool = False

    @property
    def sentence(self) -> str:
        """The sum in one sentence, weekends left out; the same text everywhere."""
        return self._join(Style(with_year=self.with_year))

    @property
    def full(self) -> str:
        """The sentence beside the small calendar: with weekends, the day that does not count and the law."""
        return self._join(Style(full=True, with_year=self.with_year))

    @property
    def lines(self) -> list[str]:
        """The parts of `full`, one by one, for a list."""
        style = Style(full=True, with_year=self.with_year)
        return [words for part in self.parts if (words := part_words(part, style))]

    def sentence_in(self, language: str) -> str:
        """`sentence` in `vi` or `en`, for papers and messages that have their own language."""
        with override(language):
            return self.sentence

    def full_in(self, language: str) -> str:
        """`full` in `vi` or `en`."""
        with override(language):
            return self.full

    def _join(self, style: Style) -> str:
        words = "; ".join(words for part in self.parts if (words := part_words(part, style))) + "."
        return words[:1].upper() + words[1:]


def explain(entries: Iterable[Entry], track: Track, calendar: Calendar) -> Explanation:
    """Explains one track from its ledger; raises ClockError for an impossible ledger."""
    return explain_state(derive_track(entries, track, calendar), calendar)


def explain_state(state: ClockState, calendar: Calendar) -> Explanation:
    """Explains a state that was derived with the same calendar."""
    return Explanation(
        track=state.track,
        due_date=None if state.paused_since else state.due_date,
        appointment_date=legal_date(state.appointment_at) if state.appointment_at else None,
        cells=weeks_of(state, calendar),
        parts=tuple(parts_of(state, calendar)),
        with_year=_crosses_a_year(state),
    )


def _crosses_a_year(state: ClockState) -> bool:
    moments = (state.started_at, state.due_at, state.appointment_at)
    return len({legal_date(at).year for at in moments if at}) > 1
