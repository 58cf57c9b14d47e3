"""Dossiers decided in the software of another agency: what it reports is typed or imported by the receiving counter.

A report names the code there, a status and its true day. It moves the dossier only along the ordinary chart; the same report
twice changes nothing; a report older than what is known is refused. Where it leads is its course:

- asked: the applicant gets form 02 in the words of that agency, the time limit waits;
- not_complete: what the applicant sent is not all of it, the same request is open again;
- goes_on: that agency has what it asked for, the time limit runs again;
- decided: granted or rejected there;
- noted: nothing but the code, the status and the words change.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from dossiers.errors import Invalid
from dossiers.models import Dossier
from dossiers.services import awaiting, results, routing, supplements
from dossiers.services.performing import Done, actor_of, perform
from dossiers.workflow import State

PROCESSING, SUPPLEMENT, GRANTED, REJECTED = Dossier.Elsewhere.values
STATUSES: dict[str, Any] = dict(Dossier.Elsewhere.choices)
NOON = time(12)
ACTS = {
    "asked": "request_supplement_elsewhere",
    "not_complete": "return_supplement",
    "goes_on": "resume_elsewhere",
    "noted": "note_elsewhere",
}
DECISIONS = {GRANTED: "resolve_elsewhere", REJECTED: "reject_elsewhere"}
EFFECTS: dict[str, Any] = {
    "asked": gettext_lazy("The applicant is asked to complete the dossier; the time limit waits."),
    "not_complete": gettext_lazy("The applicant is told that the supplement is not complete; the time limit waits."),
    "goes_on": gettext_lazy("The supplement is there; the time limit runs again."),
    "decided": gettext_lazy("The dossier is resolved."),
    "asked_again": gettext_lazy("Noted only: after acceptance a supplement may be asked for once and in time."),
}


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
    if dossier.state not in {State.RECEIVED, State.PROCESSING} and not _waits(dossier):
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
    if report.status == SUPPLEMENT and _waits(dossier) and dossier.supplement_sent_at is None:
        until = timezone.localtime(dossier.answer_by).strftime("%H:%M %d/%m/%Y") if dossier.answer_by else "…"
        text = _("The applicant was asked already and has until %(until)s; nothing has been sent yet.")
        raise Invalid({"status": text % {"until": until}})
    if report.status in {SUPPLEMENT, REJECTED} and not report.note.strip():
        raise Invalid({"note": _("Write what is asked for, or the reasons: the applicant reads this.")})
    if report.status == GRANTED and dossier.fee_state in {Dossier.FeeState.DUE, Dossier.FeeState.PENDING}:
        raise Invalid({"status": _("The fee is not paid yet: collect it before the decision is recorded.")})


def course(dossier: Dossier, report: Report, *, at: datetime) -> str:
    """Where the report leads: asked, not_complete, goes_on, decided or noted."""
    if report.status in DECISIONS:
        return "decided"
    if report.status == SUPPLEMENT and _waits(dossier):
        return "not_complete"
    if report.status == SUPPLEMENT:
        return "asked" if _may_ask(dossier, report, at) else "noted"
    return "goes_on" if _waits(dossier) else "noted"


def effect(dossier: Dossier, report: Report, *, at: datetime) -> str:
    """What the report does to the dossier, in words; empty when it is noted and nothing else."""
    found = course(dossier, report, at=at)
    if found == "noted" and report.status == SUPPLEMENT:
        found = "asked_again"
    return str(EFFECTS.get(found, ""))


def _waits(dossier: Dossier) -> bool:
    """A supplement was asked for after acceptance and is not confirmed yet."""
    return dossier.state == State.SUPPLEMENT and dossier.accepted_at is not None


def _may_ask(dossier: Dossier, report: Report, at: datetime) -> bool:
    """Once after acceptance, and within the agency's own time to ask, counted by the day on which it asked."""
    until = supplements.ask_until(dossier)
    is_in_time = until is None or _moment(dossier, report.on, at) <= until
    return is_in_time and dossier.supplements_after_acceptance == 0


def report(dossier_id: int, *, user: User, report: Report, version: int, at: datetime | None = None) -> Done | None:
    """Record a report and go where it leads; None when it says nothing new.

    A dossier that was not handed over yet is handed over first, one that waits for a supplement goes on before it is
    decided; all of it or nothing. Raises Invalid, Denied, Conflict.
    """
    at = at or timezone.now()
    dossier = Dossier.objects.select_related("deciding_agency").get(pk=dossier_id)
    if known(dossier) == report and dossier.version >= version:
        return None
    check(dossier, report, at=at)
    leads = course(dossier, report, at=at)
    with transaction.atomic():
        if dossier.state == State.RECEIVED:
            version = routing.start_processing(dossier_id, actor=actor_of(user), version=version, at=at).dossier.version
        if leads == "decided" and _waits(dossier):
            version = _perform(dossier_id, user, report, "goes_on", version, at).dossier.version
        done = _perform(dossier_id, user, report, leads, version, at)
        if leads in {"asked", "not_complete"}:
            supplements.note_limit(done.dossier)
    return done


def _perform(dossier_id: int, user: User, report: Report, leads: str, version: int, at: datetime) -> Done:
    def prepare(dossier: Dossier, at: datetime) -> dict[str, Any]:
        _write(dossier, report)
        return _prepared(dossier, user, report, leads, at)

    name = DECISIONS[report.status] if leads == "decided" else ACTS[leads]
    return perform(
        dossier_id, name, actor=actor_of(user), version=version, at=at, reason=report.note, prepare=prepare,
        data={"elsewhere": report.status, "on": report.on.isoformat()},
    )  # fmt: skip


def _prepared(dossier: Dossier, user: User, report: Report, leads: str, at: datetime) -> dict[str, Any]:
    """What is written beside the act, and the values it needs."""
    if leads == "asked":
        supplements.ask_in_words(dossier, user, report.note, at)
    if leads == "not_complete":
        supplements.open_again(dossier)
    if leads == "goes_on":
        asked = supplements.open_request(dossier)
        completed_at = max(_moment(dossier, report.on, at), asked.sent_at if asked and asked.sent_at else at)
        return {"completed_at": completed_at, **supplements.close(dossier, user, at, even_unanswered=True)}
    if leads == "decided":
        awaiting.every_part_is_in(dossier)
        results.end_of_route(dossier, at, user)
        return {"decided_at": _moment(dossier, report.on, at)}
    return {}


def _write(dossier: Dossier, report: Report) -> None:
    dossier.elsewhere_code, dossier.elsewhere_status = report.code, report.status
    dossier.elsewhere_on, dossier.elsewhere_note = report.on, report.note


def _moment(dossier: Dossier, day: date, at: datetime) -> datetime:
    """A day as the moment on which figures count it: noon, never before it was received nor after it was told."""
    noon = datetime.combine(day, NOON, tzinfo=timezone.get_default_timezone())
    return min(max(noon, dossier.accepted_at or noon), at)
