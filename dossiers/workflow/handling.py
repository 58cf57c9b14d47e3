"""The route inside the agencies, leaving it early, and the appointment."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import APPLICANT, HANDLERS, HEAD, LEADER, ONE_STOP_HEAD, RECEPTION, SYSTEM, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.guards import is_no_part, nothing_is_signed, was_not_reappointed, withdrawal_was_asked
from dossiers.workflow.states import State


class Handling(Columns):
    """The route inside the agencies, leaving it early, and the appointment."""

    # ── the route ──
    @act(
        source=State.RECEIVED,
        target=State.PROCESSING,
        by=(RECEPTION, SYSTEM),
        label=_("Hand over for processing"),
        clock=("start_step",),
    )
    def start_processing(self, **values: Any) -> None:
        """2 → 4: a hand-over line on the control slip (form 06)."""

    @act(source=State.PROCESSING, target=State.PROCESSING, by=(*HANDLERS, RECEPTION), label=_("Take over"))
    def claim(self, *, user_id: int | None = None, **values: Any) -> None:
        """4 → 4: somebody whose post fits the step takes the dossier."""
        self.assignee_id = user_id

    @act(
        source=(State.NEW, State.RECEIVED, State.PROCESSING),
        target=None,
        by=(HEAD, LEADER, ONE_STOP_HEAD, SYSTEM),
        label=_("Assign"),
    )
    def assign(self, *, user_id: int | None = None, **values: Any) -> None:
        """The head, or sharing out at once, gives the dossier to a person (or releases it)."""
        self.assignee_id = user_id

    @act(source=State.PROCESSING, target=State.PROCESSING, by=HANDLERS, label=_("Forward"), clock=("start_step",))
    def forward(self, **values: Any) -> None:
        """4 → 4: to the next step of the route."""

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=HANDLERS,
        label=_("Send back"),
        clock=("start_step",),
        needs_reason=True,
    )
    def send_back(self, **values: Any) -> None:
        """4 → 4: to an earlier step, with a reason."""

    # ── leaving early ──
    @act(
        source=(State.NEW, State.RECEIVED),
        target=State.WITHDRAWN,
        by=(APPLICANT,),
        label=_("Withdraw"),
        conditions=(nothing_is_signed, is_no_part),
        clock=("stop_intake", "stop_handling"),
        news="dossier.withdrawn",
    )
    def withdraw(self, **values: Any) -> None:
        """1, 2 → 7: before anything is decided."""

    @act(
        source=(State.PROCESSING, State.SUPPLEMENT, State.PAYMENT),
        target=None,
        by=(APPLICANT,),
        label=_("Ask to withdraw"),
        conditions=(nothing_is_signed, is_no_part),
    )
    def ask_withdrawal(self, *, at: Any, **values: Any) -> None:
        """4, 5, 6: the citizen asks; the deciding unit agrees."""
        self.withdrawal_asked_at = at

    @act(
        source=(State.PROCESSING, State.SUPPLEMENT, State.PAYMENT),
        target=State.WITHDRAWN,
        by=(LEADER, HEAD),
        label=_("Agree to the withdrawal"),
        conditions=(withdrawal_was_asked, nothing_is_signed),
        clock=("stop_supplement", "stop_consultations", "stop_handling"),
        news="dossier.withdrawn",
    )
    def agree_withdrawal(self, **values: Any) -> None:
        """4, 5, 6 → 7: the deciding unit agrees, before a decision is signed."""

    @act(
        source=State.PROCESSING,
        target=State.STOPPED,
        by=(LEADER,),
        label=_("Stop processing"),
        conditions=(nothing_is_signed,),
        clock=("stop_consultations", "stop_handling"),
        form="stop",
        needs_reason=True,
        news="dossier.stopped",
    )
    def stop(self, **values: Any) -> None:
        """4 → 8: on a legal ground, form 05."""

    # ── the appointment ──
    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=(LEADER,),
        label=_("Give a new appointment"),
        conditions=(was_not_reappointed, is_no_part),
        clock=("reappoint",),
        form="apology",
        needs_reason=True,
        news="dossier.reappointed",
    )
    def reappoint(self, *, appointment_at: Any, **values: Any) -> None:
        """4 → 4: apology (form 04), once, before the due date; the due date stays."""
        self.appointment_at = appointment_at

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=(LEADER, HEAD),
        label=_("Extend by law"),
        clock=("extend",),
        needs_reason=True,
        news="dossier.extended",
    )
    def extend(self, **values: Any) -> None:
        """4 → 4: a lawful extension of the catalogue moves the due date."""
