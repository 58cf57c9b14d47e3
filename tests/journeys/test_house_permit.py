"""A house construction permit that needs one supplement and a fee after examination."""

import re

import pytest
from playwright.sync_api import expect

from dossiers.models import Dossier
from tests.journeys import desk, papers
from tests.journeys.conftest import Province
from tests.journeys.money import pay_at_the_bank
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = "H37.101-261123-0001"
WHY = "Thiếu bản vẽ móng; gửi lại đủ bản vẽ móng và sơ đồ đấu nối thoát nước."


def test_house_permit_needs_one_supplement_and_a_fee_after_examination(province: Province):
    province.it_is("23/11/2026 09:00")
    mai = province.citizen("0912345678")
    describe(mai)
    hand_in(mai)
    province.let_the_worker_run()
    receive(province)
    ask_for_the_drawings(province)
    supplement(province, mai)
    ask_for_the_fee(province)
    pay(province, mai)
    decide(province)
    collect(province, mai)


def describe(mai: Walker) -> None:
    mai.open("/nop/1.013225/").press("Bắt đầu").reads("Ủy ban nhân dân phường Đông Kinh")
    mai.follow("Người nộp hồ sơ").tick("Chủ hồ sơ").press("Lưu và tiếp tục")
    expect(mai.page.get_by_label("Tên chủ đầu tư")).to_have_value("Lý Thị Mai")
    mai.fill("Số định danh của chủ đầu tư", "020190000017").press("Lưu và tiếp tục")
    mai.fill("Thửa đất số", "147").fill("Tờ bản đồ số", "32").fill("Diện tích thửa đất", "120,5")
    mai.fill("Số Giấy chứng nhận", "CS 08163").choose("Xã, phường", "Phường Đông Kinh", mai.group("Địa điểm xây dựng"))
    mai.fill("Số nhà", "Ngõ 8, đường Ngô Quyền, khối 6").press("Lưu và tiếp tục")
    mai.tick("Nhà ở riêng lẻ").fill("Số tầng", "3").fill("Số tầng hầm", "0").fill("Chiều cao", "11,4")
    mai.fill("Diện tích xây dựng", "78,5").fill("Tổng diện tích", "220").fill("Dự kiến thời gian", "10")
    mai.tick("Có", mai.group("Có công trình liền kề")).press("Lưu và tiếp tục")
    mai.fill("Đơn vị hoặc người", "Công ty Cổ phần Tư vấn xây dựng Xứ Lạng").press("Lưu và tiếp tục")


def hand_in(mai: Walker) -> None:
    """In a hurry: Save is pressed while the last photograph is still on its way, and nothing is lost."""
    mai.hand_in("Đơn đề nghị", papers.pdf("don.pdf"))
    mai.hand_in("Một trong các giấy tờ", papers.photo("so-do-1.jpg", "Trang 1"), papers.photo("so-do-2.jpg", "Trang 2"))
    mai.hand_in("Bản vẽ", papers.pdf("ban-ve.pdf")).hand_in("Bản cam kết", papers.photo("cam-ket.jpg", "Cam kết"))
    mai.press("Lưu và tiếp tục").tick("Tại quầy").press("Lưu và tiếp tục")
    mai.reads("so-do-1.jpg", "so-do-2.jpg", "ban-ve.pdf", "cam-ket.jpg", "Nộp sau khi thẩm định", "75.000 đ")
    mai.tick("Tôi cam đoan").press("Đồng ý và nộp").reads("Đã nộp hồ sơ", CODE)


def receive(province: Province) -> None:
    """20 days filed online (15 at the counter); the 20th is a Sunday, so the appointment is on the Monday."""
    province.it_is("23/11/2026 11:00")
    desk.receive(desk.take_next(province.officer("hanh")))
    province.let_the_worker_run()
    assert province.day(Dossier.objects.get(code=CODE).due_at) == "14/12/2026"


def ask_for_the_drawings(province: Province) -> None:
    """Proposed by the case officer, approved by the leader, sent by the counter; the citizen hears nothing before."""
    province.it_is("25/11/2026 09:00")
    bao = desk.take_next(province.officer("bao"))
    bao.page.get_by_text("Việc khác…").click()
    bao.press("Đề xuất yêu cầu bổ sung…").press("Tiếp tục: xem nội dung sẽ gửi")
    bao.reads("Nêu ít nhất một giấy tờ hoặc thông tin cần bổ sung.").tick("Yêu cầu nộp lại: Bản vẽ")
    bao.fill("Cần sửa gì: Bản vẽ", WHY).press("Tiếp tục: xem nội dung sẽ gửi")
    bao.press("Đề xuất yêu cầu bổ sung hồ sơ")
    dung = province.officer("dung").open("/can-bo/").follow(CODE).press("Duyệt yêu cầu bổ sung…").reads(WHY)
    dung.press("Duyệt yêu cầu bổ sung")
    assert Dossier.objects.get(code=CODE).state == "processing"
    province.it_is("25/11/2026 15:00")
    hanh = province.officer("hanh").open("/can-bo/").follow(CODE).press("Gửi yêu cầu bổ sung…")
    hanh.reads("Nội dung người nộp nhận: mẫu 02", WHY, "25/12/2026").press("Đồng ý và gửi")
    province.let_the_worker_run()
    assert "can bo sung truoc 25/12/2026" in province.sandbox.inbox("84912345678")[0]["text"]


def supplement(province: Province, mai: Walker) -> None:
    """She lands on exactly that paper; the limit waits meanwhile and is counted anew once the dossier is complete."""
    province.it_is("25/11/2026 20:00")
    province.citizen("0912345678").open("/ho-so/").press("Bổ sung hồ sơ").reads(WHY, "Ngoài ra không thiếu gì khác.")
    expect(mai.page.get_by_role("region", name=re.compile("^[0-9]+[.] "))).to_have_count(1)
    mai.press("Gửi bổ sung").reads("Bản vẽ")  # nothing new handed in: not sent
    assert Dossier.objects.get(code=CODE).supplement_sent_at is None
    mai.hand_in("Bản vẽ", papers.pdf("ban-ve-mong.pdf"), there=1).press("Gửi bổ sung").reads("Đã gửi phần bổ sung.")
    mai.reads("Thời hạn đang tạm dừng")
    province.let_the_worker_run()
    province.it_is("26/11/2026 08:30")
    hanh = province.officer("hanh").open("/can-bo/").follow(CODE).reads("ban-ve-mong.pdf", "Chưa xem")
    hanh.press("Xác nhận đã bổ sung đủ…").press("Xác nhận đã bổ sung đủ")
    province.let_the_worker_run()
    assert (
        province.day(Dossier.objects.get(code=CODE).due_at) == "15/12/2026"
    )  # 20 days after the 25th (Decree 61/2018)


def ask_for_the_fee(province: Province) -> None:
    bao = desk.look_up(province.officer("bao"), CODE)
    bao.page.get_by_text("Việc khác…").click()
    bao.press("Yêu cầu nộp phí…").reads("Thời hạn tạm dừng cho đến khi nộp phí.").press("Đồng ý và gửi")
    province.let_the_worker_run()
    assert Dossier.objects.get(code=CODE).state == "payment"


def pay(province: Province, mai: Walker) -> None:
    """The page explains the date: counted anew after the supplement, moved by the day the fee was waited for."""
    province.it_is("27/11/2026 12:00")
    province.citizen("0912345678").open(f"/ho-so/{CODE}/").reads("Nộp phí trước 11/12/2026, 17:00")
    pay_at_the_bank(mai, "75.000 đ").press("Xem việc tiếp theo")
    province.let_the_worker_run()
    mai.open(f"/ho-so/{CODE}/").reads("Thứ Tư, 16/12/2026", "20 ngày, tính từ 26/11", "ngày tính lại 25/11 không tính")
    mai.reads("tính lại từ đầu vì hồ sơ được bổ sung đủ ngày 25/11", "61/2018/NĐ-CP, Điều 19")
    mai.reads("chờ nộp phí từ 26/11 đến 27/11, cộng 1 ngày", "hẹn trả 16/12")
    officer = province.officer("bao").open(f"/can-bo/ho-so/{CODE}/lich-su/")
    officer.reads("chờ nộp phí từ 26/11 đến 27/11, cộng 1 ngày; hẹn trả 16/12")  # the very same words


def decide(province: Province) -> None:
    """Examination, site check, head, leader, clerk: the optional consultation is passed over."""
    province.it_is("30/11/2026 09:00")
    desk.propose(desk.take_next(province.officer("bao")))
    desk.hand_on(desk.take_next(province.officer("bao")))
    desk.hand_on(desk.take_next(province.officer("cuong")))
    desk.sign(desk.take_next(province.officer("dung")))
    desk.issue(desk.take_next(province.officer("en")))
    province.let_the_worker_run()


def collect(province: Province, mai: Walker) -> None:
    counter = province.officer("hanh").open("/can-bo/ho-so/?tab=return").follow(CODE)
    desk.hand_over(counter, "Lý Thị Mai")
    province.let_the_worker_run()
    province.citizen("0912345678").open(f"/ho-so/{CODE}/").reads(
        "Đã trả kết quả lúc 30/11/2026", "Xong trước ngày hẹn."
    )
    assert mai.download(re.compile("mẫu 02")).startswith(b"%PDF")
    dossier = Dossier.objects.get(code=CODE)
    assert (dossier.state, dossier.outcome, dossier.supplements_after_acceptance) == ("returned", "granted", 1)
