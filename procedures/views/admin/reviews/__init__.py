"""Review campaigns: planned and checked by the province, answered by departments."""

from procedures.views.admin.reviews.board import annex_pdf, annex_xlsx, board, drop, open_now, postpone
from procedures.views.admin.reviews.campaigns import campaigns, edit_campaign, new_campaign
from procedures.views.admin.reviews.checking import check
from procedures.views.admin.reviews.closing import close
from procedures.views.admin.reviews.plan import plan
from procedures.views.admin.reviews.tasks import item, task

__all__ = [
    "annex_pdf",
    "annex_xlsx",
    "board",
    "campaigns",
    "check",
    "close",
    "drop",
    "edit_campaign",
    "item",
    "new_campaign",
    "open_now",
    "plan",
    "postpone",
    "task",
]
