"""How long procedures really take and how often they are filed: written to the catalogue every night.

Days are counted as the procedure's own limit counts them: working dates, or days of the calendar; from the acceptance
(Decree 61/2018 art. 19: the day of acceptance does not count) to the end of the handling.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from math import ceil

from django.db import connection
from django.db.models import Count

from agencies.calendar import Calendar
from agencies.models import CalendarRevision, calendar_of
from dossiers.models import Dossier
from procedures import presenting
from procedures.models import Procedure
from procedures.services import contents_of, set_use_rank, set_usual_days

DAYS = 30
FEWEST = 5  # below this number a "usual" time would be that of a few people
Spans = dict[tuple[date, date], int]

_FINISHED = f"""
SELECT procedure_id, (accepted_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
       (finished_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, count(*)
FROM {Dossier._meta.db_table}
WHERE finished_at >= %s AND finished_at < %s AND accepted_at IS NOT NULL AND outcome IN ('granted', 'rejected')
GROUP BY 1, 2, 3
"""  # noqa: S608 - the name of our own table


def write_usual(*, at: datetime) -> int:
    """Write median and 90th percentile of the last 30 days of every procedure; the number of procedures that have one."""
    spans, written = _finished(at), 0
    procedures = list(Procedure.objects.published().only("pk", "current_version_id", "usual_days"))
    working = _in_working_days(procedures)
    calendar = calendar_of(CalendarRevision.objects.latest("number").pk)
    for procedure in procedures:
        figures = _figures(spans.get(procedure.pk, {}), calendar if procedure.pk in working else None)
        written += figures is not None
        if figures != procedure.usual_days:
            set_usual_days(procedure.pk, figures)
    return written


def _finished(at: datetime) -> dict[int, Spans]:
    found: defaultdict[int, Spans] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_FINISHED, [at - timedelta(days=DAYS), at])
        for procedure, accepted, finished, number in cursor.fetchall():
            found[procedure][accepted, finished] = number
    return found


def _in_working_days(procedures: Iterable[Procedure]) -> set[int]:
    """Procedures whose limit does not run on days of the calendar."""
    versions = {procedure.current_version_id: procedure.pk for procedure in procedures if procedure.current_version_id}
    return {
        versions[pk] for pk, content in contents_of(versions).items() if not presenting.counts_calendar_days(content)
    }


def _figures(spans: Spans, calendar: Calendar | None) -> dict[str, int] | None:
    if sum(spans.values()) < FEWEST:
        return None
    counted: defaultdict[int, int] = defaultdict(int)
    for (accepted, finished), number in spans.items():
        days = calendar.working_dates_between(accepted, finished) if calendar else (finished - accepted).days
        counted[days] += number
    return {"median": nearest_rank(counted, 50), "p90": nearest_rank(counted, 90), "dossiers": sum(counted.values())}


def nearest_rank(counted: dict[int, int], share: int) -> int:
    """The smallest value that at least `share` per cent do not exceed. Raises ValueError when nothing is counted."""
    wanted, seen = ceil(sum(counted.values()) * share / 100), 0
    for value in sorted(counted):
        seen += counted[value]
        if seen >= wanted:
            return value
    raise ValueError("nothing is counted")


def write_ranks(*, at: datetime) -> None:
    """Write how many dossiers of each procedure were filed in the last 30 days."""
    since = at - timedelta(days=DAYS)
    rows = Dossier.objects.filter(filed_at__gte=since, filed_at__lt=at).order_by().values_list("procedure")
    ranks = dict.fromkeys(Procedure.objects.values_list("pk", flat=True), 0)
    ranks.update(dict(rows.annotate(number=Count("pk"))))
    set_use_rank(ranks)
