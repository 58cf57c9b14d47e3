"""How much time is left, as a queue or a page shows it."""

from datetime import date, datetime
from typing import Literal, NamedTuple

from django.utils.translation import gettext, ngettext, pgettext

from agencies.calendar import Calendar, legal_date
from dossiers.clock.derive import ClockState
from dossiers.clock.entries import FEE, SUPPLEMENT, Track
from dossiers.clock.limits import Unit
from dossiers.clock.words import MINUTE, day_words, days_words, time_words, work_time_words, working_days_words

RemainingKind = Literal["days", "hours", "today", "late_days", "late_hours", "waiting", "done", "none"]
Level = Literal["ok", "soon", "late", "wait", "done"]
SOON_MINUTES = 180
LEVELS: dict[RemainingKind, Level] = {
    "days": "ok",
    "hours": "ok",
    "today": "soon",
    "late_days": "late",
    "late_hours": "late",
    "waiting": "wait",
    "done": "done",
    "none": "ok",
}


class Remaining(NamedTuple):
    """Time left on one track at one moment.

    `amount` counts working days (calendar days when `is_calendar`, and for `waiting`), or minutes of opening time for
    the kinds `hours` and `late_hours`. `fraction` is the share of the limit that is used up, 0 to 1, in opening time.
    The kind `none` means that there is no limit or that the clock has not started.
    """

    kind: RemainingKind
    amount: int
    due_at: datetime | None
    fraction: float
    track: Track = "handling"
    is_calendar: bool = False
    waiting_for: str = ""
    is_due_today: bool = False

    @property
    def level(self) -> Level:
        """ok, soon, late, wait or done: what colours the cell beside its words."""
        if self.kind == "hours" and self.amount <= SOON_MINUTES:
            return "soon"
        return LEVELS[self.kind]

    @property
    def words(self) -> str:
        """In the reader's language: Còn 2 ngày làm việc; Hôm nay, 17:00; Còn 3 giờ làm việc để trả lời."""
        if self.kind == "hours" and self.track == "intake":
            return gettext("%(time)s left to answer") % {"time": self._span()}
        return self.short

    @property
    def short(self) -> str:
        """`words` for a narrow cell, without what the column says already."""
        if self.kind in ("days", "hours"):
            return gettext("%(time)s left") % {"time": self._span()}
        if self.kind in ("late_days", "late_hours"):
            return gettext("%(time)s late") % {"time": self._span()}
        if self.kind == "today" and self.due_at:
            return gettext("Today, %(time)s") % {"time": time_words(self.due_at)}
        if self.kind == "waiting":
            return self._waiting()
        return pgettext("clock", "Finished") if self.kind == "done" else pgettext("clock", "No time limit")

    @property
    def due_words(self) -> str:
        """The second line: hẹn 26/11; trả lời trước 08:50, 26/11; empty when there is nothing to be held."""
        if self.due_at is None or self.kind in ("waiting", "done", "none"):
            return ""
        if self.track == "intake":
            return self._answer_by(self.due_at)
        values = {"date": day_words(legal_date(self.due_at)), "time": time_words(self.due_at)}
        if self.kind in ("days", "today"):
            return gettext("due %(date)s") % values
        return gettext("due %(date)s, %(time)s") % values

    def _answer_by(self, due_at: datetime) -> str:
        values = {"date": day_words(legal_date(due_at)), "time": time_words(due_at)}
        if not self.is_due_today:
            return gettext("answer by %(time)s, %(date)s") % values
        if self.kind in ("late_hours", "late_days"):
            return gettext("answer was due by %(time)s") % values
        return gettext("answer by %(time)s") % values

    def _span(self) -> str:
        if self.kind in ("hours", "late_hours"):
            return work_time_words(self.amount)
        return days_words(self.amount) if self.is_calendar else working_days_words(self.amount)

    def _waiting(self) -> str:
        if self.waiting_for == FEE:
            return gettext("Waiting for the fee")
        values = {"n": self.amount}
        if self.waiting_for != SUPPLEMENT:
            return ngettext("Paused for %(n)d day", "Paused for %(n)d days", self.amount) % values
        if self.amount == 0:
            return gettext("Waiting for a supplement since today")
        return (
            ngettext("Waiting for a supplement, %(n)d day", "Waiting for a supplement, %(n)d days", self.amount)
            % values
        )


def remaining(
    state: ClockState, now: datetime, calendar: Calendar, *, answer_due_at: datetime | None = None
) -> Remaining:
    """Time left at `now`. `answer_due_at`, the end of the citizen's own limit, only fills the bar of a waiting dossier.

    Limits in days are compared by date: on the due date it is "today" until midnight. Raises ValueError for a naive
    `now`.
    """
    if state.state == "stopped":
        return Remaining("done", 0, state.due_at, 1.0, state.track)
    if state.state == "paused" and state.paused_since:
        shown = waiting_since(state.paused_since, state.waiting_for, now, calendar, answer_due_at=answer_due_at)
        return shown._replace(due_at=state.due_at, track=state.track)
    if state.state == "idle" or state.due_at is None:
        return Remaining("none", 0, None, 0.0, state.track)
    unit = state.limit.unit if state.limit else "hour"  # a step with a budget of its own runs on opening hours
    return remaining_until(state.due_at, unit, now, calendar, started_at=state.began_at, track=state.track)


def remaining_until(
    due_at: datetime,
    unit: Unit,
    now: datetime,
    calendar: Calendar,
    *,
    started_at: datetime | None = None,
    track: Track = "handling",
) -> Remaining:
    """Time left of a running track from stored columns, without its ledger: for queues, where each row is one of many.

    `unit` is that of the limit; without `started_at` the bar stays empty.
    """
    today, due = legal_date(now), legal_date(due_at)
    if unit == "hour":
        kind, amount = _hours_left(due_at, now, due, today, calendar)
    else:
        kind, amount = _days_left(unit, due, today, calendar)
    share = _share(started_at, now, due_at, calendar)
    return Remaining(kind, amount, due_at, share, track, _is_calendar(unit), is_due_today=due == today)


def waiting_since(
    since: datetime, reason_code: str, now: datetime, calendar: Calendar, *, answer_due_at: datetime | None = None
) -> Remaining:
    """What a queue shows of a dossier that waits for the citizen, from stored columns."""
    days = max(0, (legal_date(now) - legal_date(since)).days)
    share = _share(since, now, answer_due_at, calendar)
    return Remaining("waiting", days, None, share, waiting_for=reason_code)


def _days_left(unit: Unit, due: date, today: date, calendar: Calendar) -> tuple[RemainingKind, int]:
    if today == due:
        return "today", 0
    if today < due:
        return "days", _dates(unit, today, due, calendar)
    # On the weekend after the due date no working day has passed yet, but the dossier is late already.
    return "late_days", max(1, _dates(unit, due, today, calendar))


def _hours_left(
    due_at: datetime, now: datetime, due: date, today: date, calendar: Calendar
) -> tuple[RemainingKind, int]:
    if now <= due_at:
        return "hours", calendar.working_time_between(now, due_at) // MINUTE
    late = calendar.working_time_between(due_at, now)
    if late >= calendar.day_length_on(due):
        return "late_days", max(1, calendar.working_dates_between(due, today))
    return "late_hours", max(1, late // MINUTE)


def _dates(unit: Unit, a: date, b: date, calendar: Calendar) -> int:
    return (b - a).days if _is_calendar(unit) else calendar.working_dates_between(a, b)


def _is_calendar(unit: Unit) -> bool:
    return unit in ("calendar_day", "month")


def _share(start: datetime | None, now: datetime, end: datetime | None, calendar: Calendar) -> float:
    """The used share of the opening time between two moments, 0 to 1."""
    if start is None or end is None:
        return 0.0
    if now >= end:
        return 1.0
    return calendar.used_share(start, now, end)
