"""Papers that an officer asks for: the control slip, the acknowledgement of a result, one receipt for several dossiers."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from agencies.models import Role
from agencies.names import names_on
from common.identifiers import display_phone
from common.money import vnd
from dossiers.models import Dossier, DossierText, HandedOver, Result, StepRun
from dossiers.services import paper_contexts
from dossiers.services.paper_contexts import Making, Sheet
from dossiers.terms import terms_of

TIMES = {"before": "Trước hạn", "on": "Đúng hạn", "after": "Quá hạn"}
RECEIVED = ("receive", "receive_at_counter")
MOST_TOGETHER = 50


def slip_sheet(making: Making) -> Sheet:
    """The sheet of a paper that an officer asks for."""
    body = _BODIES[making.form.kind](making)
    title = f"{making.form.title} {making.dossier.code}"
    return Sheet(making.form.template, title, {**paper_contexts.frame(making), **body})


# ── control slip ──
def _control_slip(making: Making) -> dict[str, Any]:
    """The head of the slip and one block per hand-over, oldest first; what was sent back stands among them."""
    dossier = making.dossier
    return {
        "received_at": dossier.accepted_at,
        "time_limit": paper_contexts.limit_of(dossier),
        "due_at": dossier.due_at,
        "papers": paper_contexts.papers_of(dossier),
        "sets": terms_of(dossier).content.public.sets,
        "blocks": blocks(dossier),
    }


def blocks(dossier: Dossier) -> list[dict[str, Any]]:
    """The hand-overs: who gave, who took, when, whether the giver kept its time, why it was sent back."""
    runs = list(dossier.steps.select_related("agency", "assignee", "ended_by").order_by("pk"))
    texts = dict(DossierText.objects.filter(dossier=dossier, purpose="reason").values_list("seq", "text"))
    titles = {step.no: step.title.vi for step in terms_of(dossier).steps}
    found = [
        _block(_counter(dossier, run.started_at) if before is None else _side(before, titles, before.ended_by),
               _side(run, titles, run.assignee or run.ended_by), run.started_at, before, _note(before, run, texts))
        for before, run in zip([None, *runs], runs, strict=False)
    ]  # fmt: skip
    if runs and runs[-1].direction == "end" and runs[-1].ended_at and dossier.finished_at:
        last, at = runs[-1], runs[-1].ended_at
        back = _counter(dossier, at, returns=True)
        found.append(_block(_side(last, titles, last.ended_by), back, at, last, ""))
    return found


def _block(
    giver: dict[str, str], receiver: dict[str, str], at: datetime, before: StepRun | None, note: str
) -> dict[str, Any]:
    kept = TIMES[kept_time(before)] if before and before.due_at and before.ended_at else ""
    return {"giver": giver, "receiver": receiver, "at": at, "kept": kept, "note": note}


def kept_time(run: StepRun) -> str:
    """before, on or after its time: after is a matter of the minute, before of the day (the step ended a day earlier)."""
    if run.ended_at is None or run.due_at is None:
        return "on"
    if run.ended_at > run.due_at:
        return "after"
    return "before" if timezone.localdate(run.ended_at) < timezone.localdate(run.due_at) else "on"


def _note(before: StepRun | None, run: StepRun, texts: dict[int, str]) -> str:
    if before is None or before.direction != "back":
        return ""
    reason = texts.get(run.seq, "")
    return f"Trả lại: {reason}" if reason else "Trả lại"


def _side(run: StepRun, titles: dict[int, str], person: Any) -> dict[str, str]:
    """A unit of the hand-over: agency as it was called then, the step, the person."""
    unit = names_on(run.agency, timezone.localdate(run.started_at)).name_vi
    step = titles.get(run.step_no) or role_words(run.role)
    return {"unit": unit, "step": step, "person": person.display_name if person else ""}


def _counter(dossier: Dossier, at: datetime, *, returns: bool = False) -> dict[str, str]:
    agency = dossier.receiving_agency
    unit = names_on(agency, timezone.localdate(at)).one_stop_vi if agency else ""
    if returns:
        return {"unit": unit, "step": "Trả kết quả", "person": ""}
    event = dossier.events.filter(name__in=RECEIVED).select_related("actor").order_by("seq").last()
    person = event.actor.display_name if event and event.actor else ""
    return {"unit": unit, "step": "Tiếp nhận", "person": person}


def role_words(role: str) -> str:
    """A role in Vietnamese, whatever the reader's language."""
    with override("vi"):
        return str(Role(role).label) if role in Role.values else role


# ── acknowledgement ──
def _acknowledgement(making: Making) -> dict[str, Any]:
    """That the citizen has received the result: what, number and abstract, who gave it, who took it."""
    dossier = making.dossier
    result = current_result(dossier)
    returned = dossier.events.filter(name__startswith="return_").select_related("actor").order_by("seq").last()
    chosen = getattr(dossier, "delivery_choice", None)
    phone = (chosen.phone if chosen else "") or dossier.party.phone
    handed = HandedOver.objects.filter(result=result).first() if result else None
    giver = returned.actor if returned and returned.actor else making.paper.signed_by
    return {
        "procedure": terms_of(dossier).content.title.vi,
        "result_title": result.title["vi"] if result else "",
        "result_number": result.number if result else "",
        "result_date": timezone.localdate(result.issued_at) if result and result.issued_at else None,
        "abstract": result.text if result else "",
        "giver": {"name": giver.display_name if giver else "", "note": ""},
        "confirmed_by": _confirmed_by(handed),
        "receiver": {
            "name": (result.receiver if result else "")
            or (chosen.receiver if chosen else "")
            or dossier.party.full_name,
            "phone": display_phone(phone) if phone else "",
            "note": f"Người được ủy quyền: {handed.mandate}" if handed and handed.is_authorised else "",
            "national_id": handed.national_id if handed else "",
        },
        "returned_at": dossier.returned_at,
    }


def _confirmed_by(handed: HandedOver | None) -> str:
    """How the receiver confirmed, in Vietnamese, whatever the reader's language."""
    if handed is None:
        return ""
    with override("vi"):
        return str(handed.get_proof_display())


def current_result(dossier: Dossier) -> Result | None:
    """The issued result that counts: the newest one that was not revoked."""
    issued = dossier.results.filter(revoked_at=None, issued_at__isnull=False)
    return issued.order_by("-revision").first()


# ── several dossiers of one person ──
def _joint_receipt(making: Making) -> dict[str, Any]:
    rows = [_joint_row(dossier) for dossier in handed_in_together(making.dossier)]
    receipt = making.dossier.events.filter(name__in=RECEIVED).select_related("actor").order_by("seq").last()
    name = paper_contexts.signer_name(receipt) if receipt else ""
    party = making.dossier.party
    return {
        "rows": rows,
        "submitter": {"name": party.contact_name or party.full_name, "note": ""},
        "receiver": {"name": name, "note": ""},
    }


def handed_in_together(dossier: Dossier) -> list[Dossier]:
    """What the same person or organisation handed in at the same one-stop on the same day, this dossier included."""
    if dossier.accepted_at is None:
        return [dossier]
    party, first, last = dossier.party, *day_of(timezone.localdate(dossier.accepted_at))
    same = (
        {"party__tax_code": party.tax_code} if party.tax_code else {"party__national_id_index": party.national_id_index}
    )
    if not any(same.values()):
        return [dossier]
    found = Dossier.objects.filed().filter(
        receiving_agency=dossier.receiving_agency, accepted_at__gte=first, accepted_at__lt=last, **same
    )
    return list(found.select_related("party", "receiving_agency").order_by("accepted_at", "pk")[:MOST_TOGETHER])


def day_of(day: date) -> tuple[datetime, datetime]:
    """Beginning and end of a local day."""
    first = timezone.make_aware(datetime.combine(day, time.min))
    return first, first + timedelta(days=1)


def _joint_row(dossier: Dossier) -> dict[str, Any]:
    amount = sum(dossier.fee_lines.values_list("amount", flat=True))
    return {
        "code": dossier.code,
        "content": terms_of(dossier).content.title.vi,
        "sets": terms_of(dossier).content.public.sets,
        "due_at": dossier.original_due_at,
        "fee": vnd(amount) if amount else "",
        "secret": paper_contexts.lookup_secret(dossier),
    }


_BODIES: dict[str, Callable[[Making], dict[str, Any]]] = {
    "control_slip": _control_slip,
    "acknowledgement": _acknowledgement,
    "joint_receipt": _joint_receipt,
}
ASKED = tuple(_BODIES)
