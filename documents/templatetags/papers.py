"""How dates, counts and codes are written on official papers (Decree 30/2020, Annex I)."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from documents import barcodes

register = template.Library()


@register.filter
def paper_date(value: date | None) -> str:
    """ "ngày 05 tháng 01 năm 2026": days under 10 and the months 1 and 2 get a zero, so that nobody can add a figure."""
    if value is None:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


@register.filter
def paper_moment(value: datetime | None) -> str:
    """ "14 giờ 20 phút, ngày 13 tháng 11 năm 2026", local time."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{local:%H} giờ {local:%M} phút, {paper_date(local)}"


@register.filter
def paper_short(value: date | datetime | None) -> str:
    """ "14:20 13/11/2026" for the narrow columns of lists; a date alone is "13/11/2026"."""
    if value is None:
        return ""
    if not isinstance(value, datetime):
        return f"{value:%d/%m/%Y}"
    return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"


@register.filter
def signing_moment(value: datetime) -> str:
    """ "22.11.2026 06:44:41 +07:00", as the box of a digital signature shows it."""
    local = timezone.localtime(value)
    return f"{local:%d.%m.%Y %H:%M:%S} {local.isoformat()[-6:]}"


@register.filter
def count(value: int | None) -> str:
    """A number of copies: "01", "12"; none is a dash."""
    return f"{value:02d}" if value else "–"


@register.filter
def lines(value: str, longest: int) -> list[str]:
    """One line, or two of about the same length where the text is longer than `longest` characters."""
    words = value.split()
    if len(value) <= longest or len(words) < 2:
        return [value]
    cuts = [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
    return min(cuts, key=lambda cut: abs(len(cut[0]) - len(cut[1])))


@register.filter
def within(value: str) -> str:
    """A title inside a sentence: "Cấp giấy" and "Thủ tục cấp giấy" become "cấp giấy" (about which), "UBND tỉnh" stays."""
    value = value.removeprefix("Thủ tục ")
    return value[:1].lower() + value[1:] if value[1:2].islower() else value


@register.inclusion_tag("documents/code.html")
def qr(text: str, label: str) -> dict[str, object]:
    """A QR code of `text`; `label` is read out instead of it."""
    return {"drawing": barcodes.qr(text), "label": label}


@register.inclusion_tag("documents/code.html")
def barcode(text: str, label: str) -> dict[str, object]:
    """A Code 128 bar code of `text`."""
    return {"drawing": barcodes.code128(text), "label": label}
