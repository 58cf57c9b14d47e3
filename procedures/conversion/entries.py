"""One entry of the committed catalogue: identity of the procedure and its first version."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from procedures.content import dump, parse
from procedures.conversion import curated, fees, fields, papers, terms
from procedures.conversion.texts import evidence, text

Raw = dict[str, Any]
FIRST_DAY = "2025-07-01"  # two-level local government; the source describes procedures as they are since then
REMARK = re.compile(r"\s*\((?:trước|từ|cơ quan chuyên môn)[^)]*\)(?:; trước đó: .*)?")


@lru_cache(maxsize=1)
def _purposes() -> Raw:
    return dict(json.loads((Path(__file__).parent / "purposes.json").read_text(encoding="utf-8")))


def convert_file(source: Path, target: Path) -> int:
    """Convert the whole source into one file per procedure; returns how many were written."""
    rows = json.loads(source.read_text(encoding="utf-8"))["procedures"]
    applicant = _applicant(rows)
    target.mkdir(parents=True, exist_ok=True)
    for row in rows:
        entry = convert(row, applicant)
        line = json.dumps(entry, ensure_ascii=False, indent=1, sort_keys=True)
        (target / f"{row['key']}.json").write_text(line + "\n", encoding="utf-8")
    return len(rows)


def _applicant(rows: list[Raw]) -> list[Raw]:
    # The six questions about the person filing are the same in every form of the source.
    model = next(row for row in rows if row["key"] == "certified-true-copy")
    own = [field for field in model["eform_fields"] if field["key"].startswith("applicant_")]
    return [item for field in own if field["key"] != "applicant_role" for item in fields.converted(field, "")]


def convert(raw: Raw, applicant: list[Raw]) -> Raw:
    """The entry of one procedure; raises pydantic.ValidationError when the document would not be valid."""
    return {
        "key": raw["key"],
        "national_code": raw["national_code"] or "",
        "local_code": _local_code(raw["key"]),
        "field": text(raw["field_vi"], raw["field_en"]),
        "level": raw["level"],
        "also_levels": raw.get("also_level", []),
        "audience": raw["audience"],
        "agency": raw.get("agency_key") or curated.AGENCIES.get(raw["key"], ""),
        "versions": [{"number": 1, "effective_from": FIRST_DAY, "content": dump(parse(_content(raw, applicant)))}],
    }


def _local_code(key: str) -> str:
    return f"L.{curated.LOCAL_CODES.index(key) + 1:06d}" if key in curated.LOCAL_CODES else ""


def _content(raw: Raw, applicant: list[Raw]) -> Raw:
    document: Raw = {
        "name": text(raw["name_vi"], raw["name_en"]),
        "family": raw.get("family", ""),
        "non_territorial": raw.get("non_territorial", {}).get("value", False),
        "cases": terms.cases(raw),
        "fees": fees.fees(raw),
        "papers": papers.papers(raw),
        "route": terms.route(raw),
        "result": terms.result(raw),
        "public": _public(raw),
        "service": _service(raw),
        "notes": _notes(raw),
        "evidence": {"verified": "yes" if raw["code_verified"] else "no", "source": raw.get("code_source", "A")},
    }
    if short := raw.get("short_name_vi"):
        document["short_name"] = text(short)
    if purpose := _purposes().get(raw["key"]):
        document["purpose"] = purpose
    if "online" in terms.channels(raw):
        document["eform"] = _eform(raw, applicant)
    return document


def _eform(raw: Raw, applicant: list[Raw]) -> Raw:
    if raw["eform_fields"]:
        return {"sections": fields.sections(raw)}
    return {"sections": fields.generic_sections(raw, applicant), "generic": True}


def _public(raw: Raw) -> Raw:
    agency = text(REMARK.sub("", raw["agency_vi"]).strip())
    who = {"citizen": ["Cá nhân"], "business": ["Doanh nghiệp, hợp tác xã, hộ kinh doanh, tổ chức"]}
    names = who.get(raw["audience"], [*who["citizen"], *who["business"]])
    manners = {
        "online": "Trực tuyến trên Cổng dịch vụ công",
        "counter": "Trực tiếp tại Bộ phận Một cửa",
        "post": "Qua dịch vụ bưu chính công ích",
    }
    verified = set(raw.get("legal_basis_verified", []))
    return {
        "decision": raw.get("national_portal", {}).get("decision", ""),
        "steps": _steps(raw, agency),
        "manner": [text(manners[name]) for name in terms.channels(raw)],
        "applicants": [text(name) for name in names],
        "agency": agency,
        "conditions": [text(condition) for condition in raw.get("conditions_vi", [])],
        "legal_basis": [{"number": n, "verified": n in verified} for n in raw.get("legal_basis", [])],
    }


def _steps(raw: Raw, agency: Raw) -> list[Raw]:
    paid = any(fee["kind"] != "none" for fee in raw["fees"]) and raw["key"] not in curated.PAID_AFTER
    first = (
        text("Bạn nộp hồ sơ và phí", "You send the dossier and the fee")
        if paid
        else text("Bạn nộp hồ sơ", "You send the dossier")
    )
    name = raw["result"]["name_vi"]
    return [
        {
            "title": first,
            "text": text(
                "Cơ quan trả lời tiếp nhận hay cần bổ sung trong 8 giờ làm việc.",
                "The office says within 8 working hours whether it accepts the dossier or what is missing.",
            ),
        },
        {
            "title": text(
                f"{agency['vi']} xem xét, giải quyết",
                f"{agency['en'] or agency['vi']} examines the dossier",
            ),
            "text": text(
                "Bạn xem được hồ sơ đang ở bước nào, còn bao nhiêu ngày.",
                "You can see which step it is at and how many days remain.",
            ),
        },
        {
            "title": text("Ký và trả kết quả", "Signed and returned"),
            "text": text(
                f"Bạn nhận: {name}.",
                f"You receive: {raw['result'].get('name_en') or text(name)['en'] or name}.",
            ),
        },
    ]


def _service(raw: Raw) -> Raw:
    found = raw["classification"]
    visits = curated.VISITS.get(found["reason_en"], ()) if found["value"] != "full" else ()
    return {
        "info_only": found["value"] == "info",
        "visits": [{"key": f"visit_{n}", "kind": kind, "text": text(vi)} for n, (kind, vi) in enumerate(visits, 1)],
        "published_class": found["value"],
        "published_reason": text(found["reason_vi"], found["reason_en"]),
        "published_legacy_level": raw["legacy_level"]["value"],
        "evidence": evidence(found),
    }


def _notes(raw: Raw) -> list[str]:
    names = ("note", "code_note", "family_note")
    notes = [raw[name] for name in names if name in raw]
    notes += [raw[name]["note"] for name in ("lifecycle", "legacy_variant") if name in raw]
    if lead := raw["processing_time"].get("lead_time"):
        notes.append(f"to be sent at least {lead['value']} {lead['unit']} before {lead['before']} ({lead['source']})")
    return notes
