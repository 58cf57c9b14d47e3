"""Cases, time limits, route and result of the source → our document."""

from typing import Any

from procedures.conversion import curated
from procedures.conversion.texts import evidence, text

Raw = dict[str, Any]
CHANNELS = {"Trực tuyến": "online", "Trực tiếp": "counter", "Dịch vụ bưu chính": "post"}
CASES: dict[str, tuple[tuple[str, str, Raw | None], ...]] = {
    "housing-construction-permit": (
        ("individual_house", "Nhà ở riêng lẻ", {"field": "works_type", "equals": "individual_house"}),
        ("other_works", "Công trình khác cấp III, IV", {"field": "works_type", "equals": "other_works"}),
    ),
    "civil-status-correction": (
        ("addition", "Bổ sung thông tin hộ tịch", {"field": "request_type", "equals": "add"}),
        ("standard", "Thay đổi, cải chính hộ tịch, xác định lại dân tộc", None),
    ),
}
ONE_CASE = (("standard", "Trường hợp chung", None),)


def channels(raw: Raw) -> list[str]:
    """Channels of the National Portal, plus ours online wherever the service is more than information."""
    listed = [CHANNELS[name] for name in raw.get("national_portal", {}).get("channels", [])]
    offered = set(listed or ["counter", "post"]) | {"counter"}
    if raw["classification"]["value"] != "info":
        offered.add("online")
    return [name for name in ("online", "counter", "post") if name in offered]


def cases(raw: Raw) -> list[Raw]:
    """Cases with their terms per channel."""
    result = []
    for key, name, when in CASES.get(raw["key"], ONE_CASE):
        case: Raw = {"key": key, "name": text(name), "terms": [_terms(raw, key, name) for name in channels(raw)]}
        result.append(case | ({"when": when} if when else {}))
    return result


def _terms(raw: Raw, case: str, channel: str) -> Raw:
    time = raw["processing_time"]
    terms: Raw = {"channel": channel, "limit": _limit(raw, case, channel), "supplement": _supplement(time)}
    if terms["limit"] is None:
        terms["limit_note"] = text("Theo kế hoạch rà soát hằng năm")
    if counted := time.get("by_channel", {}).get(channel, {}).get("counted_from"):
        terms["counted_from"] = counted
    if reply := time.get("completeness_reply"):
        terms["reply_within"] = _plain(reply)
    if extension := time.get("extension"):
        by = {"amount": extension["max"], "unit": extension["unit"], "evidence": evidence(extension)}
        terms["extensions"] = [{"key": "extension_1", "by": by, "condition": text(extension["cond_vi"])}]
    return terms


def _limit(raw: Raw, case: str, channel: str) -> Raw | None:
    time = raw["processing_time"]
    name = "direct" if channel == "counter" else channel
    by_case = next((row for row in time.get("by_case", []) if row["case"] == case), None)
    by_channel = time.get("by_channel", {}).get(name)
    if "channel_times" in raw:
        times = raw["channel_times"]
        return _plain({"value": times[name], "unit": times["unit"]} | times)
    if by_case and (by_channel is None or by_case["value"] > by_channel["value"] or by_case["unit"] == "same_day"):
        return _plain(by_case)
    return _plain(by_channel or time)


def _plain(raw: Raw) -> Raw | None:
    if raw.get("value") is None:
        return None
    return {"amount": raw["value"], "unit": raw["unit"], "evidence": evidence(raw)}


def _supplement(time: Raw) -> Raw:
    request = time.get("supplement_request")
    return {"request_within": _plain(request), "evidence": evidence(request)} if request else {}


def route(raw: Raw) -> Raw:
    """The internal process; a plain one by shares of the limit where the source has none."""
    work = raw.get("workflow")
    steps = [_step(step) for step in work["steps"]] if work else _default_steps(raw)
    roles = [step["role"] for step in steps]
    return {
        "steps": steps,
        "decide_at_once": raw["key"] in curated.DECIDED_AT_ONCE,
        "signing_role": "leader" if "leader" in roles else "head",
        "evidence": evidence(work) if work else {"source": "A", "note": "default route"},
    }


def _step(raw: Raw) -> Raw:
    role = curated.ROLES[raw["role"]]
    return {
        "no": raw["step"],
        "role": role,
        "title": text(raw["role_vi"], raw["role_en"]),
        "action": text(raw["action_vi"], raw["action_en"]),
        "hours": raw["hours"],
        "agency": _agency(role),
        "optional": role == "consultation" or "when needed" in raw["action_en"],
    }


def _agency(role: str) -> str:
    return {"reception": "receiving", "consultation": "other"}.get(role, "deciding")


def _default_steps(raw: Raw) -> list[Raw]:
    hours = _hours(raw["processing_time"])
    return [
        {
            "no": number,
            "role": role,
            "title": text(curated.ROLE_TITLES[role]),
            "action": text(action),
            "hours": round(hours * share / 100 * 4) / 4,
            "agency": _agency(role),
        }
        for number, (role, share, action) in enumerate(curated.DEFAULT_ROUTE[raw["level"]], 1)
    ]


def _hours(time: Raw) -> int:
    if time["value"] is None:
        return 240
    return max(8, time["value"] * 8)


def result(raw: Raw) -> Raw:
    """What is handed over, and how."""
    found = raw["result"]
    codes = [code.strip() for code in (found.get("code") or "").split("/") if code.strip()]
    return {
        "name": text(found["name_vi"], found.get("name_en")),
        "codes": codes,
        "delivery": _delivery(raw),
        "form": found.get("form", ""),
        "validity": found.get("validity", ""),
        "evidence": evidence(found),
    }


def _delivery(raw: Raw) -> list[str]:
    for field in raw["eform_fields"]:
        if field["key"] == "result_method":
            return [option["value"] for option in field["options"]]
    if raw["completeness"] == "full":
        return ["online"]
    kinds = {"full": ["online", "post", "counter"], "partial": ["post", "counter"], "info": ["counter"]}
    return kinds[raw["classification"]["value"]]
