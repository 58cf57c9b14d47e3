"""The result as a signed PDF: rendered from its template, then signed (PAdES); never stored unsigned.

What a signer reads and authorises is the content: every word of the paper but its number and its dates, which are known
only when it is signed. `digest_of` names exactly that content; a paper is signed only if its content still has it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency, Post
from agencies.names import names_on
from common import units
from documents import signing
from documents.models import StoredFile
from documents.render import render_pdf
from documents.services import store_bytes
from dossiers import chain
from dossiers.models import Dossier, Result
from dossiers.services import paper_contexts, routing
from dossiers.services.result_terms import last_day
from dossiers.terms import terms_of

RELATED = ("receiving_agency", "deciding_agency", "party")
BLANK_NUMBER = "………"
# What the number of a legal document says of its kind; of a document of the National Assembly it says nothing.
KINDS_OF_LAW = (
    ("/NĐ-CP", "Nghị định số"), ("/NQ-", "Nghị quyết số"), ("/TTLT-", "Thông tư liên tịch số"), ("/TT-", "Thông tư số"),
    ("/QĐ-", "Quyết định số"), ("/QH", "văn bản của Quốc hội số"),
)  # fmt: skip


@dataclass
class Known:
    """What a list of papers has asked for already: the lines of the signer's post by agency, agencies that sign by key."""

    roles: dict[int | None, list[str]] = field(default_factory=dict)
    issuers: dict[str, Agency] = field(default_factory=dict)


def make_signed(
    result: Result, *, signer: User, at: datetime, is_sealed: bool = False, signed: bytes = b""
) -> StoredFile:
    """Render and sign the result; raises RenderFailed or SigningUnavailable, and nothing is stored then.

    `is_sealed`: the agency's seal too, where the signer issues at once. `signed`: the paper of `ready`, signed already.
    """
    dossier = dossier_of(result)
    if not signed:
        paper, look = ready(result, signer=signer, at=at)
        signed = signing.sign_pdf(paper, reason=look.reason, location=look.location, signer_name=look.signer)
    if is_sealed:
        signed = _sealed(signed, dossier, result)
    return store(signed, dossier, at)


def ready(result: Result, *, signer: User, at: datetime) -> tuple[bytes, signing.Look]:
    """The numbered paper as it goes to be signed, and what its box says; raises RenderFailed."""
    content = content_of(dossier_of(result), result, signer)
    return _unsigned(result, content, at), _look(result, content, signer)


def seal(result: Result, *, at: datetime) -> StoredFile:
    """The signed paper with the agency's own signature beside the person's; raises SigningUnavailable."""
    if result.file is None:
        raise ValueError("A result without a signed file has nothing to be sealed.")
    dossier = dossier_of(result)
    with default_storage.open(result.file.storage_name) as stored:
        return store(_sealed(stored.read(), dossier, result), dossier, at)


def _sealed(signed: bytes, dossier: Dossier, result: Result) -> bytes:
    agency = result.numbered_by or routing.issuing_agency(dossier, timezone.now())
    name = names_on(agency, timezone.localdate()).name_vi if agency else ""
    return signing.seal_pdf(
        signed,
        agency=agency.key if agency else "",
        agency_name=name,
        reason=f"Phát hành văn bản số {result.number}",
        location=str(paper_contexts.heading(agency)["place"]),
    )


def store(pdf: bytes, dossier: Dossier, at: datetime) -> StoredFile:
    """Keep a signed paper for good."""
    name = f"ket-qua-{dossier.code}.pdf"
    return store_bytes(pdf, room="dossiers", purpose="result", name=name, owner=None, at=at, retention="result")


def preview(result: Result, *, signer: User | None, at: datetime) -> bytes:
    """The paper as it would be signed now, marked as a draft, without number and dates; raises RenderFailed."""
    content = content_of(dossier_of(result), result, signer)
    blank = {"number": f"{BLANK_NUMBER}/{timezone.localdate(at).year}", "date": None, "is_draft": True}
    title = f"{result.title['vi']} (dự thảo)"
    return render_pdf(_template(result), {**content, **_dates(result, content, None), **blank}, title=title)


def dossier_of(result: Result) -> Dossier:
    """The dossier with everything its result names."""
    return Dossier.objects.select_related(*RELATED).get(pk=result.dossier_id)


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the content: what a signer was shown and what is signed are the same if this is."""
    plain = {key: str(value) if isinstance(value, datetime) else value for key, value in content.items()}
    return hashlib.sha256(chain.canonical(plain).encode()).hexdigest()


def cited(number: str) -> str:
    """A legal document as a paper cites it, with its kind where the number says it: Nghị định số 36/2019/NĐ-CP."""
    return next((f"{words} {number}" for mark, words in KINDS_OF_LAW if mark in number), number)


def content_of(dossier: Dossier, result: Result, signer: User | None, known: Known | None = None) -> dict[str, Any]:
    """Every word of the paper but number and dates. `known`: what a list has asked for already."""
    known = known or Known()
    content = terms_of(dossier).content
    agency = result.numbered_by or routing.issuing_agency(dossier, timezone.now(), known.issuers)
    frame = paper_contexts.heading(agency, on=(day := timezone.localdate()), at_counter=False)
    if agency and agency.level == "commune":
        frame = {**frame, "agency_parent": "", "agency_name": names_on(agency, day).name_vi}
    return {
        **frame,
        "template": _template(result),
        "form": {"title": result.title["vi"], "label": ""},
        "authority": "",
        "about": f"V/v {content.title.vi}",
        "addressee": paper_contexts.addressee(dossier),
        "content": content.title.vi,
        "received_at": dossier.accepted_at,
        "bases": [cited(text.number) for text in content.public.legal_basis][:4],
        "statement": result.text,
        "reasons": [line for line in result.text.splitlines() if line.strip()],
        "facts": _facts(dossier),
        "validity": str(result.asks_until or content.result.validity) if result.outcome == "granted" else "",
        "advice": "",
        "appeal": "Ông/Bà có quyền khiếu nại theo quy định của pháp luật về khiếu nại.",
        "dossier_code": dossier.code,
        "verify_url": f"{settings.PUBLIC_URL}/xac-thuc/{result.verify_code}/",
        "verify_code": result.verify_code,
        "recipients": ["Người nộp hồ sơ", "Lưu: VT, hồ sơ"],
        "signer": {"role": _role_lines(agency, signer, known.roles), "name": signer.display_name if signer else ""},
        "has_seal": True,
    }


def valid_until(dossier: Dossier, result: Result, day: date) -> date | None:
    """The last day of validity of a result signed on `day`: the specialist's, else by the catalogue; None is open."""
    if result.outcome != "granted":
        return None
    return result.asks_until or last_day(terms_of(dossier).content.result.validity, day)


def _unsigned(result: Result, content: Mapping[str, Any], at: datetime) -> bytes:
    day = timezone.localdate(at)
    values = {**content, "number": result.number, "date": day, **_dates(result, content, day)}
    return render_pdf(_template(result), values, title=f"{result.title['vi']} {result.number}")


def _dates(result: Result, content: Mapping[str, Any], day: date | None) -> dict[str, date | None]:
    """From when until when it holds; before it is signed only a date that the specialist wrote is known."""
    until = result.asks_until or (last_day(str(content["validity"]), day) if day else None)
    return {"valid_from": day if until else None, "valid_to": until}


def _template(result: Result) -> str:
    name = "result_certificate" if result.outcome == "granted" else "result_rejection"
    return f"dossiers/papers/{name}.html"


def _look(result: Result, content: Mapping[str, Any], signer: User) -> signing.Look:
    reason = f"Ký {result.title['vi']} số {result.number}"
    return signing.Look(signer.display_name, reason, str(content["place"]))


def _facts(dossier: Dossier) -> list[dict[str, str]]:
    party = dossier.party
    facts = [("Cấp cho", party.full_name)]
    if party.tax_code:
        facts.append(("Mã số thuế", party.tax_code))
    elif party.national_id:
        facts.append(("Số định danh cá nhân", party.national_id))
    facts.append(("Địa chỉ", units.address_line(party.address)))
    return [{"label": label, "value": value} for label, value in facts if value]


def _role_lines(agency: Agency | None, signer: User | None, roles: dict[int | None, list[str]]) -> list[str]:
    key = agency.pk if agency else None
    if key in roles:
        return roles[key]
    found = Post.objects.filter(user=signer, agency=agency, valid_to=None).exclude(title_vi="") if signer else None
    post = found.order_by("pk").first() if found is not None else None
    lines = [post.title_vi if post else "Thủ trưởng cơ quan"]
    roles[key] = lines
    return lines
