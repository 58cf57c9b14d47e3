"""The province in four figures, for the home page: those of the newest month that is over, and what is late now."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from common.cache import for_a_moment
from dossiers.models import Dossier
from reports import reading
from reports.rates import Share, share
from reports.reading import Scope

SHARES = ("online", "punctual")


@dataclass(frozen=True)
class Headlines:
    """Received dossiers and shares of `month` (its first day), and the dossiers late at the moment `at`."""

    month: date
    received: int
    shares: tuple[Share, ...]
    late: int
    at: datetime


@for_a_moment
def of_the_province() -> Headlines | None:
    """The newest full month with figures; in the first month of a province that month so far; None before any."""
    known = reading.known_months()
    if known is None:
        return None
    now = timezone.now()
    counts = _newest_month(known, timezone.localdate(now).replace(day=1))
    if counts is None:
        return None
    shares = tuple(one for key in SHARES if not (one := share(key, counts.counts)).is_empty)
    late = Dossier.objects.whole().overdue(now).count()  # open dossiers only, by the partial index of the queues
    return Headlines(counts.month or known[1], counts.counts["received"], shares, late, now)


def _newest_month(known: tuple[date, date], this_month: date) -> reading.Line | None:
    before = reading.month_at(reading.months_from(this_month) - 1)
    newest = min(known[1], before) if known[0] < this_month else min(known[1], this_month)
    lines = [line for line in reading.by_month(Scope(known[0], newest)) if line.counts["received"]]
    return lines[-1] if lines else None
