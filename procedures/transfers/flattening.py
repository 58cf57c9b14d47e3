"""A document as rows of the tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from procedures.transfers.cells import word, written
from procedures.transfers.layout import BY_KEY, FEES, PAPERS, PROCEDURES, STEPS, TERMS, Column, Table
from procedures.transfers.records import Entry
from procedures.transfers.tidying import tidy

Texts = dict[str, str]


def flatten(entry: Entry) -> dict[str, list[Texts]]:
    """The rows of every table that describe this procedure, without its code."""
    document = entry.document
    return {
        "procedures": [_procedure(entry)],
        "terms": list(_terms(document)),
        "fees": list(_fees(document)),
        "papers": [{"paper": paper["key"], **cells(PAPERS, paper)} for paper in document.get("papers", ())],
        "steps": [
            {"number": str(number), **cells(STEPS, step)}
            for number, step in enumerate(document.get("public", {}).get("steps", ()), 1)
        ],
    }


def table_rows(entry: Entry, table: Table) -> Iterator[list[str]]:
    """The rows of one table as lists of texts in the order of its columns, the code first."""
    for texts in flatten(entry)[table.key]:
        texts["code"] = entry.facts.code
        yield [texts.get(column.key, "") for column in BY_KEY[table.key].columns]


def _procedure(entry: Entry) -> Texts:
    facts, document = entry.facts, entry.document
    texts = cells(PROCEDURES, document)
    texts |= {
        "field": tidy(facts.field),
        "level": word("level", facts.level),
        "audience": word("audience", facts.audience),
        "agency": facts.agency,
        "agency_name": tidy(facts.agency_name),
        "channels": "; ".join(word("channel", channel) for channel in channels(document)),
    }
    return texts


def channels(document: Mapping[str, Any]) -> list[str]:
    """Channels on which at least one case can be filed, in the order online, counter, post."""
    offered = {terms["channel"] for case in document.get("cases", ()) for terms in case.get("terms", ())}
    return [channel for channel in ("online", "counter", "post") if channel in offered]


def _terms(document: Mapping[str, Any]) -> Iterator[Texts]:
    for case in document.get("cases", ()):
        name = case["name"]
        for terms in case["terms"]:
            yield {
                "case": case["key"],
                "case_vi": tidy(name["vi"]),
                "case_en": tidy(name.get("en", "")),
                "channel": word("channel", terms["channel"]),
                **cells(TERMS, terms),
            }


def _fees(document: Mapping[str, Any]) -> Iterator[Texts]:
    for fee in document.get("fees", ()):
        for number, rate in enumerate(fee.get("rates") or [{}], 1):
            yield {"fee": fee["code"], "rate": str(number), **cells(FEES, {**fee, "rate": rate})}


def cells(table: Table, thing: Mapping[str, Any]) -> Texts:
    """The cells of all columns that have a path."""
    return {column.key: _cell(column, thing) for column in table.columns if column.path}


def _cell(column: Column, thing: Mapping[str, Any]) -> str:
    path, _bar, part = column.path.partition("|")
    value: Any = thing
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return ""
        value = value.get(name)
    if part:
        return tidy("\n".join(item.get(part, "") for item in value or ()))
    return written(column, value)
