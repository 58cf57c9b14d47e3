"""Pages of a list by keyset: nothing is counted, nothing is skipped, and parties are read for one page only."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db.models import Q

from accounts.models import User
from agencies.standing import Standing
from common.prepared import Prepared
from dossiers.models import Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.queues.columns import needs_of
from dossiers.queues.looking import glimpse
from dossiers.queues.tabs import DUE, LARGEST_KEY, NEWEST_OPEN, Viewer, of_tab


@dataclass(frozen=True)
class Page:
    """One page of a list by keyset: rows, and the marks of the pages after and before it ("" when there is none)."""

    rows: list[Dossier]
    after: str = ""
    before: str = ""


# What a row of a list shows; everything else of the dossier stays in the database.
ROW = (
    "code", "state", "version", "case_key", "intake", "procedure_version_id", "calendar_id", "receiving_agency_id",
    "handling_agency_id", "filed_at",
    "intake_due_at", "opened_at", "accepted_at", "due_at", "appointment_at", "answer_by", "queue_at", "updated_at",
    "result_state", "outcome", "supplement_request_state", "supplement_sent_at", "withdrawal_asked_at", "step_role",
    "message_waits", "open_opinions", "open_children", "parent_id",
    "party__full_name", "procedure__name_vi", "procedure__name_en", "procedure__short_name_vi",
    "procedure__short_name_en", "assignee__full_name", "assignee__username",
)  # fmt: skip
RELATED = ("party", "procedure", "assignee")


def rows_for(user_id: int, columns: tuple[str, ...] = ()) -> DossierQuerySet:
    """What is read of each row: what every row shows, what the chosen columns add, what this officer has not seen."""
    joins, fields = needs_of(columns)
    rows = Dossier.objects.select_related(*RELATED, *joins).only(*ROW, *fields)
    return rows.annotate(glimpse=glimpse(user_id))


def page(
    found: DossierQuerySet, *, after: str = "", before: str = "", size: int = 20, rows_of: DossierQuerySet | None = None
) -> Page:
    """The rows behind (or in front of) a mark; never counts, never skips. An unreadable mark shows the first page.

    The keys are found first, on the index of the queue alone; parties and procedures are read for one page only.
    `rows_of`: what is read of each row, when that is not what every row of the desk shows.
    """
    mark = parse_mark(before or after)
    backwards = bool(before and mark)
    source = Dossier.objects.select_related(*RELATED).only(*ROW) if rows_of is None else rows_of
    rows = list(_rows(found, mark, source, backwards=backwards, size=size))
    return _page(rows, size, backwards=backwards, has_before=bool(before), has_after=bool(after and mark))


def _rows(
    found: DossierQuerySet,
    mark: tuple[datetime | None, int] | None,
    source: DossierQuerySet,
    *,
    backwards: bool,
    size: int,
) -> DossierQuerySet:
    order = found.query.order_by
    newest_first = _is_newest_first(found)
    if backwards:
        found = found.reverse()
    if mark:
        found = found.filter(_behind(mark, newest_first, backwards=backwards))
    keys = found.values("pk")[: size + 1]
    return source.filter(pk__in=keys).order_by(*order)


def _is_newest_first(found: DossierQuerySet) -> bool:
    return found.query.order_by in {("-id",), (NEWEST_OPEN,)}


def _page(rows: list[Dossier], size: int, *, backwards: bool, has_before: bool, has_after: bool) -> Page:
    has_more = len(rows) > size
    rows = rows[-size:] if backwards else rows[:size]  # both in the order of the list
    if not rows:
        return Page([])
    has_next = has_before if backwards else has_more
    has_previous = has_more if backwards else has_after
    return Page(rows, mark_of(rows[-1]) if has_next else "", mark_of(rows[0]) if has_previous else "")


@dataclass(frozen=True)
class Showing:
    """How a tab is shown: its order, the rows of a page, the columns that are chosen."""

    sort: str = DUE
    size: int = 20
    columns: tuple[str, ...] = ()


def page_of_tab(viewer: Viewer, key: str, showing: Showing, *, after: str = "", before: str = "") -> Page:
    """`page` of a whole tab; its statement is built once per standing."""
    mark = parse_mark(before or after)
    backwards = bool(before and mark)
    kind = "" if mark is None else ("timed" if mark[0] else "untimed")
    at, number = mark or (None, 0)
    statement = _tab_sql(viewer.user.pk, viewer.standing, key, showing, kind, backwards)
    moments = {"now": viewer.now, "soon": viewer.soon, "soon_intake": viewer.soon_intake}
    rows = statement.all(**moments, at=at, number=number)
    return _page(rows, showing.size, backwards=backwards, has_before=bool(before), has_after=bool(after and mark))


@lru_cache(maxsize=4096)
def _tab_sql(
    user_id: int, standing: Standing, key: str, showing: Showing, kind: str, backwards: bool
) -> Prepared[Dossier]:
    """A tab of this person as one statement; `kind`: no mark, one with a moment, one of a dossier without a limit."""

    def build(*, now: datetime, soon: datetime, soon_intake: datetime, at: datetime, number: int) -> DossierQuerySet:
        person = User(pk=user_id, kind="officer")
        person._standing = standing  # type: ignore[attr-defined]
        viewer = Viewer(person, standing, now, soon, soon_intake)
        mark = (at if kind == "timed" else None, number) if kind else None
        source = rows_for(user_id, showing.columns)
        return _rows(of_tab(viewer, key, showing.sort), mark, source, backwards=backwards, size=showing.size)

    return Prepared(build, optional=True, now=datetime, soon=datetime, soon_intake=datetime, at=datetime, number=int)


def neighbours(found: DossierQuerySet, dossier: Dossier) -> tuple[str, str]:
    """Codes of the dossiers before and after this one in a list ("" at its ends)."""
    here = parse_mark(mark_of(dossier))
    newest_first = _is_newest_first(found)
    if here is None:
        return "", ""
    ahead = found.filter(_behind(here, newest_first, backwards=False)).values_list("code", flat=True)[:1]
    behind = found.reverse().filter(_behind(here, newest_first, backwards=True)).values_list("code", flat=True)[:1]
    return next(iter(behind), "") or "", next(iter(ahead), "") or ""


def mark_of(dossier: Dossier) -> str:
    """Where a dossier stands in the order of a list: `1764150000.000000-42`; says nothing of the person."""
    at = f"{dossier.queue_at.timestamp():.6f}" if dossier.queue_at else ""
    return f"{at}-{dossier.pk}"


def parse_mark(text: str) -> tuple[datetime | None, int] | None:
    """The moment and id of a mark; None for anything else, a number no key can be included."""
    moment, _dash, number = text.rpartition("-")
    try:
        at = datetime.fromtimestamp(float(moment), tz=UTC) if moment else None
        return (at, int(number)) if abs(int(number)) < LARGEST_KEY else None
    except (ValueError, OverflowError, OSError):
        return None


def _behind(mark: tuple[datetime | None, int], newest_first: bool, *, backwards: bool) -> Q:
    at, number = mark
    if newest_first:
        return Q(pk__gt=number) if backwards else Q(pk__lt=number)
    if at is None:  # dossiers without any limit stand last
        return Q(queue_at__isnull=False) | Q(pk__lt=number) if backwards else Q(queue_at=None, pk__gt=number)
    if backwards:
        return Q(queue_at__lt=at) | Q(queue_at=at, pk__lt=number)
    return Q(queue_at__gt=at) | Q(queue_at=at, pk__gt=number) | Q(queue_at=None)
