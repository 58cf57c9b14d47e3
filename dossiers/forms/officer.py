"""What officers type: clean values for the services, nothing saved here."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from common.text import clean
from dossiers.models import Paper
from dossiers.services import apologies
from dossiers.services.supplements import Missing

REASONS: dict[str, Any] = {
    "unreadable": gettext_lazy("The picture is too dark or blurred to be read"),
    "missing_page": gettext_lazy("A page is missing"),
    "wrong_paper": gettext_lazy("This is another paper than the one asked for"),
    "expired": gettext_lazy("The paper is no longer valid"),
    "unsigned": gettext_lazy("A signature or seal is missing"),
    "mismatch": gettext_lazy("It does not agree with what was declared"),
}
FIELD_ROWS = 3
# A form whose hidden part did not arrive: the dossier it was shown for is not known.
INCOMPLETE = gettext_lazy("The page did not arrive whole. Open it again from the dossier.")


class Unchanged(forms.IntegerField):
    """A hidden number that no form changes: all share the one of the class, each form would copy it else."""

    def __deepcopy__(self, memo: dict[Any, Any]) -> "Unchanged":
        """Itself."""
        return self


class ActForm(forms.Form):
    """The base: which state of the dossier the officer was looking at."""

    version = Unchanged(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), INCOMPLETE),
    )

    def __init__(self, *args: Any, page: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.build()

    def build(self) -> None:
        """Set choices and starting values from the page."""

    def values(self) -> dict[str, Any]:
        """The keyword arguments of the service, without user and version."""
        return {}

    @property
    def shown(self) -> list[forms.BoundField]:
        """The fields a person fills in."""
        return self.visible_fields()


class ReasonForm(ActForm):
    """A reason that the citizen reads."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The person concerned reads this. Name the law where there is one."),
        error_messages={"required": gettext_lazy("Write the reason: the person concerned will read it.")},
    )

    def values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"].strip()}


class InternalReasonForm(ReasonForm):
    """A reason that colleagues read, and nobody outside."""

    def build(self) -> None:
        field = self.fields["reason"]
        field.help_text = _("Your colleague reads this; it stays in the history.")
        field.error_messages["required"] = _("Write the reason: it stays in the history.")


class AssignForm(ActForm):
    """To whom; empty releases the dossier."""

    assignee = forms.ChoiceField(label=gettext_lazy("Give it to"), required=False)

    def build(self) -> None:
        people = self.page.colleagues()
        self.people = {str(person.pk): person for person in people}
        field: forms.ChoiceField = self.fields["assignee"]  # type: ignore[assignment]
        names = [(key, person.display_name) for key, person in self.people.items()]
        field.choices = [("", _("Nobody: leave it in the common queue")), *names]
        self.initial.setdefault("assignee", str(self.page.dossier.assignee_id or ""))

    def values(self) -> dict[str, Any]:
        return {"assignee": self.people.get(self.cleaned_data["assignee"])}


class DecisionForm(ActForm):
    """The proposal of the specialist."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Proposal"),
        widget=forms.RadioSelect,
        choices=[
            ("granted", pgettext_lazy("proposal", "Grant what was asked for")),
            ("rejected", pgettext_lazy("proposal", "Reject, with reasons")),
        ],
        error_messages={"required": gettext_lazy("Choose: grant, or reject.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Text of the result"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("This stands on the paper the leader signs. A negative answer gives its reasons."),
    )

    until = forms.DateField(
        label=gettext_lazy("Holds until"),
        required=False,
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        help_text=gettext_lazy(
            "The last day, for example 22/11/2029. Leave it empty where the catalogue says how long it holds, or it has no end."
        ),
        error_messages={"invalid": gettext_lazy("Write the date as day/month/year, for example 27/11/2026.")},
    )

    def build(self) -> None:
        result = self.page.result
        if result is not None and result.revoked_at is None:
            self.initial.update(outcome=result.outcome, text=result.text)
            self.initial["until"] = result.asks_until.strftime("%d/%m/%Y") if result.asks_until else ""
        else:
            self.initial.update(outcome="granted", text=self.page.result_template())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == "rejected" and data.get("text", "").strip() in {"", self.page.result_template()}:
            self.add_error("text", _("A negative answer gives its reasons and the law behind them."))
        if data.get("until") and data["until"] <= timezone.localdate(self.page.now):
            self.add_error("until", _("The last day of validity must lie in the future."))
        return data

    def values(self) -> dict[str, Any]:
        from dossiers.services.results import Decision

        data = self.cleaned_data
        return {"decision": Decision(data["outcome"], data["text"].strip(), data["until"])}


class SendBackForm(InternalReasonForm):
    """To which earlier step, and why; colleagues read the reason."""

    step_no = forms.ChoiceField(label=gettext_lazy("Send it back to"), widget=forms.RadioSelect)
    field_order = ["version", "step_no", "reason"]

    def build(self) -> None:
        super().build()
        steps = self.page.earlier_steps()
        field: forms.ChoiceField = self.fields["step_no"]  # type: ignore[assignment]
        field.choices = [(str(step.no), title) for step, title in steps]
        if steps:
            self.initial.setdefault("step_no", str(steps[-1][0].no))

    def values(self) -> dict[str, Any]:
        return super().values() | {"step_no": int(self.cleaned_data["step_no"])}


class HandOverForm(ActForm):
    """Who receives the result at the counter."""

    receiver = forms.CharField(
        label=gettext_lazy("Who receives the result"),
        max_length=120,
        help_text=gettext_lazy("Compare with the identity paper; an authorised person shows the authorisation."),
        error_messages={"required": gettext_lazy("Write the name of the person who receives the result.")},
    )

    def build(self) -> None:
        self.initial.setdefault("receiver", self.page.dossier.party.full_name)

    def values(self) -> dict[str, Any]:
        return {"receiver": clean(self.cleaned_data["receiver"])}


class ReappointForm(ReasonForm):
    """The apology of form 04: the new appointment and why."""

    on = forms.DateField(
        label=gettext_lazy("New appointment"),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        help_text=gettext_lazy("For example 27/11/2026. The due date itself stays: the dossier still counts as late."),
        error_messages={"invalid": gettext_lazy("Write the date as day/month/year, for example 27/11/2026.")},
    )
    field_order = ["version", "on", "reason"]

    def build(self) -> None:
        draft = apologies.open_draft(self.page.dossier)
        if draft is not None:
            self.initial.setdefault("on", timezone.localdate(draft.appointment_at).strftime("%d/%m/%Y"))
            self.initial.setdefault("reason", draft.reason)

    def clean_reason(self) -> str:
        text: str = self.cleaned_data["reason"]
        if "…" in text and text.strip() == apologies.reason(self.page.dossier):
            raise forms.ValidationError(_("Say what really holds the dossier up: the citizen reads it."))
        return text

    def values(self) -> dict[str, Any]:
        day: date = self.cleaned_data["on"]
        return super().values() | {"on": timezone.make_aware(datetime.combine(day, time(17, 0)))}


class ExtendForm(ReasonForm):
    """Which lawful extension of the catalogue."""

    extension = forms.ChoiceField(label=gettext_lazy("Extension the law allows"), widget=forms.RadioSelect)
    field_order = ["version", "extension", "reason"]

    def build(self) -> None:
        field: forms.ChoiceField = self.fields["extension"]  # type: ignore[assignment]
        choices = self.page.extension_choices()
        field.choices = choices
        if len(choices) == 1:
            self.initial.setdefault("extension", choices[0][0])

    def values(self) -> dict[str, Any]:
        return super().values() | {"extension": self.cleaned_data["extension"]}


class AtOnceForm(ActForm):
    """The text of a result that is decided at once."""

    text = forms.CharField(
        label=gettext_lazy("Text of the result"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip

    def build(self) -> None:
        self.initial.setdefault("text", self.page.result_template())

    def values(self) -> dict[str, Any]:
        return {"text": self.cleaned_data["text"].strip()}


class SupplementForm(ActForm):
    """Form 02: each paper and answer to be completed with its reason, and a closing line; begins with the marks."""

    def build(self) -> None:
        self.papers = self.page.asked_papers()
        for key, name, mark in self.papers:
            is_invalid = mark is not None and mark.verdict == Paper.Verdict.INVALID
            label = _("Ask for it again: %(name)s") % {"name": name}
            self.fields[f"paper:{key}"] = forms.BooleanField(label=label, required=False, initial=is_invalid)
            self.fields[f"reason:{key}"] = forms.CharField(
                label=_("What is to be mended: %(name)s") % {"name": name},
                required=False, max_length=500, initial=mark.reason if is_invalid and mark else "",
            )  # fmt: skip
        choices = [("", _("Choose an answer of the form")), *self.page.field_choices()]
        for n in range(1, FIELD_ROWS + 1):
            self.fields[f"field:{n}"] = forms.ChoiceField(
                label=_("Answer to be mended (%(n)s)") % {"n": n}, choices=choices, required=False
            )
            self.fields[f"why:{n}"] = forms.CharField(
                label=_("What is to be mended in answer %(n)s") % {"n": n}, required=False, max_length=500
            )
        self.fields["message"] = forms.CharField(
            label=_("A further line to the citizen"), required=False, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for key, _name, _mark in self.papers:
            if data.get(f"paper:{key}") and not (data.get(f"reason:{key}") or "").strip():
                self.add_error(
                    f"reason:{key}", _("Say what is wrong with the paper, so that it can be mended in one go.")
                )
        for n in range(1, FIELD_ROWS + 1):
            if data.get(f"field:{n}") and not (data.get(f"why:{n}") or "").strip():
                self.add_error(f"why:{n}", _("Say what is to be mended in this answer."))
        if not self.errors and not list(self._missing(data)):
            self.add_error(None, _("Name at least one paper or answer to be completed."))
        return data

    def _missing(self, data: Mapping[str, Any]) -> Iterable[Missing]:
        for key, _name, mark in self.papers:
            if data.get(f"paper:{key}"):
                code = mark.reason_code if mark else ""
                yield Missing("paper", key, data[f"reason:{key}"].strip(), code)
        for n in range(1, FIELD_ROWS + 1):
            if data.get(f"field:{n}"):
                yield Missing("field", data[f"field:{n}"], data[f"why:{n}"].strip())

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"missing": list(self._missing(data)), "message": data["message"].strip()}

    @property
    def paper_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(tick, reason) of each paper."""
        return [(self[f"paper:{key}"], self[f"reason:{key}"]) for key, _name, _mark in self.papers]

    @property
    def field_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """(answer, reason) of each row for answers."""
        return [(self[f"field:{n}"], self[f"why:{n}"]) for n in range(1, FIELD_ROWS + 1)]


class MarkForm(forms.Form):
    """The verdict on one paper."""

    verdict = forms.ChoiceField(choices=[(v, v) for v in Paper.Verdict.values])
    reason_code = forms.ChoiceField(
        required=False, choices=[("", gettext_lazy("Choose what is wrong")), *REASONS.items()]
    )
    reason = forms.CharField(required=False, max_length=400)

    def reason_text(self) -> str:
        """The sentence the citizen reads: the chosen one, and what the officer adds."""
        chosen = str(REASONS.get(self.cleaned_data["reason_code"], ""))
        added = clean(self.cleaned_data["reason"])
        return ": ".join(part for part in (chosen, added) if part)
