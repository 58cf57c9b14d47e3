"""Inputs of the editor's forms: pairs of languages, whole numbers, money, days, lines; each with its own sentence."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import clean
from procedures.eforms.numbers import format_day, parse_day
from procedures.eforms.values import number_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = str | _StrPromise
else:
    Words = str
Input = TypeVar("Input", bound=forms.Field)
LEAST_MONEY = 1_000
TODAY = "today"
TOO_LONG = gettext_lazy("Shorten this to %(limit_value)d characters")


class Line(forms.CharField):
    """One line of text, cleaned of what cannot be seen."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class Lines(forms.CharField):
    """One item a line; empty lines inside are kept as "", so that two languages stay side by side."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = [clean(line) for line in str(value or "").replace("\r\n", "\n").split("\n")]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def validate(self, value: Any) -> None:
        if self.required and not any(value):
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        if len(value) > 200 or any(len(line) > 1_000 for line in value):
            raise forms.ValidationError(_("At most 200 lines of 1,000 characters"))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


class Whole(forms.IntegerField):
    """A whole number in figures, with or without dots."""

    def to_python(self, value: Any) -> int | None:
        text = clean(str(value if value is not None else ""))
        if not text:
            return None
        try:
            number = number_of(text)
            if number != number.to_integral_value():
                raise ValueError(text)
        except ValueError:
            sentence = _("Write “%(label)s” as a whole number, for example 12") % {"label": self.label}
            raise forms.ValidationError(sentence) from None
        return int(number)


class Number(Whole):
    """A number that may have decimals."""

    def to_python(self, value: Any) -> Any:
        text = clean(str(value if value is not None else ""))
        if not text:
            return None
        try:
            number: Decimal = number_of(text)
        except ValueError:
            sentence = _("Write “%(label)s” as a number, for example 120,5") % {"label": self.label}
            raise forms.ValidationError(sentence) from None
        return int(number) if number == number.to_integral_value() else float(number)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, float):
            return str(int(value)) if value.is_integer() else f"{value:g}".replace(".", ",")
        return value


class Money(Whole):
    """Whole VND; of a fee 1 to 999 is refused: it was meant in thousands."""

    is_fee = True

    def to_python(self, value: Any) -> int | None:
        text = clean(str(value if value is not None else "")).lower()
        for unit in ("vnđ", "vnd", "đồng", "đ"):
            text = text.removesuffix(unit)
        amount = super().to_python(text)
        if self.is_fee and amount is not None and 0 < amount < LEAST_MONEY:
            raise forms.ValidationError(_("Write the amount in đồng, for example 50.000: less than 1.000 đ is no fee"))
        return amount

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


class Bound(Money):
    """A bound of an amount that citizens answer: any amount."""

    is_fee = False


class Day(forms.CharField):
    """A day as 25/11/2026; kept as ISO."""

    def to_python(self, value: Any) -> str:
        text = clean(super().to_python(value) or "")
        if not text:
            return ""
        try:
            return parse_day(text).isoformat()
        except ValueError:
            raise forms.ValidationError(_("Write the day as 25/11/2026")) from None

    def prepare_value(self, value: Any) -> Any:
        try:
            return format_day(parse_day(str(value))) if value else ""
        except ValueError:
            return value


class DayOrToday(Day):
    """A day, or the day of filing."""

    def to_python(self, value: Any) -> str:
        return TODAY if clean(str(value or "")).lower() in {TODAY, _("today")} else super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return _("today") if value == TODAY else super().prepare_value(value)


def vi(label: Words, *, required: bool = True, most: int = 500, help_text: Words = "") -> Line:
    """The Vietnamese text of a pair: the one that is law."""
    return Line(label=label, required=required, help_text=help_text, validators=[MaxLengthValidator(most, TOO_LONG)])


def en(label: Words, *, most: int = 500) -> Line:
    """The English text of a pair."""
    return Line(label=in_english(label), required=False, validators=[MaxLengthValidator(most, TOO_LONG)])


def in_english(label: Words) -> Words:
    """The label of the English half."""
    return format_lazy(gettext_lazy("{label}, in English"), label=label)


def long(line: forms.CharField, rows: int = 3) -> forms.CharField:
    """The same input, some lines high."""
    line.widget = forms.Textarea(attrs={"rows": rows})
    return line


def lines(label: Words, *, required: bool = False, rows: int = 3, help_text: Words = "") -> Lines:
    """One item a line."""
    return Lines(label=label, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


def whole(label: Words, least: int, most: int, *, required: bool = False, help_text: Words = "") -> Whole:
    """A whole number within bounds."""
    return Whole(label=label, required=required, help_text=help_text, validators=bounds(least, most))


def needed(item: Input) -> Input:
    """An input that may be left empty here although publishing needs it: not said to be optional."""
    item.is_needed = True  # type: ignore[attr-defined]
    return item


def bounds(least: int, most: int) -> list[Any]:
    """Validators with our sentences."""
    return [
        MinValueValidator(least, gettext_lazy("Write %(limit_value)s or more")),
        MaxValueValidator(most, gettext_lazy("Write %(limit_value)s or less")),
    ]


def choice(label: Words, choices: Iterable[Any], *, required: bool = True, help_text: Words = "") -> forms.ChoiceField:
    """One of a list."""
    return forms.ChoiceField(label=label, choices=list(choices), required=required, help_text=help_text)


def several(label: Words, choices: Iterable[Any], *, help_text: Words = "") -> forms.MultipleChoiceField:
    """Some of a list; none means all."""
    return forms.MultipleChoiceField(
        label=label, choices=list(choices), required=False, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )


def yes(label: Words, help_text: Words = "") -> forms.BooleanField:
    """A tick."""
    return forms.BooleanField(label=label, required=False, help_text=help_text)


# ── pairs of languages ──
def pair(values: Mapping[str, Any], name: str) -> dict[str, str] | None:
    """{vi, en} of `<name>_vi` and `<name>_en`; None when there is no Vietnamese."""
    text = values.get(f"{name}_vi") or ""
    return {"vi": text, "en": values.get(f"{name}_en") or ""} if text else None


def spread(text: Mapping[str, str] | None, name: str) -> dict[str, str]:
    """The other way: what stands in the two inputs."""
    found = text or {}
    return {f"{name}_vi": found.get("vi", ""), f"{name}_en": found.get("en", "")}


def paired_lines(values: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    """Line n of the Vietnamese with line n of the English."""
    english = values.get(f"{name}_en") or []
    return [
        {"vi": text, "en": english[place] if place < len(english) else ""}
        for place, text in enumerate(values.get(f"{name}_vi") or [])
        if text
    ]


def spread_lines(texts: Iterable[Mapping[str, str]], name: str) -> dict[str, list[str]]:
    """The other way."""
    found = list(texts)
    return {f"{name}_vi": [t.get("vi", "") for t in found], f"{name}_en": [t.get("en", "") for t in found]}
