"""The pages of the desk by address: who works on each; what is no page; states of pages that an address alone does not show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from dossiers.models import Dossier
from tests.dossiers.full_desk import Desk

# Every page with who looks at it: a first name of `tests.cast`, or a persona of the world.
WHO = {
    "clock:calendar": "catalogue", "clock:recount": "catalogue", "clock:outages": "catalogue", "clock:outage": "catalogue",
    "dossiers:officer_queue": "hanh", "dossiers:bulk_run": "hanh", "dossiers:edit_view": "hanh",
    "dossiers:officer_dossier": "hanh", "dossiers:officer_part": "hanh", "dossiers:officer_act": "hanh",
    "dossiers:digitise": "hanh", "dossiers:made_papers": "hanh",
    "dossiers:counter": "hanh", "dossiers:counter_visit": "hanh", "dossiers:counter_fast": "hanh",
    "dossiers:counter_confirmation": "hanh", "dossiers:counter_received": "hanh", "dossiers:return_desk": "hanh",
    "dossiers:blank_receipts": "hanh", "dossiers:enter_late": "hanh",
    "dossiers:hand_overs": "hanh", "dossiers:new_hand_over": "hanh", "dossiers:hand_over": "hanh",
    "dossiers:tracking_books": "hanh", "dossiers:tracking_book": "hanh", "dossiers:elsewhere_reports": "hanh",
    "dossiers:opinions": "giang", "dossiers:opinion": "giang",
    "dossiers:team": "cuong", "dossiers:share_out": "cuong", "dossiers:hand_over_work": "cuong", "dossiers:alarms": "cuong",
    "dossiers:apologies": "cuong", "dossiers:late_without_apology": "cuong", "dossiers:absences": "cuong",
    "dossiers:shifts": "cuong", "dossiers:signing": "dung", "dossiers:signing_pin": "dung", "dossiers:issuing": "en",
    "dossiers:result_batch": "en", "dossiers:register": "en",
    "payments:take_cash": "hanh", "payments:visit_cash": "hanh", "payments:visit_receipts": "hanh",
    "payments:receipts": "hanh", "payments:receipt": "hanh",
}  # fmt: skip
FILES = {
    "dossiers:counter_slip", "dossiers:draft_paper", "dossiers:hand_over_pdf", "dossiers:late_without_apology_csv",
    "dossiers:officer_file", "dossiers:officer_file_page", "dossiers:opinion_file", "dossiers:opinion_file_page",
    "dossiers:receipt_block", "dossiers:register_file", "dossiers:tab_counts", "dossiers:tracking_book_volume",
    "dossiers:visit_slips", "dossiers:officer_presence",
}  # fmt: skip
# Buttons, and addresses that lead on at once.
POSTS = {
    "clock:preview_calendar", "clock:publish_calendar",
    "dossiers:act_paper", "dossiers:arrange", "dossiers:cancel_bulk", "dossiers:choose_bulk", "dossiers:confirm_hand_over",
    "dossiers:confirm_late", "dossiers:counter_start", "dossiers:end_absence", "dossiers:end_shift", "dossiers:handle_note",
    "dossiers:mark_paper", "dossiers:next_dossier", "dossiers:officer_found", "dossiers:officer_home", "dossiers:officer_search",
    "dossiers:open_view", "dossiers:print_paper", "dossiers:return_draft", "dossiers:save_view", "dossiers:start_bulk",
    "dossiers:switch_keys", "dossiers:switch_next", "dossiers:switch_sharing", "dossiers:take_selected", "dossiers:write_message",
    "dossiers:write_note", "postal:cancel_parcel", "postal:hand_over_parcel",
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One page as one person sees it; `sent`: the answer to this form."""

    name: str
    person: User
    url: str
    sent: Mapping[str, Any] | None = None
    status: int = 200


def states(desk: Desk) -> Iterator[Visit]:
    """Pages that look different by what was asked or typed."""
    yield from ()


def acts(desk: Desk) -> Iterator[Visit]:
    """The page of every act that asks for something first."""
    yield from ()


def of(dossier: Dossier, more: str = "") -> str:
    return f"/can-bo/ho-so/{dossier.code}/{more}"
