"""Filters and tags of the pages: dates, money, masks, icons, badges, the time left, form fields.

`{% load mc %}`. Filters answer an empty text for None, so templates need no guard.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from common import money

register = template.Library()

Number = int | float | Decimal


def is_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "vi").startswith("en")


# ── numbers and money ──
@register.filter
def vnd(amount: int | None) -> str:
    """`50000` → "50.000 đ" ("50,000 VND" in English)."""
    if amount is None:
        return ""
    return f"{int(amount):,} VND" if is_english() else money.vnd(int(amount))


@register.filter
def in_words(amount: int | None) -> str:
    """The amount in Vietnamese words, as receipts need: "Năm mươi nghìn đồng"."""
    return "" if amount is None else money.in_words(int(amount))


@register.filter
def vn_number(value: Number | None, places: int | None = None) -> str:
    """`1234.5` → "1.234,5" ("1,234.5" in English); `places` fixes the decimals."""
    if value is None or value == "":
        return ""
    text = f"{Decimal(str(value)):,.{places}f}" if places is not None else f"{Decimal(str(value)):,f}"
    return text if is_english() else text.translate(str.maketrans(",.", ".,"))


@register.filter
def file_size(size: int | None) -> str:
    """Bytes as "412 kB" or "2,1 MB"."""
    if size is None:
        return ""
    if size < 1_000_000:
        return f"{max(1, round(size / 1000)):d} kB"
    return f"{vn_number(round(size / 1_000_000, 1))} MB"


# ── dates ──
def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def vn_date(value: date | datetime | None) -> str:
    """25/11/2026, in the time of Viet Nam."""
    return _local(value).strftime("%d/%m/%Y") if value else ""


@register.filter
def vn_day(value: date | datetime | None) -> str:
    """25/11: for lists where the year is plain."""
    return _local(value).strftime("%d/%m") if value else ""


@register.filter
def vn_time(value: datetime | None) -> str:
    """09:20."""
    return _local(value).strftime("%H:%M") if value else ""


@register.filter
def vn_datetime(value: datetime | None) -> str:
    """25/11/2026, 09:20."""
    return _local(value).strftime("%d/%m/%Y, %H:%M") if value else ""


@register.filter
def iso(value: date | datetime | None) -> str:
    """The machine form, for <time datetime>."""
    return _local(value).isoformat() if value else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """ "Thứ Tư" ("Wednesday")."""
    return weekday_names()[_local(value).weekday()] if value else ""


@register.filter
def long_date(value: date | datetime | None) -> str:
    """ "Thứ Tư, 25/11/2026"."""
    return f"{weekday(value)}, {vn_date(value)}" if value else ""


def weekday_names() -> list[str]:
    """Monday to Sunday in the page's language."""
    return [
        gettext("Monday"),
        gettext("Tuesday"),
        gettext("Wednesday"),
        gettext("Thursday"),
        gettext("Friday"),
        gettext("Saturday"),
        gettext("Sunday"),
    ]


@register.simple_tag
def weekday_heads() -> list[str]:
    """Heads of the small calendar: T2 … CN."""
    return [pgettext("weekday head", key) for key in WEEKDAY_HEADS]


WEEKDAY_HEADS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


# ── texts ──
@register.filter
def pick(value: Mapping[str, str] | str | None) -> str:
    """The text of a {vi, en} value in the page's language, Vietnamese when the other is missing."""
    if isinstance(value, Mapping):
        return (value.get("en") if is_english() else "") or value.get("vi", "") or value.get("en", "")
    return "" if value is None else str(value)


@register.filter
def mask_id(number: str | None) -> str:
    """An identity number without its middle: "020 1•• ••• 417"; shorter numbers keep the last three digits."""
    digits = "".join(filter(str.isdigit, number or ""))
    if not digits:
        return ""
    if len(digits) < 9:
        return "••• " + digits[-3:]
    shown = digits[:4] + "•" * (len(digits) - 7) + digits[-3:]
    return " ".join(shown[i : i + 3] for i in range(0, len(shown), 3))


@register.filter
def mask_phone(number: str | None) -> str:
    """A telephone number without its middle: "09•• ••• 615"."""
    digits = "".join(filter(str.isdigit, number or ""))
    if digits.startswith("84"):
        digits = "0" + digits[2:]
    return f"{digits[:2]}•• ••• {digits[-3:]}" if len(digits) >= 8 else ("•••" if digits else "")


# ── icons and badges ──
@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A line drawing of static/img/icons.svg, hidden from screen readers: always beside words. `size="l"` for large."""
    return format_html(
        '<svg class="mc-icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        " mc-icon--l" if size == "l" else "",
        static("img/icons.svg"),
        name,
    )
