"""A question of the document as inputs, and back: what no input stands for stays as it is."""

from typing import Any

from procedures.editing import inputs
from procedures.editing.inputs import pair, spread
from procedures.editing.keys import key_from

FRESH = {"required": True, "line_required": True, "max_length": 255, "max_rows": 50, "decimals": 2, "when": "all"}
SAME = ("required", "min_length", "max_length", "pattern", "min", "not_future", "working_day", "max_days_ahead",
        "min_working_days_from_submission", "gte_field", "lte_field", "multiple", "min_selected", "integer", "decimals",
        "line_required", "min_rows", "max_rows")  # fmt: skip
TICKS = {"required", "not_future", "working_day", "multiple", "integer", "line_required"}
RANGES = {"number": ("number_min", "number_max"), "money": ("money_min", "money_max")}
BASICS = {"min_selected": 1, "decimals": 2, "min_rows": 0, "max_rows": 50}


def loaded(item: dict[str, Any]) -> dict[str, Any]:
    """What stands in the inputs."""
    values = {"required": True, "line_required": True} | {name: item[name] for name in SAME if name in item}
    values |= spread(item["label"], "label") | spread(item.get("help"), "help")
    if prefill := item.get("prefill"):
        values |= {"prefill": prefill["source"], "locked": prefill.get("locked", False)}
    low, high = RANGES.get(item["type"], ("", ""))
    values |= {low: item.get("min"), high: item.get("max")} if low else {}
    if item.get("max") == "current_year":
        values |= {"number_max": None, "current_year": True}
    values["any_phone"], values["province_must_be"] = item.get("kind") == "any", bool(item.get("province_must_be"))
    values["options_from"] = bool(item.get("options_from"))
    options = item.get("options", [])
    return values | inputs.spread_lines([option["label"] for option in options], "options")


def written(item: dict[str, Any], values: dict[str, Any]) -> None:
    """Put the inputs into the question; what no input stands for stays."""
    from django.conf import settings

    item |= {"label": pair(values, "label"), "help": pair(values, "help")}
    for name in SAME:
        if name in values:
            empty = False if name in TICKS else BASICS.get(name)
            item[name] = values[name] if values[name] not in (None, "") else empty
    if "prefill" in values:
        source = values["prefill"]
        item["prefill"] = {"source": source, "locked": values["locked"]} if source else None
    for low, high in (RANGES[item["type"]],) if item["type"] in RANGES else ():
        item["min"], item["max"] = values[low], "current_year" if values.get("current_year") else values[high]
    if "any_phone" in values:
        item["kind"] = "any" if values["any_phone"] else "mobile"
    if "province_must_be" in values:
        before = item.get("province_must_be") or str(settings.PROVINCE_CODE)
        item["province_must_be"] = before if values["province_must_be"] else None
    if item["type"] == "choice":
        item["options_from"] = "communes" if values["options_from"] else None
        item["options"] = [] if values["options_from"] else options_of(item, values)
    if item["type"] == "table":
        item.setdefault("columns", [dict(FIRST_COLUMN)])


FIRST_COLUMN = {"key": "noi_dung", "type": "text", "label": {"vi": "Nội dung", "en": "Content"}, "max_length": 255}


def options_of(item: dict[str, Any], values: dict[str, Any]) -> list[dict[str, Any]]:
    """Options whose values stay: by the same words, else (when as many as before) by the same place."""
    before: list[dict[str, Any]] = item.get("options", [])
    labels = inputs.paired_lines(values, "options")
    known = {option["label"]["vi"]: option["value"] for option in before}
    used = {known[label["vi"]] for label in labels if label["vi"] in known}
    found: list[dict[str, Any]] = []
    for place, label in enumerate(labels):
        value = known.get(label["vi"])
        if value is None and len(labels) == len(before) and before[place]["value"] not in used:
            value = before[place]["value"]
        value = value or key_from(label["vi"], used | {option["value"] for option in before})
        used.add(value)
        found.append({"value": value, "label": label})
    return found
