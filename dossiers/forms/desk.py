"""Input of the lists: filters, columns, saved views. Nothing here takes a value of an applicant."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agencies.models import Agency
from common.text import clean
from dossiers.models import Dossier
from dossiers.queues import BY_KEY, KEYS, LARGEST_KEY, SIZES, SORTS
from dossiers.workflow import State

BADGES = (
    ("unseen", _("New or changed since I looked")),
    ("supplemented", _("Supplement came")),
    ("withdrawal", _("Withdrawal asked")),
    ("apologised", _("Apologised")),
    ("signed", pgettext_lazy("result", "Signed")),
)
STATES = tuple((state.value, state.label) for state in State if state != State.DRAFT)
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


class Day(forms.DateField):
    """A day of our time, as a browser or a person writes it."""

    def __init__(self) -> None:
        super().__init__(required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y"])

    def to_python(self, value: Any) -> date | None:
        """The day; raises ValidationError for a day nobody means."""
        found = super().to_python(value)
        if found is not None and not FIRST <= found <= LAST:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


def _key() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)


def _one_of(choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, choices=choices)


class FilterForm(forms.Form):
    """The filters of a list; anything unknown or unreadable is left out."""

    procedure, field, agency = _key(), _key(), _key()
    state, intake = _one_of(STATES), _one_of(Dossier.Intake.choices)
    delivery, fee = _one_of(Dossier.Delivery.choices), _one_of(Dossier.FeeState.choices)
    due_before, due_after, filed_from, filed_to = Day(), Day(), Day(), Day()
    holder = forms.RegexField(regex=r"^(nobody|me|\d{1,12})$", required=False)
    badge = _one_of(BADGES)

    def chosen(self) -> dict[str, Any]:
        """The usable filters, plain enough for an address and for JSON: numbers, words, days as 2026-11-23."""
        self.is_valid()
        found = {key: self.cleaned_data.get(key) for key in KEYS}
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in found.items()
            if value not in (None, "")
        }


def chosen_filters(sent: Mapping[str, Any]) -> dict[str, Any]:
    """`FilterForm.chosen` of what was sent; most lists have no filter, and they need no form."""
    return FilterForm(sent).chosen() if any(sent.get(key) for key in KEYS) else {}


class ShowingForm(forms.Form):
    """Columns of a tab in their order, rows a page, order of the rows."""

    tab = forms.ChoiceField(choices=[(key, key) for key in BY_KEY])
    size = forms.TypedChoiceField(coerce=int, choices=[(size, size) for size in SIZES], required=False)
    sort = forms.ChoiceField(choices=[(sort, sort) for sort in SORTS], required=False)


class ViewForm(forms.Form):
    """A name for the list as it stands, and who may use it."""

    name = forms.CharField(
        max_length=60,
        error_messages={"required": _("Give the view a name, for example “Construction, due this week”.")},
    )
    agency = forms.ModelChoiceField(Agency.objects.none(), required=False)

    def __init__(self, *args: Any, agencies: list[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.queryset = Agency.objects.filter(pk__in=[agency.pk for agency in agencies])

    def clean_name(self) -> str:
        """The name without stray spaces and signs."""
        return clean(self.cleaned_data["name"])
