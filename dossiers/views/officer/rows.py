"""The rows of a list: their cells by column, and the badges that say why a dossier is to be looked at."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from agencies.models import Role
from common.templatetags import mc
from dossiers import queues
from dossiers.clock import Remaining
from dossiers.models import Arrival, Dossier
from dossiers.queues import News
from dossiers.queues.columns import DEFAULT
from dossiers.time_left import time_left
from dossiers.views.officer import drawing
from dossiers.workflow import State
from procedures.models import Procedure

MOST_BADGES = 2


class Badge(NamedTuple):
    """Words, tone and icon of a badge."""

    text: str
    tone: str
    icon: str


class TimeCell(NamedTuple):
    """The time left for a narrow column: what the column's head says already is left out."""

    level: str
    words: str
    fraction: float
    due_words: str

    @classmethod
    def of(cls, left: Remaining, language: str | None) -> "TimeCell":
        """The cell of a Remaining, in the language of the page."""
        words, due_words = _said((*left[:3], 0.0, *left[4:]), language)
        return cls(left.level, words, left.fraction, due_words)


@lru_cache(maxsize=4096)
def _said(told: tuple[Any, ...], language: str | None) -> tuple[str, str]:
    """What a cell says, kept: the same dossier says the same all day, only the bar behind it grows (the fourth part)."""
    left = Remaining(*told)
    return left.short, left.due_words


@lru_cache
def desk_address(language: str | None) -> str:
    """The address of the desk in the language of the page, in front of a code."""
    return reverse("dossiers:officer_queue")


def procedure_name(procedure: Procedure, language: str | None = None) -> str:
    """The short name in the reader's language (asked of the page unless it is given)."""
    is_english = (language or get_language() or "vi").startswith("en")
    english = (procedure.short_name_en or procedure.name_en) if is_english else ""
    return english or procedure.short_name_vi or procedure.name_vi


def row(dossier: Dossier, viewer: queues.Viewer, place: str = "", columns: tuple[str, ...] = DEFAULT) -> dict[str, Any]:
    """One row of the list, its cells drawn; everything comes from the columns that were read.

    `place`: the list as it stands in an address ("?tab=late"), kept for the way back.
    """
    language = get_language()
    left = TimeCell.of(time_left(dossier, viewer.now), language)
    cells = {key: CELLS[key](dossier, viewer, language) for key in columns if key != "left"}
    return cells | {
        "url": f"{desk_address(language)}{dossier.code}/{place}",
        "pk": dossier.pk,
        "code": dossier.code,
        "level": left.level,
        "left": mc.time_left(left),
        "badges": drawing.badges(badges(dossier, viewer, language)[:MOST_BADGES]),
    }


@lru_cache
def _state(state: str, language: str | None) -> SafeString:
    return mc.state_badge(state)


def _holder(dossier: Dossier, viewer: queues.Viewer, language: str | None) -> str:
    holder = dossier.assignee_id
    if holder is None or holder == viewer.user.pk:
        return _mine_or_nobodys(language)[holder is None]
    return dossier.assignee.display_name if dossier.assignee else _mine_or_nobodys(language)[1]


@lru_cache
def _mine_or_nobodys(language: str | None) -> tuple[str, str]:
    """What stands for the holder on most rows, kept per language as all words of `lru_cache` here."""
    return _("You"), _("Nobody yet")


def _step(dossier: Dossier, viewer: queues.Viewer, language: str | None) -> str:
    return str(_ROLES[dossier.step_role]) if dossier.step_role in _ROLES else "–"


def _agency(dossier: Dossier, viewer: queues.Viewer, language: str | None) -> str:
    return mc.pick(dossier.handling_agency.name) if dossier.handling_agency else "–"


# The labels of choices as plain mappings: get_…_display goes through all of them each time.
_ROLES = dict(Role.choices)
_FEES = dict(Dossier.FeeState.choices)
DELIVERIES = dict(Dossier.Delivery.choices)
_INTAKES = dict(Dossier.Intake.choices)
CELLS: dict[str, Callable[[Dossier, queues.Viewer, str | None], Any]] = {
    "state": lambda dossier, viewer, language: _state(dossier.state, language),
    "procedure": lambda dossier, viewer, language: procedure_name(dossier.procedure, language),
    "applicant": lambda dossier, viewer, language: dossier.party.full_name,
    "holder": _holder,
    "filed": lambda dossier, viewer, language: mc.vn_date(dossier.filed_at),
    "step": _step,
    "agency": _agency,
    "fee": lambda dossier, viewer, language: str(_FEES.get(dossier.fee_state, "–")),
    "delivery": lambda dossier, viewer, language: str(DELIVERIES.get(dossier.delivery, "–")),
    "intake": lambda dossier, viewer, language: str(_INTAKES.get(dossier.intake, "–")),
}


# ── badges ──
def badges(dossier: Dossier, viewer: queues.Viewer | None = None, language: str | None = None) -> tuple[Badge, ...]:
    """Why this dossier is to be looked at, most urgent first; at most two are shown.

    What must be done stays until it is done; what is new vanishes once this officer has opened the dossier.
    """
    return (*_to_do(dossier), *(_unseen(dossier, viewer, language or get_language()) if viewer else ()))


def _to_do(dossier: Dossier) -> list[Badge]:
    found = []
    if dossier.withdrawal_asked_at and dossier.is_open:
        found.append(Badge(_("Withdrawal asked"), "bad", "undo"))
    if dossier.supplement_sent_at and dossier.state in {State.SUPPLEMENT, State.NEW}:
        words = _("Supplement came") if dossier.state == State.SUPPLEMENT else _("Supplemented")
        found.append(Badge(words, "ok", "msg"))
    if dossier.message_waits == "agency":
        found.append(Badge(_("Message to answer"), "blue", "msg"))
    if dossier.state == State.PROCESSING:
        found += _in_processing(dossier)
    if dossier.result_state == "signed":
        found.append(Badge(pgettext("result", "Signed"), "ok", "sign"))
    if dossier.parent_id:
        found.append(Badge(pgettext("badge", "Inter-agency"), "blue", "sync"))
    if dossier.result_state == "drafted" and dossier.outcome == "rejected":
        found.append(Badge(_("Rejection proposed"), "bad", "cross"))
    return found


def _in_processing(dossier: Dossier) -> list[Badge]:
    found = []
    if dossier.supplement_request_state == "drafted":
        found.append(Badge(_("Supplement proposed"), "blue", "msg"))
    if dossier.supplement_request_state == "approved":
        found.append(Badge(_("Supplement to be sent"), "blue", "send"))
    if dossier.open_opinions:
        found.append(Badge(_("Opinion asked"), "blue", "msg"))
    if dossier.open_children:
        words = ngettext("Waits for %(n)s part", "Waits for %(n)s parts", dossier.open_children)
        found.append(Badge(words % {"n": dossier.open_children}, "blue", "clock"))
    if dossier.appointment_at:
        day = timezone.localtime(dossier.appointment_at).strftime("%d/%m")
        found.append(Badge(_("Apologised, %(day)s") % {"day": day}, "ok", "mail"))
    return found


# Acts that a badge of what must be done tells of already: told once. And acts that change nothing to be looked at.
TOLD = frozenset({
    "supplement_intake", "send_supplement", "ask_withdrawal", "draft_supplement", "approve_supplement", "sign_result",
    "reappoint", "claim", "claim_intake", "await_prepayment", "consult", "answer_consultation", "count_silence",
    "note_part",
})  # fmt: skip
AT_INTAKE = frozenset({Role.RECEPTION, Role.ONE_STOP_HEAD})
AMENDED = frozenset({"amend", "update_part"})  # answers or papers, by the applicant or as part of another dossier
PAID = frozenset({"settle_fee", "settle_prepayment", "settle_open_fee"})


def _unseen(dossier: Dossier, viewer: queues.Viewer, language: str | None) -> list[Badge]:
    news = News.of(dossier)
    if news.is_first:
        return [_new(language)] if _waits_for(dossier, viewer) else []
    found = []
    if Arrival.Kind.MESSAGE in news.arrivals and dossier.message_waits != "agency":
        found.append(Badge(_("Message"), "blue", "msg"))
    if Arrival.Kind.PART in news.arrivals:
        found.append(Badge(_("A part has ended"), "ok", "check"))
    if Arrival.Kind.OPINION in news.arrivals:
        found.append(Badge(_("Opinion received"), "ok", "msg"))
    return found + _changes(dossier, viewer, news.acts - TOLD)


@lru_cache
def _new(language: str | None) -> Badge:
    return Badge(pgettext("dossier", "New"), "blue", "flag")


def _waits_for(dossier: Dossier, viewer: queues.Viewer) -> bool:
    """Whether it lies with people of this officer's posts and no colleague holds it: what lies elsewhere is not new here."""
    if dossier.assignee_id not in (None, viewer.user.pk):
        return False
    if dossier.state == State.NEW:
        return bool(viewer.standing.roles & AT_INTAKE)
    return dossier.state == State.PROCESSING and dossier.step_role in viewer.standing.roles


def _changes(dossier: Dossier, viewer: queues.Viewer, acts: frozenset[str]) -> list[Badge]:
    """What others did since the look, one badge for each kind of thing."""
    found = []
    if "send_back" in acts:
        found.append(Badge(_("Sent back"), "warn", "undo"))
    if "assign" in acts and dossier.assignee_id == viewer.user.pk:
        found.append(Badge(_("Assigned to you"), "blue", "user"))
    if acts & PAID:
        found.append(Badge(_("Fee paid"), "ok", "money"))
    if acts & AMENDED:
        found.append(Badge(pgettext("dossier", "Changed"), "blue", "edit"))
    if acts - PAID - AMENDED - {"send_back", "assign"}:
        found.append(Badge(pgettext("badge", "Moved on"), "blue", "right"))
    return found
