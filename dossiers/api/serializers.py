"""What the case file takes and gives."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dossiers.models import Branch, Dossier
from dossiers.workflow import State
from procedures.api.serializers import Named


class AgencyOut(serializers.Serializer[Any]):
    """An agency."""

    code = serializers.CharField()
    name = serializers.CharField()


class DossierRow(serializers.Serializer[Any]):
    """A dossier in a list."""

    id = serializers.UUIDField(help_text=_("The address of a draft, and of the dossier it becomes"))
    code = serializers.CharField(allow_null=True, help_text=_("Given when it is filed"))
    state = serializers.ChoiceField(State.values)
    state_words = serializers.CharField()
    version = serializers.IntegerField(help_text=_("Send it back with an action"))
    procedure = Named()
    receiving_agency = AgencyOut(allow_null=True)
    filed_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    answer_by = serializers.DateTimeField(allow_null=True, help_text=_("The citizen's own limit"))
    finished_at = serializers.DateTimeField(allow_null=True)
    fee_state = serializers.ChoiceField(Dossier.FeeState.values)
    outcome = serializers.CharField(allow_blank=True)


class DossierList(serializers.Serializer[Any]):
    """One page; `next` is the value of `after` for the page that follows, empty on the last."""

    results = DossierRow(many=True)
    next = serializers.CharField(allow_blank=True)


class QueueRow(DossierRow):
    """A dossier in a queue."""

    applicant = serializers.CharField()
    holder = serializers.CharField(allow_blank=True, help_text=_("User name of the officer who has it"))
    step = serializers.CharField(allow_blank=True, help_text=_("Role of the current step"))
    next_due_at = serializers.DateTimeField(allow_null=True)


class QueueList(serializers.Serializer[Any]):
    """One page of a tab."""

    tab = serializers.CharField()
    results = QueueRow(many=True)
    next = serializers.CharField(allow_blank=True)


class AddressIn(serializers.Serializer[Any]):
    """Where the parcel goes."""

    province = serializers.CharField(max_length=2)
    commune = serializers.CharField(max_length=5)
    line = serializers.CharField(max_length=200)


class DeliveryIn(serializers.Serializer[Any]):
    """How the result is wanted: online, at a counter (of a commune), or by post to an address."""

    kind = serializers.ChoiceField(Dossier.Delivery.values)
    counter = serializers.CharField(max_length=5, required=False, allow_blank=True, help_text=_("Code of a commune"))
    receiver = serializers.CharField(max_length=120, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    address = AddressIn(required=False)


class DeliveryOut(serializers.Serializer[Any]):
    """How the result is wanted."""

    kind = serializers.CharField()
    counter = serializers.CharField(allow_blank=True)
    receiver = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)
    address = serializers.DictField(child=serializers.CharField(allow_blank=True))


class Fields(serializers.Serializer[Any]):
    """What can be said of a draft."""

    answers = serializers.DictField(required=False, help_text=_("{field: value} as the e-form asks"))
    delivery = DeliveryIn(required=False)
    agency = serializers.CharField(
        max_length=5, required=False, help_text=_("Code of the commune that handles a commune-level procedure")
    )


class DraftIn(Fields):
    """A new draft."""

    procedure = serializers.CharField(max_length=40)
    case = serializers.CharField(
        max_length=60, required=False, help_text=_("Answers what the choice of a case implies")
    )
    organisation = serializers.CharField(
        max_length=14, required=False, help_text=_("Tax code of the organisation the dossier is filed for")
    )


class DraftChange(Fields):
    """Changes of a draft: only what is sent changes."""


class FileOut(serializers.Serializer[Any]):
    """A file that was handed in; officers see it once it is clean."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField()
    state = serializers.CharField()


class PaperRow(serializers.Serializer[Any]):
    """A paper these answers ask for."""

    key = serializers.CharField()
    name = serializers.CharField()
    is_required = serializers.BooleanField()
    files = FileOut(many=True)


class FeeLineOut(serializers.Serializer[Any]):
    """A line of the fee, in VND."""

    name = serializers.CharField()
    amount = serializers.IntegerField()
    timing = serializers.ChoiceField(["before", "after"])


class FeeOfDossier(serializers.Serializer[Any]):
    """The fee, in VND: of a draft the quote as of now."""

    state = serializers.CharField(allow_blank=True)
    total = serializers.IntegerField()
    due_now = serializers.IntegerField()
    lines = FeeLineOut(many=True)


class AskedItem(serializers.Serializer[Any]):
    """One thing to be completed."""

    kind = serializers.ChoiceField(["paper", "field"])
    key = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)


class SupplementOut(serializers.Serializer[Any]):
    """What is asked for."""

    message = serializers.CharField(allow_blank=True)
    answer_by = serializers.DateTimeField(allow_null=True)
    items = AskedItem(many=True)


class PartOut(serializers.Serializer[Any]):
    """A part of an inter-agency dossier; `code` is empty until its dossier is opened."""

    key = serializers.CharField()
    title = serializers.CharField()
    agency = AgencyOut()
    code = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(Branch.State.values)
    is_awaited = serializers.BooleanField()
    ended_at = serializers.DateTimeField(allow_null=True)


class OwnDossier(DossierRow):
    """A dossier as its applicant sees it."""

    view = serializers.ChoiceField(["own"])
    case = serializers.CharField()
    sentence = serializers.CharField(allow_blank=True, help_text=_("Where it stands, in words"))
    organisation = serializers.CharField(allow_null=True)
    deciding_agency = AgencyOut(allow_null=True)
    delivery = DeliveryOut()
    answers = serializers.DictField()
    papers = PaperRow(many=True)
    fee = FeeOfDossier()
    open_points = serializers.DictField(
        child=serializers.CharField(), help_text=_("What still stands between the draft and its submission")
    )
    supplement = SupplementOut(allow_null=True)
    parts = PartOut(many=True, help_text=_("What other agencies do of it"))
    actions = serializers.ListField(child=serializers.CharField())


class DeclaredRow(serializers.Serializer[Any]):
    """One answer in words."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField(allow_blank=True)


class DeclaredPart(serializers.Serializer[Any]):
    """A section of the form."""

    title = serializers.CharField()
    rows = DeclaredRow(many=True)


class DeskPaper(serializers.Serializer[Any]):
    """A paper with what officers found of it."""

    key = serializers.CharField()
    name = serializers.CharField()
    verdict = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    files = FileOut(many=True)


class DeskResult(serializers.Serializer[Any]):
    """The drafted or signed result."""

    outcome = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    signed_at = serializers.DateTimeField(allow_null=True)


class OpinionOut(serializers.Serializer[Any]):
    """What another agency was asked, and how it answered; `outcome` is empty while it is waited for."""

    id = serializers.UUIDField()
    agency = AgencyOut()
    question = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    silence_is_agreement = serializers.BooleanField()
    outcome = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class DeskDossier(QueueRow):
    """A dossier as an officer sees it."""

    view = serializers.ChoiceField(["desk"])
    case = serializers.CharField()
    deciding_agency = AgencyOut(allow_null=True)
    delivery_kind = serializers.CharField()
    declared = DeclaredPart(many=True)
    papers = DeskPaper(many=True)
    fee = FeeOfDossier()
    result = DeskResult(allow_null=True)
    supplement = SupplementOut(allow_null=True)
    opinions = OpinionOut(many=True)
    parts = PartOut(many=True)
    actions = serializers.ListField(child=serializers.CharField())
    primary_action = serializers.CharField(allow_blank=True)


class SubmitIn(serializers.Serializer[Any]):
    """The last step: the undertaking, and the total that was shown (VND)."""

    undertaking = serializers.BooleanField(help_text=_("I vouch that what I have declared is true"))
    quoted_total = serializers.IntegerField(min_value=0, max_value=10**12, required=False)


class Done(serializers.Serializer[Any]):
    """The dossier after the act."""

    id = serializers.UUIDField()
    code = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(State.values)
    version = serializers.IntegerField()
    fee_state = serializers.ChoiceField(Dossier.FeeState.values)


class FilesIn(serializers.Serializer[Any]):
    """One file, or several photographs that become one PDF."""

    paper = serializers.CharField(max_length=60, help_text=_("Key of the paper"))
    file = serializers.ListField(child=serializers.FileField(allow_empty_file=True), max_length=20)


class EventOut(serializers.Serializer[Any]):
    """One event."""

    seq = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField()
    at = serializers.DateTimeField()
    text = serializers.CharField(allow_blank=True)
    by = serializers.CharField(allow_blank=True, help_text=_("User name of the officer; empty for applicants"))
    role = serializers.CharField()
    from_state = serializers.CharField()
    to_state = serializers.CharField()


class EventList(serializers.Serializer[Any]):
    """What happened, oldest first."""

    version = serializers.IntegerField()
    results = EventOut(many=True)


class TrackIn(serializers.Serializer[Any]):
    """A dossier and what proves that one may ask for it."""

    code = serializers.CharField(max_length=60)
    secret = serializers.CharField(max_length=40, help_text=_("Printed on form 01; or the applicant's phone"))


class TrackOut(serializers.Serializer[Any]):
    """Where it stands; nothing about the person."""

    code = serializers.CharField()
    procedure = Named()
    state = serializers.ChoiceField(State.values)
    state_words = serializers.CharField()
    sentence = serializers.CharField()
    filed_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
