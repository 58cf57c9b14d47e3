"""The history of a dossier in plain words, as the applicant reads it. Inner steps of the agencies stay inside."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.models import Dossier, DossierEvent, DossierText

WORDS: dict[str, str | Promise] = {
    "submit": _("You filed the dossier"),
    "receive_at_counter": _("The counter received your papers"),
    "await_prepayment": _("The fee is to be paid before the dossier counts as filed"),
    "settle_prepayment": _("The fee was paid, the dossier counts as filed"),
    "expire_prepayment": _("The time to pay the fee ran out"),
    "amend": _("You changed the dossier"),
    "claim_intake": _("An officer opened the dossier"),
    "receive": _("The dossier was received"),
    "request_supplement_at_intake": _("You are asked to complete the dossier"),
    "refuse_intake": _("The dossier was not received"),
    "start_processing": _("The dossier went to the agency that decides"),
    "withdraw": _("You withdrew the dossier"),
    "ask_withdrawal": _("You asked to withdraw the dossier"),
    "agree_withdrawal": _("The agency agreed to the withdrawal"),
    "stop": _("The processing was stopped"),
    "reappoint": _("We are sorry: the dossier is late, a new appointment was given"),
    "extend": _("The time limit was extended by law"),
    "request_supplement": _("You are asked to complete the dossier"),
    "request_supplement_elsewhere": _("You are asked to complete the dossier"),
    "resume_elsewhere": _("The supplement is complete, processing goes on"),
    "supplement_intake": _("You sent the supplement"),
    "send_supplement": _("You sent the supplement"),
    "confirm_supplement": _("The supplement is complete, processing goes on"),
    "return_supplement": _("The supplement is not complete yet"),
    "expire_supplement_intake": _("The supplement never came, the dossier was not received"),
    "expire_supplement": _("The supplement never came, the processing was stopped"),
    "request_fee": _("The fee is to be paid"),
    "settle_fee": _("The fee was paid"),
    "settle_open_fee": _("The fee was paid"),
    "undo_payment": _("The cash receipt was cancelled, the fee is open again"),
    "stop_unpaid": _("The fee was never paid, the processing was stopped"),
    "resolve": _("The result was signed and issued"),
    "reject": _("The answer was signed and issued"),
    "resolve_at_once": _("The result was signed and issued"),
    "reopen": _("The result is being corrected"),
    "return_at_counter": _("The result was handed over at the counter"),
    "return_online": _("The result was put into your account"),
    "return_by_post": _("The post delivered the result"),
    "recompute_calendar": _("The dates were recomputed: the working calendar was corrected"),
    "shift_for_outage": _("The time limit was lengthened: the system had been down"),
    "move_to_successor": _("The dossier went to the agency that took over the work"),
    "take_back_parcel": _("The post could not deliver the result; it waits at the counter"),
}
MOVING = frozenset({"recompute_calendar", "shift_for_outage"})  # told only where a date moved
NAMED_AGENCY = frozenset({"receive", "receive_at_counter", "refuse_intake", "start_processing", "stop", "extend"})


def address(dossier: Dossier) -> str:
    """The page of a dossier or draft as it is now."""
    if dossier.is_draft:
        return reverse("dossiers:draft", args=[dossier.procedure.code, dossier.public_id])
    return reverse("dossiers:dossier", args=[dossier.code])


def entries(dossier: Dossier, events: Iterable[DossierEvent], forms: Mapping[int, Any]) -> list[dict[str, Any]]:
    """Entries of common/timeline.html, newest first. `forms`: {seq of the event: (words, address)} of papers issued."""
    texts = dict(
        DossierText.objects.filter(dossier=dossier, is_public=True, purpose="reason").values_list("seq", "text")
    )
    shown = [_entry(event, dossier, texts.get(event.seq, ""), forms.get(event.seq)) for event in events]
    found = [entry for entry in shown if entry]
    return sorted(found, key=lambda entry: (entry["at"], entry["seq"]), reverse=True)


def _entry(event: DossierEvent, dossier: Dossier, reason: str, form: Any) -> dict[str, Any] | None:
    words = WORDS.get(event.name)
    if words is None or (event.name in MOVING and not event.data.get("moved")):
        return None
    agency = _agency(event, dossier) if event.name in NAMED_AGENCY else ""
    if event.name == "submit" and "assisted_by" in event.data:
        agency = _("An officer at the counter prepared it, you confirmed it on your phone")  # type: ignore[assignment]
    entry: dict[str, Any] = {"at": event.at, "seq": event.seq, "title": words, "text": reason or agency}
    if form:
        entry["url_label"], entry["url"] = form
    return entry


def _agency(event: DossierEvent, dossier: Dossier) -> str | dict[str, str]:
    if event.name == "start_processing":
        return dossier.deciding_agency.name if dossier.deciding_agency else ""
    for agency in (dossier.receiving_agency, dossier.deciding_agency):
        if agency and agency.code == event.agency_code:
            return agency.one_stop if event.actor_role == "reception" else agency.name
    return ""


def since(dossier: Dossier, seq: int | None) -> list[dict[str, Any]]:
    """What happened after `seq` (or the last three things) for the page of a conflict."""
    events = DossierEvent.objects.filter(dossier=dossier, name__in=WORDS).order_by("-seq")
    chosen = events.filter(seq__gt=seq) if seq is not None else events[:3]
    return [{"at": event.at, "text": WORDS[event.name]} for event in chosen]
