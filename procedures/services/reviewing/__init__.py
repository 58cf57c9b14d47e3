"""Review campaigns: planned, opened, answered by departments, checked by the province, closed with one decision."""

from procedures.services.reviewing.answering import (
    ASKED,
    Given,
    ItemStale,
    given_criteria,
    proposed,
    save_answer,
    submit_task,
)
from procedures.services.reviewing.campaigns import (
    Days,
    Scope,
    change_campaign,
    drop_campaign,
    in_scope,
    open_campaign,
    plan_campaign,
    postpone,
)
from procedures.services.reviewing.checking import (
    Bulk,
    approve,
    approve_many,
    leave_out,
    leave_out_many,
    return_item,
)
from procedures.services.reviewing.closing import Outcome, Paper, apply_due, close_campaign, faults, outcome
from procedures.services.reviewing.plan import PlanStale, follow
from procedures.services.reviewing.reminding import sweep, tell_opened, tell_returned

__all__ = [
    "ASKED",
    "Bulk",
    "Days",
    "Given",
    "ItemStale",
    "Outcome",
    "Paper",
    "PlanStale",
    "Scope",
    "apply_due",
    "approve",
    "approve_many",
    "change_campaign",
    "close_campaign",
    "drop_campaign",
    "faults",
    "follow",
    "given_criteria",
    "in_scope",
    "leave_out",
    "leave_out_many",
    "open_campaign",
    "outcome",
    "plan_campaign",
    "postpone",
    "proposed",
    "return_item",
    "save_answer",
    "submit_task",
    "sweep",
    "tell_opened",
    "tell_returned",
]
