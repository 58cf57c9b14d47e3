"""A new procedure from its name to the filed dossier, by the pages alone, in the words that stand on them.

Walked by the tests and by whoever measures the demo; every function is a page or two of one person.
"""

import re
from datetime import date

from tests.journeys import papers
from tests.journeys.walker import Walker

NAME = "Cấp giấy phép tổ chức giải chạy bộ phong trào"
RACE = "Giải chạy"
SCOPE = "Phạm vi của giải"
OWNER = "Sở Văn hóa, Thể thao và Du lịch"


def create(author: Walker) -> str:
    """Its name, field and agency; returns the code it got."""
    author.follow("Thủ tục", author.page.get_by_role("navigation", name="Danh mục", exact=True))
    author.press("Thủ tục mới").fill("Tên đầy đủ theo quy định", NAME).choose("Lĩnh vực", "Thể dục thể thao")
    author.choose("Cơ quan chủ trì", OWNER).press("Lập dự thảo")
    found = re.search(r"L\.\d{6}", author.text)
    assert found, author.text
    return found.group()


def build(author: Walker) -> None:
    """Every part of the task list in its order."""
    describe(author)
    time(author)
    ask(author)
    want_papers(author)
    charge(author)
    route(author)
    promise(author)


def describe(author: Walker) -> None:
    author.follow("Mô tả cho người dân").fill("Đối tượng thực hiện", "Cá nhân, tổ chức")
    author.fill("Cơ quan giải quyết", OWNER).fill("Căn cứ pháp lý", "77/2006/QH11\n36/2019/NĐ-CP").press("Lưu")


def time(author: Walker) -> None:
    author.follow("Trường hợp và thời hạn").follow("Mọi trường hợp")
    author.fill("Thời hạn: Trên mạng", "5").fill("Thời hạn: Tại quầy", "5").press("Lưu")
    onward(author, "Biểu mẫu điện tử")


def ask(author: Walker) -> None:
    """The applicant ready-made; a section with a choice, a question that hangs on it, and a table."""
    author.press("Người nộp hồ sơ, tự điền từ tài khoản").follow("Phần tự soạn")
    author.fill("Tên phần", RACE).fill("Câu hỏi đầu tiên", "Tên giải").press("Lưu")
    question(author, "Ngày", "Ngày tổ chức").press("Lưu")
    question(author, "Chọn trong danh sách", SCOPE).fill("Các câu trả lời", "Trong tỉnh\nLiên tỉnh").press("Lưu")
    question(author, "Số", "Số tỉnh tham gia").unfold("Chỉ hỏi khi")
    author.choose("Điều kiện 1", f"“{SCOPE}” là “Liên tỉnh”").press("Lưu")
    question(author, "Bảng: nhiều dòng giống nhau", "Các cự ly").press("Lưu")
    author.follow("Nội dung").fill("Câu hỏi", "Cự ly").press("Lưu")
    author.choose("Kiểu trả lời", "Số").press("Thêm cột").fill("Câu hỏi", "Số người chạy").press("Lưu")
    author.press("Lưu").reads(f"“{SCOPE}” là “Liên tỉnh”", "Các cự ly")
    onward(author, "Giấy tờ")


def question(author: Walker, kind: str, words: str) -> Walker:
    """Begin a question of that kind at the end of the own section."""
    section = author.page.get_by_role("region", name=RACE, exact=True)
    author.choose("Kiểu trả lời", kind, section).press("Thêm câu hỏi", section)
    return author.fill("Câu hỏi", words)


def want_papers(author: Walker) -> None:
    author.press("Thêm các giấy tờ thường dùng").press("Thêm giấy tờ")
    author.fill("Tên giấy tờ", "Điều lệ giải chạy").press("Lưu")
    onward(author, "Phí, lệ phí")


def charge(author: Walker) -> None:
    author.press("Thêm khoản thu").fill("Tên khoản thu", "Lệ phí cấp phép").fill("Mức thu (đ)", "100.000")
    author.choose("Thu khi nào", "khi có kết quả").press("Lưu")
    onward(author, "Quy trình")


def route(author: Walker) -> None:
    """The usual six steps, the second one longer."""
    second = author.page.get_by_role("group", name="Bước 2")
    author.fill("Giờ làm việc", "12", second).press("Lưu").reads("Quy trình đã lưu")
    onward(author, "Kết quả và lần phải đến")


def promise(author: Walker) -> None:
    author.fill("Tên kết quả", "Giấy phép tổ chức giải chạy").tick("Tiếp nhận, xử lý, ký và trả kết quả").press("Lưu")


def onward(author: Walker, name: str) -> None:
    """From the foot of a list to the next part."""
    author.press(f"Tiếp theo: {name}")


def look_and_try(author: Walker) -> None:
    """The preview, then the real form on trial, wrong first: nothing typed is lost and nothing is stored."""
    author.follow("Xem trước").reads("5 ngày làm việc", "100.000 đ", "Điều lệ giải chạy")
    author.press("Nộp thử").fill("Tên giải", "Giải chạy Phai Vệ").press("Kiểm tra").reads("chỗ cần sửa")
    author.tick("Chủ hồ sơ")
    race(author)
    author.press("Kiểm tra").reads("Biểu mẫu đã đúng", "Điều lệ giải chạy", "100.000 đ")
    author.press("Về danh sách các phần")


def race(person: Walker) -> None:
    """The answers about the race; the number of provinces is asked only between provinces."""
    person.fill("Tên giải", "Giải chạy Phai Vệ").fill("Ngày tổ chức", "26/12/2026").tick("Liên tỉnh")
    person.fill("Số tỉnh tham gia", "3")
    table = person.group("Các cự ly")
    person.fill("Cự ly", "10 km", table).fill("Số người chạy", "300", table)


def hand_in(author: Walker) -> None:
    author.press("Gửi duyệt").reads("Đã gửi duyệt")


def decide(second: Walker, number: str) -> None:
    """Another person of the province reads the draft and publishes it by a new decision that holds today."""
    today = f"{date.today():%d/%m/%Y}"
    second.follow(NAME).reads("Lệ phí cấp phép", "100.000 đ").press("Quyết định mới với dự thảo này")
    second.fill("Số quyết định", number).fill("Ngày ký", today).fill("Ngày hiệu lực", today).press("Lưu")
    second.reads(NAME).press("Công bố tất cả").reads("Đã công bố mọi nội dung của quyết định.")


def classify(second: Walker) -> None:
    """From the decision to the criteria: a race needs somebody to look at the track."""
    second.follow(re.compile("^Kiểm tra và trả lời tiêu chí"))
    line = second.group("Không phải có mặt")
    second.tick("Không đạt", line).choose("Lý do, nếu không đạt", "Kiểm tra, thẩm định thực tế", line)
    second.press("Lưu câu trả lời").reads("Một phần")


def file(citizen: Walker) -> None:
    """A citizen finds it by two words without diacritics and hands it in."""
    citizen.open("/").fill("Tìm thủ tục", "giai chay bo").press("Tìm thủ tục").follow(NAME)
    citizen.reads("100.000 đ", "5 ngày làm việc", "Một phần").press("Bắt đầu").press("Bắt đầu")
    citizen.tick("Chủ hồ sơ").press("Lưu và tiếp tục")
    race(citizen)
    citizen.press("Lưu và tiếp tục").hand_in("Điều lệ giải chạy", papers.pdf("dieu-le.pdf")).press("Lưu và tiếp tục")
    citizen.press("Lưu và tiếp tục").reads("Giải chạy Phai Vệ", "Liên tỉnh", "300", "100.000 đ")
    citizen.tick("Tôi cam đoan").press("Đồng ý và nộp")
