"""What each action takes; whatever decides about a dossier says which version of it was looked at."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts.models import User
from agencies.models import Agency
from dossiers.clock import Limit
from dossiers.errors import Invalid
from dossiers.services.results import Decision
from dossiers.services.supplements import Missing
from dossiers.views.officer.page import DossierPage


class ActionIn(serializers.Serializer[Any]):
    """The version the decision is about."""

    version = serializers.IntegerField(min_value=0, max_value=2**31 - 1)

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        """The keyword arguments of the service, beside user and version."""
        return {}


class ReasonIn(ActionIn):
    """A reason that the person concerned reads."""

    reason = serializers.CharField(max_length=2000)

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"reason": data["reason"]}


class WithdrawIn(ActionIn):
    """Why it is withdrawn; a few words are enough."""

    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"reason": data["reason"]}


class AssignIn(ActionIn):
    """To whom (user name); empty releases the dossier."""

    assignee = serializers.CharField(max_length=64, allow_blank=True)

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"assignee": _colleague(data["assignee"], page)}


def _colleague(username: str, page: DossierPage | None) -> User | None:
    if not username or page is None:
        return None
    found = next((one for one in page.colleagues() if one.username == username), None)
    if found is None:
        raise Invalid({"assignee": _("This person holds no post that fits the current step.")})
    return found


class DecisionIn(ActionIn):
    """The proposal; a negative answer gives its reasons."""

    outcome = serializers.ChoiceField(["granted", "rejected"])
    text = serializers.CharField(max_length=8000, required=False, allow_blank=True, default="")
    until = serializers.DateField(required=False, allow_null=True, default=None, help_text=gettext_lazy("The last day"))

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"decision": Decision(data["outcome"], data["text"], data["until"])}


class ConsultIn(ActionIn):
    """Another agency is asked for its opinion; the due date of the dossier stays."""

    agency = serializers.CharField(max_length=35, help_text=gettext_lazy("Its identification code"))
    question = serializers.CharField(max_length=4000)
    limit_amount = serializers.IntegerField(min_value=1, max_value=80)
    limit_unit = serializers.ChoiceField(["working_day", "hour"])
    step_no = serializers.IntegerField(
        min_value=0, max_value=100, default=0, help_text=gettext_lazy("Which consultation of the route; 0 for none")
    )

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        asked = Agency.objects.filter(code=data["agency"]).first()
        if asked is None:
            raise Invalid({"agency": _("There is no agency of this code.")})
        limit = Limit(data["limit_amount"], data["limit_unit"])
        return {"agency": asked, "question": data["question"], "limit": limit, "step_no": data["step_no"]}


class RecallIn(ReasonIn):
    """Which question is taken back."""

    consultation = serializers.UUIDField()

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"reason": data["reason"], "consultation": data["consultation"]}


class SignIn(ActionIn):
    """Whether the signer decides while an agency that was asked has not answered."""

    without_opinions = serializers.BooleanField(default=False)

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"without_opinions": data["without_opinions"]}


class SendBackIn(ReasonIn):
    """To which earlier step of the route."""

    step_no = serializers.IntegerField(min_value=1, max_value=100)

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"reason": data["reason"], "step_no": data["step_no"]}


class MissingIn(serializers.Serializer[Any]):
    """One paper or answer to be completed, and why."""

    kind = serializers.ChoiceField(["paper", "field"])
    key = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=500)


class SupplementIn(ActionIn):
    """Everything that is missing, in one go."""

    items = serializers.ListField(child=MissingIn(), min_length=1, max_length=100)
    message = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"missing": [Missing(**item) for item in data["items"]], "message": data["message"]}


class HandOverIn(ActionIn):
    """Who receives the result at the counter."""

    receiver = serializers.CharField(max_length=120)

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"receiver": data["receiver"]}


class ReappointIn(ReasonIn):
    """The new appointment."""

    on = serializers.DateField(help_text=gettext_lazy("A working day after the due date"))

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        day: date = data["on"]
        return {"reason": data["reason"], "on": timezone.make_aware(datetime.combine(day, time(17, 0)))}


class ExtendIn(ReasonIn):
    """Which lawful extension of the catalogue (its key)."""

    extension = serializers.CharField(max_length=60)

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"reason": data["reason"], "extension": data["extension"]}


class RevokeIn(ReasonIn):
    """Why the result holds no more: a ground for everybody, a reason for the holder."""

    ground = serializers.ChoiceField(["wrong", "false_papers", "conditions", "on_request", "by_decision"])

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"reason": data["reason"], "ground": data["ground"]}


class AtOnceIn(ActionIn):
    """The text of a result that is decided at once."""

    text = serializers.CharField(max_length=8000, required=False, allow_blank=True, default="")

    @staticmethod
    def arguments(data: dict[str, Any], page: DossierPage | None) -> dict[str, Any]:
        return {"text": data["text"] or (page.result_template() if page else "")}
