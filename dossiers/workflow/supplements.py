"""Waiting for the citizen: supplements and fees."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import APPLICANT, CASHIER, HEAD, LEADER, RECEPTION, SPECIALIST, SYSTEM, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.guards import (
    fee_is_owed,
    fee_is_settled,
    is_accepted,
    is_not_accepted,
    no_supplement_after_acceptance_yet,
    nothing_is_signed,
    supplement_is_approved,
    supplement_is_drafted,
    supplement_was_not_sent,
    supplement_was_sent,
)
from dossiers.workflow.states import State


class Waiting(Columns):
    """Waiting for the citizen: supplements and fees."""

    # ── supplement after acceptance ──
    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=(SPECIALIST, HEAD),
        label=_("Draft a request for a supplement"),
        conditions=(no_supplement_after_acceptance_yet,),
        needs_reason=True,
    )
    def draft_supplement(self, **values: Any) -> None:
        """4 → 4: the specialist drafts form 02."""
        self.supplement_request_state = "drafted"

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=(LEADER,),
        label=_("Approve the request for a supplement"),
        conditions=(supplement_is_drafted,),
    )
    def approve_supplement(self, **values: Any) -> None:
        """4 → 4: the leader approves form 02."""
        self.supplement_request_state = "approved"

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=(LEADER, HEAD, SPECIALIST),
        label=_("Discard the request for a supplement"),
        conditions=(supplement_is_drafted,),
    )
    def discard_supplement(self, **values: Any) -> None:
        """4 → 4: the drafted form 02 is not sent."""
        self.supplement_request_state = ""

    @act(
        source=State.PROCESSING,
        target=State.SUPPLEMENT,
        by=(RECEPTION,),
        label=_("Send the request for a supplement"),
        conditions=(supplement_is_approved, no_supplement_after_acceptance_yet),
        clock=("pause_handling", "start_supplement"),
        form="supplement",
        news="dossier.supplement_requested",
    )
    def request_supplement(self, **values: Any) -> None:
        """4 → 5: the one-stop sends form 02, at most once after acceptance; the clock waits."""
        self.supplement_request_state = "sent"
        self.supplements_after_acceptance += 1
        self.supplement_sent_at = None

    @act(
        source=State.SUPPLEMENT,
        target=State.NEW,
        by=(APPLICANT,),
        label=_("Send the supplement"),
        conditions=(is_not_accepted,),
        clock=("stop_supplement", "start_intake"),
        news="dossier.supplement_sent",
    )
    def supplement_intake(self, *, at: Any, **values: Any) -> None:
        """5 → 1: asked before acceptance; the 8 hours count from this new filing."""
        self.supplement_sent_at = at
        self.supplement_request_state = ""
        self.filed_at = at

    @act(
        source=State.SUPPLEMENT,
        target=State.SUPPLEMENT,
        by=(APPLICANT,),
        label=_("Send the supplement"),
        conditions=(is_accepted, supplement_was_not_sent),
        clock=("stop_supplement",),
        news="dossier.supplement_sent",
    )
    def send_supplement(self, *, at: Any, **values: Any) -> None:
        """5 → 5: the citizen has sent it; the one-stop confirms."""
        self.supplement_sent_at = at

    @act(
        source=State.SUPPLEMENT,
        target=State.PROCESSING,
        by=(RECEPTION,),
        label=_("Confirm the supplement"),
        conditions=(is_accepted, supplement_was_sent),
        clock=("resume_handling", "start_step"),
        news="dossier.supplement_confirmed",
    )
    def confirm_supplement(self, **values: Any) -> None:
        """5 → 4: complete; the limit is restarted or moved by the case's policy (Decree 61/2018 art. 19)."""
        self.supplement_request_state = ""

    @act(
        source=State.SUPPLEMENT,
        target=State.SUPPLEMENT,
        by=(RECEPTION,),
        label=_("The supplement is not complete"),
        conditions=(is_accepted, supplement_was_sent),
        clock=("start_supplement",),
        needs_reason=True,
        news="dossier.supplement_incomplete",
    )
    def return_supplement(self, **values: Any) -> None:
        """5 → 5: what was asked for is still missing; the same request stays open, it is not a second one."""
        self.supplement_sent_at = None

    @act(
        source=State.SUPPLEMENT,
        target=State.REFUSED,
        by=(RECEPTION, SYSTEM),
        label=_("The supplement never came"),
        conditions=(is_not_accepted, supplement_was_not_sent),
        clock=("stop_supplement",),
        form="refusal",
        needs_reason=True,
        news="dossier.refused",
    )
    def expire_supplement_intake(self, **values: Any) -> None:
        """5 → 3: asked before acceptance and never answered."""

    @act(
        source=State.SUPPLEMENT,
        target=State.STOPPED,
        by=(LEADER, RECEPTION, SYSTEM),
        label=_("The supplement never came"),
        conditions=(is_accepted, supplement_was_not_sent),
        clock=("stop_supplement", "stop_consultations", "stop_handling"),
        form="stop",
        needs_reason=True,
        news="dossier.stopped",
    )
    def expire_supplement(self, **values: Any) -> None:
        """5 → 8: asked after acceptance and never answered."""

    # ── fee after examination ──
    @act(
        source=State.PROCESSING,
        target=State.PAYMENT,
        by=(SPECIALIST, CASHIER, HEAD),
        label=_("Ask for the fee"),
        clock=("pause_handling",),
        news="dossier.fee_requested",
    )
    def request_fee(self, **values: Any) -> None:
        """4 → 6: fee notice; the clock waits for the citizen."""
        self.fee_state = "due"

    @act(
        source=State.PAYMENT,
        target=State.PROCESSING,
        by=(SYSTEM, CASHIER),
        label=_("Fee settled"),
        conditions=(is_accepted, fee_is_settled),
        clock=("resume_handling",),
        news="dossier.fee_settled",
    )
    def settle_fee(self, **values: Any) -> None:
        """6 → 4: paid by IPN, querydr or the cashier."""

    @act(
        source=State.PAYMENT,
        target=State.STOPPED,
        by=(LEADER, SYSTEM),
        label=_("The fee was never paid"),
        conditions=(is_accepted, fee_is_owed),
        clock=("stop_consultations", "stop_handling"),
        form="stop",
        needs_reason=True,
        news="dossier.stopped",
    )
    def stop_unpaid(self, **values: Any) -> None:
        """6 → 8: fee after examination never paid."""

    # ── fee of a dossier that was received with it still open (at the counter) ──
    @act(
        source=(State.RECEIVED, State.PROCESSING),
        target=None,
        by=(SYSTEM, CASHIER),
        label=_("Fee settled"),
        conditions=(is_accepted, fee_is_settled),
        news="dossier.fee_settled",
    )
    def settle_open_fee(self, **values: Any) -> None:
        """2, 4: the fee of a dossier taken over at the counter is paid; handling went on meanwhile."""

    @act(
        source=(State.RECEIVED, State.PROCESSING),
        target=None,
        by=(CASHIER,),
        label=_("Payment undone"),
        conditions=(is_accepted, nothing_is_signed),
        needs_reason=True,
    )
    def undo_payment(self, *, fee_state: str, **values: Any) -> None:
        """2, 4: a cash receipt was cancelled the same day, the money handed back; the fee is open again."""
        self.fee_state = fee_state
