"""Check your answers, submit once, and the page that says it arrived."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from agencies.models import calendar_of
from common.identifiers import display_phone
from common.templatetags.mc import pick
from dossiers.clock import explain
from dossiers.errors import Invalid
from dossiers.forms.citizen import SubmitForm
from dossiers.models import Dossier
from dossiers.services import assisting, clockwork, fees, filing, intake, quoting, visits
from dossiers.views.citizen import access, paper_cards
from dossiers.views.citizen.sections import may_change, page_context
from dossiers.views.citizen.steps import BACK, CHECK, Way, delivery_words
from notifications.services import public_address
from procedures import eforms
from procedures.presenting import say

RETURN = f"?{BACK}={CHECK}"
Found = list[tuple[str, str]]


@access.page
def check(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """Everything declared, on one page; the button files the dossier, once however often it is pressed."""
    if request.method == "POST":
        return _send(request, code, draft)
    dossier = access.draft_of(request, code, draft)
    if not may_change(dossier):
        return redirect("dossiers:dossier", dossier.code)
    way = Way(dossier)
    return _check_page(request, way, _found(way, _open_points(way)))


def _send(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    form, user = SubmitForm(request.POST), access.person(request)
    values = form.cleaned_data if form.is_valid() else {}
    undertaking, total = bool(values.get("undertaking")), values.get("quoted_total")
    try:
        if "amend" in request.POST and (answer := _amend(request, access.draft_of(request, code, draft))):
            return answer
        if user.is_officer:
            return _send_prepared(access.draft_of(request, code, draft), user, undertaking, total)
        with transaction.atomic():
            mine = access.locked_draft_of(request, code, draft)
            filed = filing.submit(mine.pk, user=user, undertaking=undertaking, quoted_total=total, locked=mine)
    except Invalid as refused:
        way = Way(access.draft_of(request, code, draft))
        return _check_page(request, way, _found(way, refused.errors), has_errors=True)
    return redirect("dossiers:submitted", filed.code)


def _amend(request: HttpRequest, dossier: Dossier) -> HttpResponse | None:
    """A filed dossier's change is sent; a draft is filed like any other."""
    if dossier.is_draft:
        return None
    changed = filing.amend(dossier.pk, user=access.person(request))
    messages.success(request, _("Your changes were sent."))
    return redirect("dossiers:dossier", changed.code)


def _send_prepared(dossier: Dossier, officer: User, undertaking: bool, total: int | None) -> HttpResponse:
    """At the counter: received on the spot, or shown to the citizen, who confirms it on their own phone."""
    if dossier.filed_by == Dossier.FiledBy.ASSISTED:
        asked = assisting.open_confirmation(dossier.pk, officer=officer)
        return redirect("dossiers:counter_confirmation", asked.public_id)
    received = intake.receive_at_counter(dossier.pk, user=officer, undertaking=undertaking, quoted_total=total)
    if here := visits.visit_for(received, officer=officer):
        visits.go_on(here)
    return redirect("dossiers:counter_received", received.code)


def _open_points(way: Way) -> dict[str, str]:
    result = filing.check(way.dossier, way.answers, at=way.at)
    points = {f"field:{path}": text for path, text in result.answers.items()}
    points |= {f"paper:{key}": text for key, text in result.papers.items()}
    return points | dict(result.other)


def _found(way: Way, errors: dict[str, Any]) -> Found:
    """(address of the place, sentence) of every point."""
    return [(_place(way, key), str(text)) for key, text in errors.items()]


def _place(way: Way, key: str) -> str:
    kind, _colon, rest = key.partition(":")
    if kind == "field" and way.content.eform:
        name = rest.split(".")[0]
        for section in way.content.eform.sections:
            if any(field.key == name for field in section.fields):
                return f"{way.url('section', section.key)}{RETURN}#f-{rest.replace('.', '-')}"
    if kind == "paper":
        return f"{way.url('papers')}{RETURN}#giay-{rest}"
    pages = {"agency": way.url("agency") + RETURN, "delivery": way.url("delivery") + RETURN}
    return pages.get(
        key,
        {
            "undertaking": "#id_undertaking",
            "version": "#phien-ban",
            "quote": "#phi",
            "papers": f"{way.url('papers')}{RETURN}",
        }.get(key, ""),
    )


def _check_page(request: HttpRequest, way: Way, found: Found, *, has_errors: bool = False) -> HttpResponse:
    quote = quoting.quote_for(way.dossier, way.answers, way.at)
    language = get_language() or "vi"
    context = page_context(way, CHECK) | {
        "sections": _sections(way, language),
        "papers": _papers(way),
        "agency": way.dossier.receiving_agency,
        "delivery": _delivery(way.dossier),
        "quote": quote,
        "before": [line for line in quote.lines if line.timing == "before"],
        "after": [line for line in quote.lines if line.timing == "after"],
        "form": SubmitForm(initial={"quoted_total": quote.total}),
        "found": found,
        "has_errors": has_errors,
        "back_here": RETURN,
    }
    return render(request, "dossiers/citizen/check.html", context)


def _sections(way: Way, language: str) -> list[dict[str, Any]]:
    """Sections with their answers, each row with the address of its field."""
    found = []
    for part in eforms.summary(way.content, way.answers, language, at=way.at):
        url = way.url("section", part.key)
        rows = [{"row": row, "url": f"{url}{RETURN}#f-{row.key}"} for row in part.rows]
        found.append({"title": part.title, "url": url + RETURN, "rows": rows})
    return found


def _papers(way: Way) -> list[dict[str, Any]]:
    files = paper_cards.live_files(way.dossier)
    return [
        {"title": say(rule.name), "files": [one.file for one in files.get(rule.key, [])], "key": rule.key}
        for rule in way.paper_rules
        if rule.required or rule.key in files
    ]


def _delivery(dossier: Dossier) -> dict[str, Any]:
    choice = dossier.delivery_choice
    return {
        "words": delivery_words(dossier),
        "choice": choice,
        "phone": display_phone(choice.phone) if choice.phone else "",
        "is_post": dossier.delivery == "post",
    }


@access.act
def renew(request: HttpRequest, code: str, draft: UUID) -> HttpResponse:
    """Take the draft to the version of the procedure that is in force now."""
    dossier = access.draft_of(request, code, draft)
    try:
        filing.use_current_version(dossier.pk, user=access.person(request))
    except Invalid as refused:
        messages.error(request, str(refused.errors["version"]))
    else:
        messages.success(request, _("Your draft now follows the new version. Look through it once more."))
    return redirect("dossiers:draft", code, draft)


@access.reading
def submitted(request: HttpRequest, code: str) -> HttpResponse:
    """It arrived: code, what happens by when, what to do now. True whenever it is opened."""
    dossier = access.dossier_of(request, code)
    waits_for_fee = dossier.state == "payment" and dossier.accepted_at is None
    context = {
        "dossier": dossier,
        "title": _title(dossier),
        "address": public_address(f"/ho-so/{dossier.code}/"),
        "waits_for_fee": waits_for_fee,
        "amount": fees.amount_due(dossier) if waits_for_fee else 0,
        "why": intake_words(dossier) if dossier.state == "new" else "",
        "after_hours": bool(dossier.filed_at and is_after_hours(dossier, dossier.filed_at)),
        "may_change": may_change(dossier),
        "agency": pick(dossier.receiving_agency.one_stop) if dossier.receiving_agency else "",
    }
    return render(request, "dossiers/citizen/submitted.html", context)


def _title(dossier: Dossier) -> str:
    return pick(dossier.procedure.title)


def intake_words(dossier: Dossier) -> str:
    """Why the answer comes by that hour: the clock's own sentence."""
    if not dossier.intake_due_at:
        return ""
    entries = clockwork.ledger(dossier)
    return explain(entries, "intake", clockwork.calendar_for(dossier, "intake", entries)).sentence


def is_after_hours(dossier: Dossier, at: datetime) -> bool:
    """Filed while the counters were closed: the eight hours begin when they open."""
    return calendar_of(dossier.calendar_id, dossier.receiving_agency_id).next_open(at) > at
