"""The columns of a dossier that transitions set; `dossiers.models` makes them, the type checker learns of them here."""

from typing import Any


class Columns:
    """Declarations only: each is a field of Dossier."""

    accepted_at: Any
    appointment_at: Any
    assignee_id: Any
    delivery: Any
    fee_state: Any
    filed_at: Any
    finished_at: Any
    opened_at: Any
    outcome: Any
    result_state: Any
    returned_at: Any
    supplement_request_state: Any
    supplement_sent_at: Any
    supplements_after_acceptance: Any
    withdrawal_asked_at: Any
