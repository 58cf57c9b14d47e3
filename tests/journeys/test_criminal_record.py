"""A criminal-record certificate, paid online and returned by public post."""

import re

import pytest

from dossiers.models import Dossier
from tests.journeys import desk
from tests.journeys.conftest import Province
from tests.journeys.money import pay_at_the_bank
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_criminal_record_is_paid_online_and_the_delivery_of_the_parcel_closes_the_dossier(province: Province):
    province.it_is("30/11/2026 14:00")
    mai = province.citizen("0912345678")
    file(mai)
    province.let_the_worker_run()
    pay_at_the_bank(mai, "200.000 đ")
    province.let_the_worker_run()
    handle(province)
    item = post(province)
    follow(province, item)


def file(mai: Walker) -> None:
    """A long form has a list of tasks; what the account knows is not asked."""
    mai.open("/nop/3.000333/").press("Bắt đầu").reads("Hồ sơ của bạn", "2 trong 10 phần đã xong")
    mai.follow("Người nộp hồ sơ").tick("Chủ hồ sơ").press("Lưu và tiếp tục")
    mai.tick("Phiếu lý lịch tư pháp số 1").tick("Không", mai.group("Yêu cầu xác nhận")).tick("Xin việc làm")
    mai.press("Lưu và tiếp tục").choose("Xã, phường", "Xã Lộc Bình", mai.group("Nơi sinh"))
    mai.fill("Quốc tịch", "Việt Nam").fill("Dân tộc", "Tày").press("Lưu và tiếp tục")
    mai.fill("Họ và tên cha", "Lý Văn Sơn").fill("Họ và tên mẹ", "Nông Thị Hạnh").press("Lưu và tiếp tục")
    row = mai.group("Dòng 1")
    mai.fill("Từ", "01/05/2004", row).fill("Đến", "01/11/2026", row).choose("Xã, phường", "Phường Đông Kinh", row)
    mai.fill("Số nhà", "Ngõ 8, đường Ngô Quyền", row).fill("Nghề", "Kế toán", row).press("Lưu và tiếp tục")
    mai.tick("Thông thường").press("Lưu và tiếp tục").fill("Số bản sao", "2").press("Lưu và tiếp tục")
    mai.press("Lưu và tiếp tục").tick("Qua bưu chính").press("Lưu và tiếp tục")  # her own address stands there already
    mai.reads("Qua bưu chính công ích, đến địa chỉ của bạn", "Lý Thị Mai, 0912 345 678", "Ngõ 8, đường Ngô Quyền")
    mai.tick("Tôi cam đoan").press("Đồng ý và nộp").reads("Bạn còn phải nộp phí")


def handle(province: Province) -> None:
    province.it_is("01/12/2026 08:00")
    counter = desk.take_next(province.officer("hanh")).reads("Hồ sơ này không có giấy tờ phải nộp.")
    counter.press("Tiếp nhận…").reads("10 ngày, tính từ 02/12; hẹn trả 11/12").press("Đồng ý và gửi")
    desk.propose(desk.take_next(province.officer("bao")))
    province.it_is("02/12/2026 08:00")
    desk.hand_on(desk.take_next(province.officer("cuong")))
    desk.sign(desk.take_next(province.officer("dung")))
    desk.issue(desk.take_next(province.officer("en")))
    province.let_the_worker_run()
    assert Dossier.objects.filed().get().state == "resolved"


def post(province: Province) -> str:
    """The parcel is booked by itself; it waits in the counter's list until it is handed to the post."""
    province.it_is("02/12/2026 10:00")
    [parcel] = province.sandbox.book("post")["parcels"]
    counter = province.officer("hanh").open("/can-bo/ho-so/?tab=return").follow("H37.18-261130-0001")
    counter.reads("Đã đặt với bưu điện", parcel["item_code"]).press("Giao bưu điện").reads("Đã giao bưu điện")
    counter.open("/can-bo/ho-so/?tab=return").does_not_read("H37.18-261130-0001")
    province.let_the_worker_run()
    return str(parcel["item_code"])


def follow(province: Province, item: str) -> None:
    """Dossier and parcel in one line, newest first; the delivery closes the dossier."""
    way = ("03/12/2026 09:00", "03/12/2026 15:00", "04/12/2026 08:00", "04/12/2026 09:00", "04/12/2026 10:30")
    for when in way[:-1]:
        move_on(province, item, when)
    mai = province.citizen("0912345678").open("/ho-so/H37.18-261130-0001/")
    mai.reads("Bưu tá đang giao kết quả", item)
    assert Dossier.objects.filed().get().state == "resolved"
    move_on(province, item, way[-1])
    mai = province.citizen("0912345678").open("/ho-so/H37.18-261130-0001/")  # she sat idle for too long: signs in again
    steps = (
        "Đã giao kết quả",
        "Bưu tá đang giao",
        "đến bưu cục gần bạn",
        "đang trên đường đến",
        "Bưu điện đã nhận kết quả",
        "Đã gửi kết quả qua bưu chính",
        "Đã ký và phát hành kết quả",
        "Đã tiếp nhận hồ sơ",
        "Đã nộp phí",
        "Bạn đã nộp hồ sơ",
    )
    line = mai.page.get_by_role("region", name="Diễn biến").inner_text()
    places = [line.index(step) for step in steps]
    assert places == sorted(places), line
    dossier = Dossier.objects.filed().get()
    assert (dossier.state, dossier.post_state) == ("returned", "delivered")
    assert mai.download(re.compile("^Tải kết quả")).startswith(b"%PDF")
    told = [message["text"] for message in province.sandbox.inbox("84912345678")]
    assert "da tra ket qua" in told[0]
    assert f"van don {item}" in told[1]


def move_on(province: Province, item: str, when: str) -> None:
    province.it_is(when)
    province.sandbox.advance(item)
    province.let_the_worker_run()
