"""Provinces and commune-level units in force from 1 July 2025 (two levels, no districts).

A fixed list of 34 provinces and 3,321 communes, wards and special zones, kept in memory: addresses are checked
and labelled without a query. Codes are those of the General Statistics Office (province 2 digits, commune 5).
"""

import csv
from functools import lru_cache
from pathlib import Path

from common.text import sort_key

FILE = Path(__file__).parent / "data" / "units.csv"


@lru_cache(maxsize=1)
def _tree() -> dict[str, tuple[str, dict[str, str]]]:
    tree: dict[str, tuple[str, dict[str, str]]] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            communes = tree.setdefault(row["province_code"], (row["province"], {}))[1]
            communes[row["commune_code"]] = row["commune"]
    return tree


@lru_cache(maxsize=1)
def provinces() -> tuple[tuple[str, str], ...]:
    """(code, name) of every province, in dictionary order."""
    return tuple(sorted(((code, name) for code, (name, _) in _tree().items()), key=lambda unit: sort_key(unit[1])))


@lru_cache(maxsize=64)
def communes(province_code: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every commune of a province, in dictionary order; empty for an unknown province."""
    _, units = _tree().get(province_code, ("", {}))
    return tuple(sorted(units.items(), key=lambda unit: sort_key(unit[1])))


def is_commune(province_code: str, commune_code: str) -> bool:
    """True when the commune lies in that province."""
    return commune_code in _tree().get(province_code, ("", {}))[1]


def label(code: str) -> str:
    """The name of a province (2 digits) or commune (5 digits); an empty text for an unknown code."""
    if code in _tree():
        return _tree()[code][0]
    return next((units[code] for _, units in _tree().values() if code in units), "")


def address_line(address: dict[str, str]) -> str:
    """`{"line", "commune", "province"}` as one line, the way envelopes are written."""
    name, units = _tree().get(address.get("province", ""), ("", {}))
    parts = (address.get("line", ""), units.get(address.get("commune", ""), ""), name)
    return ", ".join(part for part in parts if part)
