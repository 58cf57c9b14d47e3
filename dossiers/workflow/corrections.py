"""What befalls many dossiers at once: a calendar corrected afterwards, an outage, agencies that merge or split.

None of these changes a state, and nobody does them to one dossier by hand: a command or an admin page goes over all of
them, and each dossier gets its own act, event and clock entries.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import SYSTEM, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.states import OPEN, State

TIMED = tuple(state for state in OPEN if state != State.RESOLVED)  # a limit may be running


class Correcting(Columns):
    """What befalls many dossiers at once."""

    @act(
        source=TIMED,
        target=None,
        by=(SYSTEM,),
        label=_("Recompute with the corrected calendar"),
        clock=("recompute",),
        news="dossier.calendar_recomputed",
    )
    def recompute_calendar(self, *, revision: int, **values: Any) -> None:
        """The dossier is pinned to another revision of the working calendar; its dates follow."""
        self.calendar_id = revision

    @act(
        source=TIMED,
        target=None,
        by=(SYSTEM,),
        label=_("Lengthen the time limit after an outage"),
        clock=("shift",),
        news="dossier.outage_shifted",
    )
    def shift_for_outage(self, **values: Any) -> None:
        """Limits that ran while the system was down get back what the outage took."""

    @act(
        source=OPEN,
        target=None,
        by=(SYSTEM,),
        label=_("Move to the successor agency"),
        news="dossier.moved",
    )
    def move_to_successor(
        self, *, receiving: int | None, handling: int | None, deciding: int | None, **values: Any
    ) -> None:
        """The agency was merged or split: the dossier keeps code and due date and goes to its successor."""
        self.receiving_agency_id = receiving
        self.handling_agency_id = handling
        self.deciding_agency_id = deciding
