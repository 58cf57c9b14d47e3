"""Filters and tags of the pages: dates, money, masks, icons, badges, the time left, form fields.

`{% load mc %}`. Filters answer an empty text for None, so templates need no guard.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from common import context, money, states
from common.context import Site
from common.fields import field_context
from common.templatetags import shapes

register = template.Library()
register.tags |= shapes.register.tags

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
    return [
        pgettext("weekday head", "Mo"),
        pgettext("weekday head", "Tu"),
        pgettext("weekday head", "We"),
        pgettext("weekday head", "Th"),
        pgettext("weekday head", "Fr"),
        pgettext("weekday head", "Sa"),
        pgettext("weekday head", "Su"),
    ]


# ── texts ──
@register.filter
def pick(value: Mapping[str, str] | str | None) -> str:
    """The text of a {vi, en} value in the page's language, Vietnamese when the other is missing."""
    if type(value) is str:  # as most are; to ask for a mapping costs more than the answer
        return value
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


@register.filter
def timeline_rows(entries: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The entries of templates/common/timeline.html with their moments and texts in words."""
    return [_timeline_row(entry) for entry in entries]


def _timeline_row(entry: Mapping[str, Any]) -> dict[str, Any]:
    said = entry.get
    when, text, url = said("when", ""), pick(said("text")), said("url", "")
    at = _local(entry["at"]) if said("at") else None
    return {
        "when": when, "iso": at.isoformat() if at else "", "at": at.strftime("%d/%m/%Y, %H:%M") if at else "",
        "title": pick(said("title")), "text": text, "url": url, "url_label": pick(said("url_label")),
        "has_when": bool(when), "has_text": bool(text), "has_url": bool(url), "is_now": bool(said("is_now")),
        "is_next": bool(said("is_next")), "is_new": bool(said("is_new")),
    }  # fmt: skip


# ── icons and badges ──
@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: str = "") -> SafeString:
    """A line drawing of static/img/icons.svg, hidden from screen readers: always beside words. `size="l"` for large."""
    return format_html(
        '<svg class="mc-icon{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        " mc-icon--l" if size == "l" else "",
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def state_badge(state: int | str | None, label: str = "") -> SafeString:
    """The badge of a dossier's state: the national label, word for word. Takes the name or the national number."""
    return badge_html(states.look_of("draft" if state is None else state), label)


@register.simple_tag
def class_badge(classification: str) -> SafeString:
    """The badge of a computed class: full, partial or info."""
    return badge_html(states.CLASSES.get(classification, states.CLASSES["info"]))


@register.simple_tag
def badge(text: str, tone: str = "info", icon_name: str = "") -> SafeString:
    """Any other badge: `{% badge "Mới" "blue" "flag" %}`; tones are the roles of mc-badge in motcua.css."""
    return badge_html(states.Look(text, tone, icon_name))


def badge_html(look: states.Look, label: str = "") -> SafeString:
    """<strong class="mc-badge …"> with its icon."""
    return _badge_html(look.tone, look.icon, str(label or look.label))


@lru_cache(maxsize=1024)
def _badge_html(tone: str, icon_name: str, label: str) -> SafeString:
    return format_html(
        '<strong class="mc-badge mc-badge--{}">{}{}</strong>',
        tone,
        icon(icon_name) if icon_name else "",
        label,
    )


# ── forms ──
@register.inclusion_tag("common/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:
    """A plain form field with label, hint and error in our look: `{% field form.phone width=20 hint="…" %}`.

    Options: label, hint, width (2, 3, 4, 5, 10, 20, 30 characters), legend_size (s, m, l), is_heading (the label is
    the page's h1), inline (radios side by side), prefix, suffix (texts beside the input).
    """
    return field_context(bound, options)


@register.inclusion_tag("common/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """The list of errors of one or more forms or formsets on top of the page, each linking to its field."""
    found = [item for form in forms if form is not None for item in form_errors(form)]
    return {"found": found}


def form_errors(form: Any) -> list[tuple[str, str]]:
    """(id of the field or "", message) of every error, in the order of the fields."""
    if hasattr(form, "forms"):
        own = [("", str(error)) for error in form.non_form_errors()]
        return own + [item for one in form.forms for item in form_errors(one)]
    if not form.is_bound:
        return []
    found = [("", str(error)) for error in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or f"{bound.auto_id}_0"
        general = general_messages(bound.field)
        # "This field is required" five times over helps nobody: a general sentence gets the field's name in front.
        found += [(target, f"{bound.label}: {e}" if str(e) in general else str(e)) for e in bound.errors]
    return found


def general_messages(form_field: Any) -> set[str]:
    """Sentences that any field of this kind would say."""
    classes = type(form_field).__mro__
    return {str(text) for cls in classes for text in getattr(cls, "default_error_messages", {}).values()}


# ── the site, for pages drawn without a request (errors) ──
@register.simple_tag
def current_site() -> Site:
    """The province's facts without a request: `{% current_site as site %}`."""
    return context.current_site()


@register.simple_tag
def icons_url() -> str:
    """Address of the icon file, for scripts."""
    return static("img/icons.svg")


@register.simple_tag
def cell_class(cell: Any) -> str:
    """Classes of a day in the small calendar; the due day is usually a counted one too."""
    css = {"accepted": "is-start", "counted": "is-count", "off": "is-off", "waiting": "is-wait", "due": "is-due"}
    found = css.get(str(cell.kind), "")
    return f"{found} is-count" if cell.kind == "due" and cell.number else found


LEVEL_ICONS = {"ok": "clock", "soon": "soon", "late": "late", "wait": "pause", "done": "check"}


TIME_LEFT = '<div class="mc-left mc-left--{}"><span class="mc-left__w">{}{}</span>{}{}</div>'
TIME_BAR = (
    '<svg class="mc-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    '<rect width="100" height="6"/><rect width="{}" height="6"/></svg>'
)


@register.simple_tag
def time_left(remaining: Any) -> SafeString:
    """The time-left cell of a `dossiers.clock.Remaining`: icon, words, bar of the used share, second line."""
    share = min(100, max(0, round(remaining.fraction * 100)))
    return _time_left(share, remaining.level, remaining.words, remaining.due_words)


@lru_cache(maxsize=2048)
def _time_left(share: int, level: str, words: str, note: str) -> SafeString:
    bar = "" if level == "done" else format_html(TIME_BAR, share)
    small = format_html("<small>{}</small>", note) if note else ""
    return format_html(TIME_LEFT, level, icon(LEVEL_ICONS.get(level, "clock")), words, bar, small)
