"""The parts of an inter-agency dossier (liên thông): what each agency does, in which order, how it ended."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from dossiers.models.dossier import Dossier


class Branch(models.Model):
    """One part, planned when the dossier is accepted; `child` is its own dossier once it is opened.

    Version and case are pinned with the plan: what the citizen was promised is what will be applied. `after`: keys of the
    parts it waits for. `planned_at`: when it is due inside the citizen's limit; the child's own limit may end elsewhere.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("part", "Not begun yet")
        OPEN = "open", pgettext_lazy("part", "Being handled")
        GRANTED = "granted", pgettext_lazy("part", "Done")
        REJECTED = "rejected", pgettext_lazy("part", "Refused, with reasons")
        STOPPED = "stopped", pgettext_lazy("part", "Stopped")
        WITHDRAWN = "withdrawn", pgettext_lazy("part", "Withdrawn")
        DROPPED = "dropped", pgettext_lazy("part", "Not carried out")

    AWAITED = (State.WAITING, State.OPEN)

    parent = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="branches", db_index=False)
    key = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    title = models.JSONField()
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    procedure_version = models.ForeignKey(
        "procedures.ProcedureVersion", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case_key = models.CharField(max_length=60)
    after = models.JSONField(default=list)
    planned_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    is_awaited = models.BooleanField(default=True)  # False: the officers went on without it
    child = models.OneToOneField(Dossier, on_delete=models.PROTECT, null=True, related_name="branch")
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state"], condition=Q(state__in=["waiting", "open"]), name="branch_not_ended"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["parent", "key"], name="one_branch"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "dropped", "withdrawn"]) | Q(child__isnull=False),
                name="begun_branch_has_child",
            ),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="branch_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.parent_id} {self.key} {self.state}"

    @property
    def is_open(self) -> bool:
        """Not ended: waiting for its turn, or being handled."""
        return self.state in self.AWAITED
