"""What stands on the papers of a dossier, as plain values for their templates (fields: Circular 03/2025, Annex I).

Names of agencies are those at the time of the event; officials' papers are in Vietnamese whatever the reader's language.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from agencies.models import Agency
from common import units
from common.identifiers import display_phone
from common.money import vnd
from dossiers.clock import explain
from dossiers.clock.words import limit_words
from dossiers.models import Dossier, DossierEvent
from dossiers.services import clockwork
from dossiers.terms import terms_of

FORMS_2025_FROM = date(2025, 9, 15)
TITLES = {
    "01": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
    "02": "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ",
    "03": "Phiếu từ chối tiếp nhận giải quyết hồ sơ",
    "04": "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
    "05": "Thông báo dừng giải quyết hồ sơ",
}
TITLES_2018 = {**TITLES, "04": "Phiếu xin lỗi và hẹn lại ngày trả kết quả"}
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
    """A paper to be made: template, title, context and the set of forms it belongs to."""

    template: str
    title: str
    context: Mapping[str, Any]
    form_set: str


def lookup_secret(dossier: Dossier) -> str:
    """The secret printed on form 01 for looking the dossier up: derived, so that it is stored nowhere."""
    digest = hmac.new(settings.BLIND_INDEX_KEY.encode(), f"lookup:{dossier.public_id}".encode(), sha256).digest()
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(alphabet[byte % 32] for byte in digest[:8])


def form_set(at: datetime) -> str:
    """The set in force on that day: seven forms of Circular 03/2025 from 15/09/2025, before it those of 2018."""
    return "2025" if timezone.localdate(at) >= FORMS_2025_FROM else "2018"


def form_sheet(dossier: Dossier, event: DossierEvent, form: str) -> Sheet:
    """The sheet of one of the forms 01-05 for the event that produces it."""
    known = form_set(event.at)
    titles = TITLES if known == "2025" else TITLES_2018
    context = {**_frame(dossier, event, form, titles[form]), **_BODIES[form](dossier, event)}
    return Sheet(f"dossiers/papers/form{form}.html", f"{titles[form]} {dossier.code}", context, known)


def _frame(dossier: Dossier, event: DossierEvent, form: str, title: str) -> dict[str, Any]:
    agency = dossier.deciding_agency if form in {"04", "05"} else dossier.receiving_agency
    return {
        "form": {"title": title, "label": f"Mẫu số {form}"},
        **heading(agency),
        "number": "" if form in {"01", "02", "03"} else f"{event.seq}/{dossier.code}",
        "date": timezone.localdate(event.at),
        "dossier_code": dossier.code,
        "lookup_url": f"{settings.PUBLIC_URL}/tra-cuu/?ma={dossier.code}",
        "lookup_site": settings.PUBLIC_URL.partition("//")[2],
        "hotline": agency.phone if agency else "",
        "content": terms_of(dossier).content.title.vi,
        "receiving_unit": dossier.receiving_agency.one_stop_vi if dossier.receiving_agency else "",
        "applicant": applicant(dossier),
        "contact": {
            "name": dossier.receiving_agency.one_stop_vi if dossier.receiving_agency else "",
            "phone": agency.phone if agency else "",
        },
    }


def heading(agency: Agency | None) -> dict[str, str]:
    """The two lines of the agency and the place: parent above, unit below."""
    if agency is None:
        return {"agency_parent": "", "agency_name": "", "place": ""}
    place = units.label(settings.PROVINCE_CODE).removeprefix("Tỉnh ").removeprefix("Thành phố ")
    if agency.level == Agency.Level.COMMUNE:
        return {
            "agency_parent": agency.name_vi,
            "agency_name": agency.one_stop_vi,
            "place": units.label(agency.commune_code).partition(" ")[2],
        }
    return {"agency_parent": f"Ủy ban nhân dân tỉnh {place}", "agency_name": agency.name_vi, "place": place}


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


def _receipt(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    held = terms_of(dossier)
    with override("vi"):
        limit = limit_words(held.limit) if held.limit else "Theo quy định của pháp luật chuyên ngành"
    amount = sum(dossier.fee_lines.values_list("amount", flat=True))
    return {
        "secret": lookup_secret(dossier),
        "owner": None,
        "papers": [_paper(dossier, paper) for paper in _papers_handed_in(dossier)],
        "sets": held.content.public.sets,
        "time_limit": limit,
        "received_at": event.at,
        "due_at": dossier.original_due_at,
        "result_way": WAYS[dossier.delivery],
        "fee": vnd(amount) if amount else "",
        "clock_words": clock_words(dossier),
        "book": timezone.localdate(event.at).year,
        "book_entry": (dossier.code or "").rpartition("-")[2],
        "submitter": {"name": dossier.party.contact_name or dossier.party.full_name, "note": ""},
        "receiver": {"name": _name(event), "note": ""},
    }


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
    request = dossier.supplements.order_by("-number").first()
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
        "reply_by": timezone.localdate(dossier.answer_by) if dossier.answer_by else None,
        "signer": {"role": "Người hướng dẫn", "name": _name(event), "note": ""},
    }


def _refusal(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    paid = dossier.fee_state == "paid"
    return {
        "reasons": [line for line in reason(dossier, event).splitlines() if line.strip()],
        "legal_basis": "",
        "fee_words": "Số tiền Ông/Bà đã nộp sẽ được hoàn trả." if paid else "",
        "submitter": {"name": dossier.party.contact_name or dossier.party.full_name, "note": ""},
        "receiver": {"name": _name(event), "note": ""},
    }


def _apology(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    return {
        "addressee": f"Ông/Bà {dossier.party.full_name}",
        "received_at": dossier.accepted_at,
        "original_due_at": dossier.due_at,
        "due_at": dossier.due_at,
        "new_due_at": dossier.appointment_at,
        "reason": reason(dossier, event),
        "recipients": ["Như trên", "Lưu: VT, Bộ phận Một cửa"],
        "signer": {"role": ["Thủ trưởng cơ quan"], "name": _name(event)},
    }


def _stop(dossier: Dossier, event: DossierEvent) -> dict[str, Any]:
    paid = dossier.fee_state == "paid"
    return {
        "addressee": f"Ông/Bà {dossier.party.full_name}",
        "received_at": dossier.accepted_at or dossier.filed_at,
        "stage": "Chờ bổ sung" if event.from_state == "supplement" else "Đang xử lý",
        "reason": reason(dossier, event),
        "legal_basis": "",
        "fee_words": "Số tiền đã nộp được xem xét hoàn trả theo quy định." if paid else "",
        "recipients": ["Như trên", "Lưu: VT, Bộ phận Một cửa"],
        "signer": {"role": ["Thủ trưởng cơ quan"], "name": _name(event)},
    }


def reason(dossier: Dossier, event: DossierEvent) -> str:
    """The reason written at an event, which the citizen reads."""
    text = dossier.texts.filter(seq=event.seq, purpose="reason").first()
    return text.text if text else ""


def _name(event: DossierEvent) -> str:
    return event.actor.display_name if event.actor else "Hệ thống"


_BODIES = {"01": _receipt, "02": _supplement, "03": _refusal, "04": _apology, "05": _stop}
