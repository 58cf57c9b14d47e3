"""Ready-made sections of e-forms, and sections of other procedures."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from procedures.editing.lists import adopted
from procedures.editing.parts import Document


def _field(key: str, kind: str, vi: str, en: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": {"vi": vi, "en": en}, **more}


def _from(source: str, *, locked: bool = False) -> dict[str, Any]:
    return {"source": source, "locked": locked}


APPLICANT = {
    "key": "applicant",
    "title": {"vi": "Người nộp hồ sơ", "en": "Person filing"},
    "fields": [
        _field("applicant_full_name", "text", "Họ, chữ đệm, tên người nộp hồ sơ", "Full name of the person filing",
               min_length=2, max_length=100, prefill=_from("account.full_name", locked=True)),
        _field("applicant_national_id", "national_id", "Số định danh cá nhân/Căn cước", "Personal identification number",
               prefill=_from("account.national_id", locked=True)),
        _field("applicant_dob", "date", "Ngày, tháng, năm sinh", "Date of birth", min="1900-01-01", not_future=True,
               prefill=_from("account.dob", locked=True)),
        _field("applicant_phone", "phone", "Số điện thoại", "Telephone", prefill=_from("account.phone")),
        _field("applicant_email", "email", "Thư điện tử", "Email", required=False, prefill=_from("account.email")),
        _field("applicant_address", "address", "Nơi cư trú", "Place of residence", prefill=_from("account.address")),
        _field("applicant_role", "choice", "Người nộp hồ sơ là", "The person filing is", options=[
            {"value": "owner", "label": {"vi": "Chủ hồ sơ", "en": "The person concerned"}},
            {"value": "authorised", "label": {"vi": "Người được ủy quyền", "en": "An authorised person"}},
        ]),
    ],
}  # fmt: skip
BUSINESS = {
    "key": "business",
    "title": {"vi": "Doanh nghiệp, hộ kinh doanh", "en": "Enterprise or household business"},
    "fields": [
        _field("business_name", "text", "Tên doanh nghiệp, hộ kinh doanh", "Name of the business", max_length=255,
               prefill=_from("business.name")),
        _field("business_tax_code", "tax_code", "Mã số thuế", "Tax code", prefill=_from("business.tax_code")),
        _field("business_address", "address", "Địa chỉ trụ sở", "Registered address", prefill=_from("business.address")),
        _field("business_representative", "text", "Người đại diện theo pháp luật", "Legal representative", max_length=100),
    ],
}  # fmt: skip
PLACE = {
    "key": "place",
    "title": {"vi": "Địa điểm thực hiện", "en": "Place"},
    "fields": [_field("place_address", "address", "Địa điểm", "Place")],
}
REQUEST = {
    "key": "request",
    "title": {"vi": "Nội dung đề nghị", "en": "What is asked for"},
    "fields": [
        _field("request_text", "long_text", "Nội dung đề nghị", "What is asked for", max_length=2000),
        _field("request_copies", "number", "Số bản kết quả cần nhận", "Copies of the result needed", integer=True, min=1,
               max=20, required=False),
    ],
}  # fmt: skip
BLOCKS = {
    "applicant": (_("Person filing, filled in from the account"), APPLICANT),
    "business": (_("Enterprise or household business"), BUSINESS),
    "place": (_("Address of a place"), PLACE),
    "request": (_("What is asked for, in own words"), REQUEST),
}


def add_block(document: Document, name: str) -> None:
    """Put a ready-made section at the end of the form; raises KeyError."""
    add_section(document, BLOCKS[name][1])


def add_section(document: Document, section: dict[str, Any]) -> None:
    """Put a copy of a section at the end of the form, under keys of its own."""
    if not document.get("eform"):
        document["eform"] = {"sections": []}
    document["eform"]["sections"].append(adopted(document, section))
    document["eform"]["generic"] = False
