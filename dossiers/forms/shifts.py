"""Weekly shifts of those who guide people at the counter."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from agencies.models import Agency
from agencies.services.shifts import Hours

WEEKDAYS = (
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
)
WRONG_TIME = gettext_lazy("Write the time as hours:minutes, for example 07:30.")
FORMATS = ["%H:%M", "%Hh%M", "%H.%M"]


def hour(label: Any, initial: str) -> forms.TimeField:
    """A time of the day as it is written in Viet Nam; a form has two of them, so the message says which is meant."""
    wrong = format_lazy("{}: {}", label, WRONG_TIME)
    errors = {"required": wrong, "invalid": wrong}
    return forms.TimeField(label=label, input_formats=FORMATS, initial=initial, error_messages=errors)


class ShiftForm(forms.Form):
    """Who guides on which day from when to when, under which telephone."""

    officer = forms.ChoiceField(label=gettext_lazy("Officer"))
    weekday = forms.TypedChoiceField(label=gettext_lazy("Day of the week"), choices=WEEKDAYS, coerce=int)
    starts = hour(pgettext_lazy("shift", "From"), "07:30")
    ends = hour(pgettext_lazy("shift", "To"), "11:30")
    phone = forms.CharField(
        label=gettext_lazy("Telephone at work"),
        help_text=gettext_lazy("Published on the pages of the procedures. Never a private number."),
        max_length=20,
        error_messages={"required": gettext_lazy("Write the telephone at work: 8 to 14 digits.")},
    )

    def __init__(self, *args: Any, colleagues: Sequence[tuple[Agency, User]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.colleagues = {f"{agency.pk}-{user.pk}": (agency, user) for agency, user in colleagues}
        several = len({agency.pk for agency, _user in colleagues}) > 1
        self.fields["officer"].choices = [  # type: ignore[attr-defined]
            (key, f"{user.display_name} ({agency.name_vi})" if several else user.display_name)
            for key, (agency, user) in self.colleagues.items()
        ]

    def chosen(self) -> tuple[Agency, User, Hours]:
        """The counter, the officer and the hours; only after is_valid."""
        data = self.cleaned_data
        agency, officer = self.colleagues[data["officer"]]
        return agency, officer, Hours(data["weekday"], data["starts"], data["ends"], data["phone"])
