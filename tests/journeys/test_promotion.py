"""A company from another province notifies a promotion, without JavaScript, and has the signed answer after a working day."""

import re

import pytest
from playwright.sync_api import expect

from dossiers.models import Dossier, Result
from tests.journeys import desk, papers
from tests.journeys.conftest import Province
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_company_of_hanoi_notifies_a_promotion_without_javascript_and_reads_the_answer_after_a_working_day(
    province: Province,
):
    province.it_is("23/11/2026 09:00")
    company = province.citizen("020085000121", has_javascript=False)
    begin(company)
    tell_who(company)
    tell_what(company)
    tell_goods(company)
    send(company)
    code = Dossier.objects.filed().get().code
    province.let_the_worker_run()
    handle(province, code)
    read_the_answer(province, company, code)
    verify(province, company)
    messages_came(province, code)


def begin(company: Walker) -> None:
    company.open("/").fill("Tìm thủ tục", "thong bao khuyen mai").press("Tìm thủ tục")
    company.follow(re.compile("^Thông báo hoạt động khuyến mại"))
    company.reads("L.000001", "mã đang chờ công bố", "1 ngày làm việc", "Không thu phí", "Sở Công Thương", "Toàn trình")
    company.press("Bắt đầu").tick("Công ty TNHH Hồng Phát, mã số thuế 0100109106").press("Bắt đầu")


def tell_who(company: Walker) -> None:
    """What the account knows of the company is there already; nothing of it is typed again."""
    page = company.page
    expect(page.get_by_label("Tên thương nhân")).to_have_value("Công ty TNHH Hồng Phát")
    expect(page.get_by_label("Mã số thuế")).to_have_value("0100109106")
    office = company.group("Địa chỉ trụ sở chính")
    expect(office.get_by_label("Tỉnh, thành phố").locator("option:checked")).to_have_text("Thành phố Hà Nội")
    expect(office.get_by_label("Xã, phường").locator("option:checked")).to_have_text("Phường Ba Đình")
    company.fill("Điện thoại", "02438412345").fill("Thư điện tử", "lienhe@hongphat.example.vn")
    company.fill("Người liên hệ", "Trần Văn Hải").fill("Điện thoại người liên hệ", "0987654321")
    company.press("Lưu và tiếp tục")


def tell_what(company: Walker) -> None:
    """A promotion that ends before it begins is refused with a sentence; everything else typed is still there."""
    company.fill("Tên chương trình", "Mừng năm mới, giảm giá tinh dầu hồi").tick("Tặng hàng hóa").tick("Giảm giá")
    company.fill("Ngày bắt đầu", "07/12/2026").fill("Ngày kết thúc", "01/12/2026")
    company.tick("Phường Đông Kinh").tick("Phường Lương Văn Tri").fill("Khách hàng", "Mọi khách hàng của hai cửa hàng")
    company.press("Lưu và tiếp tục").reads("Có 1 chỗ cần sửa", "từ 07/12/2026 trở đi")
    assert company.page.title().startswith("Lỗi:")
    expect(company.page.get_by_label("Tên chương trình")).to_have_value("Mừng năm mới, giảm giá tinh dầu hồi")
    company.fill("Ngày kết thúc", "06/01/2027").press("Lưu và tiếp tục")


def tell_goods(company: Walker) -> None:
    """A table grows by a button of the page, also without JavaScript."""
    goods = company.group("Hàng hóa, dịch vụ được khuyến mại")
    company.fill("Tên hàng hóa", "Tinh dầu hồi 50 ml", goods).fill("Nhãn hiệu", "Hoa Hồi", goods)
    company.fill("Số lượng", "2.000", goods).press("Thêm một dòng", goods)
    second = company.group("Hàng hóa, dịch vụ được khuyến mại").get_by_role("group", name="Dòng 2")
    company.fill("Tên hàng hóa", "Hồi khô loại 1", second).fill("Nhãn hiệu", "Hoa Hồi", second)
    company.fill("Số lượng", "500", second).fill("Mức giảm giá", "20").fill("Tổng giá trị", "64.000.000")
    prizes = company.group("Cơ cấu giải thưởng")
    company.fill("Nội dung giải", "Túi thơm hoa hồi", prizes).fill("Trị giá", "35.000", prizes)
    company.fill("Số giải", "400", prizes).press("Lưu và tiếp tục")


def send(company: Walker) -> None:
    company.hand_in("Thông báo thực hiện khuyến mại", papers.pdf("thong-bao.pdf")).press("Lưu và tiếp tục")
    company.reads("12 phố Quán Thánh, Phường Ba Đình, Thành phố Hà Nội", "Thành tiền (VNĐ): 14.000.000 đ")
    company.reads("Hồ sơ này không thu phí.", "Trực tuyến, trong tài khoản của bạn")
    company.press("Đồng ý và nộp").reads("Tôi cam đoan")  # without the undertaking nothing is filed
    assert not Dossier.objects.filed().exists()
    company.tick("Tôi cam đoan").press("Đồng ý và nộp")
    # Eight working hours (Decree 45/2020) in days of seven and a half; 24 November is a day off.
    company.reads("Đã nộp hồ sơ", "H37.07-261123-0001", "trước 09:3", "25/11/2026", "bỏ qua ngày nghỉ 24/11")


def handle(province: Province, code: str) -> None:
    """Counter, case officer, head of division: each sees it in the own queue and hands it on."""
    province.it_is("23/11/2026 10:00")
    counter = desk.take_next(province.officer("hanh"))
    counter.reads(code, "Công ty TNHH Hồng Phát", "0100109106")
    desk.receive(counter).reads(f"Đã tiếp nhận hồ sơ {code}.")
    province.let_the_worker_run()
    province.it_is("23/11/2026 14:00")
    desk.propose(desk.take_next(province.officer("bao")))
    province.it_is("25/11/2026 08:30")
    desk.sign(desk.take_next(province.officer("cuong"))).reads(f"Đã ký kết quả hồ sơ {code}.")
    province.let_the_worker_run()


def read_the_answer(province: Province, company: Walker, code: str) -> None:
    """One working day: received on the 23rd, the 24th is a day off, answered on the 25th."""
    province.citizen("020085000121", has_javascript=False).open("/ho-so/").follow("Thông báo hoạt động khuyến mại")
    company.reads("Đã có kết quả", "Bản điện tử đã ký số có giá trị như bản giấy")
    company.reads("1 ngày làm việc, tính từ 25/11", "bỏ qua ngày nghỉ 24/11", "hẹn trả 25/11")
    dossier = Dossier.objects.get(code=code)
    assert (dossier.state, dossier.outcome, dossier.deciding_agency.key) == ("returned", "granted", "sct")
    assert dossier.finished_at <= dossier.due_at


def verify(province: Province, company: Walker) -> None:
    """Anybody can check the paper, by its code or the file itself; a changed file is not genuine."""
    paper = company.download(re.compile("^Tải kết quả"))
    code = Result.objects.get().verify_code
    stranger = province.somebody("stranger", has_javascript=False)
    stranger.open("/xac-thuc/").fill("Mã xác thực", code).press("Xác thực mã")
    stranger.reads("Kết quả thật", "1/2026/KQ-H37.07", "25/11/2026", "Sở Công Thương")
    stranger.does_not_read("Hồng Phát", "Trần Văn Hải", "0100109106")
    check_file(stranger, paper).reads("Kết quả thật", "Tệp đúng nguyên vẹn như khi được ký.")
    at = paper.index(b"stream") + 200
    changed = paper[:at] + bytes([paper[at] ^ 1]) + paper[at + 1 :]
    check_file(stranger, changed).reads("Không tìm thấy").does_not_read("Kết quả thật")


def check_file(person: Walker, content: bytes) -> Walker:
    person.open("/xac-thuc/").page.get_by_label(re.compile("Tệp PDF")).set_input_files(
        {"name": "ket-qua.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    return person.press("Xác thực tệp")


def messages_came(province: Province, code: str) -> None:
    """Three times the company was told, by SMS without names and by e-mail."""
    short = province.sandbox.inbox("84987654321")
    assert [words_of(message["text"]) for message in reversed(short)] == [
        "da nop",
        "da duoc tiep nhan",
        "da giai quyet",
    ]
    assert all(code in message["text"] and "Hai" not in message["text"] for message in short)
    letters = province.sandbox.inbox("020085000121@example.vn")
    assert [code in letter["subject"] for letter in letters] == [True] * 3


def words_of(text: str) -> str:
    return next((words for words in ("da nop", "da duoc tiep nhan", "da giai quyet") if words in text), text)
