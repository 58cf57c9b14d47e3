"""E-form of the source → sections and fields of our document."""

from typing import Any

from procedures.conversion import curated
from procedures.conversion.texts import text

Raw = dict[str, Any]
REGEXES = {
    r"^(\d{10}|\d{10}-?\d{3}|\d{12})$": {"type": "tax_code"},
    r"^0\d{9,10}$": {"kind": "any"},
    r"^0(3|5|7|8|9)\d{8}$": {"kind": "mobile"},
    r"^[A-Z0-9]{6,12}$": {"pattern": "passport"},
    r"^\d{4}$": {"pattern": "vsic_code"},
}
PLAIN = (
    "not_future",
    "gte_field",
    "lte_field",
    "min_working_days_from_submission",
    "working_day",
    "options_from",
    "multiple",
    "min_selected",
    "min_rows",
    "max_rows",
    "province_must_be",
    "prefix",
    "unique_in",
    "integer",
    "decimals",
    "min",
    "max",
    "min_length",
    "max_length",
)
# What each type may carry, so that a slip of the source is dropped rather than stored.
ALLOWED = {
    "text": {"min_length", "max_length", "prefix", "unique_in", "pattern", "forbidden_words", "must_contain_any"},
    "date": {"not_future", "min", "gte_field", "working_day", "min_working_days_from_submission", "max_days_ahead"},
    "phone": {"kind"},
    "address": {"province_must_be"},
    "choice": {"options_from", "multiple", "min_selected"},
    "number": {"min", "max", "integer", "decimals", "gte_field", "lte_field", "warning"},
    "money": {"min", "max"},
    "table": {"min_rows", "max_rows", "periods"},
}


def sections(raw: Raw) -> list[Raw]:
    """Sections in order of first appearance; uploads, undertaking and delivery are not questions of the form."""
    grouped: dict[str, Raw] = {}
    for field in raw["eform_fields"]:
        if field["type"] == "file" or field["key"] in curated.DROPPED:
            continue
        key, en = curated.SECTIONS[field["section"]]
        title = curated.SECTION_TITLES.get(field["section"], field["section"])
        section = grouped.setdefault(key, {"key": key, "title": text(title, en), "fields": []})
        section["fields"] += converted(field, raw["key"])
    return list(grouped.values())


def converted(field: Raw, procedure: str) -> list[Raw]:
    """The field of our document; two for a date with a time slot."""
    result = _base(field) | _rules(field)
    if field["type"] == "choice" and field.get("options"):
        result["options"] = [{"value": o["value"], "label": text(o["vi"], o["en"])} for o in field["options"]]
    if field["type"] == "table":
        result["columns"] = [_column(column) for column in field["columns"]]
        if "no_gap_months" in field.get("validation", {}):
            gap = field["validation"]["no_gap_months"]
            result["periods"] = {"start": "from", "end": "to", "max_gap_months": gap}
    if procedure == "civil-status-correction" and field["key"] == "copies":
        result["min"] = 0  # its fee says "nếu yêu cầu": nobody must order copies
    if field["key"] in curated.COMMUNE_ONLY:
        result["line_required"] = False
    slot = [_slot(field)] if field.get("validation", {}).get("with_time_slot") else []
    return [result, *slot]


def _base(field: Raw) -> Raw:
    result: Raw = {"key": field["key"], "label": text(field["label_vi"], field.get("label_en"))}
    result["required"] = field.get("required", True)
    if help_text := field.get("help_vi"):
        result["help"] = text(help_text)
    if "show_if" in field:
        result["show_if"] = field["show_if"]
    source = field.get("prefill", "")
    if "." in source:
        result["prefill"] = {
            "source": source,
            "locked": source in curated.LOCKED and field["key"].startswith("applicant_"),
        }
    elif source:
        result["default"] = source
    return result


def _rules(field: Raw) -> Raw:
    rules = dict(field.get("validation", {}))
    result: Raw = {"type": field["type"]}
    if field["type"] != "national_id":
        result |= REGEXES.get(str(rules.get("regex", field.get("regex", ""))), {})
    if rules.get("regex") == r"^\d{12}$" and field["type"] == "text":
        result["pattern"] = "licence_number"
    result |= {name: rules[name] for name in PLAIN if name in rules}
    result |= {name: rules[name] for name in ("forbidden_words", "must_contain_any") if name in rules}
    if "max_days" in rules:
        result["max_days_ahead"] = rules["max_days"]
    if warning := rules.get("warning_only_over_max"):
        result |= {"max": 100, "warning": {"over": rules["max"], "text": text(warning)}}
    if field["key"] == "expiry_date" or result.get("max") == "current_year":
        result.setdefault("integer", True)
    return _typed(result)


def _typed(result: Raw) -> Raw:
    kind = result["type"]
    if kind == "text" and (result.get("max_length") or 0) >= 2000:
        result["type"] = "long_text"
    if kind == "text":
        result.setdefault("max_length", 255)
    allowed = ALLOWED.get(kind, set()) | {"type"}
    return {name: value for name, value in result.items() if name in allowed}


def _column(column: Raw) -> Raw:
    if column["key"] == "tax_code":
        column = column | {"type": "tax_code"}
    result: Raw = {"key": column["key"], "label": text(column["label_vi"]), "required": column["key"] != "note"}
    result |= _rules(column | {"validation": {k: column[k] for k in ("min", "max") if k in column}})
    if column["type"] == "number" and column["key"] in {"quantity", "count", "pages", "copies"}:
        result["integer"] = True
    if "computed" in column:
        result["computed"] = column["computed"].split("*")
    if column["type"] == "choice":
        result["options"] = _column_options(column)
    return result


def _column_options(column: Raw) -> list[Raw]:
    if "options" in column:
        return [{"value": curated.COLUMN_VALUES[vi], "label": text(vi)} for vi in column["options"]]
    return [{"value": value, "label": text(vi)} for value, vi in curated.COLUMN_OPTIONS[column["key"]]]


def _slot(field: Raw) -> Raw:
    options = [{"value": f"s{number}", "label": text(slot, slot)} for number, slot in enumerate(curated.SLOTS, 1)]
    return {"key": "appointment_slot", "type": "choice", "label": text("Giờ hẹn", "Time"), "options": options}


def generic_sections(raw: Raw, applicant: list[Raw]) -> list[Raw]:
    """The portal's simple form for a procedure whose own form is not entered yet."""
    result = [{"key": "applicant", "title": text("Người nộp hồ sơ", "Person filing"), "fields": applicant}]
    if raw["audience"] != "citizen":
        result.append(
            {"key": "trader", "title": text("Tổ chức, hộ kinh doanh", "Organisation"), "fields": _trader(raw)}
        )
    fields: list[Raw] = [
        {
            "key": "request_details",
            "type": "long_text",
            "label": text("Nội dung đề nghị", "What you ask for"),
            "help": text(
                "Ghi ngắn gọn điều bạn đề nghị cơ quan giải quyết. Chi tiết nằm trong giấy tờ bạn gửi kèm.",
                "Say briefly what you ask the office to do. Details are in the papers you attach.",
            ),
            "min_length": 10,
            "max_length": 4000,
        }
    ]
    if choice := curated.FEE_CHOICES.get(raw["key"]):
        key, label, options = choice
        fields.append({"key": key, "type": "choice", "label": text(label), "options": _plain_options(options)})
    result.append({"key": "request", "title": text("Nội dung yêu cầu", "What you ask for"), "fields": fields})
    return result


def _plain_options(options: Any) -> list[Raw]:
    return [{"value": value, "label": text(vi)} for value, vi, _ in options]


def _trader(raw: Raw) -> list[Raw]:
    required = raw["audience"] == "business"
    return [
        {
            "key": "organisation_name",
            "type": "text",
            "label": text("Tên tổ chức, hộ kinh doanh", "Name of the organisation"),
            "required": required,
            "max_length": 255,
            "prefill": {"source": "business.name"},
        },
        {
            "key": "organisation_tax_code",
            "type": "tax_code",
            "label": text("Mã số thuế/Mã số doanh nghiệp", "Tax code"),
            "required": required,
            "prefill": {"source": "business.tax_code"},
        },
    ]
