"""People at the counter: Mai's card as a scanner types it, a visit, drafts that Hạnh prepares for her."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from accounts.models import Person, User
from agencies.models import Agency, Shift
from agencies.services import enter_shift
from agencies.services.shifts import Hours
from dossiers.models import BlankReceipt, Dossier, ReceiptBlock, Visit
from dossiers.services import blank_receipts, counter, filing, intake, uploads
from tests import cast

CARD = "020190000017||Lý Thị Mai|01051990|Nữ|Ngõ 8, đường Ngô Quyền, Đông Kinh, Lạng Sơn|10052021"
NEW_CARD = "020199000123|082345678|Hoàng Văn Tân|02031999|Nam|Thôn Nà Lầu, Bằng Mạc, Chi Lăng, Lạng Sơn|15062023|||"


def checked(user: User) -> User:
    """An officer saw this person's card before."""
    Person.objects.filter(user=user).update(identity_level=Person.Level.CHECKED)
    return user


def visit(people: cast.Cast, *, at: datetime | None = None) -> Visit:
    """Mai, whose card was seen before, stands at Hạnh's counter."""
    checked(people.mai)
    return counter.begin_visit(CARD, officer=people.hanh, at=at)


def prepared(
    people: cast.Cast, key: str, answers: Mapping[str, Any], *, is_assisted: bool, at: datetime = cast.MONDAY
) -> Dossier:
    """A draft that Hạnh entered for Mai, with every compulsory paper scanned and clean."""
    here = visit(people, at=at)
    draft = counter.start(here, officer=people.hanh, procedure=cast.procedure(key), is_assisted=is_assisted, at=at)
    filing.save_answers(draft.pk, user=people.hanh, answers=answers, at=at)
    for paper_key in filing.check(draft, answers, at=at).papers:
        uploads.add(draft.pk, user=people.hanh, key=paper_key, uploads=[cast.upload()], at=at)
    cast.clean_files(draft)
    return Dossier.objects.get(pk=draft.pk)


def typed(people: cast.Cast, key: str, answers: Mapping[str, Any], *, at: datetime = cast.MONDAY) -> Dossier:
    """A dossier received at Hạnh's counter."""
    draft = prepared(people, key, answers, is_assisted=False, at=at)
    return intake.receive_at_counter(draft.pk, user=people.hanh, undertaking=True, at=at)


def block(people: cast.Cast, *, count: int = 5, at: datetime = cast.MONDAY) -> ReceiptBlock:
    """Numbered receipts that Hạnh printed for the counter of the department."""
    agency = next(one for one in blank_receipts.agencies_of(people.hanh) if one.key == "svhttdl")
    return blank_receipts.make_block(agency, user=people.hanh, count=count, at=at)


def entered_late(people: cast.Cast, draft: Dossier, *, at: datetime, serial: int | None = None) -> BlankReceipt:
    """A prepared draft that Hạnh received on a numbered receipt while the line was down."""
    number = serial if serial is not None else block(people, at=at).first
    return blank_receipts.enter(
        draft.pk, user=people.hanh, number=str(number), received_at=at, reason="Mất mạng từ 9 giờ", at=at
    )


def on_shift(people: cast.Cast, *, weekday: int = 0, phone: str = "02053812345", at: datetime = cast.MONDAY) -> Shift:
    """Hạnh guides people at the counter of the department on Monday mornings."""
    agency = Agency.objects.get(key="svhttdl")
    hours = Hours(weekday, time(7, 30), time(11, 30), phone)
    return enter_shift(people.hanh, agency, hours, actor=people.hanh, at=at)
