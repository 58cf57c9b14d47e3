"""The result as a signed PDF: rendered from its template, then signed (PAdES); never stored unsigned."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from agencies.models import Post
from common import units
from documents.models import StoredFile
from documents.render import render_pdf
from documents.services import store_bytes
from documents.signing import sign_pdf
from dossiers.models import Dossier, Result
from dossiers.services import paper_contexts
from dossiers.terms import terms_of


def make_signed(result: Result, *, signer: User, at: datetime) -> StoredFile:
    """Render and sign the result; raises RenderFailed or SigningUnavailable, and nothing is stored then."""
    dossier = Dossier.objects.select_related("receiving_agency", "deciding_agency", "party").get(pk=result.dossier_id)
    template = "result_certificate" if result.outcome == "granted" else "result_rejection"
    context = _context(dossier, result, signer, at)
    pdf = render_pdf(f"dossiers/papers/{template}.html", context, title=f"{result.title['vi']} {result.number}")
    signed = sign_pdf(
        pdf,
        reason=f"Ký {result.title['vi']} số {result.number}",
        location=context["place"],
        signer_name=signer.display_name,
    )
    name = f"ket-qua-{dossier.code}.pdf"
    return store_bytes(signed, room="dossiers", purpose="result", name=name, owner=None, at=at, retention="result")


def _context(dossier: Dossier, result: Result, signer: User, at: datetime) -> dict[str, Any]:
    content = terms_of(dossier).content
    verify = f"{settings.PUBLIC_URL}/xac-thuc/{result.verify_code}/"
    agency = dossier.deciding_agency
    frame = paper_contexts.heading(agency)
    if agency and agency.level == "commune":
        frame = {**frame, "agency_parent": "", "agency_name": agency.name_vi}
    return {
        **frame,
        "form": {"title": result.title["vi"], "label": ""},
        "number": result.number,
        "date": timezone.localdate(at),
        "authority": "",
        "about": f"V/v {content.title.vi}",
        "addressee": f"Ông/Bà {dossier.party.full_name}",
        "content": content.title.vi,
        "received_at": dossier.accepted_at,
        "bases": [text.number for text in content.public.legal_basis][:4],
        "statement": result.text,
        "reasons": [line for line in result.text.splitlines() if line.strip()],
        "facts": _facts(dossier),
        "valid_from": None,
        "valid_to": None,
        "advice": "",
        "appeal": "Ông/Bà có quyền khiếu nại theo quy định của pháp luật về khiếu nại.",
        "dossier_code": dossier.code,
        "verify_url": verify,
        "verify_code": result.verify_code,
        "recipients": ["Người nộp hồ sơ", "Lưu: VT, hồ sơ"],
        "signer": {"role": _role_lines(dossier, signer), "name": signer.display_name},
    }


def _facts(dossier: Dossier) -> list[dict[str, str]]:
    party = dossier.party
    facts = [("Cấp cho", party.full_name)]
    if party.tax_code:
        facts.append(("Mã số thuế", party.tax_code))
    elif party.national_id:
        facts.append(("Số định danh cá nhân", party.national_id))
    facts.append(("Địa chỉ", units.address_line(party.address)))
    return [{"label": label, "value": value} for label, value in facts if value]


def _role_lines(dossier: Dossier, signer: User) -> list[str]:
    post = Post.objects.filter(user=signer, agency=dossier.deciding_agency, valid_to=None).exclude(title_vi="").first()
    return [post.title_vi if post else "Thủ trưởng cơ quan"]
