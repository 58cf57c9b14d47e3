"""A dossier as the API shows it: to its applicant what their pages show, to officers what the desk shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from agencies.models import Agency
from common.templatetags.mc import pick
from dossiers.models import Branch, Consultation, Dossier, DossierEvent
from dossiers.services import fees, filing, quoting, supplements, uploads
from dossiers.services.awaiting import branches_of
from dossiers.views.citizen import paper_cards, status, timeline
from dossiers.views.citizen.access import answers_of
from dossiers.views.officer import history
from dossiers.views.officer.page import DossierPage
from procedures.presenting import say
from procedures.services import content_of


def agency(one: Agency | None) -> dict[str, str] | None:
    """Code and name."""
    return {"code": one.code, "name": pick(one.name)} if one else None


def row(dossier: Dossier) -> dict[str, Any]:
    """What lists and details share; everything comes from columns and the document of the version."""
    return {
        "id": str(dossier.public_id),
        "code": dossier.code,
        "state": dossier.state,
        "state_words": str(dossier.get_state_display()),
        "version": dossier.version,
        "procedure": {"key": dossier.procedure.code, "name": say(content_of(dossier.procedure_version_id).title)},
        "receiving_agency": agency(dossier.receiving_agency),
        "filed_at": dossier.filed_at,
        "due_at": dossier.due_at,
        "answer_by": dossier.answer_by,
        "finished_at": dossier.finished_at,
        "fee_state": dossier.fee_state,
        "outcome": dossier.outcome,
    }


def queue_row(dossier: Dossier) -> dict[str, Any]:
    """A row of the desk: whose it is, who has it, what is due next."""
    holder = dossier.assignee.username if dossier.assignee else ""
    more = {"applicant": dossier.party.full_name, "holder": holder, "step": dossier.step_role}
    return row(dossier) | more | {"next_due_at": dossier.queue_at}


# ── the applicant's own dossier ──
def own(dossier: Dossier, actions: Iterable[str]) -> dict[str, Any]:
    """A draft or dossier of the caller, with everything they declared and what is still open."""
    answers = answers_of(dossier)
    asked = supplements.open_request(dossier) if dossier.state == "supplement" else None
    return row(dossier) | {
        "view": "own",
        "case": dossier.case_key,
        "sentence": "" if dossier.is_draft else status.sentence(dossier),
        "organisation": dossier.organisation.tax_code if dossier.organisation else None,
        "deciding_agency": agency(dossier.deciding_agency),
        "delivery": _delivery(dossier),
        "answers": answers,
        "papers": _papers(dossier, answers),
        "fee": _quoted(dossier, answers) if dossier.is_draft else _fee(dossier),
        "open_points": _open_points(dossier, answers) if dossier.is_draft else {},
        "supplement": _asked(asked),
        "parts": [_part(one) for one in branches_of(dossier)],
        "actions": sorted(actions),
    }


def _delivery(dossier: Dossier) -> dict[str, Any]:
    stored = dossier.delivery_choice
    counter = stored.counter.commune_code if stored.counter else ""
    facts = {"receiver": stored.receiver, "phone": stored.phone, "address": dict(stored.address)}
    return {"kind": dossier.delivery, "counter": counter, **facts}


def _papers(dossier: Dossier, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    now = dossier.filed_at or timezone.now()
    content = content_of(dossier.procedure_version_id)
    case = quoting.case_key(content, answers, now)
    rules = uploads.rules(dossier, content, case, answers, now)
    files = paper_cards.live_files(dossier)
    return [
        {
            "key": rule.key,
            "name": say(rule.name),
            "is_required": rule.required,
            "files": [file(one.file) for one in files.get(rule.key, [])],
        }
        for rule in rules
    ]


def file(stored: Any) -> dict[str, Any]:
    """A file that was handed in."""
    facts = {"id": str(stored.public_id), "name": stored.original_name, "size": stored.size}
    return facts | {"state": stored.state}


def _lines(lines: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {"name": pick(line.name) if isinstance(line.name, dict) else say(line.name), "amount": line.amount, "timing": line.timing}
        for line in lines
    ]  # fmt: skip


def _quoted(dossier: Dossier, answers: Mapping[str, Any]) -> dict[str, Any]:
    quote = quoting.quote_for(dossier, answers, timezone.now())
    return {"state": "", "total": quote.total, "due_now": quote.total_before, "lines": _lines(quote.lines)}


def _fee(dossier: Dossier) -> dict[str, Any]:
    lines = list(dossier.fee_lines.order_by("position"))
    due = fees.amount_due(dossier) if dossier.fee_state in {"due", "pending"} else 0
    total = sum(line.amount for line in lines)
    return {"state": dossier.fee_state, "total": total, "due_now": due, "lines": _lines(lines)}


def _open_points(dossier: Dossier, answers: Mapping[str, Any]) -> dict[str, str]:
    found = filing.check(dossier, answers, at=timezone.now())
    points = {f"field:{key}": str(text) for key, text in found.answers.items()}
    points |= {f"paper:{key}": str(text) for key, text in found.papers.items()}
    return points | {key: str(text) for key, text in found.other.items()}


def _asked(request: Any) -> dict[str, Any] | None:
    if request is None:
        return None
    items = [{"kind": item.kind, "key": item.key, "reason": item.reason} for item in request.items.all()]
    return {"message": request.message, "answer_by": request.answer_by, "items": items}


# ── the desk's dossier ──
def desk(page: DossierPage) -> dict[str, Any]:
    """A dossier as an officer sees it: identity numbers masked, papers with their verdicts, what may be done now."""
    dossier = page.dossier
    offer = page.offer
    return queue_row(dossier) | {
        "view": "desk",
        "case": dossier.case_key,
        "deciding_agency": agency(dossier.deciding_agency),
        "delivery_kind": dossier.delivery,
        "declared": _declared(page),
        "papers": [_desk_paper(line) for line in page.paper_rows],
        "fee": _fee(dossier),
        "result": _desk_result(page.result),
        "supplement": _asked(page.request),
        "opinions": [_opinion(one) for one in dossier.consultations.select_related("agency").order_by("pk")],
        "parts": [_part(one) for one in branches_of(dossier)],
        "actions": sorted(name for name in (offer.primary, *offer.others) if name),
        "primary_action": offer.primary,
    }


def _opinion(asked: Consultation) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "id": asked.public_id,
        "agency": agency(asked.agency),
        "question": asked.question,
        "asked_at": asked.asked_at,
    }
    facts |= {"due_at": asked.due_at, "silence_is_agreement": asked.silence_is_agreement, "outcome": asked.outcome}
    return facts | {"answer": asked.answer, "ended_at": asked.ended_at}


def _part(branch: Branch) -> dict[str, Any]:
    facts = {"key": branch.key, "title": pick(branch.title), "agency": agency(branch.agency), "state": branch.state}
    facts |= {"code": branch.child.code if branch.child else ""}
    return facts | {"is_awaited": branch.is_awaited, "ended_at": branch.ended_at}


def _declared(page: DossierPage) -> list[dict[str, Any]]:
    return [{"title": str(part.title), "rows": [_declared_row(one) for one in part.rows]} for part in page.sections]


def _declared_row(row_: Any) -> dict[str, str]:
    return {"key": row_.key, "label": str(row_.label), "value": str(row_.value)}


def _desk_paper(line: Mapping[str, Any]) -> dict[str, Any]:
    paper = line["paper"]
    facts = {"key": paper.key, "name": line["name"], "verdict": paper.verdict, "reason": paper.reason}
    return facts | {"files": [file(one.file) for one in line["files"]]}


def _desk_result(result: Any) -> dict[str, Any] | None:
    if result is None:
        return None
    return {"outcome": result.outcome, "number": result.number, "text": result.text, "signed_at": result.signed_at}


# ── events ──
def events(dossier: Dossier, user: Any, *, since: int = 0) -> list[dict[str, Any]]:
    """What happened after the version `since`, oldest first. Applicants read what their own timeline shows."""
    found = DossierEvent.objects.filter(dossier=dossier, seq__gt=since).order_by("seq")
    if user.kind == "officer":
        texts = history.texts_of(dossier)
        return [_desk_event(event, texts.get(event.seq, "")) for event in found.select_related("actor")]
    public = dict(dossier.texts.filter(is_public=True, purpose="reason").values_list("seq", "text"))
    return _own_events(found, public)


def _own_events(found: QuerySet[DossierEvent], texts: Mapping[int, str]) -> list[dict[str, Any]]:
    known = [event for event in found if event.name in timeline.WORDS]
    return [_event(event, str(timeline.WORDS[event.name]), texts.get(event.seq, "")) for event in known]


def _desk_event(event: DossierEvent, text: str) -> dict[str, Any]:
    title = str(history.entry(event)["title"])
    return _event(event, title, text) | {"by": event.actor.username if event.actor else ""}


def _event(event: DossierEvent, title: str, text: str) -> dict[str, Any]:
    facts = {"seq": event.seq, "name": event.name, "title": title, "at": event.at, "text": text, "by": ""}
    return facts | {"role": event.actor_role, "from_state": event.from_state, "to_state": event.to_state}
