"""One answer, from what was typed (or sent as JSON) to the value kept; every fault is a sentence that mends it."""

import math
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from common import units
from common.text import clean, fold
from procedures.content import eform as kinds
from procedures.eforms.context import Context
from procedures.eforms.messages import label_of
from procedures.eforms.numbers import format_day, format_number, parse_day, parse_number, plain
from procedures.eforms.patterns import PATTERNS


class Wrong(Exception):
    """An answer that cannot be kept: {path below the field: sentence}; "" is the field itself."""

    def __init__(self, message: str | Mapping[str, str]) -> None:
        self.messages = {"": message} if isinstance(message, str) else dict(message)
        super().__init__(next(iter(self.messages.values())))


def read(field: Any, raw: Any, context: Context) -> Any:
    """The value to keep, None for an empty answer; raises Wrong. Rules between fields are `checking`'s."""
    if raw is None or raw in ("", []):
        return None
    return READERS[field.type](field, raw, context)


def _string(raw: Any, field: Any) -> str:
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        raise Wrong(_("Write “%(label)s” as text") % {"label": label_of(field)})
    return str(raw)


def _line(raw: Any, field: Any) -> str | None:
    return clean(_string(raw, field)) or None


def _text(field: kinds.TextField, raw: Any, context: Context) -> str | None:
    text = _string(raw, field)
    if field.type == "long_text":
        text = "\n".join(clean(line) for line in text.replace("\r\n", "\n").split("\n")).strip()
    else:
        text = clean(text)
    if not text:
        return None
    if field.pattern:
        return _shaped(field.pattern, text)
    _check_length(field, text)
    if field.prefix or field.forbidden_words or field.must_contain_any:
        _check_words(field, text)
    return text


def _check_length(field: kinds.TextField, text: str) -> None:
    if field.max_length and len(text) > field.max_length:
        raise Wrong(
            _("Shorten “%(label)s” to %(limit)s characters; it has %(length)s")
            % {"label": label_of(field), "limit": field.max_length, "length": len(text)}
        )
    if field.min_length and len(text) < field.min_length:
        raise Wrong(
            _("Write at least %(limit)s characters in “%(label)s”")
            % {"label": label_of(field), "limit": field.min_length}
        )


def _check_words(field: kinds.TextField, text: str) -> None:
    plain_text = fold(text)
    if field.prefix and not plain_text.startswith(fold(field.prefix)):
        raise Wrong(_("Begin “%(label)s” with “%(prefix)s”") % {"label": label_of(field), "prefix": field.prefix})
    for word in field.forbidden_words:
        if f" {fold(word)} " in f" {plain_text} ":
            raise Wrong(_("Leave “%(word)s” out of “%(label)s”") % {"label": label_of(field), "word": word})
    if field.must_contain_any and not any(fold(words) in plain_text for words in field.must_contain_any):
        wanted = _(" or ").join(f"“{words}”" for words in field.must_contain_any)
        raise Wrong(_("“%(label)s” must contain %(words)s") % {"label": label_of(field), "words": wanted})


def _shaped(name: str, text: str) -> str:
    pattern = PATTERNS[name]
    value = pattern.normalise(text)
    if not (pattern.shape.fullmatch(value) and value.isascii()):
        raise Wrong(_(pattern.message))
    return value


def _pattern(name: str) -> Callable[[Any, Any, Context], str | None]:
    def reader(field: Any, raw: Any, context: Context) -> str | None:
        text = _line(raw, field)
        return _shaped(name, text) if text else None

    return reader


def _phone(field: kinds.PhoneField, raw: Any, context: Context) -> str | None:
    text = _line(raw, field)
    return _shaped("mobile" if field.kind == "mobile" else "phone", text) if text else None


def _email(field: kinds.EmailField, raw: Any, context: Context) -> str | None:
    text = _line(raw, field)
    if not text:
        return None
    try:
        if len(text) > 254:
            raise ValidationError("long")
        validate_email(text)
    except ValidationError:
        raise Wrong(_("Write the e-mail address in full, for example mai.ly@example.vn")) from None
    return text


def _date(field: kinds.DateField, raw: Any, context: Context) -> str | None:
    text = _line(raw, field)
    if not text:
        return None
    try:
        day = parse_day(text)
    except ValueError:
        raise Wrong(
            _("Write “%(label)s” as day/month/year, for example 25/11/2026") % {"label": label_of(field)}
        ) from None
    _check_day(field, day, context)
    return day.isoformat()


def _check_day(field: kinds.DateField, day: date, context: Context) -> None:
    label = label_of(field)
    if field.not_future and day > context.today:
        raise Wrong(
            _("“%(label)s” cannot be after today, %(today)s") % {"label": label, "today": format_day(context.today)}
        )
    earliest = context.today if field.min == "today" else date.fromisoformat(field.min) if field.min else date.min
    if field.min_working_days_from_submission:
        earliest = max(earliest, context.working_days_after(field.min_working_days_from_submission))
    if day < earliest:
        raise Wrong(_("Choose a day for “%(label)s” from %(day)s on") % {"label": label, "day": format_day(earliest)})
    latest = date.max
    if field.max_days_ahead is not None:
        latest = context.today + timedelta(days=field.max_days_ahead)
    if day > latest:
        raise Wrong(_("Choose a day for “%(label)s” up to %(day)s") % {"label": label, "day": format_day(latest)})
    if field.working_day and not context.is_working_day(day):
        raise Wrong(_("%(day)s is a day off; choose a working day") % {"day": format_day(day)})


def number_of(raw: Any) -> Decimal:
    """The number typed or sent; raises ValueError."""
    if isinstance(raw, bool):
        raise ValueError(raw)
    if isinstance(raw, int | float):
        if not math.isfinite(raw) or abs(raw) >= 10**15:
            raise ValueError(raw)
        return Decimal(str(raw))
    if isinstance(raw, str):
        return parse_number(clean(raw))
    raise ValueError(raw)


def _number(field: kinds.NumberField, raw: Any, context: Context) -> int | float | None:
    if isinstance(raw, str) and not clean(raw):
        return None
    try:
        number = number_of(raw)
    except ValueError:
        example = "12" if field.integer else "120,5"
        raise Wrong(
            _("Write “%(label)s” as a number, for example %(example)s") % {"label": label_of(field), "example": example}
        ) from None
    if field.integer and number != number.to_integral_value():
        raise Wrong(_("Write “%(label)s” as a whole number, for example 12") % {"label": label_of(field)})
    if -int(number.as_tuple().exponent) > field.decimals and number != round(number, field.decimals):
        raise Wrong(
            _("Write “%(label)s” with at most %(places)s decimal places")
            % {"label": label_of(field), "places": field.decimals}
        )
    highest = context.today.year if field.max == "current_year" else field.max
    _check_range(field, float(number), field.min, highest)
    return plain(number)


def _limit(field: Any, limit: float) -> str:
    # A year is not a quantity: 2026, not 2.026.
    return str(int(limit)) if getattr(field, "max", None) == "current_year" else format_number(limit)


def _check_range(field: Any, number: float, low: float | None, high: float | None) -> None:
    if low is not None and number < low:
        raise Wrong(
            _("“%(label)s” must be %(limit)s or more") % {"label": label_of(field), "limit": _limit(field, low)}
        )
    if high is not None and number > high:
        raise Wrong(
            _("“%(label)s” must be %(limit)s or less") % {"label": label_of(field), "limit": _limit(field, high)}
        )


def _money(field: kinds.MoneyField, raw: Any, context: Context) -> int | None:
    if isinstance(raw, str):
        raw = clean(raw).lower().removesuffix("vnđ").removesuffix("vnd").removesuffix("đồng").removesuffix("đ").strip()
        if not raw:
            return None
    try:
        amount = number_of(raw)
        if amount != amount.to_integral_value():
            raise ValueError(raw)
    except ValueError:
        raise Wrong(_("Write “%(label)s” in whole đồng, for example 50.000.000") % {"label": label_of(field)}) from None
    _check_range(field, int(amount), field.min if field.min is not None else 0, field.max)
    return int(amount)


def _choice(field: kinds.ChoiceField, raw: Any, context: Context) -> Any:
    offered = [value for value, _text_label in options(field, context)]
    chosen = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(value, str) and value in offered for value in chosen):
        raise Wrong(_("Choose “%(label)s” from the list") % {"label": label_of(field)})
    if not field.multiple:
        if len(chosen) != 1:
            raise Wrong(_("Choose only one answer to “%(label)s”") % {"label": label_of(field)})
        return chosen[0]
    if len(set(chosen)) < field.min_selected:
        raise Wrong(
            _("Choose at least %(number)s answers to “%(label)s”")
            % {"label": label_of(field), "number": field.min_selected}
        )
    return [value for value in offered if value in set(chosen)]


def options(field: kinds.ChoiceField, context: Context, language: str = "vi") -> tuple[tuple[str, str], ...]:
    """(value, label) of every possible answer."""
    if field.options_from == "communes":
        return units.communes(context.province)
    return tuple((option.value, option.label.in_(language)) for option in field.options)


def _address(field: kinds.AddressField, raw: Any, context: Context) -> dict[str, str] | None:
    if not isinstance(raw, Mapping):
        raise Wrong({"commune": _("Choose the province and the commune, then write the rest of the address")})
    parts = {name: raw.get(name) or "" for name in ("province", "commune", "line")}
    if not all(isinstance(part, str) for part in parts.values()):
        raise Wrong({"commune": _("Choose the province and the commune, then write the rest of the address")})
    parts = {name: clean(part) for name, part in parts.items()}
    if not (parts["commune"] or parts["line"]):
        return None
    if wrong := _address_faults(field, parts):
        raise Wrong(wrong)
    return parts


def _address_faults(field: kinds.AddressField, parts: Mapping[str, str]) -> dict[str, str]:
    wrong = {}
    must = field.province_must_be
    if must and parts["province"] != must:
        wrong["province"] = _("Choose %(province)s: this procedure is for places there") % {
            "province": units.label(must)
        }
    if not units.is_commune(parts["province"], parts["commune"]):
        wrong["commune"] = _("Choose the commune of “%(label)s”") % {"label": label_of(field)}
    if field.line_required and not parts["line"]:
        wrong["line"] = _("Write the house number, street or village of “%(label)s”") % {"label": label_of(field)}
    if len(parts["line"]) > 200:
        wrong["line"] = _("Shorten the address line to 200 characters")
    return wrong


READERS: dict[str, Callable[[Any, Any, Context], Any]] = {
    "text": _text,
    "long_text": _text,
    "date": _date,
    "national_id": _pattern("national_id"),
    "tax_code": _pattern("tax_code"),
    "phone": _phone,
    "email": _email,
    "address": _address,
    "choice": _choice,
    "number": _number,
    "money": _money,
}
