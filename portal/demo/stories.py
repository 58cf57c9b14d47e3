"""How one dossier of the demo came to where it is: every act through the services, each at its own time in the past."""

import random
from datetime import datetime, timedelta

from accounts.models import User
from agencies.calendar import Calendar
from agencies.models import Agency, Role, calendar_of
from documents.services import store_bytes
from dossiers.clock import Limit
from dossiers.errors import Refused
from dossiers.models import Consultation, Dossier, Paper, PaperFile, Preparation
from dossiers.services import (
    SYSTEM,
    actor_of,
    consulting,
    endings,
    fees,
    filing,
    intake,
    perform,
    quoting,
    ratings,
    results,
    routing,
    supplements,
    uploads,
)
from dossiers.services.results import Decision
from payments.gateways.base import Money
from payments.services import cash, orders, settling, starting
from portal.demo.answers import answers
from portal.demo.people import Cast
from portal.demo.plan import Plan, way_of
from portal.demo.sample import sample_pdf
from postal.models import Parcel
from postal.services.booking import ensure_parcel
from postal.tracking import check_digit
from procedures.models import Procedure
from procedures.services import content_of

REFUSAL = "Giấy tờ gửi kèm không thuộc thủ tục này. Bạn chọn lại thủ tục và nộp lại."
GRANTED = "Hồ sơ đủ điều kiện theo quy định."
REJECTED = "Thông tin kê khai không khớp với sổ gốc đang lưu giữ."
ASKED = "snnmt"
QUESTION = (
    "Thửa đất có phần nằm sát bờ suối. Đề nghị Sở cho ý kiến về hành lang bảo vệ nguồn nước và mục đích sử dụng đất "
    "ghi trên giấy chứng nhận."
)
OPINION = "Thửa đất nằm ngoài hành lang bảo vệ nguồn nước; mục đích sử dụng đất là đất ở. Sở thống nhất cấp phép."
BLURRED = "Ảnh tối, không đọc được chữ. Chụp lại ở chỗ sáng."


class NotYet(Exception):
    """The next step of a story lies in the future: it has not happened."""


class Story:
    """Tells one plan. `now` bounds every step: what would lie in the future has not happened yet."""

    def __init__(self, plan: Plan, cast: Cast, now: datetime) -> None:
        self.plan, self.cast, self.now = plan, cast, now
        self.chance = random.Random(plan.seed)  # noqa: S311
        self.at = plan.filed_at
        self.user: User = cast.citizens[plan.citizen]
        self.dossier = Dossier()
        has_cashier = (plan.agency, Role.CASHIER) in cast.posts
        self.way = way_of(plan) if has_cashier else "self"
        self.writer = self.user

    # ── time ──
    def later(self, low: float, high: float) -> datetime:
        """Some working hours later; raises NotYet when that lies in the future."""
        calendar: Calendar = calendar_of(self.dossier.calendar_id)
        at = calendar.add_working_time(self.at, timedelta(hours=self.chance.uniform(low, high)))
        if at > self.now:
            raise NotYet
        self.at = at
        return at

    def who(self, role: str) -> User:
        """The officer of that role in the agency that handles the dossier."""
        return self.cast.at(self.plan.agency, role)

    # ── filing ──
    def tell(self) -> Dossier:
        """Run the story as far as the plan says; a step that the state refuses ends it there."""
        self._draft()
        if self.plan.stage == "draft":
            return self.dossier
        try:
            self._file()
        except (Refused, NotYet):
            pass  # a story may be cut short by the calendar; whatever it reached is a state like any other
        return Dossier.objects.get(pk=self.dossier.pk)

    def _file(self) -> None:
        """Filed by the citizen, with an officer's help, or typed at the counter; then on through the agency."""
        if self.way == "typed":
            reception = self.who(Role.RECEPTION)
            intake.receive_at_counter(self.dossier.pk, user=reception, undertaking=True, at=self.at)
            self._pay_in_cash()
            self._accepted()
        else:
            helper = {"assisted_by": self.writer.pk} if self.way == "assisted" else None
            filing.submit(self.dossier.pk, user=self.user, undertaking=True, assistance=helper, at=self.at)
            self._filed()
        self._rate()

    def _pay_in_cash(self) -> None:
        order = orders.ensure_order(Dossier.objects.get(pk=self.dossier.pk))
        if order is not None:
            at = min(self.at + timedelta(minutes=4), self.now)
            cash.take(order.public_id, cashier=self.who(Role.CASHIER), payer=self.user.full_name, at=at)

    def _rate(self) -> None:
        """Three of five people say how it went; most were content."""
        chance = random.Random(self.plan.seed + 1)  # noqa: S311
        dossier = Dossier.objects.get(pk=self.dossier.pk)
        if ratings.may_rate(dossier, None, at=self.at) and chance.random() < 0.6:
            score = chance.choices((5, 4, 3, 2, 1), (50, 28, 12, 6, 4))[0]
            ratings.rate(dossier.pk, user=self.user, score=score, at=self.later(0.5, 16))

    def _prepare(self) -> None:
        """The draft is entered by the reception officer of the counter."""
        self.writer = self.who(Role.RECEPTION)
        self.dossier.filed_by = self.way
        self.dossier.intake = "counter" if self.way == "typed" else "own"
        agency = Agency.objects.get(key=self.plan.agency)
        self.dossier.receiving_agency = agency
        self.dossier.save(update_fields=["filed_by", "intake", "receiving_agency"])
        Preparation.objects.create(dossier=self.dossier, agency=agency, officer=self.writer, began_at=self.at)

    def _draft(self) -> None:
        procedure = Procedure.objects.get(key=self.plan.procedure)
        organisation = None
        if self.plan.procedure == "promotion-notification" and self.cast.business:
            self.user, organisation = self.cast.business, self.cast.organisation
        version = procedure.current_version
        assert version is not None
        self.writer = self.user
        self.dossier = filing.start(user=self.user, version=version, organisation=organisation, at=self.at)
        agency = Agency.objects.get(key=self.plan.agency)
        if self.way != "self":
            self._prepare()
        elif agency.level == Agency.Level.COMMUNE:
            filing.choose_agency(self.dossier.pk, user=self.user, commune_code=agency.commune_code, at=self.at)
        given = answers(self.plan.procedure, self.at.date())
        filing.save_answers(self.dossier.pk, user=self.writer, answers=given, at=self.at)
        self._papers(given)
        self._delivery()
        Dossier.objects.filter(pk=self.dossier.pk).update(external_code=self.plan.name)

    def _papers(self, given: dict[str, object]) -> None:
        content = content_of(self.dossier.procedure_version_id)
        case = quoting.case_key(content, given, self.at)
        for position, rule in enumerate(uploads.rules(self.dossier, content, case, given, self.at)):
            if rule.required:
                self._add_file(rule.key, position, rule.name.vi)

    def _add_file(self, key: str, position: int, name: str) -> None:
        file = store_bytes(
            sample_pdf(), room="dossiers", purpose="paper", name=f"{key}.pdf", owner=self.user, at=self.at, pages=1
        )
        paper, _created = Paper.objects.get_or_create(dossier=self.dossier, key=key, defaults={"position": position})
        PaperFile.objects.create(paper=paper, file=file, position=position, added_at=self.at)

    def _delivery(self) -> None:
        offered = content_of(self.dossier.procedure_version_id).result.delivery
        kind = self.chance.choice(offered)
        if self.plan.stage == "resolved" and "counter" in offered:
            kind = "counter" if self.chance.random() < 0.6 else kind
        address = {"province": "20", "commune": "05977", "line": "Số 12, đường Ngô Quyền"}
        choice = filing.DeliveryChoice(kind, self.user.full_name, self.user.phone or "", address)
        filing.choose_delivery(self.dossier.pk, user=self.writer, choice=choice)

    # ── after filing ──
    def _filed(self) -> None:
        if self.plan.stage == "prepaid":
            return
        self._pay_if_due()
        if self.plan.stage == "new":
            return
        intake.claim_intake(self.dossier.pk, user=self.who(Role.RECEPTION), at=self.later(0.2, 2))
        if self.plan.stage == "withdrawn":
            endings.withdraw(self.dossier.pk, user=self.user, at=self.later(0.5, 3))
        elif self.plan.stage == "refused":
            intake.refuse_intake(self.dossier.pk, user=self.who(Role.RECEPTION), reason=REFUSAL, at=self.later(0.1, 1))
        elif self.plan.stage == "supplement" and self.chance.random() < 0.4:
            self._ask_at_intake()
        else:
            intake.receive(self.dossier.pk, user=self.who(Role.RECEPTION), at=self.later(0.2, 4))
            self._accepted()

    def _pay_if_due(self) -> None:
        dossier = Dossier.objects.get(pk=self.dossier.pk)
        if dossier.fee_state != Dossier.FeeState.DUE:
            return
        order = orders.ensure_order(dossier)
        assert order is not None
        self.at = min(self.at + timedelta(minutes=self.chance.randrange(1, 9)), self.now)
        attempt = starting.start(order, user=self.user, at=self.at, client_ip="203.0.113.10")
        word = settling.Word(
            "ipn", Money.PAID, attempt.amount, f"D{attempt.pk:08d}", f"VNP{attempt.pk}", "NCB", "00", "00", self.at
        )
        settling.settle(attempt.pk, word, at=self.at)

    def _ask_at_intake(self) -> None:
        paper = Paper.objects.filter(dossier=self.dossier).first()
        if paper is None:
            return
        missing = [supplements.Missing("paper", paper.key, BLURRED)]
        supplements.request_at_intake(
            self.dossier.pk, user=self.who(Role.RECEPTION), missing=missing, message="", at=self.later(0.1, 1)
        )

    def _accepted(self) -> None:
        dossier = Dossier.objects.get(pk=self.dossier.pk)
        if dossier.decides_at_once:
            if self.plan.stage != "received":
                leader = self.who(Role.LEADER)
                results.decide_at_once(dossier.pk, user=leader, version=dossier.version, at=self.later(0.5, 4))
                self._hand_over()
            return
        if self.plan.stage in {"supplement", "supplement_answered"}:
            self._ask_after_acceptance()
        elif self.plan.stage == "fee_after":
            routing.claim(dossier.pk, user=self.who(Role.SPECIALIST), at=self.later(1, 4))
            fees.request_fee(dossier.pk, user=self.who(Role.SPECIALIST), at=self.later(1, 8))
        elif self.plan.stage in {"asked", "asked_answered"}:
            self._ask_another_agency()
        elif self.plan.stage == "stopped":
            endings.stop(dossier.pk, user=self.who(Role.LEADER), reason=REJECTED, at=self.later(8, 30))
        else:
            self._along_the_route()

    def _ask_after_acceptance(self) -> None:
        paper = Paper.objects.filter(dossier=self.dossier).first()
        if paper is None:
            return
        missing = [supplements.Missing("paper", paper.key, BLURRED)]
        supplements.draft(
            self.dossier.pk, user=self.who(Role.SPECIALIST), missing=missing, message="", at=self.later(1, 6)
        )
        supplements.approve(self.dossier.pk, user=self.who(Role.LEADER), at=self.later(1, 4))
        supplements.request(self.dossier.pk, user=self.who(Role.RECEPTION), at=self.later(0.2, 2))
        if self.plan.stage == "supplement_answered":
            self.later(2, 10)
            self._add_file(paper.key, paper.position, paper.key)
            supplements.send(self.dossier.pk, user=self.user, at=self.at)

    def _ask_another_agency(self) -> None:
        specialist, agency = self.who(Role.SPECIALIST), Agency.objects.get(key=ASKED)
        routing.claim(self.dossier.pk, user=specialist, at=self.later(0.5, 2))
        consulting.consult(
            self.dossier.pk, user=specialist, agency=agency, question=QUESTION, limit=Limit(3, "working_day"),
            at=self.later(0.2, 1),
        )  # fmt: skip
        if self.plan.stage == "asked_answered":
            asked = Consultation.objects.get(dossier=self.dossier.pk)
            officer = self.cast.at(ASKED, Role.SPECIALIST)
            consulting.answer_consultation(asked, user=officer, outcome="agree", answer=OPINION, at=self.later(4, 12))

    def _along_the_route(self) -> None:
        stop = {"at_specialist": "specialist", "at_head": "head", "at_leader": "leader", "at_clerk": "clerk"}.get(
            self.plan.stage, ""
        )
        outcome = Decision("rejected", REJECTED) if self.plan.stage == "rejected" else Decision("granted", GRANTED)
        while True:
            dossier = Dossier.objects.get(pk=self.dossier.pk)
            role = dossier.step_role
            if role == stop or dossier.state != "processing":
                break
            self._one_step(dossier, role, outcome)
        if self.plan.stage == "at_specialist" and self.chance.random() < 0.5:
            routing.claim(self.dossier.pk, user=self.who(Role.SPECIALIST), at=self.later(0.2, 3))
        self._hand_over()

    def _one_step(self, dossier: Dossier, role: str, outcome: Decision) -> None:
        signs = content_of(dossier.procedure_version_id).route.signing_role
        if role == signs and dossier.result_state == "drafted":
            self._settle_late_fee(dossier)
            version = Dossier.objects.values_list("version", flat=True).get(pk=dossier.pk)
            results.sign(dossier.pk, user=self.who(role), version=version, at=self.later(1, 6))
        elif role == Role.CLERK:
            results.issue(dossier.pk, user=self.who(role), at=self.later(0.2, 2))
        else:
            if role == Role.SPECIALIST and not dossier.result_state:
                results.draft(dossier.pk, user=self.who(role), decision=outcome, at=self.later(3, 20))
            routing.forward(dossier.pk, user=self.who(role), at=self.later(1, 6))

    def _settle_late_fee(self, dossier: Dossier) -> None:
        if dossier.fee_state == Dossier.FeeState.LATER:
            perform(dossier.pk, "request_fee", actor=actor_of(self.who(Role.SPECIALIST)), at=self.later(0.5, 2))
            self._pay_if_due()

    def _hand_over(self) -> None:
        dossier = Dossier.objects.get(pk=self.dossier.pk)
        if dossier.state != "resolved":
            return
        if dossier.delivery == "online":
            perform(dossier.pk, "return_online", actor=SYSTEM, at=self.later(0.01, 0.05))
        elif self.plan.stage in {"returned", "rejected"} and dossier.delivery == "counter":
            receiver = self.user.full_name
            endings.return_at_counter(
                dossier.pk, user=self.who(Role.RECEPTION), receiver=receiver, at=self.later(2, 20)
            )
        elif dossier.delivery == "post":
            self._by_post(dossier)

    def _by_post(self, dossier: Dossier) -> None:
        parcel = ensure_parcel(dossier)
        if parcel is None or self.plan.stage not in {"returned", "rejected"}:
            return
        handed, arrived = self.later(1, 6), self.later(8, 24)
        Parcel.objects.filter(pk=parcel.pk).update(
            state="delivered", rank=900, booking="booked", item_code=_item_code(parcel.pk), ordered_at=handed,
            handed_over_at=handed, handed_over_by=self.who(Role.RECEPTION), moved_at=arrived, ended_at=arrived,
        )  # fmt: skip
        endings.delivered(dossier.pk, at=arrived, parcel=_item_code(parcel.pk))


def _item_code(number: int) -> str:
    digits = f"{47000000 + number:08d}"
    return f"EE{digits}{check_digit(digits)}VN"
