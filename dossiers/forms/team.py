"""What heads and officers type about people: absences, to whom a colleague's dossiers go."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from agencies.models import Agency
from agencies.services.absences import Away

NOBODY = "0"
DATES = ["%d/%m/%Y", "%Y-%m-%d"]
WRONG_DATE = gettext_lazy("Write the date as day/month/year, for example 27/11/2026.")


def day(label: Any, help_text: Any = "") -> forms.DateField:
    """A date as it is written in Viet Nam; a form has two of them, so the message says which is meant."""
    wrong = format_lazy("{}: {}", label, WRONG_DATE)
    return forms.DateField(
        label=label,
        help_text=help_text,
        input_formats=DATES,
        error_messages={"invalid": wrong, "required": wrong},
    )


class AbsenceForm(forms.Form):
    """Who is away from when to when, and who acts meanwhile."""

    person = forms.ChoiceField(label=gettext_lazy("Who is away"))
    first = day(gettext_lazy("First day away"), gettext_lazy("For example 27/11/2026."))
    last = day(gettext_lazy("Last day away"))
    substitute = forms.ChoiceField(
        label=gettext_lazy("Who stands in"),
        required=False,
        help_text=gettext_lazy("Acts in all posts of the absent person in this agency; the history names both."),
    )

    def __init__(self, *args: Any, colleagues: Sequence[tuple[Agency, User]], others: Sequence[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.colleagues = {f"{agency.pk}-{user.pk}": (agency, user) for agency, user in colleagues}
        self.others = {str(user.pk): user for user in others}
        several = len({agency.pk for agency, _user in colleagues}) > 1
        names = [
            (key, f"{user.display_name} ({agency.name_vi})" if several else user.display_name)
            for key, (agency, user) in self.colleagues.items()
        ]
        self.fields["person"].choices = names  # type: ignore[attr-defined]
        nobody = [("", _("Nobody: the dossiers wait in the common queue"))]
        self.fields["substitute"].choices = nobody + [(k, user.display_name) for k, user in self.others.items()]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[Agency, User, Away]:
        """The agency, the person, the days and the substitute; only after is_valid."""
        data = self.cleaned_data
        agency, person = self.colleagues[data["person"]]
        return agency, person, Away(data["first"], data["last"], self.others.get(data["substitute"]))


class HandOverForm(forms.Form):
    """To whom the dossiers of a colleague go."""

    to = forms.ChoiceField(label=gettext_lazy("Give them to"))

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        names = [(key, user.display_name) for key, user in self.people.items()]
        self.fields["to"].choices = [(NOBODY, _("Nobody: back to the common queue")), *names]  # type: ignore[attr-defined]

    def receiver(self) -> User | None:
        """The colleague; None for the common queue. Only after is_valid."""
        return self.people.get(self.cleaned_data["to"])
