"""The world of the matrix of rights: Mai's things in every state, Hải's, and officers of five kinds beside them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, Representation, User
from agencies.models import Agency, Role, Shift
from agencies.services import (
    appoint,
    enter_absence,
)
from agencies.services.absences import Away
from common import (
    jobs,
    outbox,
)
from common.models import Sweep
from dossiers.clock import Limit
from dossiers.models import (
    BlankReceipt,
    Confirmation,
    Consultation,
    Dossier,
    HandOver,
    IssuedPaper,
    Note,
    Outage,
    PaperFile,
    Result,
    ResultBatch,
    TrackingBook,
    Visit,
)
from dossiers.services import (
    assisting,
    batches,
    bulk,
    consulting,
    desk,
    fees,
    hand_over_papers,
    hand_overs,
    intake,
    noting,
    results,
    routing,
    supplements,
    tracking_book,
)
from dossiers.services.batches import Chosen
from dossiers.services.corrections import outages
from dossiers.services.results import Decision
from dossiers.services.supplements import Missing
from payments.models import CashReceipt
from payments.services import cash, ensure_order
from postal.models import Parcel
from postal.services.booking import ensure_parcel
from procedures.models import Campaign, CatalogueImport, Procedure, ProcedureVersion, PublicationDecision
from procedures.services import deciding, open_draft, reviewing
from procedures.services.reviewing import Days, Scope
from tests import cast, counter_cast
from tests.api.calls import token_of
from tests.procedures import transfers
from tests.procedures.answers import answers

KEY = "sports-business-certificate-tennis"
BACKEND = "accounts.backends.PhoneOrNameBackend"
OF_A_PROCEDURE = {
    "dossiers:start", "procedures:procedure_detail", "procedures:guide", "procedures:leaflet", "api:procedure",
}  # fmt: skip
PERSONAS = ("anonymous", "owner", "stranger", "receiving", "elsewhere", "commune", "catalogue", "auditor")
OFFICERS = PERSONAS[3:]
NOBODY = UUID(int=0)
UNKNOWN = {
    "code": "H37.12-260101-9999",
    "ref": "H37.12-260101-9999",
    "draft": NOBODY,
    "file": NOBODY,
    "public_id": NOBODY,
    "visit": NOBODY,
    "confirmation": NOBODY,
    "batch": NOBODY,
    "receipt": NOBODY,
    "run": NOBODY,
    "view": NOBODY,
    "seq": 9999,
    "size": "a5",
    "pk": 2_000_000_000,
    "person": 2_000_000_000,
}


@contextmanager
def thrown_away() -> Iterator[None]:
    """What is done inside leaves nothing behind, whatever was done."""
    point = transaction.atomic()
    point._from_testcase = True  # type: ignore[attr-defined]
    with point:
        yield
        transaction.set_rollback(True)


def sign_in(client: Client, user: User) -> None:
    """A session of that person without the act of signing in, which these tests would do ten thousand times."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""


@dataclass(frozen=True)
class World:
    """Everybody and what belongs to the owner, Lý Thị Mai."""

    people: cast.Cast
    users: dict[str, User]
    draft: Dossier
    unpaid: Dossier
    new: Dossier
    asked: Dossier
    finished: Dossier
    parcel: Parcel
    organisation: Representation
    typed: Dossier
    visit: Visit
    confirmation: Confirmation
    receipt: CashReceipt
    decision: PublicationDecision
    edited: ProcedureVersion
    campaign: Campaign
    planned_campaign: Campaign
    imported: CatalogueImport
    run: UUID  # of the receiving officer: an act on many dossiers
    view: UUID
    note: Note  # of the receiving officer, on the new dossier
    asked_opinion: Consultation  # of the other agency, on a dossier of the owner
    hand_over: HandOver
    book: TrackingBook
    batch: ResultBatch
    tokens: dict[str, str] = field(default_factory=dict)  # of each persona, for the API

    def client(self, persona: str, **options: Any) -> Client:
        """A browser of that persona, signed in; errors come back as pages, as people would see them."""
        if persona in self.tokens:
            options = {"headers": {"authorization": f"Bearer {self.tokens[persona]}"}} | options
        client = Client(raise_request_exception=False, **options)
        if persona in self.users:
            sign_in(client, self.users[persona])
        return client

    def file_of(self, dossier: Dossier) -> UUID:
        found: UUID = PaperFile.objects.filter(paper__dossier=dossier).order_by("pk").first().file.public_id  # type: ignore[union-attr]
        return found

    def samples(self, name: str, parameters: frozenset[str]) -> Iterator[dict[str, Any]]:
        """Arguments of the route `name` that lead to things of the owner."""
        if not parameters:
            yield {}
            return
        values: dict[str, Any] = {
            "code": self.new.code,
            "draft": self.draft.public_id,
            "section": self.section,
            "key": self.new.papers.first().key if name.endswith("mark_paper") else "khong-co",  # type: ignore[union-attr]
            "number": 1,
            "note": self.note.pk,
            "part": "lich-su",
            "slug": "tiep-nhan",
            "pk": self.organisation.pk,
            "public_id": self.parcel.public_id if name.startswith("postal:") else self.file_of(self.new),
            "ref": self.new.code,
            "file": self.file_of(self.draft if "draft" in parameters else self.new),
        }
        values |= {
            "visit": self.visit.public_id,
            "confirmation": self.confirmation.public_id,
            "receipt": self.receipt.public_id,
            "run": self.run,
            "view": self.view,
        }
        if "draft" in parameters or name in OF_A_PROCEDURE:
            values["code"] = self.draft.procedure.code
        if name.startswith("catalogue:"):
            values |= {"code": self.draft.procedure.code, "pk": self.decision.pk, "act": "nop"}
        if "review" in name:
            is_planned = name.removeprefix("catalogue:") in {"edit_review", "open_review", "drop_review"}
            values |= {"pk": (self.planned_campaign if is_planned else self.campaign).pk, "agency": "svhttdl"}
        values |= self._special().get(name, {})
        if name.startswith("catalogue:editor"):
            values |= self._edited(name.removeprefix("catalogue:editor_"))
        yield {key: values[key] for key in parameters}

    @property
    def _of_the_opinion(self) -> dict[str, Any]:
        return {"public_id": self.asked_opinion.public_id, "file": self.file_of(self.asked_opinion.dossier)}

    @property
    def receipt_seq(self) -> int:
        """Of the act that owes the receipt."""
        return IssuedPaper.objects.get(dossier=self.finished, kind="receipt", size="a4").seq

    @property
    def section(self) -> str:
        from procedures.services import content_of

        form = content_of(self.draft.procedure_version_id).eform
        assert form is not None
        return form.sections[0].key

    def sent(self, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """What is sent to the route by POST."""
        if name == "dossiers:supplement_upload":
            return {"paper": self.asked.papers.order_by("pk").first().key}  # type: ignore[union-attr]
        return dict(data)

    def _edited(self, page: str) -> dict[str, Any]:
        """Arguments of a page of the editor: a part of the draft that is open."""
        content = self.edited.content
        tables = [
            field for section in content["eform"]["sections"] for field in section["fields"] if field["type"] == "table"
        ]
        keys = {
            "case": content["cases"][0]["key"], "paper": content["papers"][0]["key"], "fee": content["fees"][0]["code"],
            "form_file": content["papers"][0]["key"], "section": content["eform"]["sections"][0]["key"],
        }  # fmt: skip
        keys["new_question"] = keys["section"]
        return {"code": self.edited.procedure.code, "key": keys.get(page, tables[0]["key"]), "scope": "toan-bo",
                "column": tables[0]["columns"][0]["key"]}  # fmt: skip

    def _special(self) -> dict[str, dict[str, Any]]:
        issued = Result.objects.get(dossier=self.finished)
        return {
            "catalogue:service": {"code": f"{self.draft.procedure.code}.01"},
            "catalogue:override": {"code": f"{self.draft.procedure.code}.01"},
            "payments:pay_fee": {"code": self.unpaid.code},
            "payments:take_cash": {"code": self.unpaid.code},
            "catalogue:import": {"public_id": self.imported.public_id},
            "catalogue:accept_import": {"public_id": self.imported.public_id},
            "catalogue:import_row": {"public_id": self.imported.public_id, "number": 1},
            "clock:outage": {"pk": Outage.objects.get().pk},
            "dossiers:rate": {"code": self.finished.code},
            "dossiers:hand_over_work": {"person": self.users["elsewhere"].pk},
            "dossiers:end_absence": {"pk": self.users["elsewhere"].absences.get().pk},
            "dossiers:reuse": {"key": self.draft.papers.order_by("pk").first().key},  # type: ignore[union-attr]
            "dossiers:counter_start": {"code": self.draft.procedure.code},
            "dossiers:digitise": {"code": self.typed.code},
            "dossiers:receipt_block": {"public_id": BlankReceipt.objects.get().block.public_id},
            "dossiers:enter_late": {"draft": BlankReceipt.objects.get().dossier.public_id},
            "dossiers:confirm_late": {"pk": BlankReceipt.objects.get().pk},
            "dossiers:end_shift": {"pk": Shift.objects.get().pk},
            "dossiers:counter_fast": {"code": cast.procedure("certified-true-copy").code},
            "dossiers:counter_received": {"code": self.typed.code},
            "dossiers:counter_slip": {"code": self.typed.code},
            "dossiers:print_paper": {"code": self.finished.code, "seq": self.receipt_seq, "size": "a5"},
            "dossiers:hand_over": {"public_id": self.hand_over.public_id},
            "dossiers:hand_over_pdf": {"public_id": self.hand_over.public_id},
            "dossiers:confirm_hand_over": {"public_id": self.hand_over.public_id},
            "dossiers:tracking_book": {"public_id": self.book.public_id},
            "dossiers:tracking_book_volume": {"public_id": self.book.public_id, "number": 1},
            "dossiers:opinion": {"public_id": self.asked_opinion.public_id},
            "dossiers:opinion_file": self._of_the_opinion,
            "dossiers:opinion_file_page": self._of_the_opinion,
            "dossiers:draft_paper": {"code": self.finished.code},
            "dossiers:result_batch": {"batch": self.batch.public_id},
            "dossiers:register_file": {"kind": "csv"},
            "dossiers:supplement": {"code": self.asked.code},
            "dossiers:supplement_upload": {"code": self.asked.code},
            "dossiers:result": {"code": self.finished.code},
            "dossiers:verify_result": {"code": issued.verify_code},
            "procedures:life_event": {"key": "co-con-nho"},
            "procedures:field": {"key": "ho-tich"},
            "procedures:agency": {"key": "xa"},
            "agencies:counter": {"key": "svhttdl"},
            "api:result": {"ref": self.finished.code},
            "api:parcel_hand_over": {"ref": self.finished.code},
            "api:parcel_cancel": {"ref": self.finished.code},
        }


def of_the_desk(officer: User) -> dict[str, UUID]:
    """An act on many dossiers that waits to be confirmed, and a saved view."""
    now = timezone.now()
    found = Dossier.objects.visible_to(officer).order_by("pk")
    run = bulk.show(found, user=officer, act="take", assignee=None, tab="all", back="?tab=all", at=now)
    view = desk.save_view(
        officer, name="Chưa ai nhận", tab="receive", filters={"holder": "nobody"}, agency=None, at=now
    )
    return {"run": run.public_id, "view": view.public_id}


def build() -> World:
    """Make everybody and everything; the news is told, so that orders and messages exist."""
    people = cast.make_cast()
    catalogue, auditor = cast.officer("lan", "Lộc Thị Lan"), cast.officer("phong", "Dương Quốc Phong")
    appoint(catalogue, Agency.objects.get(key="vp"), Role.CATALOGUE, actor=None, since=cast.SINCE)
    appoint(auditor, Agency.objects.get(key="tt"), Role.AUDITOR, actor=None, since=cast.SINCE)
    outages.record_outage(
        began_at=cast.MONDAY, ended_at=cast.MONDAY + timedelta(hours=1), reason_vi="Đứt cáp", source="Thông báo 9",
        by=catalogue, at=cast.MONDAY + timedelta(hours=2),
    )  # fmt: skip
    users = {
        "owner": people.mai, "stranger": people.hai, "receiving": people.hanh, "elsewhere": people.giang,
        "commune": people.kien, "catalogue": catalogue, "auditor": auditor,
    }  # fmt: skip
    unpaid = cast.filed(people.mai, KEY, answers(KEY), at=timezone.now())
    new = paid(people, people.mai)
    paid(people, people.hai)
    finished = resolved(people, paid(people, people.mai))
    world = World(
        people, users,
        draft=cast.draft(people.mai, KEY, answers(KEY), at=timezone.now()),
        unpaid=unpaid,
        new=new,
        note=noting.write(new.pk, user=people.hanh, words="Đã gọi điện."),
        asked_opinion=asked_opinion(people, paid(people, people.mai)),
        asked=asked(people, paid(people, people.mai)),
        finished=finished,
        parcel=parcel_of(finished),
        organisation=represents(people.mai),
        decision=in_the_catalogue(catalogue),
        edited=open_draft(cast.procedure("certified-true-copy"), actor=catalogue, at=timezone.now()),
        **under_review(catalogue),
        imported=imported(catalogue),
        **of_the_desk(people.hanh),
        batch=batches.order_issue(people.en, chosen=[Chosen(finished.pk, finished.version)], at=timezone.now()),
        **at_the_counter(people),
        **on_paper(people),
        tokens={persona: token_of(user) for persona, user in users.items()},
    )  # fmt: skip
    going_away(people.giang)
    while outbox.drain():
        pass
    ensure_order(unpaid)
    # The walk through all addresses takes longer than a sweep may be old: the beat of these tests runs ahead.
    Sweep.objects.update_or_create(name="loops", defaults={"at": timezone.now() + timedelta(hours=1)})
    return world


def going_away(user: User) -> None:
    """The head of the other agency will be away next month."""
    first = timezone.localdate() + timedelta(days=30)
    away = Away(first, first + timedelta(days=7))
    enter_absence(user, Agency.objects.get(key="sct"), away, actor=user, at=timezone.now())


def in_the_catalogue(user: User) -> PublicationDecision:
    """A draft of the procedure everybody here files, and a decision that is not published yet."""
    open_draft(Procedure.objects.get(key=KEY), actor=user, at=timezone.now())
    today = timezone.localdate()
    return deciding.create_decision(
        number="1/QĐ-UBND", kind="amended", title={"vi": "Sửa đổi"}, signed_on=today, effective_on=today
    )


def under_review(user: User) -> dict[str, Campaign]:
    """One campaign asks the department of culture, another is not open yet."""
    now, today = timezone.now(), timezone.localdate()
    days = Days(today, today + timedelta(days=20), today + timedelta(days=30))

    def planned(name: str, agency: str) -> Campaign:
        scope = Scope(agencies=(Agency.objects.get(key=agency),))
        return reviewing.plan_campaign(name=name, scope=scope, days=days, actor=user, at=now)

    asked = planned("Rà soát", "svhttdl")
    return {
        "campaign": reviewing.open_campaign(asked.pk, actor=user, at=now),
        "planned_campaign": planned("Rà soát sau", "sct"),
    }


def imported(user: User) -> CatalogueImport:
    """A file that would change one procedure."""
    text = f"Mã thủ tục;Số bộ hồ sơ\n{Procedure.objects.get(key=KEY).code};3\n"
    return transfers.checked(text.encode(), "thu-tuc.csv", user)


def at_the_counter(people: cast.Cast) -> dict[str, Any]:
    """Mai stood at the counter: one dossier typed there and paid in cash, another waits for her confirmation."""
    typed = counter_cast.typed(people, KEY, answers(KEY), at=timezone.now())
    order = ensure_order(typed)
    assert order is not None
    prepared = counter_cast.prepared(people, KEY, answers(KEY), is_assisted=True, at=timezone.now())
    late = counter_cast.prepared(people, KEY, answers(KEY), is_assisted=False, at=timezone.now())
    counter_cast.on_shift(people)
    counter_cast.entered_late(people, late, at=timezone.now())
    return {
        "typed": typed,
        "receipt": cash.take(order.public_id, cashier=people.hanh, payer="Lý Thị Mai"),
        "confirmation": assisting.open_confirmation(prepared.pk, officer=people.hanh),
        "visit": counter_cast.visit(people),
    }


def on_paper(people: cast.Cast) -> dict[str, Any]:
    """What the counter handed over today stands on a list; its tracking book of today is printed."""
    today = timezone.localdate()
    (group,) = hand_overs.candidates(people.hanh, "department", today)
    events = [event.pk for event in group.events]
    made = hand_overs.make(user=people.hanh, direction="department", day=today, group=group.key, events=events)
    hand_over_papers.printed(made)
    book = tracking_book.order(user=people.hanh, agency=group.counter, first_day=today, last_day=today)
    for job in jobs.lease(1, kinds=["dossier.book"]):
        jobs.run(job)
    return {"hand_over": made, "book": book}


def represents(user: User) -> Representation:
    """The owner may act for a company."""
    company = Organisation.objects.create(tax_code="4900100001", name="Công ty TNHH Ba Sơn", sort_key="ba son")
    return Representation.objects.create(user=user, organisation=company, valid_from=cast.SINCE)


def paid(people: cast.Cast, user: User) -> Dossier:
    """A dossier whose fee is paid, new in the queue of the department of culture."""
    dossier = cast.filed(user, KEY, answers(KEY), at=timezone.now())
    assert fees.settle(dossier.pk, order="1", at=timezone.now())
    return Dossier.objects.get(pk=dossier.pk)


def asked(people: cast.Cast, dossier: Dossier) -> Dossier:
    """One paper is asked for again."""
    paper = dossier.papers.order_by("pk").first()
    assert paper is not None
    missing = [Missing("paper", paper.key, "Ảnh mờ"), Missing("field", "floor_area_m2", "Diện tích khác với bản vẽ")]
    supplements.request_at_intake(dossier.pk, user=people.hanh, missing=missing, message="Bạn bổ sung giúp.")
    return Dossier.objects.get(pk=dossier.pk)


def asked_opinion(people: cast.Cast, dossier: Dossier) -> Consultation:
    """The agency elsewhere is asked for its opinion."""
    intake.receive(dossier.pk, user=people.hanh)
    routing.claim(dossier.pk, user=people.bao)
    agency = Agency.objects.get(key="sct")
    consulting.consult(dossier.pk, user=people.bao, agency=agency, question="Ý kiến?", limit=Limit(3, "working_day"))
    return Consultation.objects.select_related("dossier").get(dossier=dossier)


def resolved(people: cast.Cast, dossier: Dossier) -> Dossier:
    """Signed and issued, to be returned by post."""
    intake.receive(dossier.pk, user=people.hanh)
    results.draft(dossier.pk, user=people.bao, decision=Decision("granted", "Đủ điều kiện."))
    routing.forward(dossier.pk, user=people.bao)
    at_leader = routing.forward(dossier.pk, user=people.cuong).dossier
    Dossier.objects.filter(pk=dossier.pk).update(delivery="post")
    results.sign(dossier.pk, user=people.dung, version=at_leader.version)
    results.issue(dossier.pk, user=people.en)
    return Dossier.objects.get(pk=dossier.pk)


def parcel_of(dossier: Dossier) -> Parcel:
    """The parcel that carries the result."""
    parcel = ensure_parcel(dossier)
    assert parcel is not None
    return parcel
