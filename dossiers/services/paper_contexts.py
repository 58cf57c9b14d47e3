"""What stands on the papers of a dossier, as plain values for their templates (fields: Circular 03/2025, Annex I).

Names of agencies are those of the day of the act, whatever they are called later; officials' papers are in Vietnamese
whatever the reader's language.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from agencies.models import Agency, Post
from agencies.names import names_on
from common import units
from common.identifiers import display_phone
from common.money import in_words, vnd
from dossiers.clock import explain
from dossiers.clock.words import limit_words
from dossiers.models import Dossier, DossierEvent, IssuedPaper, PaperForm
from dossiers.services import clockwork
from dossiers.terms import terms_of

HEAD_OF_AGENCY = "Thủ trưởng cơ quan"
VOLUME = 1000  # entries in one volume of the tracking book
WAYS = {
    "online": "Trực tuyến, qua tài khoản trên Cổng",
    "counter": "Trực tiếp tại quầy",
    "post": "Qua dịch vụ bưu chính công ích",
}
CHANNELS = {
    "own": "nộp trực tuyến",
    "national": "nộp qua Cổng Dịch vụ công quốc gia",
    "counter": "nộp trực tiếp",
    "post": "nộp qua bưu chính",
}


@dataclass(frozen=True)
class Sheet:
    """A paper to be drawn: template, title and context."""

    template: str
    title: str
    context: Mapping[str, Any]


@dataclass(frozen=True)
class Making:
    """A paper being made: its row, the dossier, the event it belongs to, the form in force on that day."""

    paper: IssuedPaper
    dossier: Dossier
    event: DossierEvent
    form: PaperForm

    @property
    def day(self) -> date:
        """The local day of the act, which names and forms go by."""
        return timezone.localdate(self.paper.issued_at or self.event.at)


def lookup_secret(dossier: Dossier) -> str:
    """The secret printed on form 01 for looking the dossier up: derived, so that it is stored nowhere."""
    digest = hmac.new(settings.BLIND_INDEX_KEY.encode(), f"lookup:{dossier.public_id}".encode(), sha256).digest()
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(alphabet[byte % 32] for byte in digest[:8])


def form_sheet(making: Making) -> Sheet:
    """The sheet of one of the forms that an act produces."""
    context = {**frame(making), **_BODIES[making.form.kind](making.dossier, making.event)}
    if making.form.kind == "receipt":
        context |= book_entry(making.paper)
    return Sheet(making.form.template, f"{making.form.title} {making.dossier.code}", context)


def frame(making: Making) -> dict[str, Any]:
    """What stands on every paper of a dossier: head, number, date, dossier code, applicant, whom to ask."""
    dossier, agency = making.dossier, making.paper.agency or making.dossier.receiving_agency
    counter = dossier.receiving_agency
    unit = names_on(counter, making.day).one_stop_vi if counter else ""
    return {
        **form_words(making.form),
        **heading(agency, on=making.day, at_counter=making.form.kind not in DECIDED),
        "number": making.paper.number,
        "date": making.day,
        "dossier_code": dossier.code,
        "lookup_url": lookup_url(dossier),
        "lookup_site": settings.PUBLIC_URL.partition("//")[2],
        "hotline": agency.phone if agency else "",
        "content": terms_of(dossier).content.title.vi,
        "receiving_unit": unit,
        "applicant": applicant(dossier),
        "contact": {"name": unit, "phone": (counter.phone if counter else "") or (agency.phone if agency else "")},
    }


def form_words(form: PaperForm) -> dict[str, Any]:
    """Title and number of a form, as its set has them."""
    return {"form": {"title": form.title, "label": f"Mẫu số {form.number}" if form.number else ""}}


def lookup_url(dossier: Dossier) -> str:
    """What the QR code of a paper opens."""
    return f"{settings.PUBLIC_URL}/tra-cuu/?ma={dossier.code}"


def book_entry(paper: IssuedPaper) -> dict[str, str]:
    """Volume and entry of the tracking book: the number of the receipt in its year, a thousand entries in a volume."""
    if paper.serial is None:
        return {"book": "", "book_entry": ""}
    return {"book": f"{(paper.serial - 1) // VOLUME + 1:02d}/{paper.year}", "book_entry": f"{paper.serial:04d}"}


def heading(agency: Agency | None, *, on: date | None = None, at_counter: bool | None = None) -> dict[str, str]:
    """The two lines of the agency and the place: parent above, unit below; names as of the day `on`.

    `at_counter`: the paper is the one-stop's (True) or the agency's own (False); None: as receipts for fees have it.
    """
    if agency is None:
        return {"agency_parent": "", "agency_name": "", "place": ""}
    names = names_on(agency, on) if on else agency
    province = f"Ủy ban nhân dân tỉnh {province_name()}"
    is_commune = agency.level == Agency.Level.COMMUNE
    if at_counter is None:
        at_counter = is_commune
    place = units.label(agency.commune_code).partition(" ")[2] if is_commune else province_name()
    name = names.one_stop_vi if at_counter else names.name_vi
    parent = (names.name_vi if at_counter else "") if is_commune else province
    return {"agency_parent": "" if parent == name else parent, "agency_name": name, "place": place}


def province_name() -> str:
    """The province's name as the place of a paper has it."""
    return units.label(settings.PROVINCE_CODE).removeprefix("Tỉnh ").removeprefix("Thành phố ")


def applicant(dossier: Dossier) -> dict[str, str]:
    """The applicant's lines, from the snapshot at filing."""
    party = dossier.party
    number = party.tax_code or party.national_id
    return {
        "name": party.full_name,
        "channel": CHANNELS[dossier.intake],
        "address": units.address_line(party.address),
        "phone": display_phone(party.phone) if party.phone else "",
        "email": party.email,
        "identity": number,
    }


def limit_of(dossier: Dossier) -> str:
    """The statutory time in words."""
    held = terms_of(dossier)
    with override("vi"):
        return limit_words(held.limit) if held.limit else "Theo quy định của pháp luật chuyên ngành"


def _receipt(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    amount = sum(dossier.fee_lines.values_list("amount", flat=True))
    return {
        "secret": lookup_secret(dossier),
        "owner": None,
        "papers": papers_of(dossier),
        "sets": terms_of(dossier).content.public.sets,
        "time_limit": limit_of(dossier),
        "received_at": event.at,
        "due_at": dossier.original_due_at,
        "result_way": WAYS[dossier.delivery],
        "fee": f"{vnd(amount)} ({in_words(amount)})" if amount else "",
        # A copy printed after the due date has moved still says what was promised, without another reckoning.
        "clock_words": clock_words(dossier) if dossier.due_at == dossier.original_due_at else "",
        "submitter": {"name": dossier.party.contact_name or dossier.party.full_name, "note": ""},
        "receiver": {"name": signer_name(event), "note": ""},
    }


def papers_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The papers handed in with their numbers of copies."""
    return [_paper(dossier, paper) for paper in _papers_handed_in(dossier)]


def _papers_handed_in(dossier: Dossier) -> list[Any]:
    keys = set(dossier.papers.filter(files__removed_at=None).values_list("key", flat=True))
    return [paper for paper in terms_of(dossier).content.papers if paper.key in keys or paper.is_eform]


def _paper(dossier: Dossier, paper: Any) -> dict[str, Any]:
    digital = dossier.intake in {"own", "national"}
    return {
        "name": paper.name.vi,
        "originals": 0 if digital else paper.originals,
        "certified": 0 if digital else paper.copies,
        "copies": 1 if digital else 0,
    }


def clock_words(dossier: Dossier) -> str:
    """The explanation of the due date in one Vietnamese sentence; empty without a limit."""
    if dossier.due_at is None:
        return ""
    entries = clockwork.ledger(dossier)
    return explain(entries, "handling", clockwork.calendar_for(dossier, "handling", entries)).sentence_in("vi")


def _supplement(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    # Another request may have been sent since: this paper is of the one sent by its event.
    request = dossier.supplements.filter(created_at__lte=event.at).order_by("-number").first()
    content = terms_of(dossier).content
    names = {paper.key: paper.name.vi for paper in content.papers}
    names |= {field.key: field.label.vi for field in content.eform.fields()} if content.eform else {}
    items = request.items.all() if request else []
    return {
        "items": [
            {"name": names.get(item.key, item.key), "originals": 0, "certified": 0, "copies": 1, "note": item.reason}
            for item in items
        ],
        "reason": (request.message if request else "") or reason(dossier, event),
        "reply_by": _reply_by(dossier, request),
        "signer": {"role": "Người hướng dẫn", "name": signer_name(event), "note": ""},
    }


def _reply_by(dossier: Dossier, request: Any) -> date | None:
    last = (request.answer_by if request else None) or dossier.answer_by
    return timezone.localdate(last) if last else None


def _refusal(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    paid = dossier.fee_state == "paid"
    return {
        "reasons": [line for line in reason(dossier, event).splitlines() if line.strip()],
        "legal_basis": "",
        "fee_words": "Số tiền Ông/Bà đã nộp sẽ được hoàn trả." if paid else "",
        "submitter": {"name": dossier.party.contact_name or dossier.party.full_name, "note": ""},
        "receiver": {"name": signer_name(event), "note": ""},
    }


def addressee(dossier: Dossier) -> str:
    """To whom a letter goes: a person is addressed as Ông/Bà, an organisation by its name."""
    party = dossier.party
    return f"Ông/Bà {party.full_name}" if party.kind == "person" else str(party.full_name)


def _apology(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    return {
        "addressee": addressee(dossier),
        "received_at": dossier.accepted_at,
        "original_due_at": dossier.due_at,
        "due_at": dossier.due_at,
        "new_due_at": dossier.appointment_at,
        "reason": reason(dossier, event),
        "recipients": ["Như trên", "Lưu: VT, Bộ phận Một cửa"],
        "signer": {"role": role_lines(dossier, event), "name": signer_name(event)},
    }


def _stop(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    paid = dossier.fee_state == "paid"
    return {
        "addressee": addressee(dossier),
        "received_at": dossier.accepted_at or dossier.filed_at,
        "stage": "Chờ bổ sung" if event.from_state == "supplement" else "Đang xử lý",
        "reason": reason(dossier, event),
        "legal_basis": "",
        "fee_words": "Số tiền đã nộp được xem xét hoàn trả theo quy định." if paid else "",
        "recipients": ["Như trên", "Lưu: VT, Bộ phận Một cửa"],
        "signer": {"role": role_lines(dossier, event), "name": signer_name(event)},
    }


def role_lines(dossier: Dossier, event: DossierEvent) -> list[str]:
    """The signer's post on the day of the act; who stands in for somebody signs "KT." of that post (Decree 30/2020)."""
    own = _post_title(dossier, event, event.actor_id)
    if not (replaced := event.data.get("instead_of")):
        return [own or HEAD_OF_AGENCY]
    return [f"KT. {_post_title(dossier, event, replaced) or HEAD_OF_AGENCY}", *([own] if own else [])]


def _post_title(dossier: Dossier, event: DossierEvent, user_id: int | None) -> str:
    """What somebody's own post was called on the day of the act; empty when it has no title."""
    held = Post.objects.valid_on(timezone.localdate(event.at)).filter(agency=dossier.deciding_agency, user=user_id)
    named = held.exclude(title_vi="").order_by("pk").first() if user_id else None
    return named.title_vi if named else ""


def reason(dossier: Dossier, event: DossierEvent) -> str:
    """The reason written at an event, which the citizen reads."""
    text = dossier.texts.filter(seq=event.seq, purpose="reason").first()
    return text.text if text else ""


def signer_name(event: DossierEvent) -> str:
    """Who acted, as printed under the signature."""
    return event.actor.display_name if event.actor else "Hệ thống"


# The agency that decides signs these; the others are the one-stop's.
DECIDED = ("apology", "stop")
_BODIES: dict[str, Callable[[Dossier, DossierEvent], dict[str, Any]]] = {
    "receipt": _receipt,
    "supplement": _supplement,
    "refusal": _refusal,
    "apology": _apology,
    "stop": _stop,
}
