"""What the administrators enter: a change of the working calendar, an outage."""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agencies.calendar import LEGAL_ZONE
from agencies.calendar.changes import Change
from agencies.models import Agency, CalendarRevision, calendar_of

SPAN = re.compile(r"(\d{1,2})[:h](\d{2})\s*[-–]\s*(\d{1,2})[:h](\d{2})")
YEARS = timedelta(days=3 * 366)
KINDS = (
    ("closed", _("Closed all day")),
    ("half_day", _("Open only some hours")),
    ("swap", _("Day off in exchange for a worked weekend day")),
    ("hours", _("Other opening hours from a day on")),
    ("remove", _("Take an entry away")),
)
WHOLE = ("", _("The whole province"))


class HoursField(forms.CharField):
    """Opening hours as people write them: 07:30-11:30, 13:30-17:00."""

    def clean(self, value: Any) -> tuple[tuple[str, str], ...]:
        """Pairs of HH:MM; a sentence for anything else."""
        text = super().clean(value) or ""
        parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
        pairs = tuple(self._pair(part) for part in parts)
        moments = [moment for pair in pairs for moment in pair]
        if any(a >= b for a, b in pairwise(moments)):
            raise forms.ValidationError(_("The hours must follow one another, each closing after it opens."))
        return pairs

    def _pair(self, part: str) -> tuple[str, str]:
        found = SPAN.fullmatch(part)
        if found is None or int(found[1]) > 23 or int(found[3]) > 23 or int(found[2]) > 59 or int(found[4]) > 59:
            raise forms.ValidationError(_("Write hours like 07:30-11:30, 13:30-17:00."))
        return f"{int(found[1]):02}:{found[2]}", f"{int(found[3]):02}:{found[4]}"


def _date(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"], **more)


def agency_choices() -> list[tuple[str, Any]]:
    """(key, name) of every agency that exists today."""
    rows = Agency.objects.valid_on(timezone.localdate()).order_by("sort_key")
    return [WHOLE, *((agency.key, agency.name_vi) for agency in rows)]


class ChangeForm(forms.Form):
    """One change of the calendar."""

    kind = forms.ChoiceField(label=_("What changes"), choices=KINDS, widget=forms.RadioSelect)
    agency = forms.ChoiceField(label=_("For whom"), required=False)
    day = _date(_("Date (the first day, for other opening hours)"))
    hours = HoursField(
        label=_("Hours that are open"), required=False, max_length=120, help_text=_("07:30-11:30, 13:30-17:00")
    )
    worked = _date(_("Weekend day that is worked instead"), required=False)
    moves_limits = forms.BooleanField(
        label=_("Every time limit steps over the day"), required=False,
        help_text=_("Only where a legal act says so (storm, flood). Else limits in days count a day the agency is closed."),
    )  # fmt: skip
    vi = forms.CharField(
        label=_("Reason, in Vietnamese"), required=False, max_length=120, help_text=_("Citizens read it.")
    )
    en = forms.CharField(label=_("Reason, in English"), required=False, max_length=120)
    source = forms.CharField(label=_("Decision or notice it rests on"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = agency_choices()  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """A day near today."""
        day: date = self.cleaned_data["day"]
        if abs(day - timezone.localdate()) > YEARS:
            raise forms.ValidationError(_("Choose a day within three years of today."))
        return day

    def clean(self) -> dict[str, Any]:
        """A short day of the whole province is shorter than the usual day."""
        values = self.cleaned_data
        if values.get("kind") == "half_day" and not values.get("agency") and values.get("hours") and values.get("day"):
            newest = CalendarRevision.objects.latest("number")
            if _length(values["hours"]) >= calendar_of(newest.pk).day_length_on(values["day"]):
                self.add_error("hours", _("Hours of a short day must be fewer than those of a usual day."))
        return values

    @property
    def change(self) -> Change:
        """The change as the calendar's services take it."""
        values = self.cleaned_data
        return Change(
            kind=values["kind"], day=values["day"], agency=values["agency"], vi=values["vi"], en=values["en"],
            source=values["source"], hours=values["hours"], worked=values["worked"], moves_limits=values["moves_limits"],
        )  # fmt: skip


def _length(hours: tuple[tuple[str, str], ...]) -> timedelta:
    moments = [datetime.strptime(moment, "%H:%M") for pair in hours for moment in pair]  # noqa: DTZ007 - a time of day
    return sum((b - a for a, b in zip(moments[::2], moments[1::2], strict=True)), timedelta())


class RecountForm(forms.Form):
    """The order to recompute; `shorten` is the reason why dates may come earlier."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    may_shorten = forms.BooleanField(label=_("Also dossiers whose date would come earlier"), required=False)
    shorten = forms.CharField(label=_("Reason why a date may come earlier"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """A reason is needed exactly where dates may come earlier."""
        values = self.cleaned_data
        if values.get("may_shorten") and not values.get("shorten", "").strip():
            self.add_error("shorten", _("Write the reason: the persons concerned will read it."))
        if not values.get("may_shorten"):
            values["shorten"] = ""
        return values


class MomentField(forms.DateTimeField):
    """A date with a time, on the clocks of Viet Nam."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"], **kwargs)

    def clean(self, value: Any) -> Any:
        """Aware, whatever the time zone of the machine."""
        found = super().clean(value)
        return found.replace(tzinfo=LEGAL_ZONE) if isinstance(found, datetime) else found


class OutageForm(forms.Form):
    """An outage that took time from limits."""

    began_at = MomentField(label=_("It began at"))
    ended_at = MomentField(label=_("It was over at"))
    agencies = forms.MultipleChoiceField(
        label=_("Agencies that were cut off"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose none when it was the whole portal."),
    )
    day_share = forms.IntegerField(
        label=_("Share of the day's opening hours, in per cent, from which an agency gets the day back"),
        min_value=1, max_value=100, initial=50,
    )  # fmt: skip
    reason_vi = forms.CharField(label=_("Reason, in Vietnamese"), max_length=300, help_text=_("Citizens read it."))
    reason_en = forms.CharField(label=_("Reason, in English"), required=False, max_length=300)
    source = forms.CharField(label=_("Decision or notice it rests on"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agencies"].choices = agency_choices()[1:]  # type: ignore[attr-defined]
