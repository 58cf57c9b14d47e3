"""Decided by an agency with software of its own: received here, decided there, told here by the counter.

The edges are those of the legal chart (4 → 4, 4 → 5, 5 → 4, 4 → 9); only who tells of them is another one.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import ONE_STOP_HEAD, RECEPTION, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.guards import (
    fee_is_settled,
    is_accepted,
    is_decided_elsewhere,
    no_part_is_awaited,
    no_supplement_after_acceptance_yet,
)
from dossiers.workflow.states import State

COUNTER = (RECEPTION, ONE_STOP_HEAD)


class Elsewhere(Columns):
    """What the receiving counter tells of a decision that is made in other software."""

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=COUNTER,
        label=_("Record what the deciding agency reports"),
        conditions=(is_decided_elsewhere,),
    )
    def note_elsewhere(self, **values: Any) -> None:
        """4 → 4: its code there, that it is being handled, or what it asks the applicant for."""

    @act(
        source=State.PROCESSING,
        target=State.SUPPLEMENT,
        by=COUNTER,
        label=_("Pass on what the deciding agency asks for"),
        conditions=(is_decided_elsewhere, no_supplement_after_acceptance_yet),
        clock=("pause_handling", "start_supplement"),
        form="supplement",
        news="dossier.supplement_requested",
        needs_reason=True,
    )
    def request_supplement_elsewhere(self, **values: Any) -> None:
        """4 → 5: form 02 in the words of the agency that decides, at most once after acceptance; the clock waits."""
        self.supplement_request_state = "sent"
        self.supplements_after_acceptance += 1
        self.supplement_sent_at = None

    @act(
        source=State.SUPPLEMENT,
        target=State.PROCESSING,
        by=COUNTER,
        label=_("Record that the deciding agency goes on"),
        conditions=(is_accepted, is_decided_elsewhere),
        clock=("stop_supplement", "resume_handling", "start_step"),
        news="dossier.supplement_confirmed",
    )
    def resume_elsewhere(self, *, completed_at: Any, **values: Any) -> None:
        """5 → 4: it has what it asked for, sent through this page or given to it; the limit runs again from that moment."""
        self.supplement_request_state = ""
        self.supplement_sent_at = self.supplement_sent_at or completed_at

    @act(
        source=State.PROCESSING,
        target=State.RESOLVED,
        by=COUNTER,
        label=_("Record the decision made in other software"),
        conditions=(is_decided_elsewhere, fee_is_settled, no_part_is_awaited),
        clock=("finish_elsewhere",),
        news="dossier.resolved",
    )
    def resolve_elsewhere(self, *, decided_at: Any, **values: Any) -> None:
        """4 → 9 granted: at the moment it was decided there. The paper comes to the counter, never to the account."""
        self._decided("granted", decided_at)

    @act(
        source=State.PROCESSING,
        target=State.RESOLVED,
        by=COUNTER,
        label=_("Record the negative answer given in other software"),
        conditions=(is_decided_elsewhere, no_part_is_awaited),
        clock=("finish_elsewhere",),
        news="dossier.rejected",
        needs_reason=True,
    )
    def reject_elsewhere(self, *, decided_at: Any, **values: Any) -> None:
        """4 → 9 rejected: a negative answer in substance, with its reasons."""
        self._decided("rejected", decided_at)

    def _decided(self, outcome: str, decided_at: Any) -> None:
        self.outcome, self.result_state = outcome, "issued"
        self.finished_at = decided_at
        if self.delivery == "online":
            self.delivery = "counter"
