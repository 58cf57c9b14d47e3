"""What is typed when an opinion is asked, given or taken back, and when somebody decides without one."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from common.templatetags.mc import pick
from dossiers.clock import Limit
from dossiers.clock.words import limit_words
from dossiers.forms.officer import ActForm, InternalReasonForm
from dossiers.models import Consultation
from dossiers.services import consulting
from dossiers.services.messaging import clean
from dossiers.terms import answer_limit_of
from procedures.content import Step


class ConsultForm(ActForm):
    """Which agency, what question, until when; the route proposes where it names consultations."""

    step_no = forms.ChoiceField(
        label=gettext_lazy("Which consultation of the route"), required=False, widget=forms.RadioSelect
    )
    agency = forms.ChoiceField(
        label=gettext_lazy("Agency that is asked"),
        error_messages={"required": gettext_lazy("Choose the agency that is asked.")},
    )
    question = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=consulting.LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "The agency reads this, the papers and the answers of the dossier, and nothing else. The applicant does not read it."
        ),
        error_messages={"required": gettext_lazy("Write what the agency is to say something about.")},
    )
    limit_amount = forms.IntegerField(
        label=gettext_lazy("To be answered within"),
        required=False,
        min_value=1,
        max_value=80,
        error_messages={
            "required": gettext_lazy("Write within what time the agency is to answer."),
            "invalid": gettext_lazy("Write the time as a whole number, for example 3."),
        },
    )
    limit_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=Consultation.Unit.choices)

    def build(self) -> None:
        dossier, steps = self.page.dossier, self.page.terms.consultations
        self.steps: dict[str, Step] = {str(step.no): step for step in steps}
        today = timezone.localdate(self.page.now)
        agencies = Agency.objects.valid_on(today).exclude(
            pk__in=[dossier.handling_agency_id, dossier.deciding_agency_id]
        )
        self.agencies = {str(one.pk): one for one in agencies}
        self._choices("agency", [("", _("Choose")), *((key, pick(one.name)) for key, one in self.agencies.items())])
        if steps:
            self._choices(
                "step_no", [*((no, self._words(step)) for no, step in self.steps.items()), ("", _("None of them"))]
            )
            self.initial.setdefault("step_no", str(steps[0].no))
        else:
            del self.fields["step_no"]
        self.fields["limit_amount"].required = not steps
        self.fields["limit_amount"].help_text = self._help()

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: forms.ChoiceField = self.fields[name]  # type: ignore[assignment]
        field.choices = choices

    def _words(self, step: Step) -> str:
        legal = answer_limit_of(step)
        words = f"{self.page.say(step.title)} ({limit_words(legal)})" if legal else str(self.page.say(step.title))
        if step.silence_is_agreement:
            words += ". " + _("Silence counts as agreement: %(law)s") % {"law": step.legal_basis}
        return words

    def _help(self) -> str:
        words = [_("Left empty, the time of the route holds.")] if self.steps else []
        due = self.page.dossier.due_at
        if due:
            day = timezone.localtime(due).strftime("%d/%m/%Y")
            words.append(_("The dossier itself is due on %(day)s: asking does not move that.") % {"day": day})
        return " ".join(words)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and self._limit(data) is None:
            self.add_error("limit_amount", _("Write within what time the agency is to answer."))
        return data

    def _limit(self, data: dict[str, Any]) -> Limit | None:
        if data.get("limit_amount"):
            return Limit(data["limit_amount"], data["limit_unit"])
        step = self.steps.get(data.get("step_no") or "")
        return answer_limit_of(step) if step else None

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "agency": self.agencies[data["agency"]],
            "question": data["question"],
            "limit": self._limit(data),
            "step_no": int(data.get("step_no") or 0),
        }


class RecallForm(InternalReasonForm):
    """Which question is taken back, and why one can go on without the answer."""

    consultation = forms.ChoiceField(label=gettext_lazy("Go on without the opinion of"), widget=forms.RadioSelect)
    field_order = ["version", "consultation", "reason"]

    def build(self) -> None:
        super().build()
        found = consulting.waited_for(self.page.dossier)
        field: forms.ChoiceField = self.fields["consultation"]  # type: ignore[assignment]
        field.choices = [(str(one.public_id), pick(one.agency.name)) for one in found]
        if len(found) == 1:
            self.initial.setdefault("consultation", str(found[0].public_id))
        self.fields["reason"].help_text = _("Colleagues read this; it stays in the history.")

    def values(self) -> dict[str, Any]:
        return super().values() | {"consultation": self.cleaned_data["consultation"]}


class SignForm(ActForm):
    """Signing: nothing to type, but for who decides while an agency has not answered yet."""

    without_opinions = forms.BooleanField(label=gettext_lazy("I decide without it"), required=False)

    def build(self) -> None:
        found = consulting.waited_for(self.page.dossier)
        if not found:
            del self.fields["without_opinions"]
            return
        words = _("I know that these have not answered yet, and decide without them: %(agencies)s")
        self.fields["without_opinions"].label = words % {"agencies": consulting.names_of(found)}

    def values(self) -> dict[str, Any]:
        return {"without_opinions": self.cleaned_data.get("without_opinions", False)}


class OpinionForm(forms.Form):
    """The opinion of the agency that was asked."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Opinion"),
        widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in consulting.ANSWERS],
        error_messages={"required": gettext_lazy("Choose: agrees, does not agree, or has no opinion to give.")},
    )
    answer = forms.CharField(
        label=gettext_lazy("In words"),
        required=False,
        max_length=consulting.LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Who does not agree gives the reasons and the law behind them."),
    )
    file = forms.FileField(label=gettext_lazy("Signed letter (PDF, JPG, PNG or DOCX, at most 15 MB)"), required=False)

    def clean_answer(self) -> str:
        """The words as they are kept, lines and all."""
        return clean(self.cleaned_data["answer"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") == Consultation.Outcome.DISAGREE and not data.get("answer"):
            self.add_error("answer", _("Write why the agency does not agree, and the law behind it."))
        return data
