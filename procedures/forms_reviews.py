"""What is typed in review campaigns: scope and days, a department's answer, reasons, the decision, the plan."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common.templatetags.mc import pick
from common.text import clean
from procedures import presenting
from procedures.classification import OBSTACLES, Answer, obstacles_of
from procedures.forms_catalogue import DayField, LongText
from procedures.models import ENDING, CampaignItem, CriterionAnswer, Field, PlanItem, Procedure
from procedures.services.reviewing import ASKED, Days, Given, Paper, Scope

QUESTIONS = {
    "handling": gettext_lazy("Is it received, handled, signed and returned in the system from beginning to end?"),
    "presence": gettext_lazy("Can people do it without appearing, showing originals or signing at an office?"),
}


class CampaignForm(forms.Form):
    """Name, scope and days; an empty part of the scope means all."""

    name = forms.CharField(
        label=gettext_lazy("Name of the campaign"), max_length=300,
        help_text=gettext_lazy("For example: “Rà soát thủ tục hành chính năm 2026”"),
        error_messages={"required": gettext_lazy("Write the name.")},
    )  # fmt: skip
    opens_on = DayField(label=gettext_lazy("Opens on"))
    due_on = DayField(label=gettext_lazy("Departments answer until"))
    effective_on = DayField(label=gettext_lazy("The decision takes effect on"))
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Decided by"), choices=Procedure.Level.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("None ticked: both"),
    )  # fmt: skip
    agencies = forms.MultipleChoiceField(
        label=gettext_lazy("Departments"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all"),
    )  # fmt: skip
    fields_of = forms.MultipleChoiceField(
        label=gettext_lazy("Fields"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all"),
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: Iterable[Agency], fields: Iterable[Field], **options: Any) -> None:
        super().__init__(*args, **options)
        self.known_agencies = {str(agency.pk): agency for agency in agencies}
        self.known_fields = {field.key: field for field in fields}
        self.fields["agencies"].choices = [  # type: ignore[attr-defined]
            (key, pick(agency.name)) for key, agency in self.known_agencies.items()
        ]
        self.fields["fields_of"].choices = [  # type: ignore[attr-defined]
            (key, pick(field.name)) for key, field in self.known_fields.items()
        ]

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        values = super().clean() or {}
        if all(values.get(name) for name in ("opens_on", "due_on", "effective_on")):
            for name, text in self.days.refusal().items():
                self.add_error(name, text)
        return values

    @property
    def days(self) -> Days:
        """As the services take them."""
        values = self.cleaned_data
        return Days(values["opens_on"], values["due_on"], values["effective_on"])

    @property
    def scope(self) -> Scope:
        """As the services take it."""
        values = self.cleaned_data
        return Scope(
            agencies=tuple(self.known_agencies[key] for key in values["agencies"]),
            fields=tuple(self.known_fields[key] for key in values["fields_of"]),
            levels=tuple(values["levels"]),
        )


class PostponeForm(forms.Form):
    """Later days for an open campaign."""

    due_on = DayField(label=gettext_lazy("Departments answer until"))
    effective_on = DayField(label=gettext_lazy("The decision takes effect on"))


class AnswerForm(forms.Form):
    """A department's answer for one procedure. What is wrong is said by `Given.refusal`."""

    answer = forms.ChoiceField(
        label=gettext_lazy("What shall become of it"), choices=CampaignItem.Answer.choices, widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )  # fmt: skip
    successor = forms.CharField(
        label=gettext_lazy("Merged into the procedure with the code"), max_length=30, required=False,
        help_text=gettext_lazy("Only for a merger; for example 1.001193"),
    )  # fmt: skip
    days_saved = forms.IntegerField(
        label=gettext_lazy("Days saved"), min_value=0, max_value=999, required=False,
        help_text=gettext_lazy("Working days people wait less"),
    )  # fmt: skip
    papers_saved = forms.IntegerField(
        label=gettext_lazy("Papers saved"), min_value=0, max_value=999, required=False,
        help_text=gettext_lazy("Papers people no longer hand in"),
    )  # fmt: skip
    reason = LongText(
        label=gettext_lazy("Reason"),
        required=False,
        help_text=gettext_lazy("Not needed when the procedure stays as it is"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for key in ASKED:
            self._ask(key)

    def _ask(self, key: str) -> None:
        reasons = [(name, presenting.say(OBSTACLES[name][1])) for name in obstacles_of(key)]
        self.fields[f"{key}_answer"] = forms.ChoiceField(
            label=QUESTIONS[key], choices=CriterionAnswer.Answer.choices, widget=forms.RadioSelect,
            required=self.data.get("answer") not in ENDING, error_messages={"required": gettext_lazy("Answer this question.")},
        )  # fmt: skip
        self.fields[f"{key}_obstacle"] = forms.ChoiceField(
            label=gettext_lazy("What stops it"), choices=[("", _("Choose one")), *reasons], required=False
        )
        self.fields[f"{key}_reason"] = LongText(label=gettext_lazy("In your words"), required=False, max_length=1000)
        self.fields[f"{key}_legal_basis"] = forms.CharField(
            label=gettext_lazy("Legal basis"), max_length=300, required=False,
            help_text=gettext_lazy("For example: Điều 11 Nghị định 42/2022/NĐ-CP"),
        )  # fmt: skip

    @property
    def questions(self) -> list[tuple[forms.BoundField, list[forms.BoundField], bool]]:
        """Each question with the fields that explain it, and whether they are to be seen at once."""
        return [self._question(key) for key in ASKED]

    def _question(self, key: str) -> tuple[forms.BoundField, list[forms.BoundField], bool]:
        question = self[f"{key}_answer"]
        parts = [self[f"{key}_{part}"] for part in ("obstacle", "reason", "legal_basis")]
        is_shown = question.value() in {"no", "unclear"} or any(part.errors for part in parts)
        return question, parts, is_shown

    def clean_successor(self) -> Procedure | None:
        """The procedure of that code, none for an empty one."""
        code = clean(self.cleaned_data["successor"])
        if not code or self.data.get("answer") != CampaignItem.Answer.MERGE:
            return None
        found = Procedure.objects.by_code(code).first()
        if found is None:
            raise forms.ValidationError(_("There is no procedure with the code %(code)s.") % {"code": code})
        return found

    @property
    def given(self) -> Given:
        """As the services take it."""
        values = self.cleaned_data
        return Given(
            answer=values.get("answer", ""), reason=values.get("reason", ""), successor=values.get("successor"),
            days_saved=values.get("days_saved") or 0, papers_saved=values.get("papers_saved") or 0,
            criteria={key: self._criterion(key) for key in ASKED if values.get(f"{key}_answer")},
        )  # fmt: skip

    def _criterion(self, key: str) -> Answer:
        parts = ("answer", "obstacle", "reason", "legal_basis")
        return Answer(*(self.cleaned_data.get(f"{key}_{part}", "") for part in parts))

    @staticmethod
    def of(item: CampaignItem) -> dict[str, Any]:
        """The answer of an item as the form shows it."""
        values: dict[str, Any] = {
            "answer": item.answer,
            "successor": item.successor.code if item.successor else "",
            "days_saved": item.days_saved,
            "papers_saved": item.papers_saved,
            "reason": item.reason,
        }
        for key, given in item.criteria.items():
            values |= {f"{key}_{part}": text for part, text in given.items()}
        return values


class ReturnForm(forms.Form):
    """Why an answer goes back."""

    remark = LongText(
        label=gettext_lazy("What must be changed"),
        error_messages={"required": gettext_lazy("Say what must be changed.")},
    )


class LeaveOutForm(forms.Form):
    """Why the decision says nothing of a procedure."""

    remark = LongText(
        label=gettext_lazy("Why they are left out"),
        error_messages={"required": gettext_lazy("Say why it is left out.")},
    )


class CloseForm(forms.Form):
    """The decision a campaign ends with."""

    number = forms.CharField(
        label=gettext_lazy("Number of the decision"), max_length=60, help_text=gettext_lazy("For example “1234/QĐ-UBND”"),
        error_messages={"required": gettext_lazy("Write the number.")},
    )  # fmt: skip
    title = LongText(
        label=gettext_lazy("Title"), max_length=1000, error_messages={"required": gettext_lazy("Write the title.")}
    )
    signed_on = DayField(label=gettext_lazy("Signed on"))
    effective_on = DayField(label=gettext_lazy("Takes effect on"))

    def clean_number(self) -> str:
        """Without spaces: 1234/QĐ-UBND."""
        return re.sub(r"\s+", "", self.cleaned_data["number"])

    def clean_effective_on(self) -> date:
        """Today or later: what held yesterday cannot be changed any more."""
        day: date = self.cleaned_data["effective_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return day

    @property
    def paper(self) -> Paper:
        """As the services take it."""
        values = self.cleaned_data
        return Paper(values["number"], clean(values["title"]), values["signed_on"], values["effective_on"])


class PlanForm(forms.Form):
    """How far a simplification is."""

    state = forms.ChoiceField(label=gettext_lazy("How far it is"), choices=PlanItem.State.choices)
    done_on = DayField(label=gettext_lazy("Done on"), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)
