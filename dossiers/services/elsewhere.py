"""Dossiers decided in the software of another agency: what it reports is typed or imported by the receiving counter.

A report names the code there, a status and its true day. It moves the dossier only along the ordinary chart; the same report
twice changes nothing; a report older than what is known is refused.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from dossiers.errors import Invalid
from dossiers.models import Dossier
from dossiers.services import awaiting, results, routing
from dossiers.services.performing import Done, actor_of, perform
from dossiers.workflow import State

PROCESSING, SUPPLEMENT, GRANTED, REJECTED = Dossier.Elsewhere.values
STATUSES: dict[str, Any] = dict(Dossier.Elsewhere.choices)
NOON = time(12)


@dataclass(frozen=True)
class Report:
    """What the other agency says of a dossier: its code there, a status of STATUSES, since which day, in which words."""

    code: str
    status: str
    on: date
    note: str = ""


def known(dossier: Dossier) -> Report | None:
    """The newest report; None before the first."""
    if dossier.elsewhere_on is None:
        return None
    return Report(dossier.elsewhere_code, dossier.elsewhere_status, dossier.elsewhere_on, dossier.elsewhere_note)


def is_elsewhere(dossier: Dossier) -> bool:
    """Whether the deciding agency works in software of its own."""
    return bool(dossier.deciding_agency and dossier.deciding_agency.own_software)


def check(dossier: Dossier, report: Report, *, at: datetime) -> None:
    """Raise Invalid, by field, when this report cannot follow what is known."""
    if not is_elsewhere(dossier):
        raise Invalid(
            {"": _("The agency that decides this dossier works in this system: nothing is reported from outside.")}
        )
    if dossier.state not in {State.RECEIVED, State.PROCESSING}:
        words = {"state": State(dossier.state).label}
        raise Invalid({"status": _("The dossier is in the state “%(state)s”: this report cannot follow.") % words})
    if report.on > timezone.localdate(at):
        raise Invalid({"on": _("The day lies in the future. Write the day on which it happened.")})
    if dossier.accepted_at and report.on < timezone.localdate(dossier.accepted_at):
        raise Invalid(
            {"on": _("The day lies before the dossier was received here. Write the day on which it happened.")}
        )
    if dossier.elsewhere_on and report.on < dossier.elsewhere_on:
        day = f"{dossier.elsewhere_on:%d/%m/%Y}"
        raise Invalid({"on": _("A newer report of %(day)s is known already. Report what is newer.") % {"day": day}})
    if report.status in {SUPPLEMENT, REJECTED} and not report.note.strip():
        raise Invalid({"note": _("Write what is asked for, or the reasons: the applicant reads this.")})
    if report.status == GRANTED and dossier.fee_state in {Dossier.FeeState.DUE, Dossier.FeeState.PENDING}:
        raise Invalid({"status": _("The fee is not paid yet: collect it before the decision is recorded.")})


def report(dossier_id: int, *, user: User, report: Report, version: int, at: datetime | None = None) -> Done | None:
    """Record a report and go where it leads; None when it says nothing new.

    A dossier that was not handed over yet is handed over first. Raises Invalid, Denied, Conflict.
    """
    at = at or timezone.now()
    dossier = Dossier.objects.select_related("deciding_agency").get(pk=dossier_id)
    if known(dossier) == report and dossier.version >= version:
        return None
    check(dossier, report, at=at)
    if dossier.state == State.RECEIVED:
        version = routing.start_processing(dossier_id, actor=actor_of(user), version=version, at=at).dossier.version
    return _perform(dossier_id, user, report, version, at)


def _perform(dossier_id: int, user: User, report: Report, version: int, at: datetime) -> Done:
    is_decision = report.status in {GRANTED, REJECTED}
    name = {GRANTED: "resolve_elsewhere", REJECTED: "reject_elsewhere"}.get(report.status, "note_elsewhere")

    def prepare(dossier: Dossier, at: datetime) -> dict[str, Any]:
        _write(dossier, report)
        if not is_decision:
            return {}
        awaiting.every_part_is_in(dossier)
        results.end_of_route(dossier, at, user)
        return {"decided_at": _moment(dossier, report.on, at)}

    return perform(
        dossier_id, name, actor=actor_of(user), version=version, at=at, reason=report.note, prepare=prepare,
        data={"elsewhere": report.status, "on": report.on.isoformat()},
    )  # fmt: skip


def _write(dossier: Dossier, report: Report) -> None:
    dossier.elsewhere_code, dossier.elsewhere_status = report.code, report.status
    dossier.elsewhere_on, dossier.elsewhere_note = report.on, report.note


def _moment(dossier: Dossier, day: date, at: datetime) -> datetime:
    """A day as the moment on which figures count it: noon, never before it was received nor after it was told."""
    noon = datetime.combine(day, NOON, tzinfo=timezone.get_default_timezone())
    return min(max(noon, dossier.accepted_at or noon), at)
