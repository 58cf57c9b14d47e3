"""A desk on an ordinary day: every list of the world of rights has twenty-five rows and more, with the names people have here.

The rows are copies of the few real dossiers of `tests.portal.world`: for looking at pages, never for rules.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import pgtrigger
from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from agencies.models import Absence, Agency, Role, Shift
from agencies.services import appoint
from common.text import fold, sort_key
from dossiers.models import (
    Alarm,
    Answers,
    ApologyDraft,
    BlankReceipt,
    BulkItem,
    Consultation,
    Dossier,
    DossierEvent,
    HandOverItem,
    Outage,
    Party,
    ReceiptBlock,
    Result,
    ResultBatchItem,
    StepRun,
)
from dossiers.services import fees, intake, messaging, noting, results, routing
from dossiers.services.results import Decision
from payments.models import CashReceipt, PaymentOrder
from procedures.models import Procedure
from tests import cast
from tests.portal.routes import Route, routes
from tests.portal.world import World, paid
from tests.procedures.answers import answers

ROWS = 25
NAMES = (
    "Nguyễn Thị Phương Thảo", "Hoàng Thị Bích Ngọc", "Lương Văn Khánh", "Triệu Thị Pham", "Nông Quốc Huy", "Đặng Thị Sinh",
    "Công ty TNHH Một thành viên Thương mại và Dịch vụ Xuất nhập khẩu Hồng Phát Lạng Sơn", "Chu Văn Tĩnh", "Vi Văn Toàn",
    "Hứa Thị Lan", "Bế Thị Ngọc Ánh", "Lộc Văn Sướng", "Phùng Thị Ưởng", "Dương Quốc Phong", "Mã Thị Ặng", "Hoàng Văn Ỗn",
    "Hợp tác xã Nông lâm nghiệp và Dịch vụ tổng hợp Hồi Văn Quan", "Lý A Chống", "Đàm Thị Ngoạn", "Trương Vĩnh Nguyễn Khuê",
)  # fmt: skip
LONG = (
    "driving-licence-exchange", "housing-construction-permit", "sports-business-certificate-tennis",
    "household-business-registration", "criminal-record-certificate", "certified-true-copy", "promotion-notification",
)  # fmt: skip
TEXT = "Đủ điều kiện kinh doanh hoạt động thể thao môn quần vợt tại sân Phai Vệ, đường Bà Triệu, phường Đông Kinh."
QUESTION = (
    "Đề nghị Sở Công Thương cho ý kiến về sự phù hợp của địa điểm kinh doanh với quy hoạch phát triển thương mại của phường, "
    "và về hoạt động mua bán dụng cụ thể thao tại sân.\n\nSân nằm cạnh chợ Giếng Vuông, lối vào chung với bãi giữ xe."
)
Fields = Callable[[int], dict[str, Any]]


@dataclass
class Desk:
    """The world, and the dossiers whose pages are looked at."""

    world: World
    at_specialist: Dossier
    at_leader: Dossier
    signed: Dossier
    at_counter: Dossier  # its result waits at the counter
    at_once: Dossier  # certified copies: the leader decides without a route
    addresses: Mapping[str, list[str]]  # of each route of the desk


def of_the_desk() -> list[Route]:
    """Every address of the desk and of the pages behind it, from the map of addresses."""
    return [route for route in routes() if route.text.startswith("can-bo/") or route.name.startswith("clock:")]


def addresses(world: World) -> dict[str, list[str]]:
    """Where each of them is, for things that are there."""
    found = {
        route.name: [route.url(**one) for one in world.samples(route.name, route.parameters)] for route in of_the_desk()
    }
    return found | {"dossiers:hand_over_work": [f"/can-bo/nhom/ban-giao/{world.people.bao.pk}/"]}


def clones(original: models.Model, number: int, fields: Fields) -> list[Any]:
    """`number` rows like this one, each with fields of its own."""
    made = []
    for n in range(number):
        twin = type(original)._base_manager.get(pk=original.pk)
        twin.pk = None
        if hasattr(twin, "public_id"):
            twin.public_id = uuid.uuid4()
        values = fields(n)
        twin.__dict__.update({name: values.pop(name) for name in ("state",) if name in values})  # no act: a copy
        for name, value in values.items():
            setattr(twin, name, value)
        made.append(twin)
    return list(type(original)._base_manager.bulk_create(made))


_serials = iter(range(1001, 9999))


def twins(dossier: Dossier, number: int, fields: Fields = lambda n: {}) -> list[Dossier]:
    """Dossiers like this one of other people, most of them about other procedures."""
    versions = [Procedure.objects.get(key=key) for key in LONG]
    stem = str(dossier.code or "H37.12-261122-0001").rpartition("-")[0]

    def own(n: int) -> dict[str, Any]:
        procedure = versions[n % len(versions)]
        code = f"{stem}-{next(_serials)}" if dossier.code else None
        return {"code": code, "procedure": procedure} | fields(n)

    made: list[Dossier] = clones(dossier, number, own)
    Answers.objects.bulk_create(Answers(dossier=twin, answers={}) for twin in made)
    if party := Party.objects.filter(dossier=dossier).first():
        clones(party, number, lambda n: {"dossier": made[n]} | named(n))
    return made


def named(n: int) -> dict[str, Any]:
    name = NAMES[n % len(NAMES)]
    return {"full_name": name, "sort_key": sort_key(name), "folded_name": fold(name)}


def filled(world: World) -> Desk:
    """Fill every list; the guards of the database look away, as for a bulk load."""
    now = timezone.now()
    found = addresses(world)  # the world names things that stand alone in it
    desk = stories(world, found)
    with pgtrigger.ignore(), transaction.atomic():
        people = colleagues(world)
        new = at_the_counter(world, now)
        worked = in_the_division(desk, now)
        opinions(world, worked, now)
        done = decided(desk, now)
        on_lists(world, done, now)
        at_the_till(world, done, now)
        in_one_go(world, new, done)
        away_and_on_shift(world, people)
        clones(Outage.objects.get(), ROWS - 1, lambda n: {"began_at": now - timedelta(days=n + 2), "ended_at": now -
               timedelta(days=n + 2, hours=-3), "reason_vi": "Mất điện toàn khu vực trụ sở do bão số 13, máy phát dự phòng hỏng",
               "source": f"Công điện số {22 + n}/CĐ-UBND ngày 24/12/2026 của Ủy ban nhân dân tỉnh Lạng Sơn"})  # fmt: skip
    return desk


def stories(world: World, found: Mapping[str, list[str]]) -> Desk:
    """The dossiers that are opened: each came to its step through the services."""
    people = world.people
    word_for_word(world)
    drafts = []
    for _number in range(3):
        dossier = paid(people, people.hai)
        intake.receive(dossier.pk, user=people.hanh)
        results.draft(dossier.pk, user=people.bao, decision=Decision("granted", TEXT))
        drafts.append(dossier)
    for dossier in drafts[1:]:
        routing.forward(dossier.pk, user=people.bao)
        routing.forward(dossier.pk, user=people.cuong)
    version = Dossier.objects.get(pk=drafts[2].pk).version
    results.sign(drafts[2].pk, user=people.dung, version=version)
    kept = [Dossier.objects.get(pk=dossier.pk) for dossier in drafts]
    with pgtrigger.ignore():
        (ready,) = twins(world.finished, 1, lambda n: {"delivery": "counter", "procedure": world.finished.procedure})
    copied(world.finished, [ready])
    found = {**found, "dossiers:return_desk": [f"/can-bo/quay/tra/{ready.code}/"]}
    return Desk(world, *kept, at_counter=ready, at_once=received_copies(world), addresses=found)


def received_copies(world: World) -> Dossier:
    """Certified copies, received at the ward."""
    people, key = world.people, "certified-true-copy"
    dossier = cast.filed(people.mai, key, answers(key, timezone.localdate()), at=timezone.now())
    fees.settle(dossier.pk, order="at once", at=timezone.now())
    intake.receive(dossier.pk, user=people.hanh)
    return Dossier.objects.get(pk=dossier.pk)


def word_for_word(world: World) -> None:
    """A thread with the applicant and notes, as long as real ones."""
    people, new = world.people, world.new
    messaging.send(
        new.pk, user=people.hanh, words="Đề nghị Bà cho biết sân quần vợt Phai Vệ có mấy sân tập, mấy sân có mái che?"
    )
    messaging.send(
        new.pk, user=people.mai, words="Dạ có hai sân, một sân có mái che.\n\nTôi gửi thêm ảnh được không ạ?"
    )
    noting.write(
        new.pk, user=people.hanh, words="Đã gọi điện cho bà Mai, hẹn thứ Ba lên quầy nộp bản vẽ gốc.", pinned=True
    )
    struck = noting.write(
        new.pk, user=people.hanh, words="Chờ ý kiến phòng Quản lý thể dục thể thao về đèn chiếu sáng."
    )
    noting.strike(new.pk, struck.pk, user=people.hanh)


def copied(dossier: Dossier, made: Sequence[Dossier], fields: Fields = lambda n: {}) -> list[Result]:
    """The result of a dossier for its twins."""
    result = Result.objects.filter(dossier=dossier).latest("revision")
    number = result.number_serial

    def own(n: int) -> dict[str, Any]:
        serial = number and number + next(_serials)
        numbered = {"number": f"{serial}/GCN-SVHTTDL", "number_serial": serial} if serial else {}
        return {"dossier": made[n], "verify_code": uuid.uuid4().hex[:24], **numbered} | fields(n)

    return clones(result, len(made), own)


def colleagues(world: World) -> list[User]:
    """A department has more than one person."""
    agency, found = Agency.objects.get(key="svhttdl"), []
    for number, name in enumerate(name for name in NAMES if " " in name and "Công ty" not in name):
        person = cast.officer(f"nv{number}", name)
        role = (Role.SPECIALIST, Role.RECEPTION)[number % 2]
        appoint(person, agency, role, actor=None, since=cast.SINCE, title_vi="Chuyên viên chính")
        found.append(person)
    return found


def at_the_counter(world: World, now: datetime) -> list[Dossier]:
    """New ones, some of them late and silent; some that wait for the citizen; some to be returned; some that are over."""
    people, hours = world.people, (-9, -5, -1, 0.5, 2, 6, 8)

    def arrived(n: int) -> dict[str, Any]:
        due = now + timedelta(hours=hours[n % len(hours)])
        return {"queue_at": due, "intake_due_at": due, "assignee": people.hanh if n % 3 else None,
                "message_waits": "agency" if n % 7 == 2 else "", "intake": "counter" if n % 5 == 1 else "own"}  # fmt: skip

    new = twins(world.new, ROWS, arrived)
    Alarm.objects.bulk_create(
        Alarm(dossier=one, ladder="intake", rung=("escalated", "breached")[n % 2], due_at=one.intake_due_at,
              agency=one.receiving_agency, role=Role.RECEPTION, at=now)
        for n, one in enumerate(new)
    )  # fmt: skip
    twins(world.asked, ROWS, lambda n: {"answer_by": now + timedelta(days=n)})
    twins(world.finished, ROWS, lambda n: {"state": "returned", "returned_at": now - timedelta(hours=n)})
    return new


def in_the_division(desk: Desk, now: datetime) -> list[Dossier]:
    """At the specialist: late and not yet, with drafts of apologies."""
    dossier, bao = desk.at_specialist, desk.world.people.bao

    def due(n: int) -> dict[str, Any]:
        at = now + timedelta(days=n - 13)
        return {"queue_at": at, "due_at": at, "assignee": bao if n % 2 else None}

    made = [*twins(dossier, ROWS, due), *twins(dossier, ROWS, lambda n: due(n + 15))]
    steps = StepRun.objects.filter(dossier=dossier, ended_at=None).get()
    clones(steps, len(made), lambda n: {"dossier": made[n], "due_at": now - timedelta(hours=n + 1)})
    why = "Phải xác minh thực địa cùng Ủy ban nhân dân phường Đông Kinh; đoàn kiểm tra hẹn lại vì mưa bão."
    ApologyDraft.objects.bulk_create(
        ApologyDraft(dossier=one, due_at=one.due_at, appointment_at=one.due_at + timedelta(days=4), reason=why, drafted_at=now)
        for one in made
    )  # fmt: skip
    return made


def opinions(world: World, worked: Sequence[Dossier], now: datetime) -> None:
    """Questions to the department of industry and trade: open, late, answered."""
    asked = world.asked_opinion
    Consultation.objects.filter(pk=asked.pk).update(question=QUESTION)
    clones(asked, ROWS, lambda n: {"dossier": worked[n], "question": QUESTION, "due_at": now + timedelta(days=n - 4)})
    outcomes = ("agree", "disagree", "no_opinion", "silent", "recalled", "ended")
    clones(asked, ROWS, lambda n: {"dossier": worked[ROWS + n], "question": QUESTION, "ended_at": now - timedelta(hours=n),
           "ended_seq": 9, "ended_by": world.people.giang, "outcome": outcomes[n % 6],
           "answer": "Sở Công Thương thống nhất, với điều kiện lối vào bãi giữ xe được tách riêng."})  # fmt: skip
    Dossier.objects.filter(pk__in=[one.pk for one in worked[:ROWS]]).update(open_opinions=1)


def decided(desk: Desk, now: datetime) -> list[Dossier]:
    """Drafted, signed, issued: one list each."""
    same = {"procedure": desk.at_leader.procedure}
    words = ("granted", "rejected")
    for dossier in (desk.at_leader, desk.signed):
        made = twins(dossier, ROWS, lambda n: same | {"queue_at": now + timedelta(days=n - 3)})
        copied(dossier, made, lambda n: {"text": f"{TEXT} Số sân: {n + 1}.", "outcome": words[n % 6 == 5]})
    done = twins(desk.world.finished, ROWS, lambda n: {"delivery": "counter"})
    issued = copied(desk.world.finished, done)
    ground = {"revoked_at": now, "revoked_by": desk.world.people.dung, "revoke_ground": "false_papers"}
    Result.objects.filter(pk__in=[one.pk for one in issued[::6]]).update(**ground)
    event = DossierEvent.objects.filter(dossier=desk.world.finished, name="start_processing").get()
    for dossiers in (done, [desk.at_counter]):
        clones(event, len(dossiers), lambda n: {"dossier": dossiers[n], "at": now})
    return done


def on_lists(world: World, done: Sequence[Dossier], now: datetime) -> None:
    """Hand-over lists, one of them long; tracking books."""
    item = HandOverItem.objects.filter(hand_over=world.hand_over)[0]
    moved = twins(world.finished, ROWS)
    clones(
        item,
        ROWS,
        lambda n: {"dossier": moved[n], "position": n + 20, "amount": 200_000 * (n % 3), "is_paid": n % 2 == 0},
    )
    serials = {"department": 100, "counter": 500}
    for direction, first in serials.items():
        clones(world.hand_over, 13, lambda n: {
            "direction": direction, "serial": first + n, "number": f"{first + n}/DS-BGHS-H37.12",
            "day": timezone.localdate(now - timedelta(days=n)), "file": None,
            "confirmed_by": world.people.bao if n % 2 else None, "confirmed_at": now if n % 2 else None,
        })  # fmt: skip
    states = ("ready", "working", "failed")
    clones(world.book, ROWS, lambda n: {"first_day": timezone.localdate(now - timedelta(days=30 * n)),
                                        "state": states[n % 3], "done": n, "total": 312})  # fmt: skip


def at_the_till(world: World, done: Sequence[Dossier], now: datetime) -> None:
    """Cash taken today, blocks of blank receipts, receipts that wait for a second person."""
    orders = clones(world.receipt.order, ROWS, lambda n: {"dossier": done[n]})
    series = world.receipt.number
    clones(world.receipt, ROWS, lambda n: {
        "order": orders[n], "payer": NAMES[n % len(NAMES)], "number": series + n + 1, "taken_at": now - timedelta(minutes=n),
        **({"cancelled_at": now, "cancel_reason": "Ghi nhầm tên người nộp"} if n % 8 == 7 else {}),
    })  # fmt: skip
    assert isinstance(orders[0], PaymentOrder)
    assert CashReceipt.objects.count() > ROWS
    block = ReceiptBlock.objects.get()
    clones(block, ROWS, lambda n: {"first": 1000 + 50 * n, "last": 1049 + 50 * n})
    late = BlankReceipt.objects.get()
    reason = "Mất đường truyền từ 9 giờ đến 10 giờ 30 do đứt cáp quang ở ngã tư Phai Vệ"
    ways = twins(late.dossier, ROWS)
    clones(late, ROWS, lambda n: {"dossier": ways[n], "serial": late.serial + n + 1, "reason": reason,
                                  "entered_by": world.people.hanh if n % 2 else world.people.kien})  # fmt: skip


def in_one_go(world: World, new: Sequence[Dossier], done: Sequence[Dossier]) -> None:
    """An act on many dossiers as it is shown; a list of results that were issued."""
    words = "Hồ sơ đã được đồng nghiệp Nông Thị Hạnh nhận lúc 09:18; mở lại hồ sơ để xem."
    BulkItem.objects.filter(run__public_id=world.run).delete()
    run = BulkItem.run.field.related_model.objects.get(public_id=world.run)
    BulkItem.objects.bulk_create(
        BulkItem(run=run, position=n + 1, dossier=one, version=one.version, state="excluded" if n % 5 == 4 else "waiting",
                 words=words if n % 5 == 4 else "")
        for n, one in enumerate(new)
    )  # fmt: skip
    item = ResultBatchItem.objects.filter(batch=world.batch)[0]
    states = ("done", "done", "failed", "waiting")
    clones(item, ROWS, lambda n: {"dossier": done[n], "position": n + 2, "state": states[n % 4],
                                  "why": words if n % 4 == 2 else ""})  # fmt: skip


def away_and_on_shift(world: World, people: Sequence[User]) -> None:
    """Absences to come and shifts of the week of a whole department."""
    agency, today = Agency.objects.get(key="svhttdl"), timezone.localdate()
    Absence.objects.bulk_create(
        Absence(user=people[n % len(people)], agency=agency, substitute=people[(n + 2) % len(people)] if n % 3 else None,
                valid_from=today + timedelta(days=40 * (n // len(people)) + n), entered_by=world.people.cuong,
                valid_to=today + timedelta(days=40 * (n // len(people)) + n + 5), entered_at=timezone.now())
        for n in range(ROWS)
    )  # fmt: skip
    Shift.objects.bulk_create(
        Shift(agency=agency, officer=people[n % len(people)], weekday=n % 5, starts=time(7, 30), ends=time(11, 30),
              phone="02053812345", valid_from=cast.SINCE)
        for n in range(ROWS)
    )  # fmt: skip
