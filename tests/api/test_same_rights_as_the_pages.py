"""Page and API allow and refuse the same: every transition × every state × every role, one beside the other.

Who may do what stands in the hand-written matrix of `tests/dossiers/test_workflow_matrix.py`; here each cell is done
twice, once by the form of the page and once by the action of the API, and thrown away.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pgtrigger
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Role
from agencies.services import appoint
from dossiers.api.actions import APPLICANTS, ELSEWHERE, actions
from dossiers.models import Consultation, Dossier, FeeLine, PaperFile, Result, SupplementRequest
from dossiers.offers import NOT_HERE
from dossiers.services import performing
from dossiers.terms import terms_of
from dossiers.views.officer.act_table import ACTS
from dossiers.workflow import State, acts, edges
from tests import cast
from tests.api.calls import Caller
from tests.dossiers.test_workflow_matrix import MATRIX
from tests.journeys.conftest import signing_key  # noqa: F401 - a fixture
from tests.procedures.answers import answers

pytestmark = pytest.mark.django_db
KEY = "sports-business-certificate-tennis"
POSTS = tuple(role for role in Role.values if any(role in line.split() for line in MATRIX.values()))
HANDLERS = ("specialist", "head", "leader", "clerk")
ASKED = UUID(int=7)
QUESTION = {"question": "Quy hoạch có cho phép không?", "limit_amount": 3, "limit_unit": "working_day"}
REASON = "Lý do rõ ràng theo luật"
# 503: let through, but the paper of this stage is no real one and cannot get its seal.
SAID = {200: "done", 302: "done", 403: "denied", 404: "gone", 409: "conflict", 422: "invalid", 503: "no seal"}
# What must be so that the act can go through; the other states are tried with the same columns.
ANSWERED: Mapping[str, Any] = {"supplement_sent_at": timezone.now(), "accepted_at": timezone.now()}
READY: dict[str, Mapping[str, Any]] = {
    "send_supplement": {"accepted_at": timezone.now(), "request": "sent"},
    "supplement_intake": {"request": "sent"},
    "confirm_supplement": {**ANSWERED, "request": "answered"},
    "return_supplement": {**ANSWERED, "request": "answered"},
    "expire_supplement": {"accepted_at": timezone.now(), "request": "sent"},
    "expire_supplement_intake": {"request": "sent"},
    "approve_supplement": {"supplement_request_state": "drafted", "request": "drafted"},
    "discard_supplement": {"supplement_request_state": "drafted", "request": "drafted"},
    "request_supplement": {"supplement_request_state": "approved", "request": "approved"},
    "stop_unpaid": {"accepted_at": timezone.now(), "fee_state": "due"},
    "sign_result": {"result_state": "drafted", "outcome": "granted", "result": "drafted"},
    "resolve": {"result_state": "signed", "outcome": "granted", "result": "signed"},
    "reject": {"result_state": "signed", "outcome": "rejected", "result": "signed"},
    "resolve_at_once": {"decides_at_once": True},
    "return_at_counter": {"delivery": "counter"},
    "request_fee": {"fee_state": "later"},
    "agree_withdrawal": {"withdrawal_asked_at": timezone.now()},
    "recall_consultation": {"open_opinions": 1},
    "go_on_without_parts": {"open_children": 1},
}  # fmt: skip


@contextmanager
def thrown_away() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any, signing_key: Any) -> Iterator["Stage"]:  # noqa: F811
    """Refusals must not spoil the transaction of the test: perform works in a savepoint here."""
    real = transaction.atomic
    shim = SimpleNamespace(atomic=lambda savepoint=True: real(), set_rollback=transaction.set_rollback)
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(performing, "transaction", shim)
        patch.setattr(settings, "SIGNING_KEY_FILE", signing_key)
        patch.setattr(settings, "SEAL_KEY_FILE", str(signing_key.with_name("seal.pem")))
        patch.setattr(settings, "API_CALLS_PER_MINUTE", 1_000_000)
        outer = transaction.atomic()
        outer._from_testcase = True  # type: ignore[attr-defined]
        with outer:
            try:
                yield Stage()
            finally:
                transaction.set_rollback(True)


class Stage:
    """A paid dossier and one person for each role, each with exactly one post."""

    def __init__(self) -> None:
        self.people = cast.make_cast()
        self.dossier = cast.filed(self.people.hai, KEY, answers(KEY), at=timezone.now())
        agency = self.dossier.handling_agency
        self.users = {"applicant": self.people.hai, "citizen": self.people.mai, "elsewhere": self.people.giang}
        for role in POSTS:
            self.users[role] = cast.officer(f"nguoi-{role.replace('_', '-')}", role)
            appoint(self.users[role], agency, role, actor=None, since=cast.SINCE)
        self.pages = {role: Client(raise_request_exception=False) for role in self.users}
        for role, user in self.users.items():
            self.pages[role].force_login(user, backend="accounts.backends.PhoneOrNameBackend")
        self.programs = {role: Caller(user) for role, user in self.users.items()}

    def put(self, state: str, name: str, role: str) -> None:
        """Bring the dossier where no code of ours could."""
        ready = dict(READY.get(name, {}))
        request, result = ready.pop("request", ""), ready.pop("result", "")
        steps = [one for one in terms_of(self.dossier).steps if one.role != "reception"]
        step = next((one for one in steps if one.role == role), steps[0])
        at_step = {"step_role": step.role, "step_no": step.no}
        columns = (
            {"fee_state": "paid", "assignee": None, "opened_at": None, "withdrawal_asked_at": None} | at_step | ready
        )
        with pgtrigger.ignore():
            Dossier.objects.filter(pk=self.dossier.pk).update(state=state, **columns)
        if name == "recall_consultation":
            self.ask()
        if name == "request_fee":
            FeeLine.objects.create(
                dossier=self.dossier, position=9, code="x", kind="phi", unit_amount=1, amount=1, timing="after"
            )
        if request:
            SupplementRequest.objects.create(
                dossier=self.dossier, number=1, before_acceptance=False, state=request, created_at=timezone.now(),
                drafted_by=self.people.bao, sent_at=timezone.now(),
            )  # fmt: skip
        if result:
            paper = PaperFile.objects.filter(paper__dossier=self.dossier).first()
            Result.objects.create(
                dossier=self.dossier, outcome=columns.get("outcome", "granted"), verify_code=name, drafted_by=self.people.bao,
                file=paper.file if paper and result == "signed" else None, title={"vi": "x", "en": "x"}, text="x",
            )  # fmt: skip

    def ask(self) -> None:
        """An open question to another agency."""
        now = timezone.now()
        Consultation.objects.create(
            public_id=ASKED, dossier=self.dossier, seq=1, agency=self.other, asked_from=self.dossier.handling_agency,
            asked_by=self.people.bao, asked_at=now, question="x", limit_amount=3, limit_unit="working_day",
            due_at=now + timedelta(days=3),
        )  # fmt: skip

    # ── by page ──
    def by_page(self, name: str, role: str) -> str:
        code, client = self.dossier.code, self.pages[role]
        version = Dossier.objects.get(pk=self.dossier.pk).version
        if name in APPLICANTS:
            return SAID[self._own_page(name, client)]
        url = reverse("dossiers:officer_act", args=[code, ACTS[name].slug])
        answer = client.post(url, self.typed(name) | {"version": version, "sure": "1"})
        return SAID[answer.status_code]

    def _own_page(self, name: str, client: Client) -> int:
        own = self.dossier
        if name == "amend":
            url = reverse("dossiers:check", args=[own.procedure.code, own.public_id])
            return int(client.post(url, {"amend": "1"}).status_code)
        page = "dossiers:withdraw" if "withdraw" in name else "dossiers:supplement"
        return int(client.post(reverse(page, args=[own.code]), {"reason": REASON}).status_code)

    def typed(self, name: str) -> dict[str, Any]:
        """What an officer types into the form of the page."""
        key = self.paper
        return {
            "reason": REASON, "receiver": "Trần Văn Hải", "outcome": "granted", "text": "Đồng ý.", "assignee": "",
            f"paper:{key}": "on", f"reason:{key}": "Ảnh mờ", "on": self.later.strftime("%d/%m/%Y"), "step_no": self.earlier,
            "extension": "none", "agency": str(self.other.pk), "consultation": str(ASKED), **QUESTION,
        }  # fmt: skip

    # ── by API ──
    def by_api(self, name: str, role: str) -> str:
        version = Dossier.objects.get(pk=self.dossier.pk).version
        sent = {
            "version": version, "reason": REASON, "receiver": "Trần Văn Hải", "outcome": "granted", "text": "Đồng ý.",
            "assignee": "", "items": [{"kind": "paper", "key": self.paper, "reason": "Ảnh mờ"}], "on": self.later.isoformat(),
            "step_no": 0 if name == "consult" else self.earlier, "extension": "none", "agency": self.other.code,
            "consultation": str(ASKED), **QUESTION,
        }  # fmt: skip
        answer = self.programs[role].post(f"dossiers/{self.dossier.code}/actions/{name}/", sent)
        assert answer.status_code in SAID, (name, role, answer.status_code, answer.content[:300])
        # A token of the other kind is turned away at the door; for pages the other house does not exist.
        if answer.status_code == 403 and answer.json()["type"].endswith("scope"):
            return "gone"
        return SAID[answer.status_code]

    @property
    def other(self) -> Agency:
        """One that has nothing to do with this dossier."""
        return Agency.objects.get(key="sct")

    @property
    def paper(self) -> str:
        return str(self.dossier.papers.order_by("position").values_list("key", flat=True)[0])

    @property
    def later(self) -> date:
        return timezone.localdate() + timedelta(days=30)

    @property
    def earlier(self) -> int:
        return next(step.no for step in terms_of(self.dossier).steps if step.role != "reception")


def test_every_transition_has_an_address_or_a_reason_to_have_none():
    assert set(actions()) | set(ELSEWHERE) == set(acts())
    assert not set(actions()) & set(ELSEWHERE)
    by_nobody = {name for name, line in MATRIX.items() if line == "system"}
    assert by_nobody <= set(ELSEWHERE), "what only the system does is not offered"


def test_each_action_calls_the_service_of_its_page():
    for name, action in actions().items():
        if name in ACTS:
            assert action.service is ACTS[name].service
        else:
            assert name in NOT_HERE, "not an act of the desk"


@pytest.mark.parametrize("name", sorted(actions()))
def test_page_and_api_say_the_same_in_every_state_to_every_role(name: str, stage: Stage):
    said, wrong = Counter(), []
    for state, role in cells(name, stage):
        found = []
        for way in (stage.by_page, stage.by_api):
            with thrown_away():
                stage.put(state, name, role)
                found.append(way(name, role))
        said[found[1]] += 1
        if found[0] != found[1] and not is_known_difference(name, *found):
            wrong.append((state, role, *found))
        if found[1] in {"done", "no seal"} and role not in MATRIX[name].split():
            wrong.append((state, role, "not in the matrix"))
    assert not wrong, wrong
    assert said["done"] or said["no seal"] or name in NEVER_HERE, said


def cells(name: str, stage: Stage) -> Iterator[tuple[str, str]]:
    """Every role in the states the chart begins from; in all other states one who may and one who may not."""
    begins = {edge.source for edge in edges() if edge.name == name}
    allowed = [role for role in stage.users if role in MATRIX[name].split()]
    refused = [role for role in stage.users if role not in allowed]
    for state in State.values[1:]:
        for role in stage.users if state in begins else (allowed[0], refused[len(state) % len(refused)]):
            yield state, role


def is_known_difference(name: str, page: str, api: str) -> bool:
    """Both refuse, in other words: a page judges what was chosen before it asks for the right, and applicants' pages
    lead on (302) where the API says 409."""
    if name in APPLICANTS:
        return api == "conflict" and page in {"done", "gone"}
    return name in {"extend", "send_back"} and page == "invalid" and api in {"denied", "conflict"}


# Nothing to extend by, nobody's time is over in this dossier and no result was issued: the services say so (422) on both sides.
NEVER_HERE = {"extend", "expire_supplement", "expire_supplement_intake", "reappoint", "revoke_result", "stop_unpaid"}
