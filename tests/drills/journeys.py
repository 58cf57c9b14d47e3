"""Dossiers on their way through the real services: filed, paid, received, examined, signed, handed over."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from accounts.models import User
from agencies.models import Agency, Role
from documents.services import store_bytes
from dossiers.models import Dossier, Paper, PaperFile
from dossiers.services import endings, filing, intake, quoting, results, routing, uploads
from dossiers.services.results import Decision
from payments.models import PaymentAttempt
from payments.services import orders, starting
from portal.demo.answers import answers
from portal.demo.sample import sample_pdf
from postal.models import Parcel
from postal.services import desk
from procedures.models import Procedure
from procedures.services import content_of
from tests.cast import upload
from tests.drills.stage import Stage

ACTED, WAITS = True, False
ROUTE = "sports-business-certificate-tennis"
FREE = "promotion-notification"  # without a fee
AT_ONCE = "civil-status-extract-copy"
CRIMINAL_RECORD = "criminal-record-certificate"
WHERE = {FREE: "sct", ROUTE: "svhttdl", AT_ONCE: "xa-05977", CRIMINAL_RECORD: "cat"}
DELIVERY = ("online", "post", "counter")
GRANTED = Decision("granted", "Hồ sơ đủ điều kiện theo quy định.")


@dataclass
class Journey:
    """One dossier. `steps()` performs one act a step; it ends when the result is in the citizen's hands."""

    stage: Stage
    number: int
    procedure: str
    delivery: str
    is_scanned: bool = False  # papers come through the scanner's quarantine
    owed: list[str] = field(default_factory=list)  # news the citizen must be told by SMS and by e-mail, once each
    dossier_id: int = 0

    @property
    def user(self) -> User:
        return self.stage.cast.citizens[self.number % len(self.stage.cast.citizens)]

    @property
    def dossier(self) -> Dossier:
        """As it is now."""
        return Dossier.objects.get(pk=self.dossier_id)

    def who(self, role: str) -> User:
        """The officer of that role where this dossier is handled."""
        return self.stage.cast.at(WHERE[self.procedure], role)

    def steps(self) -> Iterator[bool]:
        """The whole way; yields ACTED after an act, WAITS while the worker or the bank has to do its part."""
        yield from self.file()
        yield from self.pay()
        yield from self.decide()
        yield from self.hand_over()

    # ── filing ──
    def file(self) -> Iterator[bool]:
        self.draft()
        yield ACTED
        self.submit()
        yield ACTED

    def draft(self) -> None:
        """A draft with everything it needs."""
        version = Procedure.objects.get(key=self.procedure).current_version
        dossier = filing.start(user=self.user, version=version)
        self.dossier_id = dossier.pk
        agency = Agency.objects.get(key=WHERE[self.procedure])
        if agency.level == Agency.Level.COMMUNE:
            filing.choose_agency(dossier.pk, user=self.user, commune_code=agency.commune_code)
        given = answers(self.procedure, timezone.localdate())
        filing.save_answers(dossier.pk, user=self.user, answers=given)
        self._papers(given)
        address = {"province": "20", "commune": "05977", "line": "Số 12, đường Ngô Quyền"}
        choice = filing.DeliveryChoice(self.delivery, self.user.full_name, self.user.phone or "", address)
        filing.choose_delivery(dossier.pk, user=self.user, choice=choice)

    def _papers(self, given: dict[str, object]) -> None:
        dossier, now = self.dossier, timezone.now()
        content = content_of(dossier.procedure_version_id)
        case = quoting.case_key(content, given, now)
        for position, rule in enumerate(uploads.rules(dossier, content, case, given, now)):
            if rule.required and self.is_scanned:
                uploads.add(dossier.pk, user=self.user, key=rule.key, uploads=[upload()])
            elif rule.required:
                self._own_paper(rule.key, position)

    def _own_paper(self, key: str, position: int) -> None:
        """A clean paper without the checks of an upload, which would take most of the drill's time."""
        now, names = timezone.now(), {"room": "dossiers", "purpose": "paper", "name": f"{key}.pdf"}
        file = store_bytes(sample_pdf(), owner=self.user, at=now, pages=1, **names)
        paper, _created = Paper.objects.get_or_create(
            dossier_id=self.dossier_id, key=key, defaults={"position": position}
        )
        PaperFile.objects.create(paper=paper, file=file, position=position, added_at=now)

    def submit(self) -> None:
        """The citizen's own press of the button."""
        dossier = filing.submit(self.dossier_id, user=self.user, undertaking=True)
        self.owed.append("dossier.await_prepayment" if dossier.state == "payment" else "dossier.submit")

    # ── money ──
    def pay(self) -> Iterator[bool]:
        if self.dossier.state != "payment":
            return
        self.stage.sandbox.pay(self.attempt().pay_url)
        self.owed[:] = ["dossier.settle_prepayment"]  # nobody is asked any more for money that came
        yield ACTED
        while self.dossier.fee_state != "paid":
            yield WAITS

    def attempt(self) -> PaymentAttempt:
        """What the Pay button does."""
        order = orders.ensure_order(self.dossier)
        return starting.start(order, user=self.user, at=timezone.now(), client_ip="203.0.113.10")

    def last_attempt(self) -> PaymentAttempt:
        """The newest visit to the bank's page."""
        return PaymentAttempt.objects.filter(order__dossier=self.dossier_id).latest("pk")

    # ── handling ──
    def decide(self) -> Iterator[bool]:
        while self.is_scanned and self._is_quarantined():
            yield WAITS
        intake.claim_intake(self.dossier_id, user=self.who(Role.RECEPTION))
        yield ACTED
        intake.receive(self.dossier_id, user=self.who(Role.RECEPTION))
        self.owed.append("dossier.received")
        yield ACTED
        if self.dossier.decides_at_once:
            results.decide_at_once(self.dossier_id, user=self.who(Role.LEADER), version=self.dossier.version)
            yield ACTED
        while self.dossier.state == "processing":
            self._one_step(self.dossier)
            yield ACTED
        self.owed.append("dossier.resolved")

    def _is_quarantined(self) -> bool:
        return PaperFile.objects.filter(paper__dossier=self.dossier_id).exclude(file__state="clean").exists()

    def _one_step(self, dossier: Dossier) -> None:
        signs, who = content_of(dossier.procedure_version_id).route.signing_role, self.who(dossier.step_role)
        if dossier.step_role == signs and dossier.result_state == "drafted":
            results.sign(dossier.pk, user=who, version=dossier.version)
        elif dossier.step_role == Role.CLERK:
            results.issue(dossier.pk, user=who)
        elif dossier.step_role == Role.SPECIALIST and not dossier.result_state:
            results.draft(dossier.pk, user=who, decision=GRANTED)
        else:
            routing.forward(dossier.pk, user=who)

    # ── the result ──
    def hand_over(self) -> Iterator[bool]:
        if self.delivery == "counter":
            receiver = self.user.full_name
            endings.return_at_counter(self.dossier_id, user=self.who(Role.RECEPTION), receiver=receiver)
            yield ACTED
        elif self.delivery == "post":
            yield from self.to_the_post()
            for _ in range(5):  # accepted, in transit, at the office, with the postman, delivered
                self.stage.sandbox.advance(self.parcel.item_code, receiver=self.user.full_name)
                yield ACTED
        while self.dossier.state != "returned":
            yield WAITS
        if self.delivery != "online":
            self.owed.append("dossier.returned")

    def to_the_post(self) -> Iterator[bool]:
        """Until the postman has it."""
        while not Parcel.objects.filter(dossier=self.dossier_id, state="ordered").exists():
            yield WAITS
        desk.hand_over(self.parcel, user=self.who(Role.RECEPTION), at=timezone.now())
        self.owed.append("postal.handed_over")
        yield ACTED

    @property
    def parcel(self) -> Parcel:
        """The parcel of its result."""
        return Parcel.objects.get(dossier=self.dossier_id)


def mixed(stage: Stage, count: int) -> list[Journey]:
    """A mixture of procedures and ways of handing over; every sixth one's papers go through the scanner."""
    procedures = (ROUTE, AT_ONCE, CRIMINAL_RECORD)
    return [Journey(stage, n, procedures[n % 3], DELIVERY[(n // 3) % 3], is_scanned=n % 6 == 5) for n in range(count)]
