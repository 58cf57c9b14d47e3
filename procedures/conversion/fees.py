"""Fees of the source → fee table of our document.

Zero rates that another province granted online are kept as notes and never charged by: only what national circulars
set for a channel or a period becomes a rate.
"""

from typing import Any

from procedures.conversion import curated
from procedures.conversion.texts import evidence, text

Raw = dict[str, Any]
PAGES = {"kind": "table", "table": "documents", "units": "pages", "times": "copies"}


def fees(raw: Raw) -> list[Raw]:
    """The fee table of a procedure."""
    result = [_fee(raw["key"], number, fee) for number, fee in enumerate(raw["fees"])]
    special = SPECIAL.get(raw["key"])
    if special:
        special(result)
    for number, condition in _choice_conditions(raw["key"]).items():
        result[number]["show_if"] = condition
    return result


def _fee(procedure: str, number: int, raw: Raw) -> Raw:
    fee: Raw = {
        "code": f"{'phi' if raw['kind'] == 'phi' else 'le_phi' if raw['kind'] == 'le_phi' else 'none'}_{number + 1}",
        "kind": raw["kind"],
        "name": text(raw["name"]),
        "unit": text(raw["unit"]),
        "timing": "after" if procedure in curated.PAID_AFTER else "before",
        "rates": _rates(raw),
        "exemptions": [_exemption(who) for who in raw.get("exemptions", [])],
        "notes": _notes(raw),
        "evidence": evidence(raw),
    }
    return fee


def _rates(raw: Raw) -> list[Raw]:
    if raw["kind"] == "none":
        return []
    base = {"amount_vnd": raw["amount_vnd"], "evidence": evidence(raw)}
    online = raw.get("online", {})
    if not online.get("from_date"):
        return [base]
    channels = [] if "all channels" in online["source"] else ["online"]
    dated = {
        "amount_vnd": online["amount_vnd"],
        "channels": channels,
        "valid_from": online["from_date"],
        "valid_to": online["to_date"],
        "legal_source": "64/2025/TT-BTC" if not channels else "63/2023/TT-BTC",
        "evidence": evidence(online),
    }
    return [dated, base]


def _notes(raw: Raw) -> list[str]:
    notes = [raw[name] for name in ("note", "condition") if name in raw]
    online = raw.get("online", {})
    if online and not online.get("from_date"):
        amount = "contradictory" if online["amount_vnd"] is None else f"{online['amount_vnd']} VND"
        notes.append(f"online rate seen elsewhere, not applied here: {amount}; {online['source']}")
    return notes


def _exemption(who: str) -> Raw:
    return {
        "key": curated.EXEMPT_KEYS.get(who, curated.OTHER_EXEMPT),
        "name": text(who),
        "legal_source": "97/2015/QH13, Điều 10",
    }


def _choice_conditions(procedure: str) -> dict[int, Raw]:
    if procedure not in curated.FEE_CHOICES:
        return {}
    field, _, options = curated.FEE_CHOICES[procedure]
    return {fee: {"field": field, "equals": value} for value, _, numbers in options for fee in numbers}


def _certified_copy(fees: list[Raw]) -> None:
    # 226/2016/TT-BTC: 2,000 a page for pages 1-2, 1,000 from page 3, at most 200,000 a copy.
    steps = [{"up_to": 2, "amount_vnd": 2000}, {"amount_vnd": 1000}]
    fees[0] |= {"quantity": PAGES | {"steps": steps, "cap_vnd": 200_000}, "unit": text("bản")}


def _criminal_record(fees: list[Raw]) -> None:
    who = ", ".join(item["name"]["vi"] for item in fees[0]["exemptions"])
    proof = {"proof": "exemption_proof", "legal_source": "97/2015/QH13, Điều 10; 244/2016/TT-BTC"}
    fees[0]["exemptions"] = [
        {
            "key": "half",
            "name": text("Sinh viên, người có công, thân nhân liệt sĩ"),
            "percent_off": 50,
            "show_if": {"field": "fee_category", "equals": "half"},
        }
        | proof,
        {"key": "free", "name": text(who), "show_if": {"field": "fee_category", "equals": "free"}} | proof,
    ]


def _housing(fees: list[Raw]) -> None:
    house, works = fees[0], dict(fees[0])
    rate = house["rates"][0]
    house["cases"] = ["individual_house"]
    works |= {
        "code": "le_phi_2",
        "name": text("Lệ phí cấp giấy phép xây dựng công trình khác"),
        "cases": ["other_works"],
        "rates": [rate | {"amount_vnd": 150_000}],
    }
    fees.append(works)


def _copies(number: int) -> Any:
    def change(fees: list[Raw]) -> None:
        fees[number]["quantity"] = {"kind": "field", "field": "copies"}

    return change


def _birth(fees: list[Raw]) -> None:
    fees[0]["show_if"] = {"field": "child_dob", "days_ago_up_to": 60}
    fees[1]["show_if"] = {"field": "child_dob", "days_ago_over": 60}


def _enterprise(fees: list[Raw]) -> None:
    # 47/2019/TT-BTC: 50,000; 64/2025/TT-BTC halves it from 1 July 2025 to 31 December 2026.
    half = {"valid_from": "2025-07-01", "valid_to": "2026-12-31", "legal_source": "64/2025/TT-BTC"}
    proof = fees[1]["evidence"]
    fees[1]["rates"] = [
        {"amount_vnd": 25_000, "evidence": proof} | half,
        {"amount_vnd": 50_000, "legal_source": "47/2019/TT-BTC", "evidence": proof},
    ]


SPECIAL = {
    "certified-true-copy": _certified_copy,
    "criminal-record-certificate": _criminal_record,
    "housing-construction-permit": _housing,
    "civil-status-correction": _copies(1),
    "civil-status-extract-copy": _copies(0),
    "birth-registration": _birth,
    "llc-one-member-registration": _enterprise,
}
