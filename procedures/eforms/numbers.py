"""Numbers and days the way Vietnamese people write them: 1.234,5 and 25/11/2026."""

import math
import re
from datetime import date
from decimal import Decimal, InvalidOperation

GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")
PLAIN = re.compile(r"\d+")
DAY = re.compile(r"(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4})")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LARGEST = Decimal(10) ** 15


def parse_number(text: str) -> Decimal:
    """`1.234,5`, `120,5`, `1.234` (thousands) and `120.5` (a dot before other than three digits is a decimal point).

    Raises ValueError for anything else, also for the English `1,234.5`: it would be read wrongly by somebody.
    """
    compact = re.sub(r"[\s\u00a0]", "", text)
    sign = -1 if compact.startswith("-") else 1
    whole, comma, fraction = compact.removeprefix("-").partition(",")
    if comma:
        if not (PLAIN.fullmatch(fraction) and (PLAIN.fullmatch(whole) or GROUPED.fullmatch(whole))):
            raise ValueError(text)
        compact = f"{whole.replace('.', '')}.{fraction}"
    elif GROUPED.fullmatch(whole):
        compact = whole.replace(".", "")
    else:
        compact = whole
    if not re.fullmatch(r"\d{1,18}(\.\d{1,10})?", compact, re.ASCII):
        raise ValueError(text)
    try:
        number = sign * Decimal(compact)
    except InvalidOperation:
        raise ValueError(text) from None
    if abs(number) >= LARGEST:
        raise ValueError(text)
    return number


def plain(number: Decimal) -> int | float:
    """The JSON number: an int when whole."""
    return int(number) if number == number.to_integral_value() else float(number)


def format_number(number: float) -> str:
    """`1234.5` → `1.234,5`; raises ValueError for what is no finite number."""
    if isinstance(number, bool) or not math.isfinite(number):
        raise ValueError(number)
    text = format(Decimal(str(number)), ",f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return whole.replace(",", ".") + (f",{fraction}" if fraction else "")


def parse_day(text: str) -> date:
    """`25/11/2026`, `25-11-2026`, `25.11.2026`, `25 11 2026` or ISO `2026-11-25`; raises ValueError otherwise."""
    trimmed = text.strip()
    if ISO_DAY.fullmatch(trimmed):
        day = date.fromisoformat(trimmed)
    else:
        found = DAY.fullmatch(trimmed)
        if not found:
            raise ValueError(text)
        day = date(int(found[3]), int(found[2]), int(found[1]))
    if not 1800 <= day.year <= 2200:
        raise ValueError(text)
    return day


def format_day(day: date) -> str:
    """`25/11/2026`."""
    return f"{day:%d/%m}/{day.year:04d}"
