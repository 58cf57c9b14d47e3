"""Rows put into a document. A cell that says what the document says already leaves it as it is, to the last detail."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.text import fold
from procedures.transfers import cells
from procedures.transfers.flattening import channels, flatten
from procedures.transfers.layout import CLEAR, FEES, PAPERS, PROCEDURES, STEPS, TERMS, Column, Table
from procedures.transfers.problems import Problem, Wrong
from procedures.transfers.records import Entry
from procedures.transfers.rows import Group, Row
from procedures.transfers.tidying import tidy

Document = dict[str, Any]
Texts = Mapping[str, str]
DEFAULT_CASE = "all"


@dataclass
class Merged:
    """A document with the rows of a group in it, and what was wrong with them."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, row: Row, key: str, code: str, **values: Any) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(Problem(row.place(key), code, values))


def says_the_same(base: Mapping[str, Sequence[Texts]], group: Group) -> bool:
    """Whether every row of the group is a row of the base already, in its order and number."""
    if group.problems:
        return False
    for table, rows in group.rows.items():
        own = base[table]
        if len(own) != len(rows):
            return False
        for row, texts in zip(rows, own, strict=True):
            for key, text in row.texts.items():
                if key != "code" and text != texts.get(key, ""):
                    return False
    return True


def merge(entry: Entry, group: Group) -> Merged:
    """The document of `entry` with what the group says. Tables without a row of the group stay as they are."""
    merged = Merged(copy.deepcopy(entry.document), list(group.problems))
    base = flatten(entry)
    for table, merger in _MERGERS.items():
        if rows := group.rows.get(table):
            merger(merged, rows, base[table])
    if rows := group.rows.get("procedures"):
        _merge_channels(merged, rows[0], base["procedures"][0], group.rows.get("terms", ()))
    return merged


def _put(merged: Merged, thing: Document, column: Column, row: Row, base: Texts) -> None:
    """One cell into the thing it describes."""
    text = row.get(column.key)
    if not text or text == base.get(column.key, ""):
        return
    if text.casefold() == CLEAR:
        _clear(thing, column)
        return
    try:
        value = cells.read(column, text)
    except Wrong as wrong:
        merged.wrong(row, column.key, wrong.code, **wrong.values_said)
        return
    path, _bar, part = column.path.partition("|")
    if part:
        _put_lines(thing, path, part, value)
    else:
        _set(thing, path.split("."), value)


def _set(thing: Document, path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        if not isinstance(thing.get(name), dict):
            thing[name] = {}
        thing = thing[name]
    thing[path[-1]] = value


def _clear(thing: Document, column: Column) -> None:
    path = column.path.partition("|")[0].split(".")
    for name in path[:-1]:
        inner = thing.get(name)
        if not isinstance(inner, dict):
            return
        if path[-1] == "vi":  # the whole text goes with its Vietnamese
            thing.pop(name, None)
            return
        thing = inner
    thing.pop(path[-1], None)


def _put_lines(thing: Document, path: str, part: str, lines: list[str]) -> None:
    """One language of a list of texts, or the numbers of a list of legal texts; entries that stay keep the rest."""
    names = path.split(".")
    holder = thing
    for name in names[:-1]:
        holder = holder.setdefault(name, {})
    old = list(holder.get(names[-1]) or ())
    if part == "en":
        holder[names[-1]] = [
            {**item, "en": lines[place] if place < len(lines) else ""} for place, item in enumerate(old)
        ] + [{"vi": "", "en": line} for line in lines[len(old) :]]
        return
    known = {item.get(part): item for item in old}
    holder[names[-1]] = [
        known.get(line) or ({**old[place], part: line} if len(old) == len(lines) and part == "vi" else {part: line})
        for place, line in enumerate(lines)
    ]


def _columns(table: Table) -> list[Column]:
    """Columns with a path, Vietnamese before English: the English joins the entry the Vietnamese made."""
    return sorted((column for column in table.columns if column.path), key=lambda column: column.path.endswith("en"))


def _put_all(merged: Merged, thing: Document, table: Table, row: Row, base: Texts, *, but: Iterable[str] = ()) -> None:
    skipped = set(but)
    for column in _columns(table):
        if column.key not in skipped:
            _put(merged, thing, column, row, base)
    for column in table.columns:
        if column.key.endswith("_en") and row.get(column.key) and row.get(column.key) != base.get(column.key, ""):
            vi = f"{column.key[:-3]}_vi"
            if not row.get(vi) and not base.get(vi):
                merged.wrong(row, column.key, "english_alone")


def _merge_procedure(merged: Merged, rows: Sequence[Row], base: Sequence[Texts]) -> None:
    _put_all(merged, merged.document, PROCEDURES, rows[0], base[0])


def _merge_channels(merged: Merged, row: Row, base: Texts, terms: Sequence[Row]) -> None:
    """The column Kênh nộp repeats the sheet Thời hạn; without rows there it opens and closes channels itself."""
    text = row.get("channels")
    if not text or (text == base.get("channels") and not terms):
        return
    try:
        said = cells.read(PROCEDURES.by_key["channels"], text)
    except Wrong as wrong:
        merged.wrong(row, "channels", wrong.code, **wrong.values_said)
        return
    have = channels(merged.document)
    if set(said) == set(have):
        return
    if terms:
        words = "; ".join(cells.word("channel", one) for one in have)
        merged.wrong(row, "channels", "channels_contradict", said=text[:80], rows=words)
        return
    for case in merged.document["cases"]:
        old = {one["channel"]: one for one in case["terms"]}
        case["terms"] = [old.get(channel) or {"channel": channel} for channel in said]


def _merge_terms(merged: Merged, rows: Sequence[Row], base: Sequence[Texts]) -> None:
    known = {(texts["case"], texts["channel"]): texts for texts in base}
    old = {case["key"]: case for case in merged.document.get("cases", ())}
    only = next(iter(old)) if len(old) == 1 else DEFAULT_CASE
    made: dict[str, Document] = {}
    seen: dict[tuple[str, str], Row] = {}
    for row in rows:
        channel = _channel(merged, row)
        if channel is None:
            continue
        key = row.get("case") or _case_named(old, row.get("case_vi")) or only
        if first := seen.get((key, channel)):
            merged.wrong(row, "channel", "row_twice", first=first.place("channel"))
            continue
        seen[key, channel] = row
        texts = known.get((key, cells.word("channel", channel)), {})
        case = made.setdefault(key, {**old.get(key, {"key": key, "name": {"vi": "Mọi trường hợp"}}), "terms": []})
        _name_case(case, row)
        before = next((one for one in old.get(key, {}).get("terms", ()) if one["channel"] == channel), None)
        terms = before or {"channel": channel}
        case["terms"].append(terms)
        _put_all(merged, terms, TERMS, row, texts)
        _check_limit(merged, row, terms)
    if made:
        merged.document["cases"] = list(made.values())


def _channel(merged: Merged, row: Row) -> str | None:
    if not row.get("channel"):
        merged.wrong(row, "channel", "required")
        return None
    try:
        return cells.choice("channel", row.get("channel"))
    except Wrong as wrong:
        merged.wrong(row, "channel", wrong.code, **wrong.values_said)
        return None


def _case_named(cases: Mapping[str, Document], name: str) -> str:
    """The key of the case of that name; for a new one a key made of the name."""
    if not name:
        return ""
    found = next((key for key, case in cases.items() if fold(case["name"]["vi"]) == fold(name)), "")
    return found or "_".join("".join(c if c.isascii() and c.isalnum() else " " for c in fold(name)).split())[:60]


def _name_case(case: Document, row: Row) -> None:
    name = dict(case["name"])
    for language in ("vi", "en"):
        text = row.get(f"case_{language}")
        if text and text != tidy(name.get(language, "")):
            name[language] = text
    case["name"] = name


def _check_limit(merged: Merged, row: Row, terms: Document) -> None:
    limit = terms.get("limit")
    if not limit:
        terms.pop("limit", None)
    elif "unit" not in limit:
        merged.wrong(row, "unit", "time_without_unit")
    elif "amount" not in limit:
        if limit["unit"] == "same_day":
            limit["amount"] = 0
        elif not any(problem.place == row.place("amount") for problem in merged.problems):
            merged.wrong(row, "amount", "unit_without_time")


def _merge_fees(merged: Merged, rows: Sequence[Row], base: Sequence[Texts]) -> None:
    known = {(texts["fee"], texts["rate"]): texts for texts in base}
    old = {fee["code"]: fee for fee in merged.document.get("fees", ())}
    rates = {fee["code"]: list(fee.get("rates") or ()) for fee in old.values()}
    by_name = {fold(fee["name"]["vi"]): code for code, fee in old.items()}
    made: dict[str, Document] = {}
    seen: dict[tuple[str, str], Row] = {}
    for place, row in enumerate(rows, 1):
        name = row.get("name_vi") or row.get("kind") or "Lệ phí"
        code = row.get("fee").lower() or by_name.get(fold(name)) or _free_key(f"khoan_{place}", made, old)
        by_name.setdefault(fold(name), code)
        fee = made.setdefault(code, {**old.get(code, _new_fee(code, name)), "rates": []})
        number = row.get("rate") or str(len(fee["rates"]) + 1)
        if first := seen.get((code, number)):
            merged.wrong(row, "fee", "row_twice", first=first.place("fee"))
            continue
        seen[code, number] = row
        before = rates.get(code, [])
        rate = before[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(before) else {}
        _put_fee(merged, fee, rate, row, known.get((code, number), {}))
    merged.document["fees"] = list(made.values())


def _put_fee(merged: Merged, fee: Document, rate: Document, row: Row, texts: Texts) -> None:
    fee["rate"] = rate
    errors = len(merged.problems)
    _put_all(merged, fee, FEES, row, texts)
    fee.pop("rate")
    if "amount_vnd" in rate:
        fee["rates"].append(rate)
    if len(merged.problems) > errors:
        fee["rates"] = fee["rates"] or [{"amount_vnd": 0}]  # the fault is told already: none that only follows from it
        return
    if fee["kind"] == "none":
        if rate.get("amount_vnd"):
            merged.wrong(row, "amount", "fee_free_with_amount")
    elif not fee["rates"]:
        merged.wrong(row, "amount", "fee_without_amount")


def _new_fee(code: str, name: str) -> Document:
    return {"code": code, "kind": "le_phi", "name": {"vi": name}, "unit": {"vi": "hồ sơ", "en": "dossier"}}


def _free_key(wish: str, *taken: Mapping[str, Any]) -> str:
    return wish if not any(wish in keys for keys in taken) else _free_key(f"{wish}_a", *taken)


def _merge_papers(merged: Merged, rows: Sequence[Row], base: Sequence[Texts]) -> None:
    known = {texts["paper"]: texts for texts in base}
    old = {paper["key"]: paper for paper in merged.document.get("papers", ())}
    by_name = {fold(paper["name"]["vi"]): key for key, paper in old.items()}
    made: dict[str, Document] = {}
    for place, row in enumerate(rows, 1):
        key = row.get("paper").lower() or by_name.get(fold(row.get("name_vi")), "")
        key = key or _free_key(f"giay_to_{place}", made, old)
        if key in made:
            merged.wrong(
                row, "paper", "row_twice", first=next(r for r in rows if r.get("paper").lower() == key).place("paper")
            )
            continue
        paper = made[key] = old.get(key, {"key": key})
        _put_all(merged, paper, PAPERS, row, known.get(key, {}))
        if not paper.get("name"):
            merged.wrong(row, "name_vi", "required")
    merged.document["papers"] = list(made.values())


def _merge_steps(merged: Merged, rows: Sequence[Row], base: Sequence[Texts]) -> None:
    known = {texts["number"]: texts for texts in base}
    public = merged.document.setdefault("public", {})
    old = list(public.get("steps") or ())
    made: list[Document] = []
    for place, row in enumerate(rows, 1):
        number = row.get("number") or str(place)
        step = old[int(number) - 1] if number.isdecimal() and 0 < int(number) <= len(old) else {}
        step = {**step}
        _put_all(merged, step, STEPS, row, known.get(number, {}))
        for key in ("title", "text"):
            if not step.get(key, {}).get("vi"):
                merged.wrong(row, f"{key}_vi", "required")
        made.append(step)
    public["steps"] = made


_MERGERS: dict[str, Callable[[Merged, Sequence[Row], Sequence[Texts]], None]] = {
    "procedures": _merge_procedure,
    "terms": _merge_terms,
    "fees": _merge_fees,
    "papers": _merge_papers,
    "steps": _merge_steps,
}
