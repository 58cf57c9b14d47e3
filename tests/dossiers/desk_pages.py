"""The pages of the desk by address: who works on each; what is no page; states of pages that an address alone does not show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from dossiers.models import Dossier
from dossiers.views.officer.frame import PARTS
from tests import counter_cast
from tests.dossiers.full_desk import Desk

REFUSAL = "Giấy tờ gửi kèm không thuộc thủ tục này (Điều 9 Nghị định 118/2025/NĐ-CP). Bạn chọn lại thủ tục và nộp lại."

# Every page with who looks at it: a first name of `tests.cast`, or a persona of the world.
WHO = {
    "clock:calendar": "catalogue", "clock:recount": "catalogue", "clock:outages": "catalogue", "clock:outage": "catalogue",
    "dossiers:officer_queue": "hanh", "dossiers:bulk_run": "hanh", "dossiers:edit_view": "hanh",
    "dossiers:officer_dossier": "hanh", "dossiers:officer_part": "hanh", "dossiers:officer_act": "hanh",
    "dossiers:digitise": "hanh", "dossiers:made_papers": "hanh",
    "dossiers:counter": "hanh", "dossiers:counter_visit": "hanh", "dossiers:counter_fast": "hanh",
    "dossiers:counter_confirmation": "hanh", "dossiers:counter_received": "hanh", "dossiers:return_desk": "hanh",
    "dossiers:blank_receipts": "hanh", "dossiers:enter_late": "hanh",
    "dossiers:hand_overs": "hanh", "dossiers:new_hand_over": "hanh", "dossiers:hand_over": "hanh",
    "dossiers:tracking_books": "hanh", "dossiers:tracking_book": "hanh", "dossiers:elsewhere_reports": "hanh",
    "dossiers:opinions": "giang", "dossiers:opinion": "giang",
    "dossiers:team": "cuong", "dossiers:share_out": "cuong", "dossiers:hand_over_work": "cuong", "dossiers:alarms": "cuong",
    "dossiers:apologies": "cuong", "dossiers:late_without_apology": "cuong", "dossiers:absences": "cuong",
    "dossiers:shifts": "cuong", "dossiers:signing": "dung", "dossiers:signing_pin": "dung", "dossiers:issuing": "en",
    "dossiers:result_batch": "en", "dossiers:register": "en",
    "payments:take_cash": "hanh", "payments:visit_cash": "hanh",
    "payments:receipts": "hanh", "payments:receipt": "hanh",
}  # fmt: skip
FILES = {
    "dossiers:counter_slip", "dossiers:draft_paper", "dossiers:hand_over_pdf", "dossiers:late_without_apology_csv",
    "dossiers:officer_file", "dossiers:officer_file_page", "dossiers:opinion_file", "dossiers:opinion_file_page",
    "dossiers:receipt_block", "dossiers:register_file", "dossiers:tab_counts", "dossiers:tracking_book_volume",
    "dossiers:visit_slips", "dossiers:officer_presence",
}  # fmt: skip
# Buttons, and addresses that lead on at once.
POSTS = {
    "clock:preview_calendar", "clock:publish_calendar",
    "dossiers:act_paper", "dossiers:arrange", "dossiers:cancel_bulk", "dossiers:choose_bulk", "dossiers:confirm_hand_over",
    "dossiers:confirm_late", "dossiers:counter_start", "dossiers:end_absence", "dossiers:end_shift", "dossiers:handle_note",
    "dossiers:mark_paper", "dossiers:next_dossier", "dossiers:officer_found", "dossiers:officer_home", "dossiers:officer_search",
    "dossiers:open_view", "dossiers:print_paper", "dossiers:return_draft", "dossiers:save_view", "dossiers:start_bulk",
    "dossiers:switch_keys", "dossiers:switch_next", "dossiers:switch_sharing", "dossiers:take_selected", "dossiers:write_message",
    "dossiers:write_note", "payments:visit_receipts", "postal:cancel_parcel", "postal:hand_over_parcel",
}  # fmt: skip


@dataclass(frozen=True)
class Visit:
    """One page as one person sees it; `before`: done first and taken back after; `sent`: it is the answer to this form."""

    name: str
    person: User
    url: str
    sent: Mapping[str, Any] | None = None
    status: int = 200
    before: Callable[[], object] | None = None


def of(dossier: Dossier, more: str = "") -> str:
    return f"/can-bo/ho-so/{dossier.code}/{more}"


def lists(desk: Desk) -> Iterator[Visit]:
    people = desk.world.people
    queue = "/can-bo/ho-so/?tab=receive"
    yield Visit("queue-filters", people.hanh, f"{queue}&mo=loc")
    yield Visit("queue-columns", people.hanh, f"{queue}&mo=cot")
    yield Visit("queue-chips", people.hanh, f"{queue}&holder=nobody&intake=counter&filed_from=2026-01-01")
    yield Visit("queue-none-fits", people.hanh, f"{queue}&filed_from=2026-01-01&filed_to=2026-01-02")
    yield Visit("queue-empty", people.kien, "/can-bo/ho-so/?tab=return")
    yield Visit("queue-fifty", people.cuong, "/can-bo/ho-so/?tab=all&so-dong=50")
    yield Visit("no-post", desk.world.users["catalogue"], "/can-bo/ho-so/")
    yield Visit("found", people.hanh, "/can-bo/tim/", {"q": "Nguyen Thi Phuong Thao"})
    yield Visit("found-nothing", people.hanh, "/can-bo/tim/", {"q": "Lò Văn Không Có"})
    yield Visit("opinions-over", people.giang, "/can-bo/y-kien/?xong=1")
    yield Visit("alarms-steps", people.cuong, "/can-bo/nhom/canh-bao/?loai=buoc-cham")
    yield Visit("alarms-opinions", people.cuong, "/can-bo/nhom/canh-bao/?loai=y-kien-cham")
    yield Visit("share-specialist", people.cuong, "/can-bo/nhom/chia/?role=specialist")
    yield Visit("signing-all", people.dung, "/can-bo/ky/?chon=het")
    yield Visit("issuing-all", people.en, "/can-bo/phat-hanh/?chon=het")
    yield Visit("register-revoked", people.en, "/can-bo/so-ket-qua/?state=revoked")
    yield Visit("hand-over-back", people.bao, "/can-bo/ban-giao/moi/?direction=counter")
    yield Visit("hand-over-confirm", people.bao, f"/can-bo/ban-giao/{desk.world.hand_over.public_id}/")
    yield Visit("found-procedure", people.hanh, f"/can-bo/quay/khach/{desk.world.visit.public_id}/?q=giấy+chứng+nhận")


def parts(desk: Desk) -> Iterator[Visit]:
    """Every part of the page of a dossier, and its head in other states and for other posts."""
    world, people = desk.world, desk.world.people
    for part in PARTS[1:]:
        yield Visit(f"part-{part}", people.hanh, of(world.new, f"{part}/"))
        yield Visit(f"part-{part}-at-the-end", people.en, of(world.finished, f"{part}/"))
    yield Visit("part-y-kien-asked", people.bao, of(world.asked_opinion.dossier, "y-kien/"))
    yield Visit("part-reply-by-template", people.hanh, of(world.new, "trao-doi/?mau=hoi-them"))
    yield Visit("part-history-print", people.bao, of(desk.at_leader, "lich-su/?in=1"))
    yield Visit("dossier-asked", people.hanh, of(world.asked))
    yield Visit("dossier-in-a-list", people.hanh, of(world.new, "?tab=receive"))
    yield Visit("dossier-specialist", people.bao, of(desk.at_specialist))
    yield Visit("dossier-leader", people.dung, of(desk.at_leader))
    yield Visit("dossier-clerk", people.en, of(desk.signed))
    yield Visit("dossier-unpaid", people.hanh, of(world.unpaid))
    yield Visit("dossier-finished", people.en, of(world.finished))
    yield Visit("made-papers-many", people.hanh, of(world.finished, "giay-to-da-lap/"))
    yield Visit("made-papers-typed", people.hanh, of(world.typed, "giay-to-da-lap/"))


def answered(desk: Desk) -> Iterator[Visit]:
    """What a form is answered with: mistakes, letters before they go out, conflicts."""
    world, people = desk.world, desk.world.people
    new = of(world.new, "viec/")
    paper = world.new.papers.order_by("position").first()
    assert paper is not None
    missing = {
        f"paper:{paper.key}": "on",
        f"reason:{paper.key}": "Ảnh tối, không đọc được chữ ở trang 3. Chụp lại ở chỗ sáng.",
    }
    version = {"version": world.new.version}
    yield Visit("letter-supplement", people.hanh, f"{new}yeu-cau-bo-sung/", version | missing)
    yield Visit("letter-refusal", people.hanh, f"{new}tu-choi-tiep-nhan/", version | {"reason": REFUSAL})
    yield Visit("wrong-supplement", people.hanh, f"{new}yeu-cau-bo-sung/", version, status=422)
    yield Visit("conflict-gone", people.hanh, of(desk.at_leader, "viec/tiep-nhan/"), status=409)
    yield Visit("not-mine", people.hanh, "/can-bo/ho-so/H37.12-260101-9999/", status=404)
    yield Visit("wrong-pin", people.dung, "/can-bo/ky/", {"pin": "000000"}, status=422)
    yield Visit("wrong-list", people.en, "/can-bo/phat-hanh/", {}, status=422)
    yield Visit("wrong-absence", people.cuong, "/can-bo/vang-mat/", {"person": ""}, status=422)
    yield Visit("wrong-shift", people.cuong, "/can-bo/ca-truc/", {"officer": ""}, status=422)
    yield Visit("wrong-block", people.hanh, "/can-bo/quay/giay-in-san/", {"count": ""}, status=422)
    yield Visit("wrong-return", people.hanh, f"/can-bo/quay/tra/{desk.at_counter.code}/", {}, status=422)
    yield Visit("wrong-opinion", people.giang, f"/can-bo/y-kien/{world.asked_opinion.public_id}/", {}, status=422)
    yield Visit("identify", people.hanh, "/can-bo/quay/", {"card": counter_cast.NEW_CARD})
    whole = {"danh-sach": "tab=receive", "ca": "1"}
    yield Visit("bulk-preview", people.hanh, "/can-bo/hang-loat/", whole | {"viec": "receive"})
    yield Visit("bulk-no-act", people.hanh, "/can-bo/hang-loat/", whole)
    rows = (
        f"Mã hồ sơ;Mã tại cơ quan giải quyết;Trạng thái;Ngày;Ghi chú\n{world.new.code};CA-26-000123;Xong rồi;hôm qua;"
    )
    file = SimpleUploadedFile("bao-cao.csv", rows.encode(), content_type="text/csv")
    yield Visit("elsewhere-wrong", people.hanh, "/can-bo/noi-khac/", {"file": file})
    who = world.users["catalogue"]
    day = {"kind": "closed", "day": "2026-12-24", "vi": "Bão số 13", "source": "Công điện 22/CĐ-UBND", "agency": "sct"}
    yield Visit("calendar-preview", who, "/quan-tri/lich-lam-viec/xem-truoc/", day)
    yield Visit("outage-wrong", who, "/quan-tri/su-co/", {}, status=422)
