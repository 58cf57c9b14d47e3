"""The matrix of rights: every address of the portal, who may read it (GET) and who may send to it (POST).

A row says what each kind of person gets. A route without a row fails the tests: whoever adds an address decides here who
may use it. The persons: see `tests.portal.world.PERSONAS`; "owner" owns the things the addresses name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dossiers.api.actions import actions
from tests.portal.world import OFFICERS, PERSONAS

# What somebody gets.
PAGE = "a page"  # 200
SIGN_IN = "the sign-in page"
ELSEWHERE = "another page"  # a redirect that is not the one to sign-in
ANSWER = "an answer"  # the form is taken, refused with reasons, or in conflict: 200, 302, 400, 409, 422
GONE = "not found"  # 404, the same bytes as for what does not exist
FORBIDDEN = "forbidden"  # 403: it may be seen, but this may not be done
UNPROVEN = "unproven"  # 401 or 403: no signature of the sender
NO_WAY = "wrong method"  # 405
NO_TOKEN = "no token"  # 401: the API knows no session cookies
STATUSES = {
    PAGE: {200},
    SIGN_IN: {302},
    ELSEWHERE: {301, 302},
    NO_TOKEN: {401},
    ANSWER: {200, 201, 202, 204, 302, 400, 409, 422},
    GONE: {404},
    FORBIDDEN: {403},
    UNPROVEN: {401, 403},
    NO_WAY: {405},
}
Rule = Mapping[str, str]


def everybody(what: str, **others: str) -> Rule:
    """The same for all, but for those named."""
    return dict.fromkeys(PERSONAS, what) | others


def signed_in(what: str, **others: str) -> Rule:
    """Any account; visitors sign in first."""
    return everybody(what, anonymous=SIGN_IN, **others)


def owner(what: str, **others: str) -> Rule:
    """The person whose thing it is; for all others it does not exist."""
    return everybody(GONE, anonymous=SIGN_IN, owner=what, **others)


def officers(what: str) -> Rule:
    """Anybody with an officer's account; for citizens the desk does not exist."""
    return everybody(GONE, anonymous=SIGN_IN) | dict.fromkeys(OFFICERS, what)


def control(what: str) -> Rule:
    """Those who control procedures; for all others the pages of the catalogue do not exist."""
    return everybody(GONE, anonymous=SIGN_IN, catalogue=what)


def counters(what: str) -> Rule:
    """Officers of a counter; for all others the pages of the counter's own work do not exist."""
    return everybody(GONE, anonymous=SIGN_IN, receiving=what, elsewhere=what, commune=what)


def leads(what: str) -> Rule:
    """Heads and leaders of an agency; for all others the pages of a team do not exist."""
    return everybody(GONE, anonymous=SIGN_IN, elsewhere=what, commune=what)


def elsewhere(what: str) -> Rule:
    """The head of the other agency, whose people the address names; for all others they do not exist."""
    return everybody(GONE, anonymous=SIGN_IN, elsewhere=what)


def receiving(what: str) -> Rule:
    """Officers of the agency the dossier lies with; for all others it does not exist."""
    return everybody(GONE, anonymous=SIGN_IN, receiving=what)


def citizens_api(what: str, stranger: str = GONE) -> Rule:
    """Tokens of citizens; officers' tokens are made for other calls (403), whatever the thing."""
    return everybody(FORBIDDEN, anonymous=NO_TOKEN, owner=what, stranger=stranger)


def officers_api(receiving: str, elsewhere: str = GONE) -> Rule:
    """Tokens of officers; citizens' tokens are made for other calls (403), whatever the thing."""
    return everybody(elsewhere, anonymous=NO_TOKEN, owner=FORBIDDEN, stranger=FORBIDDEN, receiving=receiving)


def both_api(what: str, others: str = GONE) -> Rule:
    """The applicant's token and those of the agency's officers."""
    return everybody(others, anonymous=NO_TOKEN, owner=what, receiving=what)


@dataclass(frozen=True)
class Row:
    """Who gets what; `data` is what is sent by POST; `machine`: proven by a signature, not by a token or a method."""

    get: Rule
    post: Rule
    data: Mapping[str, Any] = field(default_factory=dict)
    machine: bool = False


NOTHING = everybody(NO_WAY)
SHOWN = Row(everybody(PAGE), NOTHING)
OPEN_FORM = Row(everybody(PAGE), everybody(ANSWER))
OWN_FORM = Row(signed_in(PAGE), signed_in(ANSWER))
MY_PAGE = Row(owner(PAGE), NOTHING)
MY_FORM = Row(owner(PAGE), owner(ANSWER))
MY_BUTTON = Row(NOTHING, owner(ANSWER))
DESK_PAGE = Row(officers(PAGE), officers(NO_WAY))
DESK_DOSSIER = Row(receiving(PAGE), officers(NO_WAY))

EDITOR_PAGES = ("", "_cases", "_papers", "_eform", "_preview", "_export")
EDITOR_FORMS = (
    "_facts", "_description", "_result", "_new_case", "_case", "_new_paper", "_paper", "_fees", "_new_fee", "_fee",
    "_new_section", "_section", "_new_question", "_question", "_new_column", "_column", "_route", "_sources", "_trial", "_import",
)  # fmt: skip
EDITOR_BUTTONS = ("_arrange", "_undo", "_start")

ROWS: dict[str, Row] = {
    # ── the portal itself ──
    "home": SHOWN,
    "help": SHOWN,
    "agencies:counters": SHOWN,
    "agencies:counter": SHOWN,
    "accessibility": SHOWN,
    "privacy": SHOWN,
    "components": SHOWN,
    "desk_components": SHOWN,
    "robots": SHOWN,
    "sitemap": SHOWN,
    "healthz": SHOWN,
    "readyz": SHOWN,
    "metrics": Row(everybody(GONE), everybody(NO_WAY)),  # for addresses and tokens of the settings only
    # ── accounts ──
    "accounts:sign_in": Row(everybody(ELSEWHERE, anonymous=PAGE), everybody(ANSWER)),
    "accounts:sign_out": Row(NOTHING, everybody(ELSEWHERE)),
    "accounts:set_language": Row(NOTHING, everybody(ELSEWHERE)),
    "accounts:register": OPEN_FORM,
    "accounts:register_code": Row(everybody(ELSEWHERE), everybody(ELSEWHERE)),  # nothing before a code was asked for
    "accounts:register_details": Row(everybody(ELSEWHERE), everybody(ELSEWHERE)),
    "accounts:reset": OPEN_FORM,
    "accounts:reset_code": Row(everybody(ELSEWHERE), everybody(ELSEWHERE)),
    "accounts:reset_password": Row(everybody(ELSEWHERE), everybody(ELSEWHERE)),
    "accounts:profile": Row(signed_in(PAGE), signed_in(NO_WAY)),
    "accounts:edit_profile": OWN_FORM,
    "accounts:change_phone": OWN_FORM,
    "accounts:change_phone_code": Row(signed_in(ELSEWHERE), signed_in(ELSEWHERE)),
    "accounts:change_password": OWN_FORM,
    "accounts:organisations": Row(signed_in(PAGE), signed_in(NO_WAY)),
    "accounts:add_organisation": OWN_FORM,
    "accounts:end_organisation": Row(signed_in(NO_WAY), owner(ANSWER)),
    # ── the catalogue ──
    "procedures:procedure_list": SHOWN,
    "procedures:procedure_detail": SHOWN,
    "procedures:suggestions": SHOWN,
    "procedures:overview": SHOWN,
    "procedures:life_event": SHOWN,
    "procedures:field": SHOWN,
    "procedures:agency": SHOWN,
    "procedures:guide": SHOWN,
    "procedures:leaflet": SHOWN,
    # ── the catalogue's own pages ──
    "catalogue:home": Row(control(PAGE), control(NO_WAY)),
    "catalogue:procedures": Row(control(PAGE), control(NO_WAY)),
    "catalogue:new_procedure": Row(control(PAGE), control(ANSWER)),
    "catalogue:procedure": Row(control(PAGE), control(NO_WAY)),
    "catalogue:national_code": Row(control(PAGE), control(ANSWER)),
    "catalogue:start_draft": Row(control(NO_WAY), control(ANSWER)),
    "catalogue:draft": Row(control(PAGE), control(NO_WAY)),
    "catalogue:act_on_draft": Row(control(NO_WAY), control(ANSWER)),
    "catalogue:version": Row(control(PAGE), control(NO_WAY)),
    "catalogue:roll_back": Row(control(PAGE), control(ANSWER), {"reason": "x"}),
    "catalogue:applied": Row(control(PAGE), control(ANSWER)),
    "catalogue:decisions": Row(control(PAGE), control(NO_WAY)),
    "catalogue:new_decision": Row(control(PAGE), control(ANSWER)),
    "catalogue:decision": Row(control(PAGE), control(ANSWER), {"act": "take_out"}),
    "catalogue:edit_decision": Row(control(PAGE), control(ANSWER)),
    "catalogue:reviews": Row(control(PAGE), control(NO_WAY)),
    "catalogue:new_review": Row(control(PAGE), control(ANSWER)),
    "catalogue:review_board": Row(control(PAGE), control(NO_WAY)),
    "catalogue:edit_review": Row(control(PAGE), control(ANSWER)),
    "catalogue:open_review": Row(control(NO_WAY), control(ANSWER)),
    "catalogue:drop_review": Row(control(NO_WAY), control(ANSWER)),
    "catalogue:postpone_review": Row(control(NO_WAY), control(ANSWER)),
    "catalogue:review_task": Row(control(PAGE), control(GONE)),  # only the department sends its answers
    "catalogue:review_item": Row(control(PAGE), control(ANSWER), {"act": "approve", "version": 1}),
    "catalogue:review_check": Row(control(PAGE), control(ANSWER)),
    "catalogue:review_close": Row(control(PAGE), control(ANSWER), {"act": "leave_out"}),
    "catalogue:review_annex_pdf": Row(control(PAGE), control(NO_WAY)),
    "catalogue:review_annex_xlsx": Row(control(PAGE), control(NO_WAY)),
    "catalogue:review_plan": Row(control(PAGE), control(GONE)),  # the row named does not exist
    "catalogue:transfers": Row(control(PAGE), control(ANSWER)),
    "catalogue:export": Row(control(PAGE), control(NO_WAY)),
    "catalogue:import_template": Row(control(PAGE), control(NO_WAY)),
    "catalogue:import": Row(control(PAGE), control(NO_WAY)),
    "catalogue:accept_import": Row(control(NO_WAY), control(ANSWER), {"cach": "all"}),
    "catalogue:import_row": Row(control(PAGE), control(NO_WAY)),
    "catalogue:history": Row(control(PAGE), control(NO_WAY)),
    "catalogue:classification": Row(control(PAGE), control(NO_WAY)),
    "catalogue:bulk": Row(control(NO_WAY), control(ANSWER)),
    "catalogue:service": Row(control(PAGE), control(ANSWER)),
    "catalogue:override": Row(control(NO_WAY), control(ANSWER)),
    "catalogue:stopping": Row(control(PAGE), control(NO_WAY)),
    # ── the working calendar and outages ──
    "clock:calendar": Row(control(PAGE), control(NO_WAY)),
    "clock:preview_calendar": Row(control(NO_WAY), control(ANSWER)),
    "clock:publish_calendar": Row(control(NO_WAY), control(ANSWER)),
    "clock:recount": Row(control(PAGE), control(ANSWER)),
    "clock:outages": Row(control(PAGE), control(ANSWER)),
    "clock:outage": Row(control(PAGE), control(ANSWER)),
    **{f"catalogue:editor{name}": Row(control(PAGE), NOTHING) for name in EDITOR_PAGES},
    **{f"catalogue:editor{name}": Row(control(PAGE), control(ANSWER)) for name in EDITOR_FORMS},
    **{f"catalogue:editor{name}": Row(NOTHING, control(ANSWER)) for name in EDITOR_BUTTONS},
    "catalogue:editor_form_file": Row(control(GONE), NOTHING),  # the paper of the sample has no form
    "catalogue:editor_borrow": Row(control(PAGE), control(GONE)),  # a section that is not named does not exist
    "procedures:form_file": Row(everybody(GONE), NOTHING),  # the same
    # ── filing ──
    "dossiers:communes": SHOWN,
    "dossiers:start": OWN_FORM,  # officers are told to use their own account
    "dossiers:draft": MY_PAGE,
    "dossiers:delete_draft": MY_FORM,
    "dossiers:agency": Row(owner(ELSEWHERE), owner(ELSEWHERE)),  # the agency of this procedure is fixed
    "dossiers:papers": MY_FORM,
    "dossiers:upload_file": MY_BUTTON,
    "dossiers:file_row": MY_PAGE,
    "dossiers:delivery": MY_FORM,
    "dossiers:check": MY_FORM,
    "dossiers:renew": MY_BUTTON,
    "dossiers:section": MY_FORM,
    "dossiers:autosave": MY_BUTTON,
    # ── following ──
    "dossiers:mine": Row(signed_in(PAGE), NOTHING),
    "dossiers:file": Row(owner(PAGE, receiving=PAGE), NOTHING),
    "dossiers:dossier": MY_PAGE,
    "dossiers:submitted": MY_PAGE,
    "dossiers:declared": MY_PAGE,
    "dossiers:supplement": MY_FORM,
    "dossiers:supplement_upload": MY_BUTTON,
    "dossiers:thread": MY_FORM,
    "dossiers:rate": Row(owner(PAGE), owner(ANSWER), {"score": "4"}),
    "dossiers:store": Row(signed_in(PAGE), NOTHING),
    "dossiers:reuse": MY_FORM,
    "dossiers:find_confirmation": OPEN_FORM,
    "dossiers:confirm": OPEN_FORM,  # the long address and the code on the citizen's phone are the proof
    "dossiers:withdraw": MY_FORM,
    "dossiers:result": MY_PAGE,
    "dossiers:look_up": OPEN_FORM,
    "dossiers:verify": OPEN_FORM,
    "dossiers:verify_result": SHOWN,
    # ── the desk ──
    "dossiers:officer_home": Row(officers(ELSEWHERE), officers(NO_WAY)),
    "dossiers:officer_queue": DESK_PAGE,
    "dossiers:next_dossier": Row(officers(NO_WAY), officers(ANSWER)),
    "dossiers:take_selected": Row(officers(NO_WAY), officers(ANSWER)),
    "dossiers:switch_keys": Row(officers(NO_WAY), officers(ANSWER)),
    "dossiers:tab_counts": DESK_PAGE,
    "dossiers:choose_bulk": Row(officers(NO_WAY), officers(ANSWER)),
    "dossiers:bulk_run": DESK_DOSSIER,  # the run of the receiving officer
    "dossiers:start_bulk": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:cancel_bulk": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:arrange": Row(officers(NO_WAY), officers(ANSWER)),
    "dossiers:save_view": Row(officers(NO_WAY), officers(ANSWER), {"name": "Đến hạn tuần này"}),
    "dossiers:open_view": Row(officers(ELSEWHERE), officers(NO_WAY)),  # a list; everybody sees in it what is theirs
    "dossiers:edit_view": Row(receiving(PAGE), receiving(ANSWER), {"name": "Đến hạn"}),
    "dossiers:officer_search": Row(officers(NO_WAY), officers(ANSWER), {"q": "Mai"}),
    "dossiers:officer_found": Row(officers(GONE), officers(NO_WAY)),  # a search lives in the session that made it
    "dossiers:officer_dossier": DESK_DOSSIER,
    "dossiers:officer_part": DESK_DOSSIER,
    "dossiers:made_papers": Row(receiving(PAGE), receiving(ANSWER)),
    "dossiers:print_paper": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:hand_overs": DESK_PAGE,
    "dossiers:new_hand_over": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:hand_over": DESK_DOSSIER,
    "dossiers:hand_over_pdf": DESK_DOSSIER,
    "dossiers:confirm_hand_over": Row(officers(NO_WAY), receiving(FORBIDDEN)),  # who made the list never confirms it
    "dossiers:elsewhere_reports": Row(counters(PAGE), counters(ANSWER)),
    "dossiers:tracking_books": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:tracking_book": DESK_DOSSIER,
    "dossiers:tracking_book_volume": DESK_DOSSIER,
    "dossiers:officer_file": DESK_DOSSIER,
    "dossiers:officer_file_page": DESK_DOSSIER,
    "dossiers:mark_paper": Row(officers(NO_WAY), receiving(ANSWER), {"verdict": "valid"}),
    "dossiers:officer_act": Row(receiving(PAGE), receiving(ANSWER)),
    "dossiers:act_paper": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:write_message": Row(officers(NO_WAY), receiving(ANSWER), {"text": "Mời gọi lại."}),
    "dossiers:write_note": Row(officers(NO_WAY), receiving(ANSWER), {"text": "Đã gọi."}),
    "dossiers:handle_note": Row(officers(NO_WAY), receiving(ANSWER), {"gach": "1"}),
    "dossiers:officer_presence": DESK_DOSSIER,
    "dossiers:switch_next": Row(officers(NO_WAY), officers(ANSWER), {"tiep": "1"}),
    # ── opinions: the question is asked of the other agency ──
    "dossiers:opinions": DESK_PAGE,
    "dossiers:opinion": Row(elsewhere(PAGE), elsewhere(ANSWER), {"outcome": "agree", "sure": "1"}),
    "dossiers:opinion_file": Row(elsewhere(PAGE), officers(NO_WAY)),
    "dossiers:opinion_file_page": Row(elsewhere(PAGE), officers(NO_WAY)),
    # ── the team ──
    "dossiers:team": Row(leads(PAGE), leads(NO_WAY)),
    "dossiers:share_out": Row(leads(PAGE), leads(ANSWER)),
    "dossiers:switch_sharing": Row(leads(NO_WAY), leads(ANSWER)),
    "dossiers:hand_over_work": Row(elsewhere(PAGE), elsewhere(ANSWER)),
    "dossiers:alarms": Row(leads(PAGE), leads(NO_WAY)),
    "dossiers:apologies": Row(leads(PAGE), leads(NO_WAY)),
    "dossiers:late_without_apology": Row(leads(PAGE), leads(NO_WAY)),
    "dossiers:late_without_apology_csv": Row(leads(PAGE), leads(NO_WAY)),
    "dossiers:absences": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:end_absence": Row(officers(NO_WAY), elsewhere(ANSWER)),
    # ── results ──
    "dossiers:signing": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:signing_pin": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:return_draft": Row(officers(NO_WAY), receiving(ANSWER)),
    # The persons here hold no post of the route.
    "dossiers:draft_paper": Row(everybody(GONE, anonymous=SIGN_IN), officers(NO_WAY)),
    "dossiers:issuing": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:result_batch": Row(everybody(GONE, anonymous=SIGN_IN), officers(NO_WAY)),  # only who ordered it
    "dossiers:register": Row(officers(PAGE), officers(NO_WAY)),
    "dossiers:register_file": Row(
        everybody(GONE, anonymous=SIGN_IN, elsewhere=PAGE, commune=PAGE, auditor=PAGE), officers(NO_WAY)
    ),
    # ── the counter ──
    "dossiers:counter": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:counter_visit": Row(receiving(PAGE), receiving(ANSWER)),
    "dossiers:counter_start": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:digitise": Row(receiving(PAGE), receiving(ANSWER)),
    "dossiers:return_desk": Row(receiving(PAGE), receiving(ANSWER)),
    "dossiers:blank_receipts": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:receipt_block": DESK_DOSSIER,
    "dossiers:enter_late": Row(receiving(PAGE), receiving(ANSWER)),
    "dossiers:confirm_late": Row(officers(NO_WAY), receiving(ANSWER), {"back": "1"}),
    "dossiers:shifts": Row(officers(PAGE), officers(ANSWER)),
    "dossiers:end_shift": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:visit_slips": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:counter_fast": Row(receiving(PAGE), receiving(ANSWER)),
    "payments:visit_cash": Row(receiving(PAGE), receiving(ANSWER)),
    "payments:visit_receipts": Row(officers(NO_WAY), receiving(ANSWER)),
    "dossiers:counter_confirmation": Row(receiving(PAGE), receiving(ANSWER), {"again": "1"}),
    "dossiers:counter_received": DESK_DOSSIER,
    "dossiers:counter_slip": Row(officers(NO_WAY), receiving(PAGE)),
    "payments:take_cash": Row(receiving(PAGE), receiving(ANSWER)),
    "payments:receipts": Row(officers(FORBIDDEN) | {"receiving": PAGE, "commune": PAGE}, officers(NO_WAY)),
    "payments:receipt": Row(receiving(PAGE), receiving(ANSWER)),
    "payments:receipt_pdf": Row(owner(PAGE, receiving=PAGE), NOTHING),
    # ── money and post ──
    "payments:pay_fee": Row(owner(PAGE, receiving=PAGE), owner(ANSWER, receiving=FORBIDDEN)),
    "postal:hand_over_parcel": Row(signed_in(NO_WAY), receiving(ANSWER)),
    "postal:cancel_parcel": Row(signed_in(NO_WAY), receiving(ANSWER)),
    # ── public figures ──
    "reports:figures": SHOWN,
    "reports:figures_csv": SHOWN,
    "reports:figures_xlsx": SHOWN,
    "reports:published": SHOWN,
    # ── machines outside ──
    "vnpay_ipn": Row(everybody(PAGE), NOTHING, machine=True),
    "vnpay_return": Row(everybody(PAGE), NOTHING),
    "postal_events": Row(NOTHING, everybody(UNPROVEN), machine=True),
    "notifications_callbacks:receipt": Row(NOTHING, everybody(UNPROVEN), machine=True),
    # ── the API ──
    "api:schema": SHOWN,
    "api:docs": SHOWN,
    "api:register": Row(NOTHING, everybody(ANSWER)),
    "api:confirm_registration": Row(NOTHING, everybody(ANSWER)),
    "api:token": Row(everybody(PAGE, anonymous=NO_TOKEN), everybody(ANSWER)),
    "api:procedures": SHOWN,
    "api:procedure": SHOWN,
    "api:track": Row(NOTHING, everybody(ANSWER)),
    "api:dossiers": Row(citizens_api(PAGE, PAGE), citizens_api(ANSWER, ANSWER)),
    "api:dossier": Row(both_api(PAGE), everybody(NO_WAY, anonymous=NO_TOKEN)),
    "api:files": Row(citizens_api(NO_WAY, NO_WAY), citizens_api(ANSWER)),
    "api:file": Row(both_api(PAGE), everybody(NO_WAY, anonymous=NO_TOKEN)),
    "api:submit": Row(citizens_api(NO_WAY, NO_WAY), citizens_api(ANSWER), {"undertaking": True}),
    "api:payment": Row(citizens_api(NO_WAY, NO_WAY), citizens_api(ANSWER)),
    "api:events": Row(both_api(PAGE), everybody(NO_WAY, anonymous=NO_TOKEN)),
    "api:result": Row(both_api(PAGE), everybody(NO_WAY, anonymous=NO_TOKEN)),
    "api:queue": Row(officers_api(PAGE, PAGE), officers_api(NO_WAY, NO_WAY)),
    "api:parcel_hand_over": Row(officers_api(NO_WAY, NO_WAY), officers_api(ANSWER)),
    "api:parcel_cancel": Row(officers_api(NO_WAY, NO_WAY), officers_api(ANSWER)),
}
for _name, _action in actions().items():
    _rule = citizens_api if _action.scope == "citizen" else officers_api
    ROWS[f"api:action_{_name}"] = Row(_rule(NO_WAY, NO_WAY), _rule(ANSWER))
