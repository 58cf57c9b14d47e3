"""What is chosen on the pages of import and export."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A file of the catalogue, or of the National Database."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX, CSV or JSON, at most 25 MB. Nothing is written before you confirm."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose it again."),
            "missing": _("Choose a file."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.json"}),
    )
    is_national = forms.BooleanField(label=_("The file comes from the National Database (JSON)"), required=False)
    is_complete = forms.BooleanField(
        label=_("It is complete: what it lacks is gone"),
        help_text=_("Only for a file of the National Database"),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Only a national file can be complete."""
        values = super().clean() or {}
        if values.get("is_complete") and not values.get("is_national"):
            self.add_error("is_complete", _("Tick also that the file comes from the National Database."))
        return values
