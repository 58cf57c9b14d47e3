"""One action per transition of the flow chart, generated from it. Each calls the very service its page calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import CITIZEN, OFFICER
from accounts.models import User
from dossiers.api import action_forms as forms
from dossiers.api.base import DossierView
from dossiers.api.serializers import Done
from dossiers.errors import Conflict, Denied
from dossiers.models import Dossier
from dossiers.services import actor_of, available, endings, filing, supplements
from dossiers.views.officer.act_table import ACTS
from dossiers.views.officer.page import DossierPage
from dossiers.workflow import acts, may

Service = Callable[..., Any]
# Acts of the chart that have no address here, and why.
ELSEWHERE = {
    "submit": "dossiers/{ref}/submit/",
    "receive_at_counter": "the counter enters paper dossiers on its own page",
    "await_prepayment": "follows from submit",
    "settle_prepayment": "the bank's notice, or the cash desk",
    "settle_fee": "the bank's notice, or the cash desk",
    "expire_prepayment": "by the clock",
    "settle_open_fee": "the bank's notice, or the cash desk",
    "undo_payment": "the cash desk",
    "return_online": "follows from the decision",
    "return_by_post": "the post's notice of delivery",
    "take_back_parcel": "the post's notice, or the desk of parcels",
    "answer_consultation": "the agency that was asked sees no dossier here: it answers on its own page",
    "count_silence": "by the clock",
    "open_part": "with the dossier it belongs to",
    "hand_in_part": "with the dossier it belongs to",
    "withdraw_part": "with the dossier it belongs to",
    "stop_part": "with the dossier it belongs to",
    "note_part": "with the end of the part",
    "update_part": "with a supplement of the dossier it belongs to",
    "note_elsewhere": "typed or imported by the counter",
    "request_supplement_elsewhere": "typed or imported by the counter",
    "resume_elsewhere": "typed or imported by the counter",
    "resolve_elsewhere": "typed or imported by the counter",
    "reject_elsewhere": "typed or imported by the counter",
    "recompute_calendar": "befalls many at once: the administrators' pages and commands",
    "shift_for_outage": "befalls many at once: the administrators' pages and commands",
    "move_to_successor": "befalls many at once: the administrators' pages and commands",
}
APPLICANTS: dict[str, tuple[Service, type[forms.ActionIn]]] = {
    "amend": (filing.amend, forms.ActionIn),
    "withdraw": (endings.withdraw, forms.WithdrawIn),
    "ask_withdrawal": (endings.withdraw, forms.WithdrawIn),
    "supplement_intake": (supplements.send, forms.ActionIn),
    "send_supplement": (supplements.send, forms.ActionIn),
}
TAKES: dict[str, type[forms.ActionIn]] = {
    "assign": forms.AssignIn,
    "draft_result": forms.DecisionIn,
    "consult": forms.ConsultIn,
    "recall_consultation": forms.RecallIn,
    "sign_result": forms.SignIn,
    "send_back": forms.SendBackIn,
    "request_supplement_at_intake": forms.SupplementIn,
    "draft_supplement": forms.SupplementIn,
    "return_at_counter": forms.HandOverIn,
    "reappoint": forms.ReappointIn,
    "extend": forms.ExtendIn,
    "resolve_at_once": forms.AtOnceIn,
    "revoke_result": forms.RevokeIn,
    "withdraw": forms.WithdrawIn,
    "ask_withdrawal": forms.WithdrawIn,
}
_CHART = acts()
REASONED = frozenset({"stop_unpaid"} | {name for name, act in _CHART.items() if act.needs_reason})


@dataclass(frozen=True)
class Action:
    """One address: the transition, who may call it, the service of the pages, and what it takes."""

    name: str
    scope: str
    service: Service
    takes: type[forms.ActionIn]
    is_shared: bool  # the service chooses between two transitions by itself


def actions() -> dict[str, Action]:
    """Every transition with an address, in the order of the chart."""
    desk = {name: act.service for name, act in ACTS.items()}
    own = {name: service for name, (service, _takes) in APPLICANTS.items()}
    services = [*desk.values(), *own.values()]
    found = {}
    for name in _CHART:
        if name not in ELSEWHERE:
            service = desk.get(name) or own[name]
            takes = TAKES.get(name) or (forms.ReasonIn if name in REASONED else forms.ActionIn)
            scope = CITIZEN if name in own else OFFICER
            found[name] = Action(name, scope, service, takes, services.count(service) > 1)
    return found


def offered(dossier: Dossier, user: User) -> list[str]:
    """The applicant's own actions that can be taken now."""
    return [name for name in available(dossier, actor_of(user, dossier)) if name in APPLICANTS]


class ActionView(DossierView):
    """The base of all actions."""

    action: Action
    problems = (503,)  # a result cannot be signed while the key is away

    def post(self, request: Request, ref: str) -> Response:
        """Carry the act out, once for each Idempotency-Key."""
        dossier, user = self.dossier(ref), self.me()
        sent = self.values(self.action.takes)
        page = DossierPage(dossier, user, timezone.now()) if self.action.scope == OFFICER else None
        if self.action.is_shared:
            _is_the_one(dossier, user, self.action.name, sent["version"])
        values = self.action.takes.arguments(sent, page)
        self.action.service(dossier.pk, user=user, version=sent["version"], **values)
        return Response(done(Dossier.objects.visible_to(user).filter(pk=dossier.pk).first() or dossier))


def _is_the_one(dossier: Dossier, user: User, name: str, version: int) -> None:
    """A service that serves two transitions is called only for the one that was asked for; judged as perform does."""
    if version != dossier.version:
        raise Conflict(dossier, since=version)
    if may(dossier, actor_of(user, dossier), _CHART[name].by) is None:
        raise Denied(_("You may not do this on this dossier."))
    if not can_proceed(getattr(dossier, name)):
        raise Conflict(dossier, since=version)


def done(dossier: Dossier) -> dict[str, Any]:
    """The dossier after an act."""
    facts = {"id": str(dossier.public_id), "code": dossier.code, "state": dossier.state}
    return facts | {"version": dossier.version, "fee_state": dossier.fee_state}


def _view(action: Action) -> Any:
    """A class of its own for each action, so that the schema names each."""
    name = "".join(word.title() for word in action.name.split("_"))
    declared = extend_schema(
        operation_id=f"action_{action.name}", request=action.takes, responses=Done, tags=["actions"],
        summary=_CHART[action.name].label, description=(getattr(Dossier, action.name).__doc__ or "").strip(),
    )  # fmt: skip
    post = declared(_post())
    made: type[ActionView] = type(name, (ActionView,), {"action": action, "scope": action.scope, "post": post})
    return made.as_view()


def _post() -> Callable[..., Response]:
    def post(self: ActionView, request: Request, ref: str) -> Response:
        return ActionView.post(self, request, ref)

    return post


def addresses() -> list[URLPattern]:
    """dossiers/{ref}/actions/<transition>/ for each."""
    return [
        path(f"dossiers/<str:ref>/actions/{name}/", _view(action), name=f"action_{name}")
        for name, action in actions().items()
    ]
