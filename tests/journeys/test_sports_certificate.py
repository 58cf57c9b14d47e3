"""A citizen files for a certificate of eligibility for sports business at nine in the evening, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from dossiers.models import Dossier
from tests.journeys import desk, papers
from tests.journeys.conftest import Province
from tests.journeys.money import pay_at_the_bank
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_citizen_files_at_nine_in_the_evening_on_a_phone_pays_and_has_the_certificate_online(province: Province):
    province.it_is("23/11/2026 21:00")
    hai = province.citizen("+84987654321")
    find(hai)
    hai.clicks = hai.pages = 0
    file(hai)
    assert hai.pages <= 8, f"{hai.pages} pages from the start page to the confirmation"
    assert hai.clicks - FIELDS_TICKED <= 15, f"{hai.clicks} clicks, {FIELDS_TICKED} of them in fields"
    province.let_the_worker_run()
    pay(province, hai)
    handle(province)
    read_the_certificate(province, hai)


FIELDS_TICKED = 5  # two questions answered by a tick, three papers chosen


def find(hai: Walker) -> None:
    """From the home page to the Start button in three clicks, typed without diacritics."""
    hai.open("/").fill("Tìm thủ tục", "san quan vot").press("Tìm thủ tục").follow("Quần vợt")
    hai.reads("1.000501", "Toàn trình", "200.000 đ", "7 ngày làm việc", "không phải đến cơ quan")


def file(hai: Walker) -> None:
    hai.press("Bắt đầu").press("Bắt đầu")
    hai.fill("Tên doanh nghiệp", "Hộ kinh doanh Sân quần vợt Phai Vệ").fill("Mã số doanh nghiệp", "020185003321")
    hai.fill("Ngày cấp", "20/05/2024").fill("Người đại diện", "Hoàng Văn Dũng").fill("Số định danh", "020085003321")
    hai.fill("Điện thoại", "0905123456").fill("Thư điện tử", "phaive.tennis@example.vn")
    live_at(hai, "Địa chỉ trụ sở chính")
    hai.press("Lưu và tiếp tục").choose("Môn thể thao", "Quần vợt").fill("Diện tích cơ sở", "180")
    live_at(hai, "Địa điểm kinh doanh")
    hai.press("Lưu và tiếp tục").fill("Tên", "Sân cứng tiêu chuẩn", hai.group("Dòng 1"))
    hai.fill("Số lượng", "2", hai.group("Dòng 1")).tick("Có", hai.group("Có cung cấp dịch vụ hướng dẫn"))
    staff = hai.group("Nhân viên chuyên môn")  # asked only because there are instructors
    hai.fill("Họ và tên", "Vi Văn Hùng", staff).tick("Hướng dẫn", staff).fill("Số văn bằng", "HLV-2023-0198", staff)
    hai.press("Lưu và tiếp tục")
    hai.hand_in("Đơn đề nghị", papers.photo("IMG_2041.jpg", "Đơn đề nghị"))
    hai.hand_in("Bản tóm tắt", papers.pdf("tom-tat.pdf"))
    hai.hand_in("Bản sao văn bằng", papers.photo("IMG_2042.jpg", "Trang 1"), papers.photo("IMG_2043.jpg", "Trang 2"))
    expect(hai.page.get_by_text("Chưa có", exact=True)).to_have_count(0)
    hai.press("Lưu và tiếp tục")
    expect(hai.page.get_by_label("Trực tuyến")).to_be_checked()
    expect(hai.page.get_by_label("Họ tên người nhận")).to_be_hidden()  # asked only for the post
    hai.press("Lưu và tiếp tục").reads("Vi Văn Hùng", "IMG_2041.jpg", "Nộp khi nộp hồ sơ", "200.000 đ")
    hai.tick("Tôi cam đoan").press("Đồng ý và nộp")


def live_at(hai: Walker, question: str) -> None:
    place = hai.group(question)
    hai.choose("Xã, phường", "Phường Đông Kinh", place).fill("Số nhà", "Số 12, đường Ngô Quyền, khối 6", place)


def pay(province: Province, hai: Walker) -> None:
    """The dossier counts as filed when the fee is paid: outside opening hours, so the eight hours begin on the 25th."""
    hai.reads("Đã ghi nhận hồ sơ. Bạn còn phải nộp phí.", "Nộp 200.000 đ trước 30/11/2026, 17:00.")
    assert Dossier.objects.get(code="H37.12-261123-0001").state == "payment"
    pay_at_the_bank(hai, "200.000 đ").press("Xem việc tiếp theo")
    hai.reads("Hồ sơ nộp ngoài giờ làm việc.", "trước 26/11/2026, 08:00", "8 giờ làm việc, tính từ 07:30 ngày 25/11")
    booked = province.sandbox.book("vnpay")["transactions"]
    assert [(row["amount"], row["transaction_status"]) for row in booked] == [(20_000_000, "00")]
    province.let_the_worker_run()


def handle(province: Province) -> None:
    """Reception, case officer, head, leader, clerk: five people, and the fee is never asked again."""
    province.it_is("25/11/2026 08:00")
    counter = desk.take_next(province.officer("hanh")).reads("Trần Văn Hải", "trước 08:00, 26/11")
    desk.receive(counter)
    province.let_the_worker_run()
    province.it_is("27/11/2026 09:00")
    desk.propose(desk.take_next(province.officer("bao")).reads("hẹn 04/12"))
    desk.hand_on(desk.take_next(province.officer("cuong")))
    desk.sign(desk.take_next(province.officer("dung")).reads("đủ điều kiện theo nội dung sau"))
    desk.issue(desk.take_next(province.officer("en")).reads("Đã ký"))
    province.let_the_worker_run()


def read_the_certificate(province: Province, hai: Walker) -> None:
    """Seven working days from the 26th, two days at weekends left out: due 4 December, done before."""
    province.citizen("+84987654321").open("/ho-so/").follow("Quần vợt")
    hai.reads("Đã có kết quả", "Xong trước ngày hẹn.", "1/2026/KQ-H37.12", "27/11/2026")
    hai.reads("7 ngày làm việc, tính từ 26/11", "ngày tiếp nhận 25/11 không tính", "bỏ qua 28–29/11", "hẹn trả 04/12")
    assert hai.download(re.compile("^Tải kết quả")).startswith(b"%PDF")
    assert hai.download(re.compile("mẫu 01")).startswith(b"%PDF")
    dossier = Dossier.objects.get(code="H37.12-261123-0001")
    assert (dossier.state, dossier.fee_state, dossier.outcome) == ("returned", "paid", "granted")
    heard = [message["text"] for message in reversed(province.sandbox.inbox("84987654321"))]
    news = ("cho nop phi", "da nop, se duoc tra loi", "da duoc tiep nhan", "da giai quyet xong")
    assert [next(words for words in news if words in text) for text in heard] == [*news]
