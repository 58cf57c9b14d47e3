"""The National Database of administrative procedures: its records in the shape of our tables.

Names as in a raw record of the National Portal: `executionMethods` (submissionMethod, processingTime, processingTimeUnit,
fees), `executionCases` with `profileComponents`, flags isWard, isProvince …, codes of field (G15-TP03), result
(KQ.G15.000021) and subject (ĐT1 citizen, ĐT9 organisation, DT12 overseas Vietnamese). What such a record cannot say
(e-form, route, conditions of fees) stays as it is here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from common.text import fold
from procedures.transfers.cells import word
from procedures.transfers.flattening import flatten
from procedures.transfers.layout import FEES, PAPERS, PROCEDURES, STEPS, TERMS, Table
from procedures.transfers.problems import Problem, Unreadable
from procedures.transfers.records import Entry
from procedures.transfers.rows import Group, Row, Sheet
from procedures.transfers.tidying import tidy

Record = Mapping[str, Any]
METHODS = {"DIRECT": "counter", "ONLINE": "online", "POSTAL": "post", "POST": "post"}
UNITS = {
    "WORKING_DAY": "working_day", "DAY": "calendar_day", "CALENDAR_DAY": "calendar_day", "MONTH": "month", "HOUR": "hour",
    "WORKING_HOUR": "hour",
}  # fmt: skip
FEE_KINDS = {"FEE": "phi", "CHARGE": "le_phi", "PHI": "phi", "LE_PHI": "le_phi"}
CITIZENS = frozenset({"ĐT1", "DT1", "DT12", "ĐT12"})
LISTS = ("procedures", "data", "items", "content", "records")


def records_of(loaded: Any) -> list[Record]:
    """The records of a file: a list, or the list inside an answer of the interface; raises Unreadable."""
    if isinstance(loaded, Mapping):
        loaded = next((loaded[name] for name in LISTS if isinstance(loaded.get(name), list)), [loaded])
    if not isinstance(loaded, list) or not all(isinstance(record, Mapping) for record in loaded):
        raise Unreadable("json_shape")
    return list(loaded)


def code_of(record: Record) -> str:
    """The national code, without the suffix of a locality."""
    return tidy(str(record.get("code") or ""))[:8]


def group_of(record: Record, place: str, base: Entry | None) -> Group:
    """What a record says about one procedure, as rows. `base`: ours, whose keys of cases, fees and papers are kept."""
    group = Group(code_of(record))
    if not group.code:
        group.problems.append(Problem(f"{place}.code", "national_incomplete", {"what": "code"}))
    own = flatten(base) if base else {}
    made = {
        "procedures": (PROCEDURES, [_procedure(record, base)]),
        "terms": (TERMS, list(_terms(record, own.get("terms", ())))),
        "fees": (FEES, _fees(record, own.get("fees", ()))),
        "papers": (PAPERS, list(_papers(record, own.get("papers", ())))),
        "steps": (STEPS, list(_steps(record))),
    }
    for key, (table, rows) in made.items():
        if rows:
            group.rows[key] = [_Told(place, table, number, texts) for number, texts in enumerate(rows)]
    return group


class _Told(Row):
    """A row made of a record: its cells are places in the JSON file."""

    def __init__(self, place: str, table: Table, number: int, texts: dict[str, str]) -> None:
        super().__init__(Sheet(place, table, {}), number, {key: tidy(text) for key, text in texts.items() if text})

    def place(self, key: str) -> str:
        """The record and what of it."""
        return f"{self.sheet.title}.{self.sheet.table.key}.{self.number}.{key}"


def _procedure(record: Record, base: Entry | None) -> dict[str, str]:
    texts = {"name_vi": _text(record, "name"), "decision": _text(record, "decision")}
    texts["legal_basis"] = "\n".join(_names(record.get("legalBases"), "number", "code"))
    texts["conditions_vi"] = _text(record, "conditions")
    texts["public_agency_vi"] = ", ".join(_names(record.get("executingAgencies"), "name"))
    texts["applicants_vi"] = "\n".join(_names(record.get("subjects"), "name"))
    texts["result_vi"] = "; ".join(_names(record.get("results"), "name"))
    if base is None:
        texts |= {"field": "; ".join(_names(record.get("fields"), "name")[:1]), "level": _level(record)}
        texts["audience"] = _audience(record)
    if "isNonTerritorial" in record:
        texts["non_territorial"] = "có" if record["isNonTerritorial"] else "không"
    if "isFullProcess" in record:
        texts["published_class"] = word("class", "full" if record["isFullProcess"] else "partial")
    return texts


def _level(record: Record) -> str:
    if record.get("isProvince"):
        return "province"
    return "commune" if record.get("isWard") else ""


def _audience(record: Record) -> str:
    codes = set(_names(record.get("subjects"), "code"))
    if not codes:
        return ""
    if codes <= CITIZENS:
        return "citizen"
    return "both" if codes & CITIZENS else "business"


def _methods(record: Record) -> Iterator[tuple[str, Record]]:
    for method in _list(record.get("executionMethods")):
        channel = METHODS.get(str(method.get("submissionMethod", "")).upper())
        if channel:
            yield channel, method


def _terms(record: Record, own: Sequence[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """A row for each of our cases and each method; a record without methods says nothing."""
    cases = list(dict.fromkeys(texts["case"] for texts in own)) or ["all"]
    day = (
        next((case.get("processingDay") for case in _list(record.get("cases")) if case.get("processingDay")), None)
        or {}
    )
    for case in cases:
        for channel, method in dict(_methods(record)).items():
            amount, unit = method.get("processingTime"), method.get("processingTimeUnit")
            if amount is None:
                amount, unit = day.get("qty"), day.get("type")
            texts = {"case": case, "channel": word("channel", channel)}
            if amount is not None:
                texts |= {
                    "amount": str(amount),
                    "unit": word("unit", UNITS.get(str(unit or "").upper(), str(unit or ""))),
                }
            yield texts


def _fees(record: Record, own: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Fees of the methods; nothing when ours ask for the same amounts on the same channels."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for channel, method in _methods(record):
        for fee in _list(method.get("fees")):
            kind = FEE_KINDS.get(str(fee.get("type", "")).upper(), "le_phi")
            key = (word("fee_kind", kind), str(fee.get("value", "")).removesuffix(".0"), _text(fee, "description"))
            found.setdefault(key, []).append(word("channel", channel))
    amounts = {(kind, amount) for kind, amount, _name in found}
    if not found or amounts == {(texts["kind"], texts["amount"]) for texts in own}:
        return []
    return [
        {
            "fee": f"dvc_{number}",
            "kind": kind,
            "amount": amount,
            "name_vi": name or kind,
            "channels": "; ".join(channels),
        }
        for number, ((kind, amount, name), channels) in enumerate(found.items(), 1)
    ]


def _papers(record: Record, own: Sequence[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    keys = {fold(texts["name_vi"]): texts["paper"] for texts in own}
    seen: set[str] = set()
    for case in _list(record.get("executionCases")):
        for part in _list(case.get("profileComponents")):
            name = _text(part, "name")
            if not name or fold(name) in seen:
                continue
            seen.add(fold(name))
            texts = {"paper": keys.get(fold(name), _key(_text(part, "code"))), "name_vi": name}
            for column, source in (("originals", "originalQty"), ("copies", "copyQty")):
                texts[column] = str(part[source]) if isinstance(part.get(source), int) else ""
            if isinstance(part.get("required"), bool):
                texts["required"] = "có" if part["required"] else "không"
            yield texts


def _steps(record: Record) -> Iterator[dict[str, str]]:
    for step in _list(record.get("executionSteps")):
        text = _text(step, "description")
        if text:
            yield {"title_vi": _text(step, "name") or text[:120], "text_vi": text}


def _key(code: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in code.lower()).strip("-")[:60]


def _list(value: Any) -> list[Record]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(record: Record, name: str) -> str:
    value = record.get(name)
    return value.strip() if isinstance(value, str) else ""


def _names(value: Any, *names: str) -> list[str]:
    return [text for item in _list(value) if (text := next((t for name in names if (t := _text(item, name))), ""))]
