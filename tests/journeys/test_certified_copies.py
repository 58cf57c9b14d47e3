"""A mother orders certified copies of school papers online and collects them at her commune, where one person does it all."""

import re

import pytest
from playwright.sync_api import Locator

from dossiers.models import Dossier, Result
from tests.journeys import desk
from tests.journeys.conftest import Province
from tests.journeys.money import pay_at_the_bank
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_mother_orders_certified_copies_and_collects_them_where_one_person_holds_all_posts(province: Province):
    province.it_is("27/11/2026 07:45")
    thu = province.citizen("0977123482")
    order(thu)
    province.let_the_worker_run()
    pay_at_the_bank(thu, "18.000 đ").press("Xem việc tiếp theo").reads("Đã nộp hồ sơ", "trước 08:")
    province.let_the_worker_run()
    province.it_is("30/11/2026 07:50")
    serve(province)
    it_is_hers(province)


def order(thu: Walker) -> None:
    """Her own commune is chosen beforehand; the fee follows from the table of papers."""
    thu.open("/thu-tuc/2.000815/").reads("Một phần", "xuất trình bản chính để đối chiếu", "2.000 đ một trang")
    thu.press("Bắt đầu").reads("chỉ khi “Người nộp hồ sơ là” là “Người được ủy quyền”").press("Bắt đầu")
    thu.tick("Chủ hồ sơ").press("Lưu và tiếp tục")
    paper(thu, thu.group("Dòng 1"), "Văn bằng", "A1234567", pages="4", copies="2")
    thu.press("Thêm một dòng")
    paper(thu, thu.group("Dòng 2"), "Giấy tờ khác", "Học bạ lớp 12", pages="1", copies="3")
    thu.tick("Bản sao giấy").tick("Không", thu.group("Giấy tờ do nước ngoài cấp")).press("Lưu và tiếp tục")
    thu.choose("Nơi xuất trình bản chính", "Phường Lương Văn Tri").fill("Thời gian hẹn", "30/11/2026")
    thu.tick("07:30–09:30").press("Lưu và tiếp tục").reads("Chỉ xuất trình, không phải gửi").press("Lưu và tiếp tục")
    thu.tick("Tại quầy").press("Lưu và tiếp tục")
    thu.reads("Ủy ban nhân dân phường Lương Văn Tri", "Tại Trung tâm Phục vụ hành chính công phường Lương Văn Tri")
    # Circular 226/2016: two pages at 2,000, each further one at 1,000, per copy: 2 × 6,000 and 3 × 2,000.
    thu.reads("4 trang: 2 × 2.000 đ + 2 × 1.000 đ = 6.000 đ một bản; 2 bản", "12.000 đ", "3 bản", "6.000 đ", "18.000 đ")
    thu.tick("Tôi cam đoan").press("Đồng ý và nộp").reads("Nộp 18.000 đ trước")


def paper(thu: Walker, row: Locator, kind: str, number: str, *, pages: str, copies: str) -> None:
    thu.tick(kind, row).fill("Số hiệu", number, row).fill("Cơ quan cấp", "Trường THPT Việt Bắc", row)
    thu.fill("Số trang", pages, row).fill("Số bản sao", copies, row)


def serve(province: Province) -> None:
    """Kiên receives, decides at once and hands over, in one go while she stands there."""
    kien = desk.take_next(province.officer("kien")).reads("Hoàng Thị Thu", "Học bạ lớp 12")
    kien.press("Tiếp nhận…").press("Đồng ý và gửi")
    kien.press("Giải quyết ngay…").press("Tiếp tục: xem nội dung sẽ gửi").press("Đồng ý và gửi")
    kien.reads("Đã giải quyết hồ sơ", "người ký: Triệu Trung Kiên")
    kien.press("Trả kết quả…")
    kien.page.get_by_label("Người nhận kết quả").fill("")
    kien.press("Trả kết quả").reads("Ghi họ tên người nhận kết quả.")  # nobody: not handed over
    assert Dossier.objects.filed().get().state == "resolved"
    kien.fill("Người nhận", "Hoàng Thị Thu").press("Trả kết quả").reads("Đã trả kết quả", "Hoàng Thị Thu")
    province.let_the_worker_run()


def it_is_hers(province: Province) -> None:
    """Returned on time, to whom, and nobody but the one with the right has signed."""
    thu = province.citizen("0977123482").open("/ho-so/").follow("Chứng thực bản sao")
    thu.reads("Đã trả kết quả lúc 30/11/2026, 07:5", "Đã trả kết quả tại quầy")
    assert thu.download(re.compile("^Tải kết quả")).startswith(b"%PDF")
    dossier, result = Dossier.objects.filed().get(), Result.objects.get()
    assert (dossier.state, dossier.delivery, dossier.deciding_agency.key) == ("returned", "counter", "xa-05983")
    assert (result.receiver, result.signed_by.username, result.drafted_by) == ("Hoàng Thị Thu", "kien", None)
    assert dossier.finished_at <= dossier.due_at
    assert "da tra ket qua" in province.sandbox.inbox("84977123482")[0]["text"]
