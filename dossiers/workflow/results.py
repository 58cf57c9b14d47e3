"""Deciding and returning."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.workflow.acts import CLERK, HEAD, LEADER, RECEPTION, SPECIALIST, SYSTEM, act
from dossiers.workflow.columns import Columns
from dossiers.workflow.guards import (
    fee_is_settled,
    is_granted,
    is_rejected,
    may_be_decided_at_once,
    no_part_is_awaited,
    nothing_is_signed,
    result_is_drafted,
    result_is_issued,
    result_is_signed,
    returns_at_counter,
    returns_by_post,
    returns_online,
)
from dossiers.workflow.states import State


class Deciding(Columns):
    """Deciding and returning."""

    # ── deciding ──
    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=(SPECIALIST, HEAD),
        label=_("Draft the result"),
        conditions=(nothing_is_signed,),
    )
    def draft_result(self, *, outcome: str, **values: Any) -> None:
        """4 → 4: the specialist drafts a positive or negative result."""
        self.outcome = outcome
        self.result_state = "drafted"

    @act(
        source=State.PROCESSING,
        target=State.PROCESSING,
        by=(LEADER, HEAD),
        label=_("Sign the result"),
        conditions=(result_is_drafted,),
        clock=("stop_consultations",),
    )
    def sign_result(self, **values: Any) -> None:
        """4 → 4: the leader signs; who drafted never signs (checked by the service, both names are in the result)."""
        self.result_state = "signed"

    @act(
        source=State.PROCESSING,
        target=State.RESOLVED,
        by=(CLERK, LEADER, HEAD),
        label=_("Number and issue the result"),
        conditions=(result_is_signed, is_granted, fee_is_settled, no_part_is_awaited),
        clock=("stop_consultations", "finish_handling"),
        news="dossier.resolved",
    )
    def resolve(self, *, at: Any, **values: Any) -> None:
        """4 → 9 granted: signature verified, number given, file attached."""
        self.result_state = "issued"
        self.finished_at = at

    @act(
        source=State.PROCESSING,
        target=State.RESOLVED,
        by=(CLERK, LEADER, HEAD),
        label=_("Number and issue the negative answer"),
        conditions=(result_is_signed, is_rejected, no_part_is_awaited),
        clock=("stop_consultations", "finish_handling"),
        news="dossier.rejected",
    )
    def reject(self, *, at: Any, **values: Any) -> None:
        """4 → 9 rejected "Từ chối giải quyết": a signed negative answer in substance, counted as resolved."""
        self.result_state = "issued"
        self.finished_at = at

    @act(
        source=State.RECEIVED,
        target=State.RESOLVED,
        by=(LEADER,),
        label=_("Decide at once"),
        conditions=(may_be_decided_at_once, fee_is_settled),
        clock=("finish_handling",),
        news="dossier.resolved",
    )
    def resolve_at_once(self, *, at: Any, outcome: str = "granted", **values: Any) -> None:
        """2 → 9: an officer with the right to decide does so at once (certification and other immediate results)."""
        self.outcome = outcome
        self.result_state = "issued"
        self.finished_at = at

    @act(
        source=State.RESOLVED,
        target=State.PROCESSING,
        by=(LEADER,),
        label=_("Correct the result"),
        clock=("reopen_handling", "start_step"),
        needs_reason=True,
    )
    def reopen(self, **values: Any) -> None:
        """9 → 4: corrected before hand-over, with a reason; the clock keeps the first end for the record."""
        self.result_state = ""
        self.outcome = ""

    @act(
        source=State.RETURNED,
        target=State.RETURNED,
        by=(LEADER,),
        label=_("Revoke the result"),
        conditions=(result_is_issued,),
        news="dossier.result_revoked",
        needs_reason=True,
    )
    def revoke_result(self, **values: Any) -> None:
        """10 → 10: a result that was handed over holds no more; the ground stands on the public page of verification."""
        self.result_state = "revoked"

    # ── returning ──
    @act(
        source=State.RESOLVED,
        target=State.RETURNED,
        by=(RECEPTION,),
        label=_("Hand over the result"),
        conditions=(returns_at_counter,),
        news="dossier.returned",
    )
    def return_at_counter(self, *, at: Any, **values: Any) -> None:
        """9 → 10: who received, when, by signature or code."""
        self.returned_at = at

    @act(
        source=State.RESOLVED,
        target=State.RETURNED,
        by=(SYSTEM,),
        label=_("Return online"),
        conditions=(returns_online,),
        news="dossier.returned",
    )
    def return_online(self, *, at: Any, **values: Any) -> None:
        """9 → 10: when the result is published to the account and the notice is sent."""
        self.returned_at = at

    @act(
        source=State.RESOLVED,
        target=State.RETURNED,
        by=(SYSTEM,),
        label=_("Delivered by post"),
        conditions=(returns_by_post,),
        news="dossier.returned",
    )
    def return_by_post(self, *, at: Any, **values: Any) -> None:
        """9 → 10: at delivery, with the post's proof."""
        self.returned_at = at

    @act(
        source=State.RESOLVED,
        target=State.RESOLVED,
        by=(RECEPTION, SYSTEM),
        label=_("Parcel came back"),
        conditions=(returns_by_post,),
        news="dossier.parcel_came_back",
    )
    def take_back_parcel(self, **values: Any) -> None:
        """9 → 9: the post could not deliver; the result waits at the return desk."""
        self.delivery = "counter"
