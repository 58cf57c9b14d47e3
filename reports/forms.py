"""The choice of period, agency and field by GET: no personal value, every mistake answered by a sentence."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from procedures.models import Field
from reports.reading import Scope, known_months, month_at, months_from

MOST_MONTHS = 24
MONTH = re.compile(r"^([12]\d{3})-(0[1-9]|1[0-2])$", re.ASCII)
PAGE = re.compile(r"^[1-9]\d{0,3}$", re.ASCII)


class MonthField(forms.CharField):
    """A month as 2026-11; its value is the first day."""

    def to_python(self, value: Any) -> Any:
        """The first day of the month, None when nothing was chosen."""
        text = super().to_python(value)
        if not text:
            return None
        found = MONTH.match(text)
        if found is None:
            raise forms.ValidationError(_("Choose a month of the list."))
        return date(int(found[1]), int(found[2]), 1)


TODAY = "hien-nay"


class FiguresForm(forms.Form):
    """`tu`, `den`: first and last month; `co_quan`: code of an agency; `linh_vuc`: key of a field; `trang`: page.

    `co_cau`: `hien-nay` counts merged agencies with the one of today.
    """

    tu = MonthField(label=_("From month"), required=False)
    den = MonthField(label=_("To month"), required=False)
    co_quan = forms.CharField(label=_("Agency"), required=False, max_length=35)
    linh_vuc = forms.CharField(label=_("Field"), required=False, max_length=60)
    co_cau = forms.CharField(label=_("Figures by the agencies of today"), required=False, max_length=10)
    trang = forms.CharField(label=_("Page"), required=False, max_length=10)

    def clean_co_quan(self) -> Agency | None:
        """The agency of that code."""
        return self._found(
            Agency.objects.filter(code=self.cleaned_data["co_quan"]), "co_quan", _("Choose an agency of the list.")
        )

    def clean_linh_vuc(self) -> Field | None:
        """The field of that key."""
        return self._found(
            Field.objects.filter(key=self.cleaned_data["linh_vuc"]), "linh_vuc", _("Choose a field of the list.")
        )

    def clean_trang(self) -> int:
        """The page of the list of agencies, from 1."""
        text = self.cleaned_data["trang"] or "1"
        if not PAGE.match(text):
            raise forms.ValidationError(_("This page of the list does not exist."))
        return int(text)

    def clean(self) -> dict[str, Any]:
        """The period, by default this year so far."""
        values = self.cleaned_data
        if not self.errors:
            values["scope"] = self._scope(values, this_month())
        return values

    def _scope(self, values: dict[str, Any], now: date) -> Scope | None:
        until = values["den"] or max(now, values["tu"] or now)
        since = values["tu"] or _start(until)
        length = months_from(until) - months_from(since) + 1
        if length < 1:
            self.add_error("den", _("The last month lies before the first one."))
        elif length > MOST_MONTHS:
            self.add_error("den", _("Choose at most 24 months."))
        by_today = values["co_cau"] == TODAY
        chosen = (values["co_quan"], values["linh_vuc"], by_today)
        return Scope(since, until, *chosen) if 1 <= length <= MOST_MONTHS else None

    def _found(self, rows: Any, name: str, sentence: Any) -> Any:
        if not self.cleaned_data[name]:
            return None
        row = rows.first()
        if row is None:
            raise forms.ValidationError(sentence)
        return row


def _start(until: date) -> date:
    """Without a choice: January of that year, or the first month with figures when that is later."""
    known = known_months()
    return min(until, max(until.replace(month=1), known[0])) if known else until.replace(month=1)


def this_month() -> date:
    """The first day of the month in Viet Nam."""
    return timezone.localdate().replace(day=1)


def month_choices(known: tuple[date, date] | None) -> list[tuple[str, str]]:
    """(2026-11, 11/2026) for every month with figures up to now, the newest first; at most ten years."""
    last = max(this_month(), known[1]) if known else this_month()
    first = max(known[0] if known else last.replace(month=1), month_at(months_from(last) - 119))
    numbers = range(months_from(last), months_from(min(first, last.replace(month=1))) - 1, -1)
    return [(f"{month_at(number):%Y-%m}", f"{month_at(number):%m/%Y}") for number in numbers]


def agency_choices() -> list[tuple[str, str]]:
    """(code, name) of every agency."""
    return list(Agency.objects.order_by("sort_key").values_list("code", f"name_{_language()}"))


def field_choices() -> list[tuple[str, str]]:
    """(key, name) of every field."""
    rows = Field.objects.order_by("sort_key").values_list("key", f"name_{_language()}", "name_vi")
    return [(key, name or vietnamese) for key, name, vietnamese in rows]


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
