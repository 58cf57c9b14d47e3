"""The pages of the acts: who does which to which dossier, and what must have happened before. It is taken back after a look."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pgtrigger
from django.utils import timezone

from accounts.models import User
from agencies.models import Agency
from dossiers.models import Dossier
from dossiers.services import endings, supplements, uploads
from dossiers.services.supplements import Missing
from tests import cast
from tests.dossiers.desk_pages import Visit, of
from tests.dossiers.full_desk import Desk


@dataclass(frozen=True)
class Before:
    """What happens to the dossier of the asked opinion, and to others, before an act on them is offered."""

    desk: Desk

    @property
    def people(self) -> cast.Cast:
        return self.desk.world.people

    @property
    def dossier(self) -> Dossier:
        return self.desk.world.asked_opinion.dossier

    @property
    def paper(self) -> str:
        return str(self.dossier.papers.order_by("position").values_list("key", flat=True)[0])

    def drafted(self) -> None:
        missing = [Missing("paper", self.paper, "Ảnh tối, không đọc được chữ (trang 3)", "unreadable")]
        supplements.draft(self.dossier.pk, user=self.people.bao, missing=missing, message="Gửi lại một lần cho đủ.")

    def approved(self) -> None:
        self.drafted()
        supplements.approve(self.dossier.pk, user=self.people.dung)

    def requested(self) -> None:
        self.approved()
        supplements.request(self.dossier.pk, user=self.people.hanh)

    def answered(self) -> None:
        self.requested()
        uploads.add(self.dossier.pk, user=self.people.mai, key=self.paper, uploads=[cast.upload("ban-moi.pdf")])
        supplements.send(self.dossier.pk, user=self.people.mai)

    def never_came(self) -> None:
        self.requested()
        overdue(self.dossier)

    def never_came_before(self) -> None:
        overdue(self.desk.world.asked)

    def fee_after(self) -> None:
        self.dossier.fee_lines.update(timing="after", amount=200_000)
        changed(self.dossier, fee_state="later")

    def never_paid(self) -> None:
        changed(self.dossier, state="payment", fee_state="due")
        overdue(self.dossier)

    def extendable(self) -> None:
        changed(self.dossier, procedure_version=cast.procedure("criminal-record-certificate").current_version)

    def due_soon(self) -> None:
        changed(self.dossier, due_at=timezone.now() + timedelta(days=1))

    def wants_back(self) -> None:
        endings.withdraw(self.dossier.pk, user=self.people.mai, reason="Đổi kế hoạch kinh doanh")

    def returned(self) -> None:
        changed(self.desk.world.finished, state="returned")

    def awaited(self) -> None:
        """Two parts of it are still open at the police."""
        part = {"agency": Agency.objects.get(key="cat"), "procedure_version": self.dossier.procedure_version}
        for position, (key, title) in enumerate(
            (("residence", "Đăng ký thường trú"), ("card", "Cấp thẻ bảo hiểm y tế"))
        ):
            self.dossier.branches.create(key=key, position=position, title={"vi": title}, case_key="", **part)
        changed(self.dossier, open_children=2)

    def asked_elsewhere(self) -> None:
        """The agency that decides asked for a supplement in its own software."""
        self.requested()
        Agency.objects.filter(pk=self.dossier.deciding_agency_id).update(own_software="Phần mềm của ngành")

    def elsewhere(self) -> None:
        Agency.objects.filter(pk=self.desk.world.typed.deciding_agency_id).update(own_software="Phần mềm của ngành")


def changed(dossier: Dossier, **columns: object) -> None:
    """The row as if it had come there; the guards look away."""
    with pgtrigger.ignore():
        Dossier.objects.filter(pk=dossier.pk).update(**columns)


def overdue(dossier: Dossier) -> None:
    """The citizen's limit has passed."""
    yesterday = timezone.now() - timedelta(days=1)
    changed(dossier, answer_by=yesterday)
    dossier.supplements.update(answer_by=yesterday)


Row = tuple[str, User, Dossier, Callable[[], None] | None]


def acts(desk: Desk) -> Iterator[Visit]:
    """The page of every act that asks for something first."""
    for slug, person, dossier, before in (*at_the_counter(desk), *on_the_route(desk), *at_the_end(desk)):
        yield Visit(f"act-{slug}", person, of(dossier, f"viec/{slug}/"), before=before)


def at_the_counter(desk: Desk) -> Iterator[Row]:
    before, world, hanh = Before(desk), desk.world, desk.world.people.hanh
    yield "tiep-nhan", hanh, world.new, None
    yield "yeu-cau-bo-sung", hanh, world.new, None
    yield "tu-choi-tiep-nhan", hanh, world.new, None
    yield "gui-bo-sung", hanh, before.dossier, before.approved
    yield "xac-nhan-bo-sung", hanh, before.dossier, before.answered
    yield "bo-sung-chua-du", hanh, before.dossier, before.answered
    yield "qua-han-bo-sung", hanh, world.asked, before.never_came_before
    yield "tin-noi-khac", hanh, world.typed, before.elsewhere
    yield "tin-noi-khac-bo-sung", hanh, before.dossier, before.asked_elsewhere
    yield "tra-ket-qua", hanh, desk.at_counter, None


def on_the_route(desk: Desk) -> Iterator[Row]:
    before, people = Before(desk), desk.world.people
    yield "phan-cong", people.cuong, desk.at_specialist, None
    yield "du-thao", people.bao, desk.at_specialist, None
    yield "lay-y-kien", people.bao, desk.at_specialist, None
    yield "thoi-lay-y-kien", people.bao, before.dossier, None
    yield "khong-cho-phan-viec", people.bao, before.dossier, before.awaited
    yield "du-thao-bo-sung", people.bao, before.dossier, None
    yield "bo-du-thao-bo-sung", people.bao, before.dossier, before.drafted
    yield "yeu-cau-nop-phi", people.bao, before.dossier, before.fee_after
    yield "duyet-bo-sung", people.dung, before.dossier, before.drafted
    yield "gia-han", people.dung, before.dossier, before.extendable
    yield "xin-loi-hen-lai", people.dung, before.dossier, before.due_soon
    yield "tra-lai", people.dung, desk.at_leader, None
    yield "ky", people.dung, desk.at_leader, None
    yield "giai-quyet-ngay", people.dung, desk.at_once, None


def at_the_end(desk: Desk) -> Iterator[Row]:
    before, people, finished = Before(desk), desk.world.people, desk.world.finished
    yield "phat-hanh", people.en, desk.signed, None
    yield "phat-hanh-tu-choi", people.en, desk.signed, None
    yield "dung-vi-khong-bo-sung", people.dung, before.dossier, before.never_came
    yield "dung-vi-chua-nop-phi", people.dung, before.dossier, before.never_paid
    yield "dung-giai-quyet", people.dung, before.dossier, None
    yield "dong-y-rut", people.dung, before.dossier, before.wants_back
    yield "sua-ket-qua", people.dung, finished, None
    yield "thu-hoi", people.dung, finished, before.returned
