"""The history of a dossier in words: events, steps of the route, the ledger of the clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from agencies.models import Agency, Role
from common.prepared import Prepared
from common.templatetags.mc import pick
from dossiers.models import Alarm, Branch, ClockEntry, Consultation, Dossier, DossierEvent, DossierText, StepRun
from dossiers.workflow import State, acts

_ACTS = acts()
OPINIONS = frozenset({"consult", "answer_consultation", "recall_consultation", "count_silence"})
PARTS = frozenset({"open_part", "note_part"})
_ROLES: dict[str, Any] = dict(Role.choices) | {
    "applicant": gettext_lazy("Applicant"),
    "system": gettext_lazy("The system"),
    "consulted": gettext_lazy("Agency that was asked"),
}
TRACKS: dict[str, Any] = {
    "intake": pgettext_lazy("clock track", "Answer within 8 hours"),
    "handling": pgettext_lazy("clock track", "Legal limit"),
    "supplement": pgettext_lazy("clock track", "Citizen's limit"),
    "step": pgettext_lazy("clock track", "Step"),
    "consultation": pgettext_lazy("clock track", "Opinion of another agency"),
}
KINDS: dict[str, Any] = {
    "start": pgettext_lazy("clock entry", "starts"),
    "pause": pgettext_lazy("clock entry", "waits"),
    "resume": pgettext_lazy("clock entry", "goes on"),
    "restart": pgettext_lazy("clock entry", "is counted anew"),
    "filing_moved": pgettext_lazy("clock entry", "filing moved to the payment"),
    "legal_extension": pgettext_lazy("clock entry", "is extended by law"),
    "reappoint": pgettext_lazy("clock entry", "new appointment"),
    "calendar_recomputed": pgettext_lazy("clock entry", "computed anew with the corrected calendar"),
    "outage_shift": pgettext_lazy("clock entry", "moved by an outage"),
    "stop": pgettext_lazy("clock entry", "ends"),
}


def entries(events: Iterable[DossierEvent], texts: dict[int, str]) -> list[dict[str, Any]]:
    """Events for the timeline, newest first: what, who in which post, the reason in words."""
    found = sorted(events, key=lambda event: -event.seq)
    given, replaced = _given(found) | _asked(found), _replaced(found)
    return [entry(event, _words(event, texts, given), replaced) for event in found]


def _words(event: DossierEvent, texts: dict[int, str], given: Mapping[int, str]) -> str:
    """The reason of the act, after whom it concerned."""
    own = _part_words(event) if event.name in PARTS else ""
    return " · ".join(part for part in (own, given.get(event.seq, ""), texts.get(event.seq, "")) if part)


def _asked(events: Iterable[DossierEvent]) -> dict[int, str]:
    """Which agency was asked, or how it answered, by the seq of the act; no statement without such an act."""
    wanted = {event.seq: event.data for event in events if event.name in OPINIONS}
    if not wanted:
        return {}
    found = Agency.objects.filter(code__in={str(data.get("agency", "")) for data in wanted.values()})
    names = {one.code: pick(one.name) for one in found}
    outcomes = dict(Consultation.Outcome.choices)
    return {
        seq: ": ".join(
            str(part)
            for part in (names.get(data.get("agency", ""), ""), outcomes.get(data.get("outcome", ""), ""))
            if part
        )
        for seq, data in wanted.items()
    }


def _part_words(event: DossierEvent) -> str:
    """Which part ended and how, or which whole a part belongs to: all of it stands in the event."""
    if event.name == "open_part":
        return str(event.data.get("parent", ""))
    outcome = dict(Branch.State.choices).get(event.data.get("outcome", ""), "")
    return ": ".join(str(part) for part in (event.data.get("child", ""), outcome) if part)


def _given(events: Iterable[DossierEvent]) -> dict[int, str]:
    """To whom a dossier was given, or that it was released, by the seq of the act; no statement without such an act."""
    wanted = {event.seq: event.data.get("assignee") for event in events if event.name == "assign"}
    ids = [pk for pk in wanted.values() if pk]
    names = {one.pk: one.display_name for one in User.objects.filter(pk__in=ids)} if ids else {}
    return {
        seq: _("given to %(name)s") % {"name": names[pk]} if pk in names else _("released")
        for seq, pk in wanted.items()
    }


def role_words(role: str) -> str:
    """A role as people call it."""
    return str(_ROLES.get(role, role))


def _replaced(events: Iterable[DossierEvent]) -> dict[int, str]:
    """The names of those for whom a substitute acted; asks nothing when nobody was away."""
    keys = {event.data["instead_of"] for event in events if "instead_of" in event.data}
    return {user.pk: user.display_name for user in User.objects.filter(pk__in=keys)} if keys else {}


def entry(event: DossierEvent, text: str = "", replaced: Mapping[int, str] | None = None) -> dict[str, Any]:
    """One event as the timeline draws it; `replaced`: names of those for whom a substitute acted."""
    act = _ACTS.get(event.name)
    text = _assisted(event) or text
    who = event.actor.display_name if event.actor else ""
    absent = (replaced or {}).get(event.data.get("instead_of", 0))
    if absent:
        who = _("%(name)s, standing in for %(absent)s") % {"name": who, "absent": absent}
    role = str(_ROLES.get(event.actor_role, event.actor_role))
    signed = " · ".join(part for part in (who, role) if part)
    return {
        "seq": event.seq,
        "at": event.at,
        "title": act.label if act else event.name,
        "text": f"{signed}: {text}" if text else signed,
    }


def _assisted(event: DossierEvent) -> str:
    """Who prepared what the citizen then filed."""
    officer = event.data.get("assisted_by") if event.name == "submit" else None
    helper = User.objects.filter(pk=officer).first() if officer else None
    words = _("prepared at the counter by %(name)s, confirmed on their own phone")
    return words % {"name": helper.display_name} if helper else ""


def since(dossier: Dossier, version: int) -> list[dict[str, Any]]:
    """What happened after `version`, newest first, for the page of a conflict."""
    found = DossierEvent.objects.filter(dossier=dossier, seq__gt=version).select_related("actor").order_by("-seq")
    rows = entries(found, {})
    return [{"at": row["at"], "text": f"{row['title']} ({row['text']})"} for row in rows]


def texts_of(dossier: Dossier) -> dict[int, str]:
    """The reasons and messages of a dossier by the seq of their event."""
    return dict(TEXTS.rows(dossier=dossier.pk))


TEXTS = Prepared(
    lambda dossier: DossierText.objects.filter(dossier=dossier).order_by("seq").values_list("seq", "text"), dossier=int
)


def _pace(run: StepRun, now: datetime, *, is_running: bool) -> str:
    """How a step stands against its plan: late, soon (three quarters of its time are used) or empty."""
    end = run.ended_at or (now if is_running else None)
    if run.due_at is None or end is None:
        return ""
    if end > run.due_at:
        return "late"
    return "soon" if run.ended_at is None and run.warn_at and run.warn_at <= now else ""


def steps(dossier: Dossier, now: datetime) -> list[dict[str, Any]]:
    """The blocks of the control slip (form 06), oldest first; while the citizen is waited for no step runs."""
    is_running = dossier.state in {State.RECEIVED, State.PROCESSING}
    found = dossier.steps.select_related("assignee", "ended_by", "agency").order_by("pk")
    return [
        {
            "no": run.step_no,
            "role": _ROLES.get(run.role, run.role),
            "agency": run.agency.name,
            "who": (run.ended_by or run.assignee),
            "started_at": run.started_at,
            "due_at": run.due_at,
            "ended_at": run.ended_at,
            "pace": _pace(run, now, is_running=is_running),
            "direction": {"forward": _("forwarded"), "back": _("sent back"), "end": _("ended")}.get(run.direction, ""),
        }
        for run in found
    ]


def ledger(rows: Iterable[ClockEntry]) -> list[dict[str, Any]]:
    """The clock entries in words, oldest first."""
    return [
        {
            "at": row.at,
            "track": TRACKS.get(row.track, row.track),
            "kind": KINDS.get(row.kind, row.kind),
            "limit": f"{row.limit_amount.normalize():f} {_unit(row.limit_unit)}" if row.limit_amount else "",
            "source": row.source,
            "is_until": row.appointment_at,
        }
        for row in rows
    ]


def _unit(unit: str) -> str:
    names = {
        "working_day": _("working days"),
        "calendar_day": _("days"),
        "month": _("months"),
        "hour": _("working hours"),
        "same_day": _("same day"),
    }
    return names.get(unit, unit)


ALARMS: dict[tuple[str, str], Any] = {
    ("intake", "warned"): gettext_lazy("Not answered for 4 working hours: reception warned"),
    ("intake", "escalated"): gettext_lazy("Not answered for 6 working hours: told to the head"),
    ("intake", "breached"): gettext_lazy("Not answered within 8 working hours: recorded, told to the citizen"),
    ("step", "warned"): gettext_lazy("Step due soon: holder warned"),
    ("step", "breached"): gettext_lazy("Step longer than planned: told to the head"),
    ("apology", "warned"): gettext_lazy("Apology drafted for the leader"),
    ("apology", "escalated"): gettext_lazy("Apology not sent one working day before the due date"),
    ("apology", "breached"): gettext_lazy("Due date passed without an apology"),
    ("opinion", "breached"): gettext_lazy("An agency has not given its opinion in time: holder and head told"),
}


def alarms(dossier: Dossier) -> list[dict[str, Any]]:
    """What the watch has noted of this dossier, oldest first."""
    rows = Alarm.objects.filter(dossier=dossier).order_by("pk")
    return [{"at": row.at, "due_at": row.due_at, "text": ALARMS.get((row.ladder, row.rung), row.rung)} for row in rows]
