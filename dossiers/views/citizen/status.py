"""Where a dossier stands, for the person who filed it: four steps, one sentence, one thing to do."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.templatetags.mc import long_date, pick, vn_date, vn_datetime, vn_day
from dossiers.models import Dossier
from dossiers.workflow import State

UNPAID = (Dossier.FeeState.DUE, Dossier.FeeState.PENDING)
ENDED = frozenset({State.REFUSED, State.WITHDRAWN, State.STOPPED})
# What waits for the citizen: a supplement not sent, a fee not paid, a result to be collected.
WAITING = (
    Q(state=State.SUPPLEMENT, supplement_sent_at=None)
    | Q(state=State.PAYMENT, fee_state__in=UNPAID)
    | Q(state=State.RESOLVED, delivery=Dossier.Delivery.COUNTER)
    | Q(Exists(Dossier.objects.filter(parent=OuterRef("pk"), state=State.SUPPLEMENT, supplement_sent_at=None)))
)


def sentence(dossier: Dossier) -> str:
    """The state in one plain sentence with its date."""
    words = {
        State.NEW: _("An officer answers before %(intake)s"),
        State.RECEIVED: _("Received, the result is due on %(due)s"),
        State.REFUSED: _("Not received"),
        State.PROCESSING: _("Being examined, the result is due on %(due)s"),
        State.SUPPLEMENT: _("Waiting for your supplement until %(answer)s"),
        State.PAYMENT: _("Waiting for the fee until %(answer)s"),
        State.WITHDRAWN: _("Withdrawn as you asked"),
        State.STOPPED: _("The processing was stopped"),
        State.RESOLVED: _("The result was issued on %(finished)s"),
        State.RETURNED: _("Finished, the result was handed over on %(returned)s"),
    }[State(dossier.state)]
    if dossier.state == State.SUPPLEMENT and dossier.supplement_sent_at:
        words = _("Your supplement was sent; an officer is checking it")
    if dossier.state in {State.RECEIVED, State.PROCESSING} and not dossier.due_at:
        words = _("Being examined; the law sets no limit here")
    return words % {
        "intake": vn_datetime(dossier.intake_due_at),
        "due": vn_date(dossier.appointment_at or dossier.due_at),
        "answer": vn_date(dossier.answer_by),
        "finished": vn_date(dossier.finished_at),
        "returned": vn_date(dossier.returned_at),
    }


def steps(dossier: Dossier) -> list[dict[str, Any]]:
    """The line of four: filed, received, examined, handed over (common/steps_line.html)."""
    marks: list[tuple[str, datetime | None]] = [
        (pgettext("step", "Filed"), dossier.filed_at),
        (pgettext("step", "Received"), dossier.accepted_at),
        (pgettext("step", "Examined"), dossier.finished_at),
        (pgettext("step", "Result handed over"), dossier.returned_at),
    ]
    if dossier.state == State.PAYMENT and not dossier.accepted_at:
        marks[0] = (marks[0][0], None)
    first_open = next((place for place, (_label, at) in enumerate(marks) if at is None), len(marks))
    found = []
    for place, (label, at) in enumerate(marks):
        state = "done" if place < first_open else ("now" if place == first_open and dossier.state not in ENDED else "")
        found.append({"label": label, "note": vn_day(at) if state == "done" else "", "state": state})
    return found


def box(dossier: Dossier, *, has_result: bool = False) -> dict[str, Any] | None:
    """The one thing on top: {tone, icon, title, text, url, action}; None when there is nothing to say beyond the state."""
    if dossier.state == State.PAYMENT and dossier.fee_state in UNPAID:
        return _pay(dossier)
    if dossier.state == State.SUPPLEMENT and dossier.supplement_sent_at is None:
        return {
            "tone": "warn",
            "title": _("Complete your dossier before %(day)s") % {"day": vn_date(dossier.answer_by)},
            "text": _("The officer listed everything that is missing, with the reasons."),
            "url": reverse("dossiers:supplement", args=[dossier.code]),
            "action": _("Complete the dossier"),
        }
    if dossier.state in {State.RESOLVED, State.RETURNED}:
        return _result(dossier, has_result)
    if dossier.state in ENDED:
        return {"tone": "bad", "title": sentence(dossier), "text": "", "url": "", "action": ""}
    if dossier.appointment_at:
        return {
            "tone": "warn",
            "title": _("We are sorry: the result is late"),
            "text": _("New appointment: %(day)s.") % {"day": long_date(dossier.appointment_at)},
        }
    return None


def _pay(dossier: Dossier) -> dict[str, Any]:
    if dossier.accepted_at:
        text = _("The examination goes on after the fee is paid.")
    else:
        text = _("The dossier counts as filed from the moment the fee is paid.")
    return {
        "tone": "warn",
        "title": _("Pay the fee before %(at)s") % {"at": vn_datetime(dossier.answer_by)},
        "text": text,
        "url": reverse("dossiers:dossier", args=[dossier.code]) + "phi/",
        "action": _("Pay the fee"),
    }


def _result(dossier: Dossier, has_result: bool) -> dict[str, Any]:
    title = _("The result is ready") if dossier.outcome != "rejected" else _("The answer is a refusal; it says why")
    texts = {
        "online": _("The signed file is as good as paper."),
        "post": _("The paper comes by post. The signed file is as good as paper and can be used at once."),
        "counter": _("Collect the paper at %(place)s with your identity card.") % {"place": collect_at(dossier)},
    }
    text = texts.get(dossier.delivery, "")
    if dossier.state == State.RETURNED and dossier.delivery != "online":
        text = _("It was handed over on %(at)s.") % {"at": vn_datetime(dossier.returned_at)}
    url = reverse("dossiers:result", args=[dossier.code]) if has_result else ""
    return {"tone": "ok", "title": title, "text": text, "url": url, "action": _("Download the result (PDF)")}


def collect_at(dossier: Dossier) -> str:
    """The counter where the result waits."""
    chosen = getattr(dossier, "delivery_choice", None)
    counter = (chosen.counter if chosen else None) or dossier.receiving_agency
    return pick(counter.one_stop) if counter else ""


def holder(dossier: Dossier) -> dict[str, Any] | None:
    """Who has the dossier now: the unit and its telephone, never a person."""
    if dossier.state in {State.NEW, State.RECEIVED, State.RESOLVED}:
        agency = dossier.receiving_agency
        return {"name": agency.one_stop, "phone": agency.phone} if agency else None
    if dossier.state == State.PROCESSING:
        agency = dossier.handling_agency
        return {"name": agency.name, "phone": agency.phone} if agency else None
    if dossier.state in {State.SUPPLEMENT, State.PAYMENT}:
        agency = dossier.receiving_agency
        mine = dossier.supplement_sent_at is None or dossier.state == State.PAYMENT
        if agency is None:
            return None
        return {"name": _("You: it waits for you") if mine else agency.one_stop, "phone": agency.phone}
    return None


def days_early(dossier: Dossier) -> bool:
    """Finished before the legal due date."""
    done, due = dossier.finished_at, dossier.due_at
    return bool(done and due and timezone.localdate(done) < timezone.localdate(due))
