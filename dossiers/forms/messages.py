"""What is typed beside the acts: messages between agency and applicant, notes among colleagues."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.services.messaging import LONGEST, clean

# Frequent sentences: (what the officer chooses, what the applicant reads; the officer fills in what stands in brackets).
SENTENCES: dict[str, tuple[Any, Any]] = {
    "goi-lai": (
        _("Ask to be called"),
        _("Please call us at […] between […] and […] about your dossier, so that we need not ask you to come."),
    ),
    "hoi-them": (
        _("Ask one question"),
        _("To go on with your dossier we need to know: […] Please answer here; you need not send any paper."),
    ),
    "kiem-tra": (
        _("Announce a visit"),
        _("We will come to inspect the place on […] at […]. Please be there or name somebody who will."),
    ),
    "den-lay": (
        _("Ask to collect the result"),
        _("The result waits for you at the counter. Please bring your identity paper."),
    ),
    "cam-on": (_("Say thanks"), _("Thank you, we have what we asked for. You need not do anything more.")),
}


class MessageForm(forms.Form):
    """One message; what is typed is kept when it is not sent."""

    text = forms.CharField(
        label=_("Message"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write the message first.")},
    )

    def clean_text(self) -> str:
        """The words as they are kept, lines and all."""
        return clean(self.cleaned_data["text"])


class NoteForm(forms.Form):
    """One note; `pinned` keeps it on top."""

    text = forms.CharField(
        label=_("Note for colleagues"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only officers who work on this dossier read it; the applicant never does."),
        error_messages={"required": _("Write the note first.")},
    )
    pinned = forms.BooleanField(label=_("Keep it on top"), required=False)
