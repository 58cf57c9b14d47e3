"""Filing and intake: from the draft to the answer within 8 working hours."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import APPLICANT, CASHIER, ONE_STOP_HEAD, RECEPTION, SYSTEM, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.guards import (
    came_on_paper,
    fee_is_owed,
    fee_is_settled,
    has_prepaid_fee,
    is_not_accepted,
    is_unopened,
    nothing_is_owed_yet,
)
from dossiers.workflow.states import State


class Filing(Columns):
    """Filing and intake: from the draft to the answer within 8 working hours."""

    # ── filing ──
    @act(
        source=State.DRAFT, target=State.NEW, by=(APPLICANT,), label=_("Submit"), clock=("start_intake",), numbered=True
    )
    def submit(self, **values: Any) -> None:
        """draft → 1: e-form valid, compulsory papers there, undertaking given (checked by the service)."""

    @act(
        source=State.DRAFT,
        target=State.RECEIVED,
        by=(RECEPTION,),
        label=_("Receive at the counter"),
        conditions=(came_on_paper,),
        clock=("start_handling",),
        form="receipt",
        numbered=True,
        news="dossier.received",
    )
    def receive_at_counter(self, *, at: Any, **values: Any) -> None:
        """(none) → 2: paper dossier taken over at the counter or from the post, scanned, form 01 printed."""
        self.accepted_at = at

    @act(
        source=State.NEW,
        target=State.PAYMENT,
        by=(SYSTEM, APPLICANT),
        label=_("Await the prepaid fee"),
        conditions=(has_prepaid_fee,),
        clock=("pause_intake",),
    )
    def await_prepayment(self, **values: Any) -> None:
        """1 → 6: a fee is due before acceptance; filing time and the 8 hours start at settlement."""

    @act(
        source=State.PAYMENT,
        target=State.NEW,
        by=(SYSTEM, CASHIER),
        label=_("Prepaid fee settled"),
        conditions=(is_not_accepted, fee_is_settled),
        clock=("move_filing",),
    )
    def settle_prepayment(self, *, at: Any, **values: Any) -> None:
        """6 → 1: the prepaid fee is paid; the filing time moves to the time of settlement."""
        self.filed_at = at

    @act(
        source=State.PAYMENT,
        target=State.REFUSED,
        by=(SYSTEM,),
        label=_("Prepaid fee never paid"),
        conditions=(is_not_accepted, fee_is_owed),
        clock=("stop_intake",),
    )
    def expire_prepayment(self, **values: Any) -> None:
        """6 → 3: the time to pay ran out before acceptance."""

    @act(
        source=State.NEW,
        target=State.NEW,
        by=(APPLICANT,),
        label=_("Change the filed dossier"),
        conditions=(is_unopened,),
    )
    def amend(self, **values: Any) -> None:
        """1 → 1: the citizen edits until an officer opens intake; a new version of the answers is kept."""

    @act(source=State.NEW, target=State.NEW, by=(RECEPTION, ONE_STOP_HEAD), label=_("Take over for intake"))
    def claim_intake(self, *, at: Any, user_id: int | None = None, **values: Any) -> None:
        """1 → 1: a receiving officer takes the dossier; from now on the citizen cannot edit it."""
        self.opened_at = self.opened_at or at
        self.assignee_id = user_id

    # ── intake ──
    @act(
        source=State.NEW,
        target=State.RECEIVED,
        by=(RECEPTION,),
        label=_("Receive"),
        conditions=(nothing_is_owed_yet,),
        clock=("stop_intake", "start_handling"),
        form="receipt",
        news="dossier.received",
    )
    def receive(self, *, at: Any, **values: Any) -> None:
        """1 → 2: components checked, appointment computed, form 01 issued."""
        self.opened_at = self.opened_at or at
        self.accepted_at = at

    @act(
        source=State.NEW,
        target=State.SUPPLEMENT,
        by=(RECEPTION,),
        label=_("Ask for a supplement before receiving"),
        clock=("stop_intake", "start_supplement"),
        form="supplement",
        needs_reason=True,
        news="dossier.supplement_requested",
    )
    def request_supplement_at_intake(self, *, at: Any, **values: Any) -> None:
        """1 → 5: form 02 with complete guidance in one go; the dossier was answered in time."""
        self.opened_at = self.opened_at or at
        self.supplement_sent_at = None

    @act(
        source=State.NEW,
        target=State.REFUSED,
        by=(RECEPTION,),
        label=_("Refuse to receive"),
        clock=("stop_intake",),
        form="refusal",
        needs_reason=True,
        news="dossier.refused",
    )
    def refuse_intake(self, *, at: Any, **values: Any) -> None:
        """1 → 3 "Từ chối tiếp nhận": form 03 with a substantive reason; not counted; a collected fee is refunded."""
        self.opened_at = self.opened_at or at
