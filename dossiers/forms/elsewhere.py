"""What the counter types or uploads of a decision made in other software."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.text import clean
from dossiers.forms.officer import ActForm
from dossiers.services import elsewhere


class ElsewhereForm(ActForm):
    """Code, status, day and words of the other agency."""

    code = forms.CharField(
        label=_("Code at the deciding agency"), max_length=60,
        error_messages={"required": _("Write the code the dossier has in the other software.")},
    )  # fmt: skip
    status = forms.ChoiceField(
        label=_("Status there"), widget=forms.RadioSelect, choices=list(elsewhere.STATUSES.items()),
        error_messages={"required": _("Choose the status the other agency reports.")},
    )  # fmt: skip
    on = forms.DateField(
        label=_("Since"), input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        help_text=_("The true day, for example 27/11/2026: a decision counts from it."),
        error_messages={
            "required": _("Write the day on which it happened."),
            "invalid": _("Write the date as day/month/year, for example 27/11/2026."),
        },
    )  # fmt: skip
    note = forms.CharField(
        label=_("What the applicant is told"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed for a supplement and for a negative answer."),
    )  # fmt: skip

    def build(self) -> None:
        """What is known already stands in the fields."""
        known = elsewhere.known(self.page.dossier)
        self.initial.setdefault("on", f"{timezone.localdate():%d/%m/%Y}")
        if known:
            self.initial.setdefault("code", known.code)

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        note = data["note"].replace("\r\n", "\n").strip()
        return {"report": elsewhere.Report(clean(data["code"]), data["status"], data["on"], note)}


class ElsewhereFileForm(forms.Form):
    """The file of reports."""

    file = forms.FileField(
        label=_("File of the deciding agency (XLSX or CSV)"),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose it again.")},
    )
