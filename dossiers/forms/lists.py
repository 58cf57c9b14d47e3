"""What is typed for hand-over lists and the tracking book: days, directions, counters."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agencies.models import COUNTER_ROLES, HANDLING_ROLES, Agency
from agencies.standing import standing_of
from dossiers.models import HandOver
from dossiers.querysets_lists import HandOverQuerySet
from procedures.forms_catalogue import DayField

WAITING = "cho"


class NarrowForm(forms.Form):
    """A row of small fields above a list; the template draws them without hints."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_list = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "govuk-select" if is_list else "govuk-input"


class FindListForm(NarrowForm):
    """Narrowing the lists; everything may stay empty."""

    day = DayField(label=gettext_lazy("Day of the hand-over"), required=False, help_text="")
    direction = forms.ChoiceField(
        label=pgettext_lazy("hand-over", "What goes where"),
        required=False,
        choices=[
            ("", gettext_lazy("Both ways")),
            (HandOver.Direction.DEPARTMENT, pgettext_lazy("hand-over", "Dossiers to the department")),
            (HandOver.Direction.COUNTER, pgettext_lazy("hand-over", "Results to the one-stop")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("All")), (WAITING, gettext_lazy("Waiting for us to confirm"))],
    )

    def applied(self, lists: HandOverQuerySet, user: Any) -> HandOverQuerySet:
        """The lists that fit."""
        if day := self.cleaned_data["day"]:
            lists = lists.filter(day=day)
        if direction := self.cleaned_data["direction"]:
            lists = lists.filter(direction=direction)
        if self.cleaned_data["state"] == WAITING:
            standing = standing_of(user)
            mine = Q(direction=HandOver.Direction.DEPARTMENT, department__in=standing.agency_ids(HANDLING_ROLES))
            mine |= Q(direction=HandOver.Direction.COUNTER, counter__in=standing.agency_ids(COUNTER_ROLES))
            lists = lists.filter(mine, confirmed_at=None).exclude(made_by=user)
        return lists


class NewListForm(NarrowForm):
    """Of which day, in which direction."""

    direction = forms.ChoiceField(
        label=pgettext_lazy("hand-over", "What goes where"),
        error_messages={"required": gettext_lazy("You hold no post that hands dossiers over.")},
    )
    day = DayField(label=gettext_lazy("Day of the hand-over"))

    def __init__(self, *args: Any, directions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["direction"].choices = directions  # type: ignore[attr-defined]

    def clean_day(self) -> Any:
        """Not in the future."""
        day = self.cleaned_data["day"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class BookForm(forms.Form):
    """Which counter, from when to when."""

    agency = forms.ModelChoiceField(
        label=gettext_lazy("Counter"),
        queryset=Agency.objects.none(),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose the counter.")},
    )
    first_day = DayField(label=gettext_lazy("From"))
    last_day = DayField(label=gettext_lazy("To"), help_text="")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Agency.objects.filter(pk__in=standing_of(user).agency_ids(COUNTER_ROLES)).order_by("sort_key")
        self.fields["agency"].queryset = mine  # type: ignore[attr-defined]
        self.fields["agency"].label_from_instance = lambda agency: agency.name_vi  # type: ignore[attr-defined]
