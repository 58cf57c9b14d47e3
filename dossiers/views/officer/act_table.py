"""The acts of the desk: their address, words, form, and the service that carries them out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dossiers.forms import consulting as opinions
from dossiers.forms import officer as forms
from dossiers.forms.elsewhere import ElsewhereForm
from dossiers.forms.results import RevokeForm
from dossiers.services import (
    actor_of,
    consulting,
    elsewhere,
    endings,
    fees,
    intake,
    joint,
    results,
    routing,
    supplements,
)

Service = Callable[..., Any]


@dataclass(frozen=True)
class DeskAct:
    """One act. `button` ends with "…" where a page with a form or preview comes first; `quick` acts are done at once."""

    slug: str
    button: Any
    title: Any
    done: Any
    service: Service
    form: type[forms.ActForm] = forms.ActForm
    text: Any = ""
    quick: bool = False
    is_sad: bool = False  # hurts somebody: drawn as a warning
    stays: bool = False  # afterwards the officer goes on with this dossier
    is_previewed: bool = True  # its letters can be shown beforehand (no outside call)
    shows: str = ""  # what is read before the act: request (for a supplement) or result
    told: str = ""  # the news whose letter is shown where the act itself cannot be tried out (it signs)
    proposes: bool = False  # a request that goes out later: shown as if it went out today
    paper: str = ""  # the kind of form it produces, to be looked at beforehand


def _start_processing(dossier_id: int, *, user: Any, version: int | None = None) -> Any:
    return routing.start_processing(dossier_id, actor=actor_of(user), version=version)


ACTS: dict[str, DeskAct] = {
    "claim_intake": DeskAct("nhan-ve-toi", _("Take it over"), _("Take the dossier over"), _("You have taken the dossier over."),
        intake.claim_intake, quick=True, stays=True),
    "claim": DeskAct("nhan-xu-ly", _("Take it over"), _("Take the dossier over"), _("You have taken the dossier over."),
        routing.claim, quick=True, stays=True),
    "receive": DeskAct("tiep-nhan", _("Receive the dossier…"), _("Receive the dossier"), _("Received %(code)s."),
        intake.receive, text=_("The time limit starts, the applicant gets form 01 with the appointment."), paper="receipt"),
    "request_supplement_at_intake": DeskAct("yeu-cau-bo-sung", _("Ask for a supplement…"), _("Ask for a supplement"),
        _("Asked for a supplement of %(code)s."), supplements.request_at_intake, forms.SupplementForm,
        _("Ask once and completely: everything that is to be mended goes out in one form 02."), paper="supplement"),
    "refuse_intake": DeskAct("tu-choi-tiep-nhan", _("Refuse to receive…"), _("Refuse to receive the dossier"),
        _("Refused to receive %(code)s."), intake.refuse_intake, forms.ReasonForm,
        _("Form 03 is issued. Use this only when a supplement cannot mend the dossier."), is_sad=True, paper="refusal"),
    "start_processing": DeskAct("chuyen-xu-ly", _("Hand over for processing"), _("Hand over for processing"),
        _("Handed %(code)s over for processing."), _start_processing, quick=True),
    "assign": DeskAct("phan-cong", _("Assign…"), _("Assign the dossier"), _("The assignment is saved."),
        routing.assign, forms.AssignForm, stays=True, is_previewed=False),
    "draft_result": DeskAct("du-thao", _("Draft the result…"), _("Draft the result"), _("The draft is saved."),
        results.draft, forms.DecisionForm, _("The leader reads and signs this draft."), stays=True, is_previewed=False),
    "forward": DeskAct("chuyen-tiep", _("Hand on to the next step"), _("Hand on to the next step"),
        _("Handed %(code)s on."), routing.forward, quick=True),
    "send_back": DeskAct("tra-lai", _("Send back to an earlier step…"), _("Send back to an earlier step"),
        _("Sent %(code)s back."), routing.send_back, forms.SendBackForm, is_previewed=False),
    "consult": DeskAct("lay-y-kien", _("Ask another agency for its opinion…"), _("Ask another agency for its opinion"),
        _("The agency was asked."), consulting.consult, opinions.ConsultForm,
        _("The due date of the dossier stays as it is. The agency reads the question, the papers and the answers."),
        stays=True, is_previewed=False),
    "recall_consultation": DeskAct("thoi-lay-y-kien", _("Go on without an opinion…"), _("Go on without an opinion"),
        _("The question is taken back."), consulting.recall_consultation, opinions.RecallForm, stays=True,
        is_previewed=False),
    "go_on_without_parts": DeskAct("khong-cho-phan-viec", _("Go on without the open parts…"), _("Go on without the open parts"),
        _("Nobody waits for the open parts any more."), joint.go_on_without, forms.InternalReasonForm,
        _("What is begun at another agency goes on there; the applicant gets it later. Colleagues read the reason."),
        stays=True, is_previewed=False),
    "draft_supplement": DeskAct("du-thao-bo-sung", _("Propose a supplement…"), _("Propose to ask for a supplement"),
        _("The proposal waits for the leader's approval."), supplements.draft, forms.SupplementForm,
        _("After acceptance a supplement may be asked for once. The leader approves, the one-stop sends it."),
        proposes=True, paper="supplement"),
    "approve_supplement": DeskAct("duyet-bo-sung", _("Approve the request for a supplement…"),
        _("Approve the request for a supplement"), _("Approved; the one-stop sends it."), supplements.approve,
        shows="request", proposes=True, paper="supplement"),
    "discard_supplement": DeskAct("bo-du-thao-bo-sung", _("Discard the request for a supplement…"),
        _("Discard the request for a supplement"), _("The request is discarded."), supplements.discard,
        shows="request", stays=True),
    "request_supplement": DeskAct("gui-bo-sung", _("Send the request for a supplement…"),
        _("Send the request for a supplement"), _("Sent the request for %(code)s."), supplements.request,
        shows="request", paper="supplement"),
    "confirm_supplement": DeskAct("xac-nhan-bo-sung", _("Confirm the supplement…"), _("Confirm the supplement"),
        _("Confirmed the supplement of %(code)s."), supplements.confirm, shows="request",
        text=_("Everything that was asked for is there. The time limit goes on by the rule of the procedure.")),
    "return_supplement": DeskAct("bo-sung-chua-du", _("Not complete yet…"), _("The supplement is not complete"),
        _("Told the applicant what is still missing."), supplements.not_complete, forms.ReasonForm, shows="request"),
    "expire_supplement_intake": DeskAct("qua-han-bo-sung", _("Close: the supplement never came…"),
        _("The supplement never came"), _("Closed %(code)s."), supplements.expire, forms.ReasonForm,
        shows="request", is_sad=True, paper="refusal"),
    "expire_supplement": DeskAct("dung-vi-khong-bo-sung", _("Stop: the supplement never came…"),
        _("The supplement never came"), _("Stopped %(code)s."), supplements.expire, forms.ReasonForm,
        shows="request", is_sad=True, paper="stop"),
    "request_fee": DeskAct("yeu-cau-nop-phi", _("Ask for the fee…"), _("Ask for the fee"), _("Asked for the fee of %(code)s."),
        fees.request_fee, text=_("The time limit waits until the fee is paid.")),
    "stop_unpaid": DeskAct("dung-vi-chua-nop-phi", _("Stop: the fee was never paid…"), _("The fee was never paid"),
        _("Stopped %(code)s."), endings.stop_unpaid, forms.ReasonForm, is_sad=True, paper="stop"),
    "sign_result": DeskAct("ky", _("Read and sign…"), _("Sign the result"), _("Signed the result of %(code)s."),
        results.sign, opinions.SignForm, shows="result", is_previewed=False),
    "resolve": DeskAct("phat-hanh", _("Issue the result…"), _("Number and issue the result"),
        _("Issued the result of %(code)s."), results.issue, shows="result"),
    "reject": DeskAct("phat-hanh-tu-choi", _("Issue the negative answer…"), _("Number and issue the negative answer"),
        _("Issued the negative answer to %(code)s."), results.issue, shows="result"),
    "resolve_at_once": DeskAct("giai-quyet-ngay", _("Decide at once…"), _("Decide at once"),
        _("Decided %(code)s."), results.decide_at_once, forms.AtOnceForm, told="dossier.resolved"),
    "note_elsewhere": DeskAct("tin-noi-khac", _("Record what the deciding agency reports…"),
        _("Record what the deciding agency reports"), _("The report on %(code)s is recorded."), elsewhere.report, ElsewhereForm,
        _("The agency decides this dossier in its own software. The applicant reads its code, status and note."),
        stays=True),
    "resume_elsewhere": DeskAct("tin-noi-khac-bo-sung", _("Record what the deciding agency reports…"),
        _("Record what the deciding agency reports"), _("The report on %(code)s is recorded."), elsewhere.report, ElsewhereForm,
        _("When it is being handled again, the supplement is there and the time limit runs again from the day you write."),
        stays=True, shows="request"),
    "return_at_counter": DeskAct("tra-ket-qua", _("Hand over the result…"), _("Hand over the result"),
        _("Handed over the result of %(code)s."), endings.return_at_counter, forms.HandOverForm),
    "agree_withdrawal": DeskAct("dong-y-rut", _("Agree to the withdrawal…"), _("Agree to the withdrawal"),
        _("Agreed to the withdrawal of %(code)s."), endings.agree_withdrawal),
    "stop": DeskAct("dung-giai-quyet", _("Stop processing…"), _("Stop processing the dossier"), _("Stopped %(code)s."),
        endings.stop, forms.ReasonForm, _("Form 05 is issued: name the legal ground."), is_sad=True, paper="stop"),
    "extend": DeskAct("gia-han", _("Extend by law…"), _("Extend the time limit by law"), _("Extended %(code)s."),
        endings.extend, forms.ExtendForm, stays=True),
    "reappoint": DeskAct("xin-loi-hen-lai", _("Apologise, new appointment…"), _("Apologise and give a new appointment"),
        _("The apology for %(code)s is sent."), endings.reappoint, forms.ReappointForm,
        _("Form 04 is issued, once, before the due date."), stays=True, paper="apology"),
    "reopen": DeskAct("sua-ket-qua", _("Correct the result…"), _("Correct the result"), _("%(code)s is open again."),
        results.reopen, forms.ReasonForm, _("The issued result is revoked, the dossier goes back to the first step."),
        is_sad=True),
    "revoke_result": DeskAct("thu-hoi", _("Revoke the result…"), _("Revoke the result"), _("The result of %(code)s is revoked."),
        results.revoke, RevokeForm,
        _("The result holds no more from this moment. Whoever verifies it reads that, with the ground."),
        shows="result", is_sad=True, stays=True),
}  # fmt: skip
BY_SLUG = {act.slug: name for name, act in ACTS.items()}


def entries(names: tuple[str, ...]) -> list[tuple[str, DeskAct]]:
    """(name, act) of those names that the desk knows, in the order of the table."""
    return [(name, act) for name, act in ACTS.items() if name in names]
