"""Sharing out: who gets which dossier that nobody holds, and everything an absent colleague holds.

Fair means: to whoever is there and holds the fewest open dossiers of the agency; of equals to the one who was given one
longest ago. Who drafted a result is never given it to be signed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import Agency, Role
from agencies.standing import holders
from audit.services import record
from common import jobs
from common.models import Job
from common.outbox import News
from dossiers.errors import Invalid, Refused
from dossiers.models import Dossier, Result, Turn
from dossiers.querysets import DossierQuerySet
from dossiers.services import routing
from dossiers.terms import terms_of
from dossiers.workflow import OPEN, RUNNING, State

MOST = 500  # dossiers in one go
SHARED_ROLES = (Role.RECEPTION, Role.SPECIALIST, Role.HEAD, Role.LEADER, Role.CLERK)


@dataclass(frozen=True)
class Given:
    """One dossier and who is to get it (None: nobody may, or it goes back to the common queue)."""

    dossier: Dossier
    person: User | None


@dataclass(frozen=True)
class Outcome:
    """What became of one dossier: `refusal` is the sentence that says why not, else empty."""

    code: str
    person: User | None
    refusal: str = ""


@dataclass
class Loads:
    """How much everybody holds while a plan is made; `turns`: the number of their last giving, 0 for never."""

    open: dict[int, int]
    turns: dict[int, int]

    def next_of(self, people: Sequence[User]) -> User | None:
        """Who is to get the next one."""
        order = {person.pk: number for number, person in enumerate(people)}
        return min(
            people, key=lambda one: (self.open.get(one.pk, 0), self.turns.get(one.pk, 0), order[one.pk]), default=None
        )

    def give(self, person: User) -> None:
        """Count one more for this person."""
        self.open[person.pk] = self.open.get(person.pk, 0) + 1
        self.turns[person.pk] = max(self.turns.values(), default=0) + 1


def unheld(agency_id: int, role: str) -> DossierQuerySet:
    """The dossiers at a step of an agency that nobody holds, what is due first in front."""
    nobody = Dossier.objects.filter(assignee=None)
    if role == Role.RECEPTION:
        return nobody.filter(receiving_agency=agency_id, state=State.NEW).order_by("queue_at", "pk")
    at_step = nobody.filter(handling_agency=agency_id, state=State.PROCESSING, step_role=role)
    return at_step.order_by("queue_at", "pk")


def plan(agency_id: int, role: str, found: Iterable[Dossier], *, at: datetime) -> list[Given]:
    """Who of those present would get which of these dossiers; changes nothing."""
    dossiers = list(found)
    people = holders(role, agency_id, timezone.localdate(at))
    loads = _loads(agency_id, role, people)
    drafted = _drafted_by(dossiers)
    given = []
    for dossier in dossiers:
        person = loads.next_of([one for one in people if drafted.get(dossier.pk) != one.pk])
        if person is not None:
            loads.give(person)
        given.append(Given(dossier, person))
    return given


def _loads(agency_id: int, role: str, people: Sequence[User]) -> Loads:
    keys = [person.pk for person in people]
    at_agency = "receiving_agency" if role == Role.RECEPTION else "handling_agency"
    held = Dossier.objects.filter(assignee__in=keys, state__in=OPEN, **{at_agency: agency_id})
    turns = Turn.objects.filter(agency=agency_id, role=role)
    return Loads(
        dict(held.order_by().values_list("assignee").annotate(Count("pk"))), dict(turns.values_list("user", "number"))
    )


def _drafted_by(dossiers: Sequence[Dossier]) -> dict[int, int]:
    """Who drafted the result that waits to be signed, by dossier: they never get it for that."""
    keys = [
        one.pk for one in dossiers if one.result_state and one.step_role == terms_of(one).content.route.signing_role
    ]
    if not keys:
        return {}
    rows = Result.objects.filter(dossier__in=keys, revoked_at=None, drafted_by__isnull=False)
    return dict(rows.values_list("dossier", "drafted_by"))


def share_out(
    agency: Agency, role: str, wanted: Mapping[int, tuple[int, int]], *, user: User, at: datetime | None = None
) -> list[Outcome]:
    """Carry out a plan as it was shown: {dossier id: (its version then, person)}; each dossier by itself.

    What changed meanwhile, was given by somebody else, or may not be given to that person is left alone and says why.
    """
    at = at or timezone.now()
    people = {person.pk: person for person in holders(role, agency.pk, timezone.localdate(at))}
    done = []
    for dossier in _of_plan(wanted, agency.pk, role):
        version, key = wanted[dossier.pk]
        done.append(_give(dossier, people.get(key), version, user, at, role))
    record(
        "dossiers.shared_out",
        actor_id=user.pk,
        subject_type="agency",
        subject_id=agency.pk,
        agency_code=agency.code,
        data={"role": role, "given": sum(not one.refusal for one in done), "of": len(wanted)},
    )
    return done


def _of_plan(wanted: Mapping[int, tuple[int, int]], agency_id: int, role: str) -> list[Dossier]:
    """The dossiers of a plan that lie with this agency, whoever holds them by now."""
    side = "receiving_agency" if role == Role.RECEPTION else "handling_agency"
    found = Dossier.objects.filter(pk__in=list(wanted)[:MOST], state__in=OPEN, **{side: agency_id})
    return list(found.order_by("queue_at", "pk"))


def _give(dossier: Dossier, person: User | None, version: int, user: User | None, at: datetime, role: str) -> Outcome:
    if person is None:
        return Outcome(dossier.code or "", None, _("This person does not act in this post today."))
    if _drafted_by([dossier]).get(dossier.pk) == person.pk:
        return Outcome(dossier.code or "", person, _("Who drafted a result never signs it: another leader must sign."))
    try:
        with transaction.atomic():
            agency = dossier.receiving_agency_id if role == Role.RECEPTION else dossier.handling_agency_id
            _note_turn(agency or 0, role, person)
            routing.assign(dossier.pk, user=user, assignee=person, version=version, at=at)
    except Refused as refusal:
        return Outcome(dossier.code or "", person, str(refusal))
    return Outcome(dossier.code or "", person)


def _note_turn(agency_id: int, role: str, person: User) -> None:
    """The next number of this agency and role. The agency's row is locked before the dossier's, here and at once."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency_id)
    turns = Turn.objects.filter(agency=agency_id, role=role)
    number = (turns.aggregate(last=Max("number"))["last"] or 0) + 1
    Turn.objects.update_or_create(agency_id=agency_id, role=role, user=person, defaults={"number": number})


# ── at once, as dossiers come ──
def share_as_it_comes(news: News) -> None:
    """Reaction to a filing or a hand-over: where the agency shares out at once, note the job that gives it to somebody."""
    dossier = Dossier.objects.select_related("receiving_agency", "handling_agency").get(pk=news.subject_id)
    agency = dossier.receiving_agency if dossier.state == State.NEW else dossier.handling_agency
    if agency is not None and agency.shares_at_once:
        jobs.enqueue("dossier.share", key=news.key("share"), payload={"dossier": dossier.pk, "seq": news.data["seq"]})


def give_one(job: Job) -> None:
    """Job: give the dossier to whoever is next, unless somebody was faster or it moved on; once however often it runs."""
    with jobs.fenced(job):
        key = job.payload["dossier"]
        dossier = Dossier.objects.filter(pk=key, state__in=(State.NEW, State.PROCESSING), assignee=None).first()
        if dossier is not None and dossier.version == job.payload["seq"]:
            _give_to_the_next(dossier)


def _give_to_the_next(dossier: Dossier) -> None:
    is_new = dossier.state == State.NEW
    role = Role.RECEPTION if is_new else Role(dossier.step_role)
    agency_id = (dossier.receiving_agency_id if is_new or role == Role.RECEPTION else dossier.handling_agency_id) or 0
    at = timezone.now()
    # Held until the end: the next dossier of this agency is given with this one counted.
    agency = Agency.objects.select_for_update(no_key=True).get(pk=agency_id)
    (given,) = plan(agency_id, role, [dossier], at=at)
    if agency.shares_at_once and given.person is not None:
        _give(dossier, given.person, dossier.version, None, at, role)


# ── what an absent colleague holds ──
def held_by(person: User, agency_ids: Iterable[int], found: DossierQuerySet) -> DossierQuerySet:
    """The open dossiers a person holds at these agencies, of those the head may see (`found`)."""
    keys = list(agency_ids)
    mine = found.filter(assignee=person, state__in=OPEN)
    return (mine.filter(receiving_agency__in=keys) | mine.filter(handling_agency__in=keys)).order_by("queue_at", "pk")


def fitting(dossiers: Sequence[Dossier], person: User | None) -> frozenset[int]:
    """Which of these this person's posts fit today (by id); all of them fit nobody, who is the common queue."""
    if person is None:
        return frozenset(dossier.pk for dossier in dossiers)
    drafted = _drafted_by(dossiers)
    return frozenset(one.pk for one in dossiers if routing.fits_step(one, person) and drafted.get(one.pk) != person.pk)


def hand_over(
    dossiers: Iterable[Dossier], versions: Mapping[int, int], to: User | None, *, user: User, at: datetime | None = None
) -> list[Outcome]:
    """Give all of these to a colleague, or back to the common queue (`to` None); each by itself, each with its outcome."""
    at = at or timezone.now()
    done = []
    for dossier in list(dossiers)[:MOST]:
        role = dossier.step_role or Role.RECEPTION
        if dossier.state not in RUNNING:
            done.append(Outcome(dossier.code or "", to, _("It waits for the citizen: give it when it comes back.")))
        elif to is None:
            done.append(_release(dossier, versions, user, at))
        else:
            done.append(_give(dossier, to, versions.get(dossier.pk, -1), user, at, role))
    return done


def _release(dossier: Dossier, versions: Mapping[int, int], user: User, at: datetime) -> Outcome:
    try:
        routing.assign(dossier.pk, user=user, assignee=None, version=versions.get(dossier.pk, -1), at=at)
    except Refused as refusal:
        return Outcome(dossier.code or "", None, str(refusal))
    return Outcome(dossier.code or "", None)


def note_hand_over(person: User, agency: Agency, done: Sequence[Outcome], *, user: User, to: User | None) -> None:
    """Audit: whose dossiers were handed over, to whom, how many."""
    if not done:
        raise Invalid({"": _("This person holds no open dossier here.")})
    record(
        "dossiers.handed_over",
        actor_id=user.pk,
        subject_type="user",
        subject_id=person.pk,
        agency_code=agency.code,
        data={"to": to.pk if to else None, "given": sum(not one.refusal for one in done), "of": len(done)},
    )
