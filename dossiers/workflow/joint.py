"""Inter-agency procedures: the dossier of a part is opened, handed in and called off with the dossier it belongs to."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import HANDLERS, SYSTEM, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.guards import a_part_is_awaited, is_a_part, nothing_is_signed
from dossiers.workflow.states import State

BEGUN = (State.PROCESSING, State.SUPPLEMENT, State.PAYMENT)  # opening a part hands it over in the same transaction


class Joint(Columns):
    """Inter-agency procedures (liên thông)."""

    # ── the dossier of a part ──
    @act(
        source=State.DRAFT,
        target=State.RECEIVED,
        by=(SYSTEM,),
        label=_("Open the part of an inter-agency procedure"),
        conditions=(is_a_part,),
        clock=("start_handling",),
        numbered=True,
        news="dossier.part_opened",
    )
    def open_part(self, *, at: Any, **values: Any) -> None:
        """(none) → 2: the dossier it belongs to was accepted; the citizen holds one receipt, that one."""
        self.filed_at = self.opened_at = self.accepted_at = at

    @act(
        source=State.RESOLVED,
        target=State.RETURNED,
        by=(SYSTEM,),
        label=_("Handed in to the dossier it belongs to"),
        conditions=(is_a_part,),
        news="dossier.returned",
    )
    def hand_in_part(self, *, at: Any, **values: Any) -> None:
        """9 → 10: the citizen gets it with the whole."""
        self.returned_at = at

    @act(
        source=BEGUN,
        target=State.WITHDRAWN,
        by=(SYSTEM,),
        label=_("Withdrawn with the dossier it belongs to"),
        conditions=(is_a_part, nothing_is_signed),
        clock=("stop_supplement", "stop_consultations", "stop_handling"),
        news="dossier.part_called_off",
    )
    def withdraw_part(self, **values: Any) -> None:
        """4, 5, 6 → 7: the citizen withdrew the whole."""

    @act(
        source=BEGUN,
        target=State.STOPPED,
        by=(SYSTEM,),
        label=_("Stopped with the dossier it belongs to"),
        conditions=(is_a_part, nothing_is_signed),
        clock=("stop_supplement", "stop_consultations", "stop_handling"),
        news="dossier.part_called_off",
    )
    def stop_part(self, **values: Any) -> None:
        """4, 5, 6 → 8: the whole was stopped on a legal ground."""

    @act(
        source=BEGUN,
        target=None,
        by=(SYSTEM,),
        label=_("What was supplemented in the whole reached this part"),
        conditions=(is_a_part,),
        news="dossier.part_updated",
    )
    def update_part(self, **values: Any) -> None:
        """Whatever the state: papers and answers of a confirmed supplement of the whole, as far as the plan gives them here."""

    # ── the dossier of the citizen ──
    @act(
        source=(State.RECEIVED, *BEGUN, State.RESOLVED, State.RETURNED),
        target=None,
        by=(SYSTEM,),
        label=_("A part at another agency has ended"),
        news="dossier.part_ended",
    )
    def note_part(self, *, open_children: int, **values: Any) -> None:
        """Whatever the state: which part, and how it ended. `open_children`: how many are still waited for."""
        self.open_children = open_children

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=HANDLERS,
        label=_("Go on without the parts that are open"),
        conditions=(a_part_is_awaited,),
        needs_reason=True,
        news="dossier.parts_given_up",
    )
    def go_on_without_parts(self, **values: Any) -> None:
        """4 → 4: nobody waits for them any more, with a reason that the history keeps; what is begun goes on."""
        self.open_children = 0
