"""The officers' tabs: one table of what must be done by whom, and the rule of each.

Tabs look only at open dossiers through the partial indexes of `Dossier`; `done` is the only one that reads closed ones,
newest first, and is never counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from agencies.calendar import legal_date
from agencies.calendar.time import moment
from agencies.models import COUNTER_ROLES, HANDLING_ROLES, CalendarRevision, Role, calendar_of
from agencies.standing import Standing, standing_of
from common.cache import for_a_moment
from dossiers import clock
from dossiers.models import Dossier, Result
from dossiers.querysets import DossierQuerySet
from dossiers.workflow import OPEN, RUNNING, TERMINAL, State

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

    @property
    def hands(self) -> list[int]:
        """The person, and the absent colleagues they stand in for."""
        return sorted({self.user.pk, *self.standing.replaced})

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
        _("You hold no open dossier."), lambda viewer: Q(assignee__in=viewer.hands)),
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
    revision = _newest_calendar()
    soon_intake = calendar_of(revision).add_working_time(now, SOON_INTAKE)
    return Viewer(user, standing_of(user), now, _soon_ends(revision, legal_date(now)), soon_intake)


@lru_cache(maxsize=64)
def _soon_ends(revision: int, today: date) -> datetime:
    """The end of the second working day from today; revisions of the calendar never change."""
    return clock.due_at(clock.Limit(SOON_DAYS, "working_day"), moment(today, 0), calendar_of(revision))


@for_a_moment
def _newest_calendar() -> int:
    return CalendarRevision.objects.values_list("pk", flat=True).latest("number")


def tabs_of(viewer: Viewer) -> list[Tab]:
    """The tabs this person's posts give a use for, in order."""
    return [tab for tab in TABS if not tab.roles or viewer.standing.roles & set(tab.roles)]


def base(viewer: Viewer) -> DossierQuerySet:
    """Every dossier this person may see; each list begins here."""
    return Dossier.objects.visible_to(viewer.user)


# Newest first among open dossiers: no index gives this order, so the few open ones are found first and then sorted; by "-id"
# the planner might walk back through millions of finished ones instead.
NEWEST_OPEN = (F("id") * -1).asc()
DUE, NEWEST = "due", "newest"
SORTS = (DUE, NEWEST)


def of_tab(viewer: Viewer, key: str, sort: str = DUE) -> DossierQuerySet:
    """The dossiers of a tab, in its order: what is due first, or the newest first; `done` knows the newest only."""
    found = base(viewer).filter(BY_KEY[key].rule(viewer))
    if key == "done":
        return found.order_by("-id")
    return found.filter(state__in=OPEN).order_by(*((NEWEST_OPEN,) if sort == NEWEST else ("queue_at", "id")))


NEXT_TABS = ("receive", "work", "sign", "issue")  # those from which the next dossier is taken


def takable(viewer: Viewer, key: str) -> DossierQuerySet:
    """What nobody holds of a tab and this person may take and go on with: at their own step, not drafted by the signer."""
    at_step = Q()
    for role in HANDLING_ROLES:
        at_step |= Q(step_role=role) & viewer.handles(role)
    mine = Q(state=State.NEW) & viewer.at_counter(Role.RECEPTION)
    mine |= Q(state=State.PROCESSING, supplement_request_state="") & at_step
    own_draft = Exists(Result.objects.filter(dossier=OuterRef("pk"), revoked_at=None, drafted_by=viewer.user.pk))
    return of_tab(viewer, key).filter(mine, assignee=None).exclude(Q(step_role=Role.LEADER) & own_draft)
