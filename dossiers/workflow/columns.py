"""The columns of the dossier that transitions set; named here so that the chart can be checked by types alone."""

from typing import TYPE_CHECKING, Any


class Columns:
    """Names only: the model `Dossier` has the columns."""

    if TYPE_CHECKING:
        accepted_at: Any
        appointment_at: Any
        assignee_id: Any
        calendar_id: Any
        deciding_agency_id: Any
        delivery: Any
        fee_state: Any
        filed_at: Any
        finished_at: Any
        handling_agency_id: Any
        open_children: Any
        open_opinions: Any
        opened_at: Any
        outcome: Any
        parent_id: Any
        receiving_agency_id: Any
        result_state: Any
        returned_at: Any
        supplement_request_state: Any
        supplement_sent_at: Any
        supplements_after_acceptance: Any
        withdrawal_asked_at: Any
