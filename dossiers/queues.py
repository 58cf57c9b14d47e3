"""The officers' tabs: one table of what must be done by whom, and the reading rules of the queue page.

Tabs look only at open dossiers through the partial indexes of `Dossier`; `done` is the only one that reads closed ones,
newest first, and is never counted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agencies.models import COUNTER_ROLES, HANDLING_ROLES, CalendarRevision, Role, calendar_of
from agencies.standing import Standing, standing_of
from common.cache import for_a_moment
from common.prepared import Prepared, Statement
from dossiers import clock
from dossiers.models import Dossier
from dossiers.querysets import DossierQuerySet
from dossiers.workflow import OPEN, RUNNING, TERMINAL, State
from procedures.models import Procedure

PARCEL_AT_COUNTER = ("registered", "ordered")  # states of the parcel (room postal) before the post has it
LARGEST_KEY = 2**63 - 1
SOON_DAYS = 2
SOON_INTAKE = timedelta(hours=3)


@dataclass(frozen=True)
class Viewer:
    """Who looks, and when: everything a tab's rule may ask."""

    user: User
    standing: Standing
    now: datetime
    soon: datetime  # days run out before this moment
    soon_intake: datetime  # answers to new dossiers are due before this moment

    def at_counter(self, *roles: str) -> Q:
        """Received by an agency in which this person holds one of the roles."""
        return Q(receiving_agency__in=self.standing.agency_ids(roles))

    def handles(self, *roles: str) -> Q:
        """Handled by an agency in which this person holds one of the roles."""
        return Q(handling_agency__in=self.standing.agency_ids(roles))


Rule = Callable[[Viewer], Q]


@dataclass(frozen=True)
class Tab:
    """One group of dossiers. `roles`: who sees it (empty: everybody); `tone`: warn or bad, for the count."""

    key: str
    label: Any
    help: Any
    empty: Any
    rule: Rule
    roles: tuple[str, ...] = ()
    tone: str = ""
    is_counted: bool = True


def _to_receive(viewer: Viewer) -> Q:
    return viewer.at_counter(Role.RECEPTION) & (
        Q(state=State.NEW)
        | Q(state=State.RECEIVED)
        | Q(state=State.SUPPLEMENT, supplement_sent_at__isnull=False)
        | Q(state=State.PROCESSING, supplement_request_state="approved")
    )


def _to_work(viewer: Viewer) -> Q:
    mine = Q()
    for role in (Role.SPECIALIST, Role.HEAD):
        mine |= Q(step_role=role) & viewer.handles(role)
    return Q(state=State.PROCESSING, supplement_request_state="") & mine


def _to_sign(viewer: Viewer) -> Q:
    at_step = Q(state=State.PROCESSING, step_role=Role.LEADER) & ~Q(supplement_request_state="approved")
    at_once = Q(state=State.RECEIVED, decides_at_once=True)
    withdrawal = Q(state__in=(State.PROCESSING, State.SUPPLEMENT, State.PAYMENT), withdrawal_asked_at__isnull=False)
    form02 = Q(state=State.PROCESSING, supplement_request_state="drafted")
    return viewer.handles(Role.LEADER) & (at_step | at_once | form02 | withdrawal)


def _to_issue(viewer: Viewer) -> Q:
    return viewer.handles(Role.CLERK) & Q(state=State.PROCESSING, step_role=Role.CLERK, result_state="signed")


def _to_return(viewer: Viewer) -> Q:
    parcel = Q(delivery=Dossier.Delivery.POST, post_state__in=PARCEL_AT_COUNTER)
    return viewer.at_counter(Role.RECEPTION) & Q(state=State.RESOLVED) & (Q(delivery=Dossier.Delivery.COUNTER) | parcel)


def _waiting(viewer: Viewer) -> Q:
    unanswered = Q(state=State.SUPPLEMENT, supplement_sent_at__isnull=True) | Q(state=State.PAYMENT)
    return unanswered & (viewer.at_counter(*COUNTER_ROLES) | viewer.handles(*HANDLING_ROLES))


def _late(viewer: Viewer) -> Q:
    """Late is `due < now` while an agency has to act: dossiers that wait for the citizen are not."""
    return Q(state__in=RUNNING, queue_at__lt=viewer.now)


def _soon(viewer: Viewer) -> Q:
    return Q(queue_at__gte=viewer.now) & (
        Q(state__in=(State.RECEIVED, State.PROCESSING), queue_at__lte=viewer.soon)
        | Q(state=State.NEW, queue_at__lte=viewer.soon_intake)
    )


TABS: tuple[Tab, ...] = (
    Tab("receive", _("To receive"), _("New dossiers, supplements that came, requests to be sent."),
        _("No dossier waits to be received."), _to_receive, (Role.RECEPTION,)),
    Tab("work", _("To examine"), _("Dossiers at your step of the route."),
        _("No dossier waits to be examined."), _to_work, (Role.SPECIALIST, Role.HEAD)),
    Tab("sign", _("To sign or approve"), _("Results to sign, requests for supplements to approve, withdrawals."),
        _("Nothing waits for your signature."), _to_sign, (Role.LEADER,)),
    Tab("issue", _("To issue"), _("Signed results to be numbered and issued."),
        _("No signed result waits to be issued."), _to_issue, (Role.CLERK,)),
    Tab("mine", pgettext_lazy("dossiers", "Mine"), _("Open dossiers you have taken."),
        _("You hold no open dossier."), lambda viewer: Q(assignee=viewer.user)),
    Tab("soon", _("Due soon"), _("To be answered within three hours, or due within two working days."),
        _("Nothing is due soon."), _soon, tone="warn"),
    Tab("late", pgettext_lazy("dossiers", "Late"), _("The due time has passed and the agency has to act."),
        _("No dossier is late."), _late, tone="bad"),
    Tab("waiting", _("Waiting for the citizen"), _("For a supplement or a fee; the time limit waits."),
        _("No dossier waits for a citizen."), _waiting),
    Tab("return", _("To return"), _("Results to be handed over at the counter or to the post."),
        _("No result waits at the counter."), _to_return, (Role.RECEPTION,)),
    Tab("all", _("All open"), _("Every open dossier of your agencies."),
        _("There is no open dossier."), lambda viewer: Q()),
    Tab("done", pgettext_lazy("dossiers", "Done"), _("Returned, withdrawn, stopped and refused dossiers, newest first."),
        _("No dossier has been finished yet."), lambda viewer: Q(state__in=TERMINAL), is_counted=False),
)  # fmt: skip
BY_KEY = {tab.key: tab for tab in TABS}


def viewer_of(user: User, now: datetime) -> Viewer:
    """The viewer with today's posts and the moments at which "soon" begins."""
    calendar = calendar_of(_newest_calendar())
    soon = clock.due_at(clock.Limit(SOON_DAYS, "working_day"), now, calendar)
    return Viewer(user, standing_of(user), now, soon, calendar.add_working_time(now, SOON_INTAKE))


@for_a_moment
def _newest_calendar() -> int:
    return CalendarRevision.objects.values_list("pk", flat=True).latest("number")


def one(user: User, code: str) -> Dossier | None:
    """The dossier of that code with all that its page shows, by the rule of `visible_to`; None for what is not theirs."""
    standing = standing_of(user)
    counters, handlers = standing.agency_ids(COUNTER_ROLES), standing.agency_ids(HANDLING_ROLES)
    return _one(len(counters), len(handlers)).first(code=code, **_named(counters, handlers))


@lru_cache(maxsize=256)
def _one(counters: int, handlers: int) -> Prepared[Dossier]:
    """For somebody who works at so many counters and so many handling agencies."""

    def build(code: str, **agencies: int) -> DossierQuerySet:
        ids = list(agencies.values())
        found = Dossier.objects.seen_from(ids[:counters], ids[counters:]).filter(code=code)
        related = ("party", "procedure", "assignee", "receiving_agency", "handling_agency", "deciding_agency")
        return found.select_related(*related)

    types: dict[str, Any] = dict.fromkeys(_named(range(counters), range(handlers)), int)
    return Prepared(build, code=str, **types)


def _named(counters: Iterable[int], handlers: Iterable[int]) -> dict[str, int]:
    """A name for each agency of a standing, counters first."""
    found = {f"counter{number}": pk for number, pk in enumerate(counters)}
    return found | {f"handler{number}": pk for number, pk in enumerate(handlers)}


def tabs_of(viewer: Viewer) -> list[Tab]:
    """The tabs this person's posts give a use for, in order."""
    return [tab for tab in TABS if not tab.roles or viewer.standing.roles & set(tab.roles)]


def base(viewer: Viewer) -> DossierQuerySet:
    """Every dossier this person may see; each list begins here."""
    return Dossier.objects.visible_to(viewer.user)


def of_tab(viewer: Viewer, key: str) -> DossierQuerySet:
    """The dossiers of a tab, in its order."""
    found = base(viewer).filter(BY_KEY[key].rule(viewer))
    if key == "done":
        return found.order_by("-id")
    return found.filter(state__in=OPEN).order_by("queue_at", "id")


def counts(viewer: Viewer) -> dict[str, int]:
    """How many open dossiers each counted tab has: one statement over the open dossiers of the person's agencies."""
    keys, statement = _count_sql(viewer.user.pk, viewer.standing)
    found = statement.rows({"now": viewer.now, "soon": viewer.soon, "soon_intake": viewer.soon_intake})
    return dict(zip(keys, found[0], strict=True))


@for_a_moment
def procedures_open_at(agencies: tuple[int, ...]) -> list[Procedure]:
    """Procedures with open dossiers at these agencies."""
    found = Dossier.objects.open().filter(Q(receiving_agency__in=agencies) | Q(handling_agency__in=agencies))
    procedures = Procedure.objects.filter(pk__in=found.values("procedure")).order_by("sort_key")
    return list(procedures.only("pk", "short_name_vi", "short_name_en", "name_vi", "name_en"))


# Stand for the moments of a request in the statement that is built once per standing.
_NOW, _SOON, _SOON_INTAKE = (datetime(1, 1, day, tzinfo=UTC) for day in (1, 2, 3))
_MOMENTS = {_NOW: "now", _SOON: "soon", _SOON_INTAKE: "soon_intake"}


@lru_cache(maxsize=2048)
def _count_sql(user_id: int, standing: Standing) -> tuple[tuple[str, ...], Statement]:
    """The tabs' rules as one statement: building it costs several times its answer."""
    viewer = Viewer(User(pk=user_id, kind="officer"), standing, _NOW, _SOON, _SOON_INTAKE)
    counted = [tab for tab in tabs_of(viewer) if tab.is_counted]
    near = viewer.at_counter(*COUNTER_ROLES) | viewer.handles(*HANDLING_ROLES)
    parts = [_where(tab.rule(viewer)) for tab in counted]
    where = _where(near & Q(state__in=OPEN))
    counts = ", ".join(f"count(*) FILTER (WHERE {sql})" for sql, _values in parts)
    values = [value for _sql, values in [*parts, where] for value in values]
    places = [_MOMENTS.get(value, "") for value in values]
    constants = [value for value, place in zip(values, places, strict=True) if not place]
    table = connection.ops.quote_name(Dossier._meta.db_table)
    sql = f"SELECT {counts} FROM {table} WHERE {where[0]}"  # noqa: S608 - made by Django; values stay parameters
    return tuple(tab.key for tab in counted), Statement(
        sql, places, constants, dict.fromkeys(_MOMENTS.values(), datetime)
    )


def _where(rule: Q) -> tuple[str, list[Any]]:
    """A rule over the dossier's own columns as SQL and parameters."""
    query = Dossier.objects.filter(rule).query
    try:
        sql, values = query.where.as_sql(query.get_compiler(connection=connection), connection)
    except FullResultSet:
        return "TRUE", []
    except EmptyResultSet:
        return "FALSE", []
    return sql, list(values)


@dataclass(frozen=True)
class Page:
    """One page of a list by keyset: rows, and the marks of the pages after and before it ("" when there is none)."""

    rows: list[Dossier]
    after: str = ""
    before: str = ""


# What a row of a list shows; everything else of the dossier stays in the database.
ROW = (
    "code", "state", "version", "case_key", "intake", "procedure_version_id", "calendar_id", "filed_at", "intake_due_at",
    "opened_at", "accepted_at", "due_at", "appointment_at", "answer_by", "queue_at", "updated_at", "result_state", "outcome",
    "supplement_request_state", "supplement_sent_at", "withdrawal_asked_at", "answers_revision", "party__full_name",
    "procedure__name_vi", "procedure__name_en", "procedure__short_name_vi", "procedure__short_name_en",
    "assignee__full_name", "assignee__username",
)  # fmt: skip


def page(
    found: DossierQuerySet, *, after: str = "", before: str = "", size: int = 20, rows_of: DossierQuerySet | None = None
) -> Page:
    """The rows behind (or in front of) a mark; never counts, never skips. An unreadable mark shows the first page.

    The keys are found first, on the index of the queue alone; parties and procedures are read for one page only.
    `rows_of`: what is read of each row, when that is not what a row of the desk shows.
    """
    mark = parse_mark(before or after)
    backwards = bool(before and mark)
    rows = list(_rows(found, mark, backwards=backwards, size=size, rows_of=rows_of))
    return _page(rows, size, backwards=backwards, has_before=bool(before), has_after=bool(after and mark))


def _rows(
    found: DossierQuerySet,
    mark: tuple[datetime | None, int] | None,
    *,
    backwards: bool,
    size: int,
    rows_of: DossierQuerySet | None = None,
) -> DossierQuerySet:
    newest_first = found.query.order_by == ("-id",)
    if backwards:
        found = found.reverse()
    if mark:
        found = found.filter(_behind(mark, newest_first, backwards=backwards))
    keys = found.values("pk")[: size + 1]
    if rows_of is None:
        rows_of = Dossier.objects.select_related("party", "procedure", "assignee").only(*ROW)
    return rows_of.filter(pk__in=keys).order_by(*found.query.order_by)


def _page(rows: list[Dossier], size: int, *, backwards: bool, has_before: bool, has_after: bool) -> Page:
    has_more = len(rows) > size
    rows = rows[-size:] if backwards else rows[:size]  # both in the order of the list
    if not rows:
        return Page([])
    has_next = has_before if backwards else has_more
    has_previous = has_more if backwards else has_after
    return Page(rows, mark_of(rows[-1]) if has_next else "", mark_of(rows[0]) if has_previous else "")


def page_of_tab(viewer: Viewer, key: str, *, after: str = "", before: str = "", size: int = 20) -> Page:
    """`page` of a whole tab; its statement is built once per standing."""
    mark = parse_mark(before or after)
    backwards = bool(before and mark)
    kind = "" if mark is None else ("timed" if mark[0] else "untimed")
    at, number = mark or (None, 0)
    statement = _tab_sql(viewer.user.pk, viewer.standing, key, kind, backwards, size)
    moments = {"now": viewer.now, "soon": viewer.soon, "soon_intake": viewer.soon_intake}
    rows = statement.all(**moments, at=at, number=number)
    return _page(rows, size, backwards=backwards, has_before=bool(before), has_after=bool(after and mark))


@lru_cache(maxsize=4096)
def _tab_sql(user_id: int, standing: Standing, key: str, kind: str, backwards: bool, size: int) -> Prepared[Dossier]:
    """A tab of this person as one statement; `kind`: no mark, one with a moment, one of a dossier without a limit."""

    def build(*, now: datetime, soon: datetime, soon_intake: datetime, at: datetime, number: int) -> DossierQuerySet:
        person = User(pk=user_id, kind="officer")
        person._standing = standing  # type: ignore[attr-defined]
        viewer = Viewer(person, standing, now, soon, soon_intake)
        mark = (at if kind == "timed" else None, number) if kind else None
        return _rows(of_tab(viewer, key), mark, backwards=backwards, size=size)

    return Prepared(build, optional=True, now=datetime, soon=datetime, soon_intake=datetime, at=datetime, number=int)


def neighbours(found: DossierQuerySet, dossier: Dossier) -> tuple[str, str]:
    """Codes of the dossiers before and after this one in a list ("" at its ends)."""
    here = parse_mark(mark_of(dossier))
    newest_first = found.query.order_by == ("-id",)
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
