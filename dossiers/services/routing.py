"""The route: which step comes next, who may act at it, the blocks of the control slip (form 06)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.calendar import Calendar
from agencies.models import Agency, Role, calendar_of
from agencies.standing import standing_of
from common.writing import Part, inserted, new_row
from dossiers import clock
from dossiers.errors import Denied, Invalid
from dossiers.models import Dossier, StepRun
from dossiers.services import awaiting
from dossiers.services.performing import SYSTEM, Actor, Done, actor_of, perform
from dossiers.terms import terms_of
from procedures.content import Child, Step

WARN_AFTER = Decimal("0.75")  # of a step's time


def next_step(dossier: Dossier) -> Step | None:
    """The step after the current one; None at the end of the route."""
    return next((step for step in terms_of(dossier).steps if step.no > dossier.step_no), None)


def earlier_steps(dossier: Dossier) -> list[Step]:
    """The handling steps before the current one, to which the dossier may be sent back."""
    return [step for step in terms_of(dossier).steps if step.no < dossier.step_no and step.role != Role.RECEPTION]


def enter(dossier: Dossier, step: Step, at: datetime, *, ended_by: int | None, direction: str) -> Mapping[str, Any]:
    """Close the open step run and open the next one; sets the dossier's step columns, and who handles it now: the route
    leads it to another agency and back, and the right to act goes with it. Runs under the dossier's lock.

    The rows are written with the act itself: see `beside` of perform.
    """
    agency_id = agency_of(step, dossier, at)
    warn_at, due_at = _planned(step, at, calendar_of(dossier.calendar_id, agency_id))
    run = new_row(
        StepRun,
        dossier=dossier,
        seq=dossier.head_seq + 1,
        step_no=step.no,
        role=step.role,
        agency_id=agency_id or 0,
        hours=Decimal(str(step.hours)),
        started_at=at,
        warn_at=warn_at,
        due_at=due_at,
    )
    parts = _changed_over(run, ended_by=ended_by, direction=direction) if dossier.step_no else inserted([run])
    dossier.step_no, dossier.step_role, dossier.assignee_id = step.no, step.role, None
    if step.role != Role.RECEPTION:
        dossier.handling_agency_id = agency_id
    return {"hours": step.hours, "step_agency": agency_id, "beside": parts}


def agency_of(step: Step | Child, dossier: Dossier, at: datetime) -> int | None:
    """The agency that carries out a step: as the dossier has it, or the one the route names (its successor, once merged)."""
    if step.agency == "receiving":
        return dossier.receiving_agency_id
    if not (step.agency == "other" and step.agency_key):
        return dossier.deciding_agency_id
    return agency_now(Agency.objects.get(key=step.agency_key), timezone.localdate(at)).pk


def agency_now(agency: Agency, day: date) -> Agency:
    """The agency itself while it exists, else what it was merged into."""
    while not agency.is_valid_on(day):
        into = agency.successions.filter(on__lte=day).select_related("new").order_by("on", "pk").last()
        if into is None:
            break
        agency = into.new
    return agency


def issuing_agency(dossier: Dossier, at: datetime, known: dict[str, Agency] | None = None) -> Agency | None:
    """Whose paper the result is: of the agency whose leader signs it, for its number, heading and seal.

    `known`: what lists keep of such agencies and their former names, so that they are asked for once, not per row.
    """
    step = terms_of(dossier).signing_step
    if step is None or step.agency != "other" or not step.agency_key:
        return dossier.deciding_agency
    if known is None:
        known = {}
    if step.agency_key not in known:
        agency = agency_now(Agency.objects.get(key=step.agency_key), timezone.localdate(at))
        prefetch_related_objects([agency], "former_names")
        known[step.agency_key] = agency
    return known[step.agency_key]


def _planned(step: Step, at: datetime, calendar: Calendar) -> tuple[datetime | None, datetime | None]:
    """When the step is warned of, and when it is due; (None, None) for a step without a budget."""
    if not step.hours:
        return None, None
    return clock.step_warned_and_due(at, Decimal(str(step.hours)), WARN_AFTER, calendar)


def go_on(dossier: Dossier, at: datetime, *, waited_since: datetime) -> None:
    """The step goes on after a wait for the citizen: what was left of its time then is left now."""
    for run in StepRun.objects.filter(dossier=dossier, ended_at=None, due_at__gt=waited_since):
        calendar = calendar_of(dossier.calendar_id, run.agency_id)
        run.warn_at, run.due_at = (
            moment and clock.after_wait(moment, waited_since, at, calendar) for moment in (run.warn_at, run.due_at)
        )
        run.save(update_fields=["warn_at", "due_at"])


_END = """UPDATE dossiers_steprun SET ended_at = %s, ended_by_id = %s, direction = %s
WHERE dossier_id = %s AND ended_at IS NULL RETURNING id"""
_END_TYPES = ("timestamptz", "bigint", "text", "bigint")


def _changed_over(run: StepRun, *, ended_by: int | None, direction: str) -> list[Part]:
    """End the open run, then insert the next: a dossier has one open run at most (constraint one_open_step)."""
    opening = inserted([run])[0]
    head, _values, marks = opening.sql.removesuffix(") RETURNING id").partition(" VALUES (")
    after = f"{head} SELECT {marks} FROM (SELECT count(*) FROM ended) AS done RETURNING id"  # noqa: S608 - our own columns
    return [
        Part(_END, (run.started_at, ended_by, direction, run.dossier_id), name="ended", types=_END_TYPES),
        Part(after, opening.values, (run,), types=opening.types),
    ]


def close(dossier: Dossier, at: datetime, *, ended_by: int | None, direction: str) -> None:
    """End the open step run, if there is one."""
    if dossier.step_no:
        StepRun.objects.filter(dossier=dossier, ended_at=None).update(
            ended_at=at, ended_by=ended_by, direction=direction
        )


def at_own_step(dossier: Dossier, actor: Actor) -> None:
    """Raise Denied unless the actor's post fits the current step and nobody else holds the dossier."""
    if not (actor.standing and actor.standing.has(dossier.step_role, _step_agency(dossier))):
        raise Denied(_("The dossier is at another step of its route."))
    if not actor.acts_for(dossier.assignee_id):
        raise Denied(_("A colleague is handling this dossier."))


def fits_step(dossier: Dossier, person: User) -> bool:
    """Whether a post this person acts in today fits the step the dossier is at."""
    role = dossier.step_role or Role.RECEPTION
    agency = _step_agency(dossier) if dossier.step_role else dossier.receiving_agency_id
    return standing_of(person).has(role, agency)


def _step_agency(dossier: Dossier) -> int | None:
    return dossier.receiving_agency_id if dossier.step_role == Role.RECEPTION else dossier.handling_agency_id


def start_processing(
    dossier_id: int,
    *,
    actor: Actor,
    version: int | None = None,
    at: datetime | None = None,
    locked: Dossier | None = None,
) -> Done:
    """2 → 4: hand the received dossier to the first step after reception. `locked`: see perform."""

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        step = next(step for step in terms_of(dossier).steps if step.role != Role.RECEPTION)
        return enter(dossier, step, at, ended_by=actor.user_id, direction="forward")

    return perform(dossier_id, "start_processing", actor=actor, version=version, at=at, prepare=prepare, locked=locked)


def claim(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """Take the dossier at the current step; raises Denied when a colleague was faster or the post does not fit."""
    actor = actor_of(user)

    def prepare(dossier: Dossier, at: datetime) -> None:
        at_own_step(dossier, actor)
        StepRun.objects.filter(dossier=dossier, ended_at=None).update(assignee=user)

    return perform(dossier_id, "claim", actor=actor, version=version, at=at, prepare=prepare, user_id=user.pk)


def fits(dossier: Dossier, assignee: User) -> None:
    """Raise Invalid unless a post of this person fits the current step."""
    if not fits_step(dossier, assignee):
        raise Invalid({"assignee": _("This person holds no post that fits the current step.")})


def assign(
    dossier_id: int, *, user: User | None, assignee: User | None, version: int | None = None, at: datetime | None = None
) -> Done:
    """The head gives the dossier to somebody whose post fits the step, or releases it (assignee None).

    Without a `user` the system does, sharing out what comes in.
    """

    def prepare(dossier: Dossier, at: datetime) -> None:
        if assignee is not None:
            fits(dossier, assignee)
        StepRun.objects.filter(dossier=dossier, ended_at=None).update(assignee=assignee)

    return perform(
        dossier_id,
        "assign",
        actor=actor_of(user) if user else SYSTEM,
        version=version,
        at=at,
        prepare=prepare,
        data={"assignee": assignee.pk if assignee else None},
        user_id=assignee.pk if assignee else None,
    )


def forward(dossier_id: int, *, user: User, version: int | None = None, at: datetime | None = None) -> Done:
    """4 → 4: to the next step. A draft of the result must exist before the dossier leaves the specialist."""
    actor = actor_of(user)

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        step = following(dossier, actor)
        return enter(dossier, step, at, ended_by=user.pk, direction="forward")

    return perform(dossier_id, "forward", actor=actor, version=version, at=at, prepare=prepare)


def following(dossier: Dossier, actor: Actor) -> Step:
    """The step this person may hand the dossier on to; raises Denied or Invalid with what is missing."""
    at_own_step(dossier, actor)
    awaiting.no_part_is_open(dossier)
    step = next_step(dossier)
    if step is None or step.role == Role.RECEPTION:
        raise Invalid({"": _("This is the last step: sign and issue the result.")})
    if not dossier.result_state and dossier.step_role == Role.SPECIALIST and step.role != Role.SPECIALIST:
        raise Invalid({"": _("Draft the result before you hand the dossier on.")})
    if terms_of(dossier).signs_at(dossier.step_no) and dossier.result_state != "signed":
        raise Invalid({"": _("Sign the result, or send the dossier back with a reason.")})
    return step


def send_back(
    dossier_id: int,
    *,
    user: User,
    reason: str,
    step_no: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
) -> Done:
    """4 → 4: to an earlier step (the one before, unless `step_no` says which), with a reason; a signature is void then."""
    actor = actor_of(user)

    def prepare(dossier: Dossier, at: datetime) -> Mapping[str, Any]:
        at_own_step(dossier, actor)
        steps = earlier_steps(dossier)
        wanted = [step for step in steps if step_no is None or step.no == step_no]
        if not wanted:
            raise Invalid({"step": _("Choose an earlier step of the route.")})
        if dossier.result_state == "signed":
            dossier.result_state = "drafted"
        return enter(dossier, wanted[-1], at, ended_by=user.pk, direction="back")

    return perform(dossier_id, "send_back", actor=actor, version=version, at=at, reason=reason, prepare=prepare)
