"""The dossier: who files what with whom, where it stands, by when it must be answered."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dossiers.models import triggers
from dossiers.querysets import DossierQuerySet
from dossiers.workflow import OPEN, State, Workflow

_OPEN = Q(state__in=OPEN)
# What the rules of the tabs look at (dossiers.queues.tabs): counting them reads the index and not the wide rows. The other
# agency is left out: with it, whoever looks for one agency's open dossiers may be led through those of all.
_COUNTED = (
    "state", "step_role", "assignee", "decides_at_once", "result_state", "supplement_request_state", "supplement_sent_at",
    "withdrawal_asked_at", "delivery", "post_state",
)  # fmt: skip


class Dossier(Workflow):
    """One case file (hồ sơ). Columns marked read model are written by upper rooms through services of this room."""

    class Intake(models.TextChoices):
        OWN = "own", _("This portal")
        NATIONAL = "national", _("National Public Service Portal")
        COUNTER = "counter", _("Counter")
        POST = "post", _("Public post")

    class FiledBy(models.TextChoices):
        SELF = "self", _("Filed by the citizen")
        ASSISTED = "assisted", _("Filed with assistance")
        TYPED = "typed", _("Typed at the counter")

    class Delivery(models.TextChoices):
        ONLINE = "online", pgettext_lazy("delivery", "Online")
        COUNTER = "counter", pgettext_lazy("delivery", "At a counter")
        POST = "post", pgettext_lazy("delivery", "By post")

    class Elsewhere(models.TextChoices):
        PROCESSING = "processing", pgettext_lazy("status elsewhere", "Being handled")
        SUPPLEMENT = "supplement", pgettext_lazy("status elsewhere", "Asks for a supplement")
        GRANTED = "granted", pgettext_lazy("status elsewhere", "Decided: granted")
        REJECTED = "rejected", pgettext_lazy("status elsewhere", "Decided: rejected")

    class FeeState(models.TextChoices):
        NONE = "none", _("No fee")
        LATER = "later", _("Fee after examination")
        DUE = "due", _("Not paid")
        PENDING = "pending", _("Being paid")
        PAID = "paid", _("Paid")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=50, unique=True, null=True, editable=False)  # noqa: DJ001 - drafts have none
    external_code = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, blank=True)

    procedure = models.ForeignKey("procedures.Procedure", on_delete=models.PROTECT, related_name="+")
    procedure_version = models.ForeignKey("procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+")
    case_key = models.CharField(max_length=60)
    intake = models.CharField(max_length=10, choices=Intake.choices, default=Intake.OWN)
    filed_by = models.CharField(max_length=10, choices=FiledBy.choices, default=FiledBy.SELF)
    service_level = models.CharField(max_length=10)  # full, partial, info at filing
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="dossiers", db_index=False
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    receiving_agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    handling_agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    deciding_agency = models.ForeignKey(
        "agencies.Agency", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    step_no = models.PositiveSmallIntegerField(default=0)
    step_role = models.CharField(max_length=20, blank=True)
    decides_at_once = models.BooleanField(default=False)

    calendar = models.ForeignKey(
        "agencies.CalendarRevision", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    filed_at = models.DateTimeField(null=True)
    intake_due_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # closing time of the legal due date; derived from the clock entries
    original_due_at = models.DateTimeField(null=True)
    appointment_at = models.DateTimeField(null=True)  # given by an apology; never changes due_at
    answer_by = models.DateTimeField(null=True)  # the citizen's limit for a supplement or a fee
    queue_at = models.DateTimeField(null=True)  # what officers' queues sort by: the next moment something is due
    finished_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    outcome = models.CharField(max_length=10, blank=True)  # granted, rejected
    result_state = models.CharField(max_length=10, blank=True)  # drafted, signed, issued
    supplement_request_state = models.CharField(max_length=10, blank=True)  # drafted, approved, sent
    supplements_after_acceptance = models.PositiveSmallIntegerField(default=0)
    supplement_sent_at = models.DateTimeField(null=True)
    withdrawal_asked_at = models.DateTimeField(null=True)
    elsewhere_code = models.CharField(max_length=60, blank=True, default="", db_default="")  # in the decider's software
    elsewhere_status = models.CharField(max_length=12, blank=True, choices=Elsewhere.choices, default="", db_default="")
    elsewhere_on = models.DateField(null=True)  # the true day of that status
    elsewhere_note = models.CharField(max_length=500, blank=True, default="", db_default="")
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.ONLINE)
    answers_revision = models.PositiveSmallIntegerField(default=1)

    fee_state = models.CharField(
        max_length=10, choices=FeeState.choices, default=FeeState.NONE
    )  # read model of payments
    post_state = models.CharField(max_length=20, blank=True)  # read model of postal
    message_waits = models.CharField(max_length=8, blank=True, default="", db_default="")  # for agency, citizen
    open_opinions = models.PositiveSmallIntegerField(default=0, db_default=0)  # asked of other agencies, unanswered
    # A part of an inter-agency procedure names the citizen's own dossier; that one says how many parts it waits for.
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children", db_index=False)
    open_children = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    draft_expires_on = models.DateField(null=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        indexes = [
            models.Index(
                fields=["receiving_agency", "queue_at", "id"],
                include=_COUNTED,
                condition=_OPEN,
                name="desk_received",
            ),
            models.Index(
                fields=["handling_agency", "queue_at", "id"],
                include=_COUNTED,
                condition=_OPEN,
                name="desk_handled",
            ),
            models.Index(fields=["deciding_agency", "queue_at", "id"], condition=_OPEN, name="queue_decided"),
            models.Index(fields=["deciding_agency", "-id"], name="dossier_deciding"),
            models.Index(fields=["assignee", "queue_at", "id"], condition=_OPEN, name="queue_assignee"),
            models.Index(fields=["applicant", "-id"], name="dossier_applicant"),
            models.Index(fields=["organisation", "-id"], name="dossier_organisation"),
            models.Index(fields=["receiving_agency", "-id"], name="dossier_receiving"),
            models.Index(fields=["handling_agency", "-id"], name="dossier_handling"),
            models.Index(fields=["calendar", "intake_due_at"], condition=Q(state=State.NEW), name="watch_intake"),
            models.Index(
                fields=["calendar", "due_at"],
                condition=Q(state=State.PROCESSING, appointment_at=None),
                name="watch_apology",
            ),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="dossier_parent"),
            models.Index(fields=["elsewhere_code"], condition=~Q(elsewhere_code=""), name="dossier_elsewhere"),
            models.Index(fields=["external_code"], condition=~Q(external_code=""), name="dossier_external"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state=State.DRAFT) | Q(code__isnull=False), name="filed_has_code"),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(receiving_agency__isnull=False, handling_agency__isnull=False, deciding_agency__isnull=False),
                name="filed_has_agencies",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(outcome__in=["granted", "rejected", ""]), name="outcome_known"
            ),
            models.CheckConstraint(condition=Q(head_seq=F("version")), name="one_version_per_event"),
        ]
        triggers = [triggers.state_guard(), triggers.birth_guard(), triggers.delete_guard(), triggers.event_guard()]

    def __str__(self) -> str:
        return self.code or str(self.public_id)

    @property
    def is_draft(self) -> bool:
        """Still being written; has no code, no events, no clock."""
        return bool(self.state == State.DRAFT)

    @property
    def is_open(self) -> bool:
        """Filed and not ended."""
        return self.state in OPEN

    @property
    def is_part(self) -> bool:
        """The dossier of a part of an inter-agency procedure; the citizen's own one is its parent."""
        return self.parent_id is not None

    @property
    def reference(self) -> str:
        """What stands in addresses: the code, or the draft's uuid."""
        return self.code or str(self.public_id)


class CodeSequence(models.Model):
    """The last number given per scope and period: dossier codes per agency and day, results per agency, type and year."""

    scope = models.CharField(max_length=80)
    period = models.CharField(max_length=10)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "period"], name="one_sequence")]

    def __str__(self) -> str:
        return f"{self.scope} {self.period} {self.last}"
